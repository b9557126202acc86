"""The table of derivatives: choice, element by element: the larger, the smaller, what a condition says."""

from __future__ import annotations

from numbers import Real
from typing import Any, overload

import numpy as np

from minigrad.dtypes import Array, in_dtype, result_type
from minigrad.engine.node import Variable, array_of, plain
from minigrad.engine.primitive import elementwise
from minigrad.errors import ArgumentError
from minigrad.kernels.masked import masked
from minigrad.kernels.pieces import in_pieces
from minigrad.ops.comparison import isnan
from minigrad.ops.memory import astype
from minigrad.ops.public import also_in_place
from minigrad.types import Indices, Number, Tensor

__all__ = [
    "clamp",
    "clamp_max",
    "clamp_min",
    "clip",
    "fmax",
    "fmin",
    "maximum",
    "minimum",
    "where",
]


def _prefer(a: Array, b: Array) -> Array:
    dtype = np.result_type(a, b)
    return 1 - ((a < b).astype(dtype) + (a <= b)) / dtype.type(2)


# At a tie each of the two gets half, as in PyTorch. The mask keeps an infinite gradient from what gets nothing.
prefer = elementwise("prefer(a, b) = 1 if a > b, 1/2 if a = b, else 0", _prefer, a=None, b=None)
maximum = elementwise(
    "maximum(a, b) = max(a, b)",
    np.maximum,
    a=lambda g, a, b: mask(g * prefer(a, b), ~(a < b)),
    b=lambda g, a, b: mask(g * prefer(b, a), ~(b < a)),
)
minimum = elementwise(
    "minimum(a, b) = min(a, b)",
    np.minimum,
    a=lambda g, a, b: mask(g * prefer(b, a), ~(b < a)),
    b=lambda g, a, b: mask(g * prefer(a, b), ~(a < b)),
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
    if g.dtype.kind != "f" or keep.dtype != bool:
        return np.where(keep, g, np.zeros_like(g, shape=()))
    if np.shape(g) == np.shape(keep):
        return in_pieces(masked, g, keep)
    return masked(np.asarray(g), keep)


mask = elementwise("mask(g, keep) = g if keep, else 0", _mask, g=lambda g, keep: mask(g, keep), keep=None)


def zero(g: Any) -> Any:
    """The rule of a derivative that is zero wherever it exists: zeros, also where `g` is infinite or NaN."""
    return mask(g, np.False_)


@overload
def where(condition: Indices) -> tuple[Tensor, ...]: ...


@overload
def where(condition: Indices, input: Tensor | Number, other: Tensor | Number) -> Tensor: ...


def where(condition: Any, input: Tensor | Number | None = None, other: Tensor | Number | None = None) -> Any:
    """`input` where `condition` holds, `other` elsewhere; numbers or tensors, broadcast together.

    `where(condition)` alone gives the places where it holds, one int64 tensor for each dimension.
    The gradient goes to `input` where the condition holds and to `other` elsewhere.

    >>> mg.where(mg.tensor([True, False]), mg.tensor([1.0, 2.0]), 0.0)
    tensor([1., 0.])
    """
    if not hasattr(condition, "dtype"):
        raise TypeError(f"where: condition must be a tensor, not {type(condition).__name__}")
    if input is None and other is None:
        places = np.nonzero(np.atleast_1d(plain(condition)))
        return tuple(Variable.wrap(each.copy()) for each in places)  # each in memory of its own
    first: Any = input
    second: Any = other
    for each, beside in ((first, second), (second, first)):
        if hasattr(each, "dtype"):
            continue
        if isinstance(each, int):
            if hasattr(beside, "dtype") and beside.dtype.kind in "iu":
                in_dtype(each, beside.dtype, "where")  # NumPy would let it wrap around
        elif not isinstance(each, (float, Real)):
            raise TypeError(f"where: input and other must be tensors or numbers, not {type(each).__name__}")
    condition = _bools(condition)
    if not (hasattr(first, "dtype") or hasattr(second, "dtype")):
        first = np.asarray(first, result_type(first, second))
    return where_p(condition, first, second)


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

    Where the input is at a bound the gradient still flows to it. If min > max the result is max. A tensor of no
    dimensions beside a bound that is a number counts as its number. ValueError without a bound.

    >>> mg.clamp(mg.tensor([-2.0, 0.5, 2.0]), -1, 1)
    tensor([-1.0000,  0.5000,  1.0000])
    """
    if min is None and max is None:
        raise ArgumentError("clamp: At least one of 'min' or 'max' must not be None")
    min, max = _beside_number(min, max), _beside_number(max, min)
    several = isinstance(max, Variable) or array_of(input).dtype.kind != "f"
    if min is not None and max is not None and several:  # the three have one dtype, not two and two
        dtype = result_type(input, min, max)
        if array_of(input).dtype != dtype:
            input = astype(input, dtype=dtype)
    if min is not None:
        input = clamp_min(input, min)
    return input if max is None else clamp_max(input, max)


def _beside_number(bound: Any, other: Any) -> Any:
    """The number in a bound that is a tensor of no dimensions, without a history, where the other is a number."""
    alone = isinstance(bound, Variable) and bound.node is None and other is not None and not hasattr(other, "dtype")
    return bound.item() if alone and not bound.array.ndim else bound


clip = clamp
