"""The table of derivatives, first page: arithmetic and choice, element by element.

In a rule `g` is the gradient of the output and `y` the output. Nothing here mentions broadcasting or dtypes: the edge
of the elementwise family takes care of both.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from numbers import Real
from typing import Any, overload

import numpy as np

from minigrad.dtypes import Array, is_floating, result_type
from minigrad.engine.node import Variable, plain
from minigrad.engine.primitive import elementwise
from minigrad.ops.comparison import isnan
from minigrad.ops.public import also_in_place
from minigrad.ops.shape import asked
from minigrad.types import Indices, Number, Tensor

__all__ = [
    "abs",
    "absolute",
    "add",
    "clamp",
    "clamp_max",
    "clamp_min",
    "clip",
    "div",
    "divide",
    "floor_divide",
    "fmax",
    "fmin",
    "fmod",
    "gcd",
    "lcm",
    "maximum",
    "minimum",
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
    "where",
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


def zero(g: Any) -> Any:
    """The rule of a derivative that is zero wherever it exists: zeros, also where `g` is infinite or NaN."""
    return mask(g, np.False_)


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


def _prefer(a: Array, b: Array) -> Array:
    dtype = np.result_type(a, b)
    return 1 - ((a < b).astype(dtype) + (a <= b)) / dtype.type(2)


# At a tie each of the two gets half, as in PyTorch.
prefer = elementwise("prefer(a, b) = 1 if a > b, 1/2 if a = b, else 0", _prefer, a=None, b=None)
maximum = elementwise(
    "maximum(a, b) = max(a, b)", np.maximum, a=lambda g, a, b: g * prefer(a, b), b=lambda g, a, b: g * prefer(b, a)
)
minimum = elementwise(
    "minimum(a, b) = min(a, b)", np.minimum, a=lambda g, a, b: g * prefer(b, a), b=lambda g, a, b: g * prefer(a, b)
)

# These two pass over a NaN beside a number; at a tie a gets it all.
fmax = elementwise(
    "fmax(a, b) = max(a, b)",
    np.fmax,
    a=lambda g, a, b: mask(g, (a >= b) | isnan(b)),
    b=lambda g, a, b: mask(g, ~((a >= b) | isnan(b))),
)
fmin = elementwise(
    "fmin(a, b) = min(a, b)",
    np.fmin,
    a=lambda g, a, b: mask(g, (a <= b) | isnan(b)),
    b=lambda g, a, b: mask(g, ~((a <= b) | isnan(b))),
)

clamp_min = elementwise(
    "clamp_min(x, low) = max(x, low)",
    np.maximum,
    x=lambda g, x, low: mask(g, x >= low),
    low=lambda g, x, low: mask(g, x < low),
)
clamp_max = elementwise(
    "clamp_max(x, high) = min(x, high)",
    np.minimum,
    x=lambda g, x, high: mask(g, x <= high),
    high=lambda g, x, high: mask(g, x > high),
)

where_p = elementwise(
    "where(condition, a, b) = a if condition, else b",
    np.where,
    condition=None,
    a=lambda g, condition: mask(g, condition),
    b=lambda g, condition: mask(g, ~condition),
)


def _mask(g: Array, keep: Array) -> Array:
    # The bits of g, each element with all ones or all zeros: as fast as a multiplication, which would make NaN of
    # infinity times 0, where np.where on a random mask takes ten times as long.
    if g.dtype.kind != "f" or keep.dtype != bool:
        return np.where(keep, g, np.zeros_like(g, shape=()))
    bits = np.dtype(f"i{g.dtype.itemsize}")
    zeros_or_ones = np.negative(keep.view(np.int8), dtype=bits)
    return (np.asarray(g).view(bits) & zeros_or_ones).view(g.dtype)


mask = elementwise("mask(g, keep) = g if keep, else 0", _mask, g=lambda g, keep: mask(g, keep), keep=None)


@also_in_place
def add(input: Tensor, other: Tensor | Number, *, alpha: float = 1) -> Tensor:
    """input + alpha * other; the dtype is that of input + other."""
    return add_p(input, _times("add", alpha, input, other))


@also_in_place
def sub(input: Tensor | Number, other: Tensor | Number, *, alpha: float = 1) -> Tensor:
    """input - alpha * other; the dtype is that of input - other."""
    return sub_p(input, _times("sub", alpha, input, other))


def _times(name: str, alpha: float, input: Any, other: Any) -> Any:
    if alpha == 1:
        return other
    dtype = result_type(input, other)
    if isinstance(alpha, float) and not is_floating(dtype):
        raise RuntimeError(f"{name}: for integral input tensors, argument alpha must not be a floating point number")
    product = alpha * (asked(other, dtype) if hasattr(other, "dtype") else other)
    return asked(product, dtype) if dtype.kind == "b" else product


def rsub(input: Tensor, other: Tensor | Number, *, alpha: float = 1) -> Tensor:
    """other - alpha * input: `sub` from the right."""
    return sub(other, input, alpha=alpha)


@also_in_place
def div(input: Tensor, other: Tensor | Number, *, rounding_mode: str | None = None) -> Tensor:
    """input / other; with `rounding_mode` "floor" or "trunc" rounded down or towards 0, and integers stay integers."""
    if rounding_mode is None:
        return div_p(input, other)
    if rounding_mode == "floor":
        return floor_quotient(input, other)
    if rounding_mode == "trunc":
        return trunc_quotient(input, other)
    raise ValueError(f"div: rounding_mode is None, 'floor' or 'trunc', not {rounding_mode!r}")


def positive(input: Tensor) -> Tensor:
    """The input itself."""
    return input


@overload
def where(condition: Indices) -> tuple[Tensor, ...]: ...


@overload
def where(condition: Indices, input: Tensor | Number, other: Tensor | Number) -> Tensor: ...


def where(condition: Any, input: Any = None, other: Any = None) -> Any:
    """`input` where `condition` holds, `other` elsewhere; numbers or tensors, broadcast together.

    `where(condition)` alone gives the places where it holds, one int64 tensor for each dimension.
    """
    if not hasattr(condition, "dtype"):
        raise TypeError(f"where: condition must be a tensor, not {type(condition).__name__}")
    if input is None and other is None:
        places = np.nonzero(plain(condition))
        return tuple(Variable.wrap(each) for each in places)
    for each in (input, other):
        if not (hasattr(each, "dtype") or isinstance(each, Real)):
            raise TypeError(f"where: input and other must be tensors or numbers, not {type(each).__name__}")
    condition = _bools(condition)
    if not (hasattr(input, "dtype") or hasattr(other, "dtype")):
        input = np.asarray(input, result_type(input, other))
    return where_p(condition, input, other)


def _bools(condition: Any) -> Any:
    """The condition as bools, which as in old programs may be in uint8."""
    if condition.dtype not in (bool, np.uint8):
        raise RuntimeError(
            f"where expected condition to be a boolean tensor, but got a tensor with dtype {condition.dtype}"
        )
    return condition if condition.dtype == bool else condition != 0


@also_in_place
def clamp(input: Tensor, min: Tensor | Number | None = None, max: Tensor | Number | None = None) -> Tensor:
    """`input` kept between `min` and `max`, numbers or tensors, either of which may be left out.

    Where the input is at a bound the gradient still flows to it. If min > max the result is max.
    """
    if min is None and max is None:
        raise ValueError("clamp: at least one of min or max must be given")
    if min is not None:
        input = clamp_min(input, min)
    return input if max is None else clamp_max(input, max)


subtract, multiply, divide, true_divide = sub, mul, div, div
negative, absolute, clip = neg, abs, clamp


# -- What pairs of integers have in common -----------------------------------------------------------------------------

gcd = elementwise("gcd(a, b)", np.gcd, a=None, b=None)
lcm = elementwise("lcm(a, b)", np.lcm, a=None, b=None)
