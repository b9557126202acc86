"""The table of derivatives, arithmetic, element by element.

In a rule `g` is the gradient of the output and `y` the output. Nothing here mentions broadcasting or dtypes: the edge
of the elementwise family takes care of both.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.dtypes import Array, is_floating, result_type
from minigrad.engine.primitive import elementwise
from minigrad.errors import DTypeError
from minigrad.ops.choice import where, zero
from minigrad.ops.memory import alike, asked, floating, half_in_single
from minigrad.ops.public import also_in_place, factors_first
from minigrad.types import Number, Tensor

__all__ = [
    "abs",
    "absolute",
    "add",
    "addcdiv",
    "addcmul",
    "div",
    "divide",
    "floor_divide",
    "fmod",
    "gcd",
    "lcm",
    "lerp",
    "mul",
    "multiply",
    "neg",
    "negative",
    "positive",
    "reciprocal",
    "remainder",
    "rsub",
    "sign",
    "square",
    "sub",
    "subtract",
    "true_divide",
]


@functools.wraps(np.square)
def _square(x: Array) -> Array:
    return np.square(x, dtype=np.int64 if x.dtype == bool else None)


@functools.wraps(np.sign)
def _sign(x: Array) -> Array:
    return np.sign(x) if x.dtype != bool else x.copy()


def _never_by_zero(divide: Callable[[Array, Array], Array]) -> Callable[[Array, Array], Array]:
    """Integers have no infinity for what a division by zero would give."""

    @functools.wraps(divide)
    def run(a: Array, b: Array) -> Array:
        y = divide(a, b)
        if y.dtype.kind != "f" and y.size and not np.all(b):
            raise RuntimeError("ZeroDivisionError: integers cannot be divided by zero; use floating point tensors")
        return y

    return run


def _trunc_divide(a: Array, b: Array) -> Array:
    if np.result_type(a, b).kind == "f":
        return np.trunc(a / b)
    return (a - np.fmod(a, b)) // b  # exact, where a / b would pass through floating point numbers


add_p = elementwise("add(a, b) = a + b", np.add, a=lambda g: g, b=lambda g: g)
sub_p = elementwise("sub(a, b) = a - b", np.subtract, a=lambda g: g, b=lambda g: -g)
mul = elementwise("mul(a, b) = a * b", np.multiply, a=lambda g, b: g * b, b=lambda g, a: g * a)
div_p = elementwise("div(a, b) = a / b", np.true_divide, a=lambda g, b: g / b, b=lambda g, a, b: -g * (a / b) / b)
neg = elementwise("neg(x) = -x", np.negative, x=lambda g: -g)
square = elementwise("square(x) = x ** 2", _square, x=lambda g, x: g * (2 * x))
reciprocal = elementwise("reciprocal(x) = 1 / x", lambda x: 1 / x, x=lambda g, y: -g * y * y)

abs = elementwise("abs(x) = |x|", np.absolute, x=lambda g, x: g * sign(x))
sign = elementwise("sign(x)", _sign, x=zero)

# Rounded quotients have slope 0, but for `//`, which in PyTorch has none.
floor_divide = elementwise("floor_divide(a, b) = floor(a / b)", _never_by_zero(np.floor_divide), a=None, b=None)
floor_quotient = elementwise("floor_quotient(a, b) = floor(a / b)", _never_by_zero(np.floor_divide), a=zero, b=zero)
trunc_quotient = elementwise("trunc_quotient(a, b) = trunc(a / b)", _never_by_zero(_trunc_divide), a=zero, b=zero)
remainder = elementwise(
    "remainder(a, b) = a - b * floor(a / b)",
    _never_by_zero(np.remainder),
    a=lambda g: g,
    b=lambda g, a, b: -g * floor_quotient(a, b),
)
fmod = elementwise(
    "fmod(a, b) = a - b * trunc(a / b)",
    _never_by_zero(np.fmod),
    a=lambda g: g,
    b=lambda g, a, b: -g * trunc_quotient(a, b),
)


@also_in_place
@factors_first("alpha")
def add(input: Tensor, other: Tensor | Number, *, alpha: float = 1) -> Tensor:
    """input + alpha * other.

    The shapes broadcast, ShapeError where they cannot. The gradient goes to `input` as it is, to `other` times alpha.

    >>> mg.add(mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0]), alpha=10)
    tensor([31., 42.])
    """
    return add_p(input, _times("add", alpha, input, other))


@also_in_place
@factors_first("alpha")
def sub(input: Tensor | Number, other: Tensor | Number, *, alpha: float = 1) -> Tensor:
    """input - alpha * other.

    The shapes broadcast, ShapeError where they cannot. The gradient goes to `input` as it is, to `other` times -alpha.

    >>> mg.sub(mg.tensor([1.0, 2.0]), 3)
    tensor([-2., -1.])
    """
    return sub_p(input, _times("sub", alpha, input, other))


def _times(name: str, alpha: float, input: Any, other: Any) -> Any:
    """alpha * other, in the dtype that input and other make together."""
    if alpha == 1 and alpha is not True:
        return other
    dtype = result_type(input, other)
    check_factors(name, dtype, alpha=alpha)
    product = alpha * (asked(other, dtype) if hasattr(other, "dtype") else other)
    return asked(product, dtype) if dtype.kind == "b" else product


def check_factors(name: str, dtype: Any, **factors: Any) -> None:
    """RuntimeError for a factor that does not go with a result of this dtype."""
    for which, factor in factors.items():
        if isinstance(factor, float) and not is_floating(dtype):
            raise RuntimeError(
                f"{name}: For integral input tensors, argument {which} must not be a floating point number."
            )
        if isinstance(factor, bool) and dtype.kind != "b":
            raise RuntimeError(f"{name}: Boolean {which} only supported for Boolean results.")


def rsub(input: Tensor, other: Tensor | Number, *, alpha: float = 1) -> Tensor:
    """other - alpha * input: `sub` from the right.

    >>> mg.rsub(mg.tensor([1.0, 2.0]), 3)
    tensor([2., 1.])
    """
    return sub(other, input, alpha=alpha)


@also_in_place
def div(input: Tensor, other: Tensor | Number, *, rounding_mode: str | None = None) -> Tensor:
    """input / other; with `rounding_mode` "floor" or "trunc" rounded down or towards 0, and integers stay integers.

    The shapes broadcast, ShapeError where they cannot. Derivatives: g / b, and -g a / b²; rounded quotients have slope
    0. RuntimeError where a rounded quotient of integers is by 0, ValueError for any other `rounding_mode`.

    >>> mg.div(mg.tensor([7, -7]), 2)
    tensor([ 3.5000, -3.5000])
    >>> mg.div(mg.tensor([7, -7]), 2, rounding_mode="floor")
    tensor([ 3, -4])
    """
    if rounding_mode is None:
        return div_p(input, other)
    if rounding_mode == "floor":
        return floor_quotient(input, other)
    if rounding_mode == "trunc":
        return trunc_quotient(input, other)
    raise ValueError(f"div: rounding_mode is None, 'floor' or 'trunc', not {rounding_mode!r}")


@also_in_place
@half_in_single
@factors_first("value")
def addcmul(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """input + value * tensor1 * tensor2.

    >>> mg.addcmul(mg.tensor([1.0]), mg.tensor([2.0]), mg.tensor([3.0]), value=10)
    tensor([61.])
    """
    input, tensor1, tensor2 = alike(input, tensor1, tensor2)
    return add(input, tensor1 * tensor2, alpha=value)


@also_in_place
@half_in_single
@factors_first("value")
def addcdiv(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """input + value * tensor1 / tensor2; DTypeError for the quotient of integers, which might mean the whole one.

    >>> mg.addcdiv(mg.tensor([1.0]), mg.tensor([2.0]), mg.tensor([4.0]), value=10)
    tensor([6.])
    """
    if not any(is_floating(result_type(each)) for each in (tensor1, tensor2)):
        raise DTypeError(
            "Integer division with addcdiv is no longer supported: addcdiv(input, tensor1, tensor2) is (input + "
            "value * tensor1 / tensor2) of floating point numbers. Call .float(), or div with rounding_mode='trunc'"
        )
    input, tensor1, tensor2 = alike(input, tensor1, tensor2)
    return add(input, tensor1 / tensor2, alpha=value)


@also_in_place
@half_in_single
def lerp(input: Tensor, end: Tensor, weight: Tensor | Number) -> Tensor:
    """input + weight * (end - input): from `input` at weight 0 to `end` at weight 1.

    It starts from the nearer of the two, so that it comes to both exactly. The shapes broadcast. A weight outside
    [0, 1] extrapolates.

    >>> mg.lerp(mg.tensor([0.0, 10.0]), mg.tensor([10.0, 20.0]), 0.25)
    tensor([ 2.5000, 12.5000])
    """
    if hasattr(weight, "dtype"):
        input, end, weight = alike(input, end, weight)  # 1 - weight is no number of uint8
    floating(input, "lerp")
    way = end - input
    if not hasattr(weight, "dtype"):
        return input + weight * way if -0.5 < weight < 0.5 else end - way * (1 - weight)
    return where(abs(weight) < 0.5, input + weight * way, end - way * (1 - weight))


def positive(input: Tensor) -> Tensor:
    """The input itself.

    >>> mg.positive(mg.tensor([-1.0, 2.0]))
    tensor([-1.,  2.])
    """
    return input


subtract, multiply, divide, true_divide = sub, mul, div, div
negative, absolute = neg, abs


# -- What pairs of integers have in common -----------------------------------------------------------------------------

gcd = elementwise("gcd(a, b)", np.gcd, a=None, b=None)
lcm = elementwise("lcm(a, b)", np.lcm, a=None, b=None)
