"""Broadcasting and reductions over drawn shapes: against NumPy, and the adjoint of each against its definition."""

from __future__ import annotations

from typing import Any

import hypothesis
import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np

import minigrad as mg
from minigrad.autograd import grad


def drawn_array(shape: tuple[int, ...], seed: int) -> np.ndarray:
    return np.asarray(np.random.default_rng(seed).uniform(0.5, 2, shape))


def summed_to(g: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Every element of g added to the place of `shape` that it was broadcast from."""
    out = np.zeros(shape)
    source = np.broadcast_to(np.arange(out.size).reshape(shape), g.shape)
    np.add.at(out.ravel(), source.ravel(), g.ravel())
    return out


@hypothesis.given(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, max_side=3, min_side=0))
def test_two_arguments(shapes: Any) -> None:
    (a_shape, b_shape), result = shapes.input_shapes, shapes.result_shape
    a, b = drawn_array(a_shape, 1), drawn_array(b_shape, 2)
    x, y = mg.tensor(a, requires_grad=True), mg.tensor(b, requires_grad=True)
    g = drawn_array(result, 3)
    for z, expected, ga, gb in (
        (x + y, a + b, g, g),
        (x * y, a * b, g * b, g * a),
        (x / y, a / b, g / b, -g * a / b**2),
    ):
        assert z.shape == result
        np.testing.assert_allclose(z.numpy(force=True), expected, rtol=1e-14)
        found = grad(z, [x, y], mg.from_numpy(g))
        for each, full, shape in zip(found, (ga, gb), (a_shape, b_shape), strict=True):
            assert each.shape == shape
            np.testing.assert_allclose(each.numpy(), summed_to(np.broadcast_to(full, result), shape), rtol=1e-12)


@hypothesis.given(hnp.mutually_broadcastable_shapes(num_shapes=3, max_dims=3, max_side=3))
def test_three_arguments(shapes: Any) -> None:
    c, a, b = (drawn_array(shape, seed) for seed, shape in enumerate(shapes.input_shapes))
    mask = np.asarray(c > 1)
    x, y = mg.tensor(a, requires_grad=True), mg.tensor(b, requires_grad=True)
    z = mg.where(mg.from_numpy(mask), x, y)
    np.testing.assert_array_equal(z.numpy(force=True), np.where(mask, a, b))
    found = grad(z, [x, y], mg.ones(z.shape, dtype=mg.float64))
    full = np.broadcast_to(mask, z.shape).astype(float)
    np.testing.assert_allclose(found[0].numpy(), summed_to(full, a.shape))
    np.testing.assert_allclose(found[1].numpy(), summed_to(1 - full, b.shape))


@st.composite
def reduction(draw: Any) -> tuple[tuple[int, ...], Any, bool]:
    shape = draw(hnp.array_shapes(min_dims=0, max_dims=4, min_side=1, max_side=3))
    ndim = len(shape)
    axes = draw(st.lists(st.integers(0, ndim - 1), unique=True, min_size=1)) if ndim else []
    dim = tuple(axis - ndim * draw(st.booleans()) for axis in axes)
    form = draw(st.sampled_from(["tuple", "one", "none"])) if dim else "none"
    return shape, {"tuple": dim, "one": dim[0] if dim else None, "none": None}[form], draw(st.booleans())


@hypothesis.given(reduction())
def test_reductions(drawn: tuple[tuple[int, ...], Any, bool]) -> None:
    shape, dim, keepdim = drawn
    a = drawn_array(shape, 4)
    x = mg.tensor(a, requires_grad=True)
    count = a.size / a.sum(axis=dim).size
    for name, expected, weight in (
        ("sum", a.sum(axis=dim, keepdims=keepdim), np.ones(shape)),
        ("mean", a.mean(axis=dim, keepdims=keepdim), np.full(shape, 1 / count)),
        ("amax", a.max(axis=dim, keepdims=keepdim), (a == a.max(axis=dim, keepdims=True)).astype(float)),
        ("amin", a.min(axis=dim, keepdims=keepdim), (a == a.min(axis=dim, keepdims=True)).astype(float)),
    ):
        y = getattr(x, name)(dim, keepdim)
        assert y.shape == expected.shape
        np.testing.assert_allclose(y.numpy(force=True), expected, rtol=1e-13)
        g = drawn_array(expected.shape, 5)
        lifted = g.reshape(a.sum(axis=dim, keepdims=True).shape)
        np.testing.assert_allclose(grad(y, x, mg.from_numpy(g))[0].numpy(), lifted * weight, rtol=1e-12)


@hypothesis.given(reduction(), st.sampled_from([0, 1]))
def test_variance(drawn: tuple[tuple[int, ...], Any, bool], correction: int) -> None:
    shape, dim, keepdim = drawn
    a = drawn_array(shape, 6)
    x = mg.tensor(a, requires_grad=True)
    count = a.size // a.sum(axis=dim).size
    y = x.var(dim, keepdim=keepdim, correction=correction)
    if count - correction < 1:
        assert y.isnan().all()
        return
    expected = ((a - a.mean(axis=dim, keepdims=True)) ** 2).sum(axis=dim, keepdims=keepdim) / (count - correction)
    np.testing.assert_allclose(y.numpy(force=True), expected, rtol=1e-12, atol=1e-14)
    slope = 2 * (a - a.mean(axis=dim, keepdims=True)) / (count - correction)
    np.testing.assert_allclose(grad(y.sum(), x)[0].numpy(), slope, rtol=1e-10, atol=1e-13)


@hypothesis.given(
    hnp.array_shapes(min_dims=0, max_dims=3, max_side=3), hnp.array_shapes(min_dims=0, max_dims=2, max_side=3)
)
def test_expand_and_its_adjoint(shape: tuple[int, ...], front: tuple[int, ...]) -> None:
    target = front + tuple(3 if n == 1 else n for n in shape)
    a = drawn_array(shape, 7)
    x = mg.tensor(a, requires_grad=True)
    y = x.expand(*target) if target else x.expand(())
    np.testing.assert_array_equal(y.numpy(force=True), np.broadcast_to(a, target))
    g = drawn_array(target, 8)
    np.testing.assert_allclose(grad(y, x, mg.from_numpy(g))[0].numpy(), summed_to(g, shape), rtol=1e-12)
