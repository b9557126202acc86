"""The generic tests: what every operation of the table of samples must fulfil."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from samples import Row, Sample, outputs, table, told

import minigrad as mg
from minigrad import func, ops
from minigrad.autograd import PRIMITIVES, grad, gradcheck, gradgradcheck, no_grad
from minigrad.engine.node import Variable

ROWS = table()
SMOOTH = [row for row in ROWS if row.has_derivative]
PRIMITIVE_ROWS = [row for row in ROWS if row.is_primitive]


def over(rows: list[Row]) -> Any:
    """One test for each row; rows of one name are numbered."""
    return pytest.mark.parametrize("row", rows, ids=str)


def test_every_primitive_has_a_row() -> None:
    missing = set(PRIMITIVES) - {name for row in ROWS for name in (row.name, *row.covers)}
    assert not missing, f"add rows to tests/ops/table_*.py for the primitives {sorted(missing)}"


def test_every_public_operation_has_a_row() -> None:
    public = {name for name in dir(ops) if callable(getattr(ops, name)) and not name.startswith("_")}
    from_numbers = {"broadcast_shapes", "tril_indices", "triu_indices"}  # these take no tensor
    random = {"bernoulli", "binomial", "multinomial", "poisson"}  # these are never the same
    missing = public - from_numbers - random - {name for row in ROWS for name in (row.name, *row.covers)}
    assert not missing, f"add rows to tests/ops/table_*.py for the operations {sorted(missing)}"


def test_every_row_is_of_a_primitive_or_names_its_function() -> None:
    unknown = {row.name for row in PRIMITIVE_ROWS} - set(PRIMITIVES)
    assert not unknown, f"these are no primitives (any more): {sorted(unknown)}"


def close(found: Any, expected: Any, tolerance: float) -> None:
    found = found.array if isinstance(found, Variable) else found
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance, equal_nan=True)


@over([row for row in ROWS if row.reference is not None])
def test_values_and_dtype(row: Row) -> None:
    """In float64 and float32, for any layout of memory."""
    for sample in row.samples(layouts=True):
        for dtype, tolerance in ((np.float64, row.exact), (np.float32, max(row.single, row.exact))):
            with told(f"{sample} in {np.dtype(dtype)}"):
                arrays = sample.arrays(dtype)
                wide = [x.astype(np.float64) if x.dtype.kind == "f" else x for x in arrays]
                found = outputs(sample.run(*(mg.from_numpy(x) for x in arrays)))
                expected = [np.asarray(each) for each in outputs(sample.expected(*wide))]
                assert len(found) == len(expected)
                for y, wanted in zip(found, expected, strict=True):
                    assert isinstance(y, mg.Tensor)
                    assert tuple(y.shape) == wanted.shape
                    assert y.dtype == expected_dtype(sample, arrays, wanted)
                    close(y, wanted, tolerance)


def expected_dtype(sample: Sample, arrays: list[Any], wanted: Any) -> np.dtype[Any]:
    """Bools and integers as in the reference; floats in the dtype of the inputs, or in the default one."""
    if "dtype" in sample.options:
        return np.dtype(sample.options["dtype"])
    if wanted.dtype.kind != "f":
        return wanted.dtype
    floats = [x.dtype for x in arrays if x.dtype.kind == "f"]
    return floats[0] if floats else mg.get_default_dtype()


@over([row for row in PRIMITIVE_ROWS if row.reference is not None])
def test_raw_arrays_give_raw_arrays(row: Row) -> None:
    for sample in row.samples(layouts=True):
        with told(sample):
            arrays = sample.arrays()
            y = sample.run(*arrays)
            assert isinstance(y, (np.ndarray, np.generic))
            close(y, sample.expected(*arrays), row.exact)


@over(ROWS)
def test_inputs_are_left_as_they_are(row: Row) -> None:
    for sample in row.samples(layouts=True):
        with told(sample):
            tensors = sample.tensors()
            before = [np.array(each.array) for each in tensors]
            ys = [y for y in outputs(sample.run(*tensors)) if y.requires_grad]
            for y in ys:
                y.sum().backward(retain_graph=True)
            for each, old in zip(tensors, before, strict=True):
                np.testing.assert_array_equal(each.array, old)


@over(ROWS)
def test_recorded_or_not_is_the_same(row: Row) -> None:
    for sample in row.samples():
        with told(sample):
            recorded = outputs(sample.run(*sample.tensors()))
            given = sample.tensors()
            with no_grad():
                silent = outputs(sample.run(*given))
            plain = outputs(sample.run(*sample.tensors(grad=False)))
            wanted = row.smooth and any(each.requires_grad for each in sample.tensors())
            assert [y.requires_grad for y in recorded] == [wanted and y.is_floating_point() for y in recorded]
            for other in (silent, plain):
                new = [y for y in other if not any(y is x for x in given)]  # some return what needs no change as it is
                assert not any(y.requires_grad for y in new)
                for y, z in zip(recorded, other, strict=True):
                    np.testing.assert_array_equal(y.array, z.array)
                    assert y.dtype == z.dtype


@over(SMOOTH)
def test_gradient_against_differences(row: Row) -> None:
    for sample in row.samples():
        with told(sample):
            assert gradcheck(sample.run, sample.tensors(), atol=1e-6, rtol=1e-5)


@over([row for row in SMOOTH if row.twice])
def test_second_derivative_against_differences(row: Row) -> None:
    """Element by element where there are few; else along random directions, which costs the same for any number."""
    for sample in row.samples():
        with told(sample):
            inputs = sample.tensors()
            if sum(x.numel() for x in inputs) <= 3:
                assert gradgradcheck(sample.run, inputs, atol=1e-6, rtol=1e-5)
            else:
                assert_second_derivative_along_directions(sample, inputs)


def assert_second_derivative_along_directions(sample: Sample, inputs: list[Any], step: float = 1e-6) -> None:
    """The gradient, weighed by w, changes along v by its own gradient times v; so it does along changes of g."""
    rng = np.random.default_rng(2)
    leaves = [x for x in inputs if x.requires_grad]
    ys = [y for y in outputs(sample.run(*inputs)) if y.requires_grad]
    gs = [mg.from_numpy(np.asarray(rng.standard_normal(tuple(y.shape)))).requires_grad_() for y in ys]
    w = [np.asarray(rng.standard_normal(tuple(x.shape))) for x in leaves]

    def weighed() -> Any:
        ys = [y for y in outputs(sample.run(*inputs)) if y.requires_grad]
        first = grad(ys, leaves, gs, create_graph=True, materialize_grads=True)
        return sum((g * mg.from_numpy(each)).sum() for g, each in zip(first, w, strict=True))

    places = [*leaves, *gs]
    slopes = grad(weighed(), places, allow_unused=True, materialize_grads=True)
    for _ in range(3):
        v = [np.asarray(rng.standard_normal(tuple(x.shape))) for x in places]
        ends = []
        for sign in (1, -2):
            for x, each in zip(places, v, strict=True):
                x.array[...] += sign * step * each
            ends.append(weighed().item())
        for x, each in zip(places, v, strict=True):
            x.array[...] += step * each
        expected = (ends[0] - ends[1]) / (2 * step)
        found = sum(float((slope.array * each).sum()) for slope, each in zip(slopes, v, strict=True))
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


@over(SMOOTH)
def test_forward_mode_agrees_with_reverse_mode_and_with_differences(row: Row) -> None:
    """Along a random direction, element by element of the output."""
    for sample in row.samples():
        with told(sample):
            leaves, function = smooth_part(sample)
            v = direction(leaves)
            ys, tangents = func.jvp(function, tuple(leaves), tuple(v))
            found = np.concatenate([t.array.ravel() for t in tangents])
            lines = [grad([y], leaves, [unit], True, allow_unused=True) for y, unit in units(function(*leaves))]
            expected = [sum((g * d).sum().item() for g, d in zip(line, v) if g is not None) for line in lines]
            assert [t.shape for t in tangents] == [y.shape for y in ys]
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
            if all(x.numel() for x in leaves):  # the outputs for none may be infinite
                ends = [function(*(x + step * d for x, d in zip(leaves, v))) for step in (1e-6, -1e-6)]
                up, down = (np.concatenate([y.array.ravel() for y in end]) for end in ends)
                np.testing.assert_allclose(found, (up - down) / 2e-6, rtol=1e-5, atol=1e-6)


@over([row for row in SMOOTH if row.twice])
def test_forward_over_reverse_agrees_with_reverse_over_reverse(row: Row) -> None:
    """The gradient of a weighted sum of the outputs, in the largest case, along a random direction."""
    sample = max(row.samples(), key=lambda each: sum(x.size for x in each.arrays()))
    with told(sample):
        leaves, function = smooth_part(sample)
        v = direction(leaves)

        def gradient(*leaves: Any) -> Any:
            ys = function(*leaves)
            weights = [mg.from_numpy(weight(y.shape)) for y in ys]
            return grad(ys, leaves, weights, create_graph=True, materialize_grads=True)

        first, found = func.jvp(gradient, tuple(leaves), tuple(v))
        total = sum((g * d + x * 0).sum() for g, d, x in zip(gradient(*leaves), v, leaves))
        for product, second, g, x in zip(found, grad(total, leaves), first, leaves, strict=True):
            assert product.shape == g.shape == x.shape
            close(product, second.array, 1e-9)


def smooth_part(sample: Sample) -> tuple[list[Any], Any]:
    """The inputs that have a derivative, and the operation as a function of them alone, to outputs that have one."""
    inputs = sample.tensors()

    def function(*leaves: Any) -> tuple[Any, ...]:
        rest = iter(leaves)
        ys = outputs(sample.run(*(next(rest) if x.requires_grad else x for x in inputs)))
        return tuple(y for y in ys if y.is_floating_point())

    return [x for x in inputs if x.requires_grad], function


def direction(leaves: list[Any]) -> list[Any]:
    rng = np.random.default_rng(3)
    return [mg.from_numpy(np.asarray(rng.standard_normal(tuple(x.shape)))) for x in leaves]


def units(ys: Any) -> Any:
    """Each output with each of the arrays of its shape that are 1 in one place and 0 elsewhere."""
    for y in ys:
        for place in np.ndindex(tuple(y.shape)):
            unit = np.zeros(tuple(y.shape))
            unit[place] = 1
            yield y, mg.from_numpy(unit)


@over(SMOOTH)
def test_gradient_keeps_shape_dtype_and_value_in_every_layout(row: Row) -> None:
    """float32 in, float32 gradients, those of float64 up to rounding; the layout of memory makes no difference."""
    for sample in row.samples(layouts=True):
        with told(sample):
            wide, narrow = gradients(sample, np.float64), gradients(sample, np.float32)
            inputs = [x for x in sample.tensors(np.float32) if x.requires_grad]
            for g, reference, x in zip(narrow, wide, inputs, strict=True):
                assert g.dtype == np.float32
                assert g.shape == x.shape
                close(g, reference.array, 1e-4)
    for sample in row.samples(layouts=True):
        with told(sample):
            plain = Sample(row, sample.position, sample.shapes, sample.options)
            for g, reference in zip(gradients(sample, np.float64), gradients(plain, np.float64), strict=True):
                close(g, reference.array, 1e-12)


def gradients(sample: Sample, dtype: Any) -> list[Any]:
    """The gradients of a weighted sum of all outputs; the weights are the same at every call."""
    inputs = sample.tensors(dtype)
    ys = [y for y in outputs(sample.run(*inputs)) if y.requires_grad]
    weights = [mg.from_numpy(weight(y.shape).astype(dtype)) for y in ys]
    return list(grad(ys, [x for x in inputs if x.requires_grad], weights, materialize_grads=True))


def weight(shape: Any) -> Any:
    """Numbers between 0.5 and 1.5 that differ from element to element."""
    size = int(np.prod(tuple(shape)))
    return np.asarray(1 + 0.5 * np.cos(np.arange(size, dtype=np.float64)).reshape(tuple(shape)))


def of_family(family: str) -> list[Row]:
    return [
        row
        for row in PRIMITIVE_ROWS
        if row in SMOOTH and row.name in PRIMITIVES and PRIMITIVES[row.name].family == family
    ]


@over(of_family("linear"))
def test_linear_is_linear_and_the_rule_is_its_adjoint(row: Row) -> None:
    """In all floating point arguments together: A(x + v) - A(x) = A(v), A(0) = 0 and <A v, g> = <v, A* g>."""
    for sample in row.samples():
        with told(sample):
            at = sample.arrays()
            assert_linear(sample, at, [i for i, x in enumerate(at) if x.dtype.kind == "f"])


@over(of_family("bilinear"))
def test_bilinear_is_linear_in_each_argument_and_the_rules_are_adjoints(row: Row) -> None:
    for sample in row.samples():
        for i, x in enumerate(sample.arrays()):
            if x.dtype.kind == "f":
                with told(f"{sample}, argument {i}"):
                    assert_linear(sample, sample.arrays(), [i])


def assert_linear(sample: Sample, at: list[Any], chosen: list[int]) -> None:
    """Steps of 1 along every axis of the argument are exact differences; then the adjoint identity."""
    rng = np.random.default_rng(1)

    def apply(values: list[Any]) -> Any:
        arguments = list(at)
        for i, value in zip(chosen, values, strict=True):
            arguments[i] = value
        return np.asarray(sample.run(*arguments))

    x = [at[i] for i in chosen]
    y = apply(x)
    assert not apply([np.zeros_like(each) for each in x]).any()
    leaves = [mg.from_numpy(value).requires_grad_() if i in chosen else value for i, value in enumerate(at)]
    g = np.asarray(rng.standard_normal(y.shape))
    back = grad(sample.run(*leaves), [leaves[i] for i in chosen], mg.from_numpy(g))
    for k, each in enumerate(x):
        slopes = np.zeros(each.shape)
        for place in np.ndindex(each.shape):
            moved = [np.array(other) for other in x]
            moved[k][place] += 1
            slopes[place] = ((apply(moved) - y) * g).sum()
        np.testing.assert_allclose(back[k].array, slopes, rtol=1e-10, atol=1e-10)
    v = [rng.standard_normal(each.shape) for each in x]
    np.testing.assert_allclose(apply([a + b for a, b in zip(x, v, strict=True)]) - y, apply(v), rtol=1e-10, atol=1e-10)
    together = sum(float((a * b.array).sum()) for a, b in zip(v, back, strict=True))
    np.testing.assert_allclose((apply(v) * g).sum(), together, rtol=1e-10, atol=1e-10)


@pytest.mark.torch
@over([row for row in ROWS if row.torch is not None])
def test_against_pytorch(row: Row) -> None:
    """Values and dtypes in both precisions; gradients, and gradients of gradients, in float64."""
    torch = pytest.importorskip("torch")
    for sample in row.samples(layouts=True):
        for dtype, tolerance in ((np.float64, max(row.exact, 1e-10)), (np.float32, max(row.single, row.exact))):
            with told(f"{sample} in {np.dtype(dtype)}"):
                mine = outputs(sample.run(*sample.tensors(dtype)))
                theirs = outputs(sample.run_torch(*sample.torch_inputs(dtype)))
                assert len(mine) == len(theirs)
                for y, z in zip(mine, theirs, strict=True):
                    assert tuple(y.shape) == tuple(z.shape)
                    assert f"torch.{y.dtype.name}" == str(z.dtype)
                    close(y, z.detach().numpy(), tolerance)
                    assert y.requires_grad == z.requires_grad
        if row in SMOOTH:
            with told(f"{sample}: gradients"):
                for g, h in zip(
                    all_gradients(mg.autograd.grad, mg.from_numpy, sample.tensors(), sample.run, row.twice),
                    all_gradients(
                        torch.autograd.grad, torch.from_numpy, sample.torch_inputs(), sample.run_torch, row.twice
                    ),
                    strict=True,
                ):
                    np.testing.assert_allclose(g.detach().numpy(), h.numpy(force=True), rtol=1e-9, atol=1e-10)


def all_gradients(grad: Any, from_numpy: Any, inputs: list[Any], run: Any, twice: bool) -> list[Any]:
    """First and second derivatives of weighted sums, by either package: the same lines serve both."""
    leaves = [x for x in inputs if x.requires_grad]
    ys = [y for y in outputs(run(*inputs)) if y.requires_grad]
    first = grad(
        ys,
        leaves,
        [from_numpy(weight(y.shape)) for y in ys],
        create_graph=twice,
        allow_unused=True,
        materialize_grads=True,
    )
    if not twice:
        return list(first)
    weights = [from_numpy(np.asarray(2 - weight(g.shape))) for g in first]
    # A gradient that does not depend on the inputs may or may not require grad; its own derivative is zero either way.
    total = sum((g * w + x * 0).sum() for g, w, x in zip(first, weights, leaves, strict=True))
    return [*first, *grad(total, leaves)]
