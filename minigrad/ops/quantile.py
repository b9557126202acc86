"""Order statistics: median, quantile and mode along a dimension, composed of finding and taking.

Which elements they are is found on arrays, as indices; then these elements are taken from the tensor. So the gradient
goes to the elements that the result is, or lies between.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

import numpy as np

from minigrad.dtypes import Array, is_floating
from minigrad.engine.node import Variable, plain
from minigrad.errors import ShapeError
from minigrad.ops.arithmetic import lerp
from minigrad.ops.arrangement import movedim
from minigrad.ops.dims import normalized, numpy_names
from minigrad.ops.extremum import Extremum, amax, chosen, not_empty
from minigrad.ops.indexing import take_along_dim
from minigrad.ops.memory import floating
from minigrad.ops.reduction import mean
from minigrad.ops.rounding import ceil, floor, round
from minigrad.ops.shape import squeeze
from minigrad.types import Tensor

__all__ = [
    "median",
    "mode",
    "nanmedian",
    "nanquantile",
    "quantile",
]


@overload
def median(input: Tensor) -> Tensor: ...


@overload
def median(input: Tensor, dim: int, keepdim: bool = False) -> Extremum: ...


@numpy_names
def median(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """The middle element in order, the lower of two; NaN if there is a NaN. With `dim` the pair (values, indices).

    Without `dim`, equal elements share the gradient; with it, the element of the index gets it.

    >>> mg.median(mg.tensor([3.0, 1.0, 2.0, 4.0]))
    tensor(2.)
    """
    return _median("median", _middle, input, dim, keepdim)


@overload
def nanmedian(input: Tensor) -> Tensor: ...


@overload
def nanmedian(input: Tensor, dim: int, keepdim: bool = False) -> Extremum: ...


@numpy_names
def nanmedian(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """As median, of the elements that are not NaN.

    >>> mg.nanmedian(mg.tensor([3.0, float("nan"), 2.0]))
    tensor(2.)
    """
    return _median("nanmedian", _middle_of_numbers, input, dim, keepdim)


def _median(name: str, find: Callable[[Array], Array], x: Any, dim: int | None, keepdim: bool) -> Any:
    if dim is not None:
        not_empty(x, dim, name)
        return _chosen(name, find, x, dim, keepdim)
    row = x.reshape((-1,))
    if row.shape[0] == 0 and is_floating(x.dtype):
        return mean(row)  # NaN
    not_empty(row, dim, name)
    middle = row[int(find(plain(row))[0])]
    return amax(row[(row == middle) | ((row != row) & (middle != middle))])


@numpy_names
def mode(input: Tensor, dim: int = -1, keepdim: bool = False) -> Extremum:
    """The element that occurs most often along `dim`, the smallest of several, and the last index where it does.

    >>> mg.mode(mg.tensor([1, 2, 2, 3])).values
    tensor(2)
    """
    not_empty(input, dim, "mode")
    return _chosen("mode", _most_frequent, input, dim, keepdim)


def _chosen(name: str, find: Callable[[Array], Array], x: Any, dim: int, keepdim: bool) -> Extremum:
    """The element of each row along `dim` whose index, kept as an axis of size 1, `find` tells."""
    axis = normalized(dim, x.ndim, name)
    rows = np.moveaxis(np.atleast_1d(plain(x)), axis, -1)
    indices = np.moveaxis(find(rows), -1, axis).reshape((*x.shape[:axis], 1, *x.shape[axis + 1 :]) if x.ndim else ())
    return chosen(x, Variable.wrap(indices), axis, keepdim, name)


def _ranked(rows: Array) -> tuple[Array, Array]:
    """The indices that sort each row, NaN last, and how many elements are not NaN."""
    return np.argsort(rows, -1, kind="stable"), (rows == rows).sum(-1, keepdims=True)


def _middle(rows: Array) -> Array:
    order, numbers = _ranked(rows)
    n = rows.shape[-1]
    return np.take_along_axis(order, np.where(numbers < n, numbers, (n - 1) // 2), -1)  # a NaN, if there is one


def _middle_of_numbers(rows: Array) -> Array:
    order, numbers = _ranked(rows)
    return np.take_along_axis(order, np.maximum(numbers - 1, 0) // 2, -1)


def _most_frequent(rows: Array) -> Array:
    order, _ = _ranked(rows)
    ordered = np.take_along_axis(rows, order, -1)
    place = np.arange(rows.shape[-1], like=rows)
    starts = np.concatenate([np.ones_like(rows[..., :1], bool), ordered[..., 1:] != ordered[..., :-1]], -1)
    run = place - np.maximum.accumulate(np.where(starts, place, 0), -1)  # how many equal ones stand before
    return np.take_along_axis(order, run.argmax(-1, keepdims=True), -1)


_INTERPOLATIONS: dict[str, Callable[[Any], Any]] = {
    "linear": lambda place: place,
    "lower": floor,
    "higher": ceil,
    "nearest": round,
    "midpoint": lambda place: (floor(place) + ceil(place)) / 2,
}


@numpy_names
def quantile(
    input: Tensor, q: float | Tensor, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Tensor:
    """The number that a share `q` of the elements along `dim` (of all, by default) lies below; NaN if there is a NaN.

    `q` is a number or tensor between 0 and 1; for a vector of them the result has one more dimension in front. Between
    two elements, the `interpolation` is "linear", "lower", "higher", "nearest" or "midpoint".

    >>> mg.quantile(mg.tensor([1.0, 2.0, 3.0, 4.0]), 0.5)
    tensor(2.5000)
    """
    return _quantile("quantile", input, q, dim, keepdim, interpolation, skip=False)


@numpy_names
def nanquantile(
    input: Tensor, q: float | Tensor, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Tensor:
    """As quantile (`q`, `interpolation`), of the elements that are not NaN.

    >>> mg.nanquantile(mg.tensor([1.0, float("nan"), 3.0]), 0.5)
    tensor(2.)
    """
    return _quantile("nanquantile", input, q, dim, keepdim, interpolation, skip=True)


def _quantile(name: str, x: Any, q: Any, dim: int | None, keepdim: bool, interpolation: str, skip: bool) -> Any:
    x = floating(x, name)
    not_empty(x, dim, name)
    if interpolation not in _INTERPOLATIONS:
        raise ValueError(f"{name}: interpolation is one of {', '.join(_INTERPOLATIONS)}, not {interpolation!r}")
    if not hasattr(q, "dtype"):
        q = np.asarray(q, x.dtype)
    if q.ndim > 1 or not ((plain(q) >= 0) & (plain(q) <= 1)).all():
        raise ShapeError(f"{name}: q is a number or a vector of numbers between 0 and 1, got {q}")
    rank, axis = x.ndim, 0 if dim is None else normalized(dim, x.ndim, name)
    rows = x.reshape((-1,)) if dim is None or rank == 0 else movedim(x, axis, -1)
    order, numbers = _ranked(plain(rows))
    place = _INTERPOLATIONS[interpolation](q.reshape((-1,)) * (numbers - 1).astype(x.dtype))
    places = plain(place)
    if not skip:  # where there is a NaN, it is the last in order
        places = np.where(numbers < rows.shape[-1], rows.shape[-1] - 1, places)
    low, high = (np.maximum(rounded(places), 0).astype(np.int64) for rounded in (np.floor, np.ceil))
    below, above = (take_along_dim(rows, np.take_along_axis(order, each, -1), -1) for each in (low, high))
    chosen = interpolation in ("lower", "higher", "nearest")  # an element itself, be it infinite
    y = movedim(below if chosen else lerp(below, above, place - np.floor(plain(place))), -1, 0)
    if keepdim and rank:
        kept = (1,) * rank if dim is None else (*x.shape[:axis], 1, *x.shape[axis + 1 :])
        y = y.reshape((y.shape[0], *kept))
    return y if q.ndim else squeeze(y, 0)
