"""Operators and NumPy's functions on tensors: from either side, with numbers, arrays and other things."""

from __future__ import annotations

import math
import operator
import warnings
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd import grad

BINARY = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "//": operator.floordiv,
    "%": operator.mod,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
SMOOTH = {"+", "-", "*", "/", "**", "%"}


@pytest.mark.parametrize("symbol", BINARY)
def test_every_operator_with_every_kind_of_partner(symbol: str) -> None:
    apply = BINARY[symbol]
    values = np.array([[1.5, 2.0, 3.5], [0.5, 2.0, 2.5]])
    for other in (
        2.0,
        2,
        np.float64(2),
        np.array([1.0, 2.0, 3.0]),
        np.array(2.0),
        mg.tensor([1.0, 2.0, 3.0], dtype=mg.float64),
    ):
        raw = other.numpy() if isinstance(other, mg.Tensor) else other
        for flipped in (False, True):
            t = mg.tensor(values, requires_grad=True)
            found = apply(other, t) if flipped else apply(t, other)
            expected = apply(raw, values) if flipped else apply(values, raw)
            assert type(found) is mg.Tensor, (other, flipped)
            np.testing.assert_allclose(found.numpy(force=True), expected, rtol=1e-14)
            if symbol in SMOOTH:
                assert found.requires_grad
                (g,) = grad(found.sum(), t)
                step = 1e-6
                up, down = values + step, values - step
                slope = (apply(raw, up) - apply(raw, down)) if flipped else (apply(up, raw) - apply(down, raw))
                away = np.abs(slope) < 1e-3 if symbol == "%" else np.ones_like(values, bool)  # not across a jump
                np.testing.assert_allclose(g.numpy()[away], (slope / (2 * step))[away], rtol=1e-6, atol=1e-7)
            else:
                assert not found.requires_grad


def test_unary_operators() -> None:
    t = mg.tensor([-1.5, 2.0])
    assert (-t).tolist() == [1.5, -2.0]
    assert (+t).tolist() == [-1.5, 2.0]
    assert abs(t).tolist() == [1.5, 2.0]
    assert (~mg.tensor([True, False])).tolist() == [False, True]
    assert (~mg.tensor([0, 5])).tolist() == [-1, -6]


def test_logical_operators_of_bools_and_integers() -> None:
    a, b = mg.tensor([True, True, False]), mg.tensor([True, False, False])
    assert (a & b).tolist() == [True, False, False]
    assert (a | b).tolist() == [True, True, False]
    assert (a ^ b).tolist() == [False, True, False]
    assert (a & True).tolist() == [True, True, False]
    assert (False | a).tolist() == [True, True, False]
    assert (mg.tensor([6]) & 3).tolist() == [2]
    with pytest.raises(TypeError):
        mg.ones(2) & mg.ones(2)


def test_matrix_product_from_either_side() -> None:
    a, b = np.arange(6.0).reshape(2, 3), np.arange(6.0).reshape(3, 2) + 1
    t = mg.tensor(b, requires_grad=True)
    y = a @ t
    assert type(y) is mg.Tensor
    np.testing.assert_allclose(y.numpy(force=True), a @ b)
    np.testing.assert_allclose(grad(y.sum(), t)[0].numpy(), a.T @ np.ones((2, 2)))
    np.testing.assert_allclose((t @ a).numpy(force=True), b @ a)


@pytest.mark.parametrize(
    "ufunc",
    [
        np.exp,
        np.log,
        np.sqrt,
        np.sin,
        np.cos,
        np.tanh,
        np.negative,
        np.absolute,
        np.square,
        np.sign,
        np.log1p,
        np.expm1,
    ],
)
def test_numpy_functions_of_one_tensor_record(ufunc: Any) -> None:
    values = np.array([0.5, 1.5])
    t = mg.tensor(values, requires_grad=True)
    y = ufunc(t)
    assert type(y) is mg.Tensor
    assert y.requires_grad
    np.testing.assert_allclose(y.numpy(force=True), ufunc(values), rtol=1e-15)


@pytest.mark.parametrize("ufunc", [np.add, np.subtract, np.multiply, np.divide, np.power, np.maximum, np.minimum])
def test_numpy_functions_of_two_record_from_either_side(ufunc: Any) -> None:
    values, other = np.array([0.5, 1.5]), np.array([1.0, 2.0])
    t = mg.tensor(values, requires_grad=True)
    for y, expected in ((ufunc(t, other), ufunc(values, other)), (ufunc(other, t), ufunc(other, values))):
        assert type(y) is mg.Tensor
        assert y.requires_grad
        np.testing.assert_allclose(y.numpy(force=True), expected, rtol=1e-15)


def test_the_numpy_maximum_is_maximum_also_where_two_are_equal() -> None:
    for numpy_name, name in ((np.maximum, mg.maximum), (np.minimum, mg.minimum)):
        a, b = mg.tensor([1.0], requires_grad=True), mg.tensor([1.0], requires_grad=True)
        assert [g.item() for g in grad(numpy_name(a, b).sum(), [a, b])] == [0.5, 0.5]
        assert numpy_name(a, b).grad_fn.name == name(a, b).grad_fn.name


