"""Sorting and searching: which elements come first, and where they stand.

Places are found by NumPy; taking the elements from there is a gather, and the gather knows its derivative.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, overload

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.node import Variable, array_of
from minigrad.errors import ShapeError
from minigrad.ops.dims import normalized, numpy_names
from minigrad.ops.indexing import gather, index_array
from minigrad.ops.named_results import result_of
from minigrad.ops.shape import squeeze
from minigrad.types import Indices, Tensor

__all__ = [
    "argsort",
    "argwhere",
    "bucketize",
    "kthvalue",
    "msort",
    "nonzero",
    "searchsorted",
    "sort",
    "topk",
    "unique",
    "unique_consecutive",
    "unravel_index",
]


class Sorted(NamedTuple):
    """Values along a dimension, and where they stood before."""

    values: Tensor
    indices: Tensor


def _order(x: Any, dim: int, descending: bool, name: str) -> tuple[Array, int]:
    """The indices that sort along `dim`, equal elements in their order, NaN as the largest; and the axis."""
    array = array_of(x)
    axis = normalized(dim, array.ndim, name)
    if array.ndim == 0:
        return np.zeros((), np.int64), 0
    if not descending:
        return np.argsort(array, axis, kind="stable"), axis
    # Reversed twice, so that among equal elements the first stays the first.
    back = np.flip(np.argsort(np.flip(array, axis), axis, kind="stable"), axis)
    return array.shape[axis] - 1 - back, axis


@numpy_names
def sort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Sorted:
    """The elements in order along `dim`, with their indices. Equal elements keep their order, `stable` or not.

    The gradient goes back to where the elements stood. NaN counts as the largest.

    >>> mg.sort(mg.tensor([3.0, 1.0, 2.0]), descending=True).indices
    tensor([0, 2, 1])
    """
    order, axis = _order(input, dim, descending, "sort")
    return result_of("sort", Sorted)(gather(input, axis, order), Variable.wrap(order))


@numpy_names
def argsort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Tensor:
    """The indices that sort along `dim`; `descending` and `stable` as in sort.

    >>> mg.argsort(mg.tensor([3.0, 1.0, 2.0]))
    tensor([1, 2, 0])
    """
    return Variable.wrap(_order(input, dim, descending, "argsort")[0])


def msort(input: Tensor) -> Tensor:
    """The elements in order along the first dimension.

    >>> mg.msort(mg.tensor([[3.0, 1.0], [2.0, 4.0]]))
    tensor([[2., 1.],
            [3., 4.]])
    """
    return sort(input, 0).values


@numpy_names
def topk(input: Tensor, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Sorted:
    """The `k` largest (or smallest) elements along `dim`, best first (`sorted` or not), with their indices.

    ShapeError for more than there are. The gradient goes back to where the elements stood.

    >>> mg.topk(mg.tensor([3.0, 1.0, 2.0]), 2).values
    tensor([3., 2.])
    """
    order, axis = _order(input, dim, largest, "topk")
    if not 0 <= k <= (order.shape[axis] if order.ndim else 1):
        raise ShapeError(f"topk: selected index k out of range, {k} for dimension {axis} of {tuple(input.shape)}")
    if order.ndim:
        order = np.take(order, np.arange(k), axis)
    return result_of("topk", Sorted)(gather(input, axis, order), Variable.wrap(order))


def kthvalue(input: Tensor, k: int, dim: int = -1, keepdim: bool = False) -> Sorted:
    """The `k`-th smallest element along `dim`, counted from 1, with its index.

    ShapeError for a `k` that is not there, IndexError where there is no element.

    >>> mg.kthvalue(mg.tensor([3.0, 1.0, 2.0]), 2).values
    tensor(2.)
    """
    order, axis = _order(input, dim, False, "kthvalue")
    if order.ndim and order.shape[axis] == 0:
        raise IndexError(
            f"kthvalue: Expected reduction dim {axis} to have non-zero size, got shape {tuple(input.shape)}"
        )
    if not 1 <= k <= (order.shape[axis] if order.ndim else 1):
        raise ShapeError(
            f"kthvalue: selected number k = {k} is out of range for dimension {axis} of {tuple(input.shape)}"
        )
    if order.ndim:
        order = np.take(order, np.array([k - 1]), axis)
    found = gather(input, axis, order), Variable.wrap(order)
    if not keepdim and order.ndim:
        found = squeeze(found[0], axis), squeeze(found[1], axis)
    return result_of("kthvalue", Sorted)(*found)


def searchsorted(
    sorted_sequence: Tensor,
    input: Tensor,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Indices | None = None,
) -> Tensor:
    """Where each element of `input` belongs in `sorted_sequence` (..., n), which increases along its last dimension.

    The place before equal elements, or with `right` behind them. A sequence of one dimension serves any input;
    otherwise the two agree in all dimensions but the last. `sorter` are the indices that sort the sequence. int64, or
    int32 if `out_int32`. RuntimeError for a `side` that contradicts `right`, ShapeError where shapes do not agree.

    >>> mg.searchsorted(mg.tensor([1, 3, 5]), mg.tensor([3, 4]))
    tensor([1, 2])
    """
    if side not in (None, "left", "right") or (side == "left" and right):
        raise RuntimeError(f"searchsorted: side is 'left' or 'right' and agrees with right={right}, not {side!r}")
    row, values = array_of(sorted_sequence), array_of(input)
    if sorter is not None:
        row = np.take_along_axis(row, array_of(sorter), -1)
    kind: Any = "right" if right or side == "right" else "left"
    if row.ndim == 1:
        found = np.asarray(np.searchsorted(row, values, kind))
    elif row.ndim and row.shape[:-1] == values.shape[:-1] and values.ndim:
        count = math.prod(row.shape[:-1])
        rows = zip(*(each.reshape(count, each.shape[-1]) for each in (row, values)), strict=True)
        found = np.array([np.searchsorted(r, v, kind) for r, v in rows], np.int64).reshape(values.shape)
    else:
        raise ShapeError(
            f"searchsorted: a sequence of shape {row.shape} and values of shape {values.shape} must agree in all "
            "dimensions but the last, or the sequence have one dimension"
        )
    return Variable.wrap(found.astype(np.int32 if out_int32 else np.int64, copy=False))


def bucketize(input: Tensor, boundaries: Tensor, *, out_int32: bool = False, right: bool = False) -> Tensor:
    """The number of the interval that each element falls in, between `boundaries` that increase, a vector.

    An element on a boundary belongs to the interval below it, or with `right` above. The numbers are int64, or int32 if
    `out_int32`.

    >>> mg.bucketize(mg.tensor([0, 3, 9]), mg.tensor([1, 3, 5]))
    tensor([0, 1, 3])
    """
    if array_of(boundaries).ndim != 1:
        raise ShapeError(f"bucketize: boundaries must be a vector, got shape {array_of(boundaries).shape}")
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)


def unique(
    input: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """The different elements in order (`sorted` or not), or with `dim` the different slices along it.

    A tensor; or a tuple of it with, by `return_inverse`, the place of each element in it, and by `return_counts` how
    often each occurs.

    >>> mg.unique(mg.tensor([3, 1, 3]), return_counts=True)
    (tensor([1, 3]), tensor([1, 2]))
    """
    array = array_of(input)
    axis = _unique_axis("unique", array, dim)
    values, inverse, counts = np.unique(array, return_inverse=True, return_counts=True, axis=axis, equal_nan=False)
    shape = array.shape if axis is None else array.shape[axis : axis + 1]
    return _chosen(values, inverse.reshape(shape), counts, return_inverse, return_counts)


def unique_consecutive(
    input: Tensor, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """The elements, or with `dim` the slices along it, without those that equal the one before.

    A tensor; or a tuple of it with, by `return_inverse`, the place of each element in it, and by `return_counts` how
    often each occurs.

    >>> mg.unique_consecutive(mg.tensor([1, 1, 2, 1]))
    tensor([1, 2, 1])
    """
    array = array_of(input)
    axis = _unique_axis("unique_consecutive", array, dim)
    row = array.reshape(-1) if axis is None else np.moveaxis(array, axis, 0)
    flat = row.reshape(row.shape[0], math.prod(row.shape[1:]))
    fresh = np.ones(row.shape[0], bool)
    fresh[1:] = (flat[1:] != flat[:-1]).any(1)
    starts = np.flatnonzero(fresh)
    inverse = (np.cumsum(fresh) - 1).reshape(array.shape if axis is None else -1)
    values = row[starts] if axis is None else np.moveaxis(row[starts], 0, axis)
    return _chosen(values, inverse, np.diff(starts, append=row.shape[0]), return_inverse, return_counts)


def _unique_axis(name: str, array: Array, dim: int | None) -> int | None:
    """The axis along which slices are compared, None where elements are."""
    if dim is None:
        return None
    if array.ndim == 0:
        raise IndexError(f"{name}: Dimension specified as {dim} but tensor has no dimensions")
    axis = normalized(dim, array.ndim, name)
    if 0 in array.shape[:axis] + array.shape[axis + 1 :]:
        raise ShapeError(f"{name}: slices along dimension {axis} of shape {array.shape} have no elements to compare")
    return axis


def _chosen(values: Array, inverse: Array, counts: Array, return_inverse: bool, return_counts: bool) -> Any:
    asked = [values, *([inverse] if return_inverse else []), *([counts] if return_counts else [])]
    wrapped = tuple(Variable.wrap(each) for each in asked)
    return wrapped if len(wrapped) > 1 else wrapped[0]


# -- where elements stand ----------------------------------------------------------------------------------------------


@overload
def nonzero(input: Tensor, *, as_tuple: Literal[False] = False) -> Tensor: ...


@overload
def nonzero(input: Tensor, *, as_tuple: Literal[True]) -> tuple[Tensor, ...]: ...


def nonzero(input: Tensor, *, as_tuple: bool = False) -> Any:
    """The places of the elements that are not zero, as the rows of an int64 tensor (n, ndim).

    With `as_tuple` one vector for each dimension instead, which together index the tensor.

    >>> mg.nonzero(mg.tensor([[0, 1], [2, 0]]))
    tensor([[0, 1],
            [1, 0]])
    """
    array = array_of(input)
    if as_tuple:
        return tuple(Variable.wrap(places.copy()) for places in np.nonzero(np.atleast_1d(array)))
    return Variable.wrap(np.argwhere(array))


def argwhere(input: Tensor) -> Tensor:
    """The places of the elements that are not zero, as the rows of an int64 tensor (n, ndim).

    >>> mg.argwhere(mg.tensor([0, 1, 2]))
    tensor([[1],
            [2]])
    """
    return nonzero(input)


def unravel_index(indices: Indices, shape: Sequence[int]) -> tuple[Tensor, ...]:
    """The places in a tensor of `shape` of those, `indices`, in it flattened: one int64 tensor for each dimension.

    ShapeError for a place outside.

    >>> mg.unravel_index(mg.tensor([5]), (2, 3))
    (tensor([1]), tensor([2]))
    """
    flat = index_array(indices, "unravel_index")
    try:
        return tuple(Variable.wrap(np.asarray(each)) for each in np.unravel_index(flat, tuple(shape)))
    except ValueError as error:
        raise ShapeError(f"unravel_index: {error}") from None
