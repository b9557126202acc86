"""Defining primitives: what a line of a table may say, and what it must not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd import PRIMITIVES, bilinear, elementwise, general, grad, linear
from minigrad.errors import ShapeError


@pytest.fixture(autouse=True)
def _registry() -> Iterator[None]:
    before = dict(PRIMITIVES)
    yield
    PRIMITIVES.clear()
    PRIMITIVES.update(before)


def leaf(*values: float) -> Any:
    return mg.tensor(list(values), dtype=mg.float64, requires_grad=True)


def test_a_primitive_carries_its_description() -> None:
    twice = elementwise("twice_of_test(x) = 2 * x", lambda x: 2 * x, x=lambda g: 2 * g)
    assert PRIMITIVES["twice_of_test"] is twice
    assert (twice.name, twice.formula, twice.family, twice.parameters) == (
        "twice_of_test",
        "2 * x",
        "elementwise",
        ("x",),
    )
    assert twice.__name__ == "twice_of_test"
    assert "2 * x" in twice.__doc__


def test_it_runs_on_arrays_and_records_on_tensors() -> None:
    twice = elementwise("twice_of_test(x)", lambda x: 2 * x, x=lambda g: 2 * g)
    assert isinstance(twice(np.ones(2)), np.ndarray)
    y = twice(leaf(1, 2))
    assert isinstance(y, mg.Tensor)
    assert y.grad_fn.name == "twice_of_test"
    assert not twice(mg.ones(2)).requires_grad


def test_a_rule_gets_the_values_it_names() -> None:
    seen = {}

    def rule(g: Any, y: Any, x: Any, b: Any, x_shape: Any, b_shape: Any, scale: Any) -> Any:
        seen.update(g=g, y=y, x=x, b=b, x_shape=x_shape, b_shape=b_shape, scale=scale)
        return g

    def run(x: Any, b: Any, *, scale: float) -> Any:
        return (x + b) * scale

    op = general("op_of_test(x, b)", run, x=rule, b=None)
    op(leaf(1, 2), mg.ones(1, dtype=mg.float64), scale=3.0).sum().backward()
    assert seen["y"].tolist() == [6.0, 9.0]
    assert seen["x"].tolist() == [1.0, 2.0]
    assert seen["b"].tolist() == [1.0]
    assert (seen["x_shape"], seen["b_shape"], seen["scale"]) == ((2,), (1,), 3.0)
    assert type(seen["g"]) is np.ndarray


def test_broadcasting_and_casts_are_undone_at_the_edge() -> None:
    a = mg.ones(2, 1, dtype=mg.float32).requires_grad_()
    b = mg.ones(3, dtype=mg.float64).requires_grad_()
    plus = elementwise("plus_of_test(a, b)", np.add, a=lambda g: g, b=lambda g: g)
    plus(a, b).sum().backward()
    assert a.grad.shape == (2, 1)
    assert a.grad.dtype == mg.float32
    assert a.grad.tolist() == [[3.0], [3.0]]
    assert b.grad.tolist() == [2.0, 2.0, 2.0]


def test_a_gradient_that_fits_no_broadcast_is_an_error_naming_the_shapes() -> None:
    op = general("op_of_test(x)", lambda x: x * 1, x=lambda g: g[:1].repeat(3))
    with pytest.raises(ShapeError, match=r"\(3,\).*\(2,\)"):
        op(leaf(1, 2)).sum().backward()


def test_variadic_rules_may_ask_which_argument_they_serve() -> None:
    total = linear("total_of_test(*tensors)", lambda *tensors: sum(tensors), tensors=lambda g, i: g * (i + 1))
    x, y, z = leaf(1), leaf(2), leaf(3)
    total(x, y, z).sum().backward()
    assert [each.grad.item() for each in (x, y, z)] == [1.0, 2.0, 3.0]


def test_rules_run_only_for_arguments_that_need_them() -> None:
    def never(g: Any) -> Any:
        raise AssertionError("evaluated")

    times = bilinear("times_of_test(a, b)", np.multiply, a=lambda g, b: g * b, b=never)
    x = leaf(1, 2)
    assert grad(times(x, mg.ones(2)).sum(), x)[0].tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("text", "rules", "error", "match"),
    [
        ("no parentheses", {"x": None}, ValueError, "introduced as"),
        ("op_of_test(x, y)", {"x": None}, TypeError, "one for each"),
        ("op_of_test(x)", {"z": None}, TypeError, "one for each"),
        ("op_of_test(x)", {"x": lambda x: x}, TypeError, "gradient 'g' first"),
        ("op_of_test(x)", {"x": lambda g, other: g}, TypeError, "asks for 'other'"),
        ("exp(x)", {"x": lambda g: g}, ValueError, "already"),
    ],
)
def test_mistakes_in_a_line_show_when_it_is_read(text: str, rules: Any, error: Any, match: str) -> None:
    with pytest.raises(error, match=match):
        elementwise(text, np.exp, **rules)


def test_a_module_may_define_its_primitive_again() -> None:
    elementwise("again_of_test(x)", np.exp, x=lambda g: g)
    second = elementwise("again_of_test(x)", np.exp, x=lambda g, y: g * y)
    assert PRIMITIVES["again_of_test"] is second


def test_a_failed_definition_registers_nothing() -> None:
    with pytest.raises(TypeError):
        elementwise("op_of_test(x)", np.exp, x=lambda g, other: g)
    assert "op_of_test" not in PRIMITIVES


def test_wrong_numbers_of_arguments() -> None:
    with pytest.raises(TypeError):
        PRIMITIVES["add"](mg.ones(1))
    with pytest.raises(TypeError):
        PRIMITIVES["exp"](mg.ones(1), mg.ones(1))


def test_errors_name_the_operation_and_what_it_was_given() -> None:
    with pytest.raises(ShapeError, match=r"add: .*float32 of shape \(2,\).*float32 of shape \(3,\)"):
        mg.ones(2) + mg.ones(3)
    assert issubclass(ShapeError, RuntimeError)
    assert issubclass(ShapeError, ValueError)


@pytest.mark.parametrize("name", sorted(PRIMITIVES))
def test_every_primitive_has_a_known_family_and_reads_as_a_line(name: str) -> None:
    primitive = PRIMITIVES[name]
    assert primitive.family in {"elementwise", "linear", "bilinear", "general"}
    assert primitive.name == name
    assert primitive.__doc__.startswith(f"{name}({', '.join(primitive.parameters)})")


def test_a_primitive_of_many_arguments_has_one_rule_for_each_place() -> None:
    """Nothing is kept for the length of a call: a longer one only adds rules to those there are."""
    cat = PRIMITIVES["cat"]
    few, many = cat.rules_for(3), cat.rules_for(5)
    assert all(a is b for a, b in zip(few, many))
    xs = [mg.tensor([float(i)], requires_grad=True) for i in range(300)]
    for length in (*range(1, 300, 7), 300):
        mg.cat(xs[:length]).sum().backward()
    assert all(a is b for a, b in zip(many, cat.rules_for(300)))