def test_numpy_functions_that_tensors_do_not_have_are_type_errors() -> None:
    t = mg.ones(2)
    for call in (lambda: np.add.reduce(t), lambda: np.exp(t, out=np.empty(2)), lambda: np.spacing(t)):
        with pytest.raises(TypeError):
            call()


@pytest.mark.parametrize("other", ["text", None, object(), {}, 1j])
def test_arithmetic_with_anything_else_is_a_type_error(other: Any) -> None:
    for apply in (operator.add, operator.mul, operator.truediv, operator.pow):
        with pytest.raises(TypeError):
            apply(mg.ones(2), other)
        with pytest.raises(TypeError):
            apply(other, mg.ones(2))


@pytest.mark.parametrize("other", ["text", None, object()])
def test_a_tensor_equals_nothing_that_is_no_number(other: Any) -> None:
    assert (mg.ones(2) == other) is False
    assert (mg.ones(2) != other) is True
    assert other not in (mg.ones(1), mg.zeros(1))


def test_a_class_that_knows_tensors_may_take_over() -> None:
    class Other:
        def __radd__(self, left: Any) -> str:
            return "taken over"

        def __rmul__(self, left: Any) -> str:
            return "taken over"

    assert mg.ones(2) + Other() == "taken over"
    assert mg.ones(2) * Other() == "taken over"


def test_shapes_that_do_not_broadcast() -> None:
    for apply in (operator.add, operator.mul, operator.lt):
        with pytest.raises(RuntimeError, match=r"\(2, 3\).*\(2,\)"):
            apply(mg.ones(2, 3), mg.ones(2))
    with pytest.raises(RuntimeError, match=r"matmul.*2x3 and 2x3"):
        mg.ones(2, 3) @ mg.ones(2, 3)
    with pytest.raises(RuntimeError, match="matmul"):
        mg.ones(2, 3) @ mg.tensor(1.0)
    with pytest.raises(RuntimeError, match=r"dtype.*float32.*float64"):
        mg.ones(2, 3) @ mg.ones(3, 2, dtype=mg.float64)


def test_integer_powers() -> None:
    assert (mg.tensor([2, 3]) ** 2).tolist() == [4, 9]
    assert (2 ** mg.tensor([2, 3])).tolist() == [4, 8]
    assert (mg.tensor([2, 3]) ** 2).dtype == mg.int64
    with pytest.raises(RuntimeError, match="negative integer powers"):
        mg.tensor([2]) ** -1


def test_division_of_integers_by_zero() -> None:
    assert (mg.tensor([1.0]) // 0).isinf().item()
    with np.errstate(all="ignore"):
        assert mg.isinf(mg.tensor([1]) / mg.tensor([0])).item()


def test_special_values_come_without_a_warning() -> None:
    """As IEEE 754 says, and also where warnings are errors, as in these tests."""
    zero, big = mg.zeros(1), mg.tensor([1e30])
    assert (1 / zero).item() == np.inf
    assert (zero / zero).isnan().item()
    assert zero.log().item() == -np.inf
    assert (big * big).item() == np.inf
    assert (-mg.ones(1)).sqrt().isnan().item()
    assert mg.tensor([1000.0]).exp().item() == np.inf
    assert mg.zeros(0).mean().isnan().item()
    assert mg.ones(1).var().isnan().item()
    assert big.half().isinf().item()
    x = mg.zeros(1, requires_grad=True)
    x.sqrt().backward()
    assert x.grad.item() == np.inf
    assert mg.full((2,), -np.inf).softmax(0).isnan().all()


@pytest.mark.parametrize("action", ["default", "error"])
@pytest.mark.parametrize("name", ["sum", "mean", "var", "prod", "cumsum", "cumprod", "softmax", "logsumexp"])
def test_infinities_that_cancel_give_nan_without_a_word(name, action):
    x = mg.tensor([math.inf, -math.inf, 0.0])
    with warnings.catch_warnings(record=True) as heard:
        if action == "error":
            warnings.simplefilter("error")
        assert math.isnan(getattr(x, name)(0).reshape(-1)[-1].item()) or name == "logsumexp"
    assert not heard


def test_keywords_of_pytorch():
    x, y = mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0])
    assert mg.mul(x, other=y).tolist() == [3, 8]
    assert mg.sub(other=y, input=x).tolist() == [-2, -2]
    assert mg.exp(input=mg.zeros(1)).tolist() == [1]
    assert x.pow(exponent=2).tolist() == [1, 4]
    assert mg.eq(x, other=1).tolist() == [True, False]
    assert mg.matmul(x, other=y).item() == 11
    assert mg.softmax(x - x, axis=0).tolist() == [0.5, 0.5]
    with pytest.raises(TypeError, match="takes 2 arguments, 1 were given"):
        mg.mul(x)


@pytest.mark.parametrize(
    "name", ["floor", "ceil", "trunc", "exp", "log", "sqrt", "square", "equal", "less", "maximum", "add", "multiply"]
)
def test_functions_of_numpy_take_tensors(name):
    function = getattr(np, name)
    arrays = [np.array([0.5, 1.5]), np.array([1.5, 1.5])][: function.nin]
    found = function(*map(mg.from_numpy, arrays))
    assert isinstance(found, mg.Tensor)
    assert found.tolist() == function(*arrays).tolist()
