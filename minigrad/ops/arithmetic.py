"""The table of derivatives, first page: arithmetic and choice, element by element.

In a rule `g` is the gradient of the output and `y` the output. Nothing here mentions broadcasting or dtypes: the edge
of the elementwise family takes care of both.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.primitive import elementwise, zero
from minigrad.dtypes import Array, result_type

add = elementwise("add(a, b) = a + b", np.add, a=lambda g: g, b=lambda g: g)
sub = elementwise("sub(a, b) = a - b", np.subtract, a=lambda g: g, b=lambda g: -g)
mul = elementwise("mul(a, b) = a * b", np.multiply, a=lambda g, b: g * b, b=lambda g, a: g * a)
div = elementwise("div(a, b) = a / b", np.true_divide, a=lambda g, b: g / b, b=lambda g, b, y: -g * y / b)
neg = elementwise("neg(x) = -x", np.negative, x=lambda g: -g)
square = elementwise("square(x) = x ** 2", np.square, x=lambda g, x: g * (2 * x))
reciprocal = elementwise("reciprocal(x) = 1 / x", lambda x: 1 / x, x=lambda g, y: -g * y * y)

abs = elementwise("abs(x) = |x|", np.absolute, x=lambda g, x: g * sign(x))
sign = elementwise("sign(x)", np.sign, x=zero)


def _prefer(a: Array, b: Array) -> Array:
    dtype = np.result_type(a, b)
    return ((a > b).astype(dtype) + (a >= b)) / dtype.type(2)


# At a tie each of the two gets half, as in PyTorch.
prefer = elementwise("prefer(a, b) = 1 if a > b, 1/2 if a = b, else 0", _prefer, a=None, b=None)
maximum = elementwise(
    "maximum(a, b) = max(a, b)", np.maximum, a=lambda g, a, b: g * prefer(a, b), b=lambda g, a, b: g * prefer(b, a)
)
minimum = elementwise(
    "minimum(a, b) = min(a, b)", np.minimum, a=lambda g, a, b: g * prefer(b, a), b=lambda g, a, b: g * prefer(a, b)
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

where_of = elementwise(
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

floor = elementwise("floor(x)", np.floor, x=zero)
ceil = elementwise("ceil(x)", np.ceil, x=zero)
trunc = elementwise("trunc(x)", np.trunc, x=zero)
floor_divide = elementwise("floor_divide(a, b) = floor(a / b)", np.floor_divide, a=zero, b=zero)
remainder = elementwise(
    "remainder(a, b) = a - b * floor(a / b)", np.remainder, a=lambda g: g, b=lambda g, a, b: -g * floor_divide(a, b)
)


def where(condition: Any, a: Any, b: Any) -> Any:
    """`a` where `condition` holds, `b` elsewhere; numbers or tensors, broadcast together."""
    condition = _bools(condition)
    if not (hasattr(a, "dtype") or hasattr(b, "dtype")):
        a = np.asarray(a, result_type(a, b))
    return where_of(condition, a, b)


def _bools(condition: Any) -> Any:
    """The condition as bools: what is not zero holds."""
    if not hasattr(condition, "dtype"):
        return np.asarray(condition, bool)
    return condition if condition.dtype == bool else condition != 0


def clamp(x: Any, min: Any = None, max: Any = None) -> Any:
    """`x` kept between `min` and `max`, numbers or tensors, either of which may be left out.

    Where x is at a bound the gradient still flows to x. If min > max the result is max.
    """
    if min is None and max is None:
        raise ValueError("clamp: at least one of min or max must be given")
    if min is not None:
        x = clamp_min(x, min)
    return x if max is None else clamp_max(x, max)


def round(x: Any, *, decimals: int = 0) -> Any:
    """The nearest integer, halves to the even one; with `decimals`, that many places are kept."""
    return round_to(x, decimals=decimals)


def _round(x: Array, *, decimals: int) -> Array:
    return np.round(x, decimals)


round_to = elementwise("round(x)", _round, x=zero)
