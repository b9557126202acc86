"""The table of derivatives: an array with some of its elements replaced, by position or by a mask.

What is put in gets the gradient of its place; what was there before gets none, unless the two are added. All functions
here return a new tensor.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.dtypes import Array, check_numbers, in_dtype, is_floating
from minigrad.engine.primitive import linear
from minigrad.errors import ShapeError
from minigrad.ops.arrangement import movedim
from minigrad.ops.choice import where
from minigrad.ops.dims import normalized
from minigrad.ops.index import plain_index
from minigrad.ops.indexing import (
    bool_mask,
    getitem_p,
    index_add_p,
    index_array,
    index_vector,
    putitem,
    within,
)
from minigrad.ops.public import also_in_place
from minigrad.ops.shape import common_shape, expand_p, ravel, reshape_p
from minigrad.ops.splitting import along, narrow_p, select
from minigrad.ops.triangular import diagonal
from minigrad.types import Indices, Number, Tensor

__all__ = [
    "diagonal_scatter",
    "index_add",
    "index_copy",
    "index_fill",
    "index_put",
    "masked_fill",
    "masked_scatter",
    "put",
    "select_scatter",
    "slice_scatter",
]


def _index_put(x: Array, values: Array, *, index: Any) -> Array:
    y = np.array(x)
    y[index] = values
    return y


index_put_p = linear(
    "index_put(x, values)",
    _index_put,
    x=lambda g, index: index_put_p(g, 0, index=index),
    values=lambda g, index: getitem_p(g, index=index),
)


@also_in_place
def index_add(input: Tensor, dim: int, index: Indices, source: Tensor, *, alpha: Number = 1) -> Tensor:
    """`input` with the slices of `alpha * source` along `dim` added at the places `index`, a vector.

    The input gets the gradient as it is, the source its slices at `index`, times alpha. Among integers
    alpha is cut to one.

    >>> mg.index_add(mg.zeros(3), 0, mg.tensor([0, 0, 2]), mg.tensor([1.0, 2.0, 3.0]))
    tensor([3., 0., 3.])
    """
    if input.ndim == 0:
        source = ravel(source) if source.ndim == 0 else source
        return reshape_p(index_add(ravel(input), dim, index, source, alpha=alpha), size=())
    axis, places = _slices("index_add", input, dim, index, source)
    added = index_add_p(source, index=places, dim=axis, size=input.shape[axis])
    if not is_floating(input.dtype):
        alpha = bool(alpha) if input.dtype.kind == "b" else int(alpha)
    return input + (added if alpha == 1 else added * alpha)


@also_in_place
def index_copy(input: Tensor, dim: int, index: Indices, source: Tensor) -> Tensor:
    """`input` with the slices of `source` along `dim` in the places `index`, a vector.

    >>> mg.index_copy(mg.zeros(3), 0, mg.tensor([0, 2]), mg.tensor([1.0, 3.0]))
    tensor([1., 0., 3.])
    """
    if input.ndim == 0:
        return reshape_p(index_copy(ravel(input), dim, index, source), size=())
    source = ravel(source) if source.ndim == 0 else source
    axis, places = _slices("index_copy", input, dim, index, source)
    return index_put_p(input, source, index=along(axis, places))


@also_in_place
def index_fill(input: Tensor, dim: int, index: Indices, value: Tensor | Number) -> Tensor:
    """`input` with `value`, a number or a tensor without dimensions, in the slices `index` along `dim`.

    >>> mg.index_fill(mg.zeros(3), 0, mg.tensor([0, 2]), 1)
    tensor([1., 0., 1.])
    """
    axis = normalized(dim, input.ndim, "index_fill")
    if input.ndim == 0:
        return reshape_p(index_fill(ravel(input), dim, index, value), size=())
    places = within(index_vector(index, "index_fill"), input.shape[axis], "index_fill", axis, wraps=True)
    once = np.unique(places % max(input.shape[axis], 1))  # a place that is named twice is filled once
    return index_put_p(input, _scalar(value, input.dtype, "index_fill"), index=along(axis, once))


def _slices(name: str, x: Any, dim: int, index: Any, source: Any) -> tuple[int, Array]:
    """The axis, and the index within bounds, for slices of `source` that go into `x`."""
    axis = normalized(dim, x.ndim, name)
    places = index_vector(index, name)
    if tuple(source.shape) != (*x.shape[:axis], places.size, *x.shape[axis + 1 :]):
        raise ShapeError(
            f"{name}: {places.size} indices along dimension {axis} of {tuple(x.shape)} and a source of shape "
            f"{tuple(source.shape)}: the number of indices must be the source's size there, the other sizes equal"
        )
    if source.dtype != x.dtype:
        raise RuntimeError(f"{name}: self and source must have the same dtype, not {x.dtype} and {source.dtype}")
    return axis, within(places, x.shape[axis], name, axis)


def _scalar(value: Any, dtype: Any, name: str) -> Any:
    """A number, or a tensor without dimensions, in `dtype`."""
    if not hasattr(value, "dtype"):
        value = in_dtype(value, dtype, name)
    check_numbers(value.dtype)
    if value.ndim:
        raise ShapeError(f"{name}: only supports a 0-dimensional value tensor, got shape {tuple(value.shape)}")
    return value if value.dtype == dtype else value.astype(dtype)


@also_in_place
def index_put(input: Tensor, indices: Sequence[Indices], values: Tensor, accumulate: bool = False) -> Tensor:
    """`input` with `values` at `input[indices]`, broadcast; `accumulate` adds them, repeated places too.

    RuntimeError for two dtypes.

    >>> mg.index_put(mg.zeros(3), (mg.tensor([0, 0]),), mg.tensor([1.0, 2.0]), accumulate=True)
    tensor([3., 0., 0.])
    """
    if values.dtype != input.dtype:
        raise RuntimeError(f"index_put: the dtypes must match, they are {input.dtype} and {values.dtype}")
    index = plain_index(tuple(indices))
    return (
        input + putitem(values, index=index, size=tuple(input.shape))
        if accumulate
        else index_put_p(input, values, index=index)
    )


@also_in_place
def put(input: Tensor, index: Indices, source: Tensor, accumulate: bool = False) -> Tensor:
    """`input` with the elements of `source` at the places `index` of the flattened tensor; `accumulate` adds them.

    ShapeError unless there are as many of one as of the other.

    >>> mg.put(mg.zeros(2, 2), mg.tensor([0, 3]), mg.tensor([1.0, 2.0]))
    tensor([[1., 0.],
            [0., 2.]])
    """
    places = within(index_array(index, "put"), math.prod(input.shape), "put", wraps=True)
    if places.size != math.prod(source.shape):
        raise ShapeError(
            f"put: {places.size} indices for {math.prod(source.shape)} elements: the numbers must be equal"
        )
    flat = index_put(ravel(input), (places.ravel(),), ravel(source), accumulate)
    return reshape_p(flat, size=tuple(input.shape))


@also_in_place
def masked_fill(input: Tensor, mask: Indices, value: Tensor | Number) -> Tensor:
    """`input` with `value`, a number or a tensor without dimensions, where `mask` holds; the shapes broadcast.

    The gradient passes where the mask does not hold; a tensor `value` gets the sum of the rest.

    >>> mg.masked_fill(mg.tensor([1.0, 2.0]), mg.tensor([True, False]), 0)
    tensor([0., 2.])
    """
    return where(bool_mask(mask, "masked_fill"), _scalar(value, input.dtype, "masked_fill"), input)


@also_in_place
def masked_scatter(input: Tensor, mask: Indices, source: Tensor) -> Tensor:
    """`input` with the elements of `source`, in order, where `mask` holds; input and mask broadcast together.

    RuntimeError for two dtypes, ShapeError where the source has too few elements.

    >>> mg.masked_scatter(mg.zeros(3), mg.tensor([True, False, True]), mg.tensor([1.0, 2.0]))
    tensor([1., 0., 2.])
    """
    keep = bool_mask(mask, "masked_scatter")
    size = common_shape("masked_scatter", tuple(input.shape), keep.shape)
    keep = np.broadcast_to(keep, size)
    count = int(keep.sum())
    if source.dtype != input.dtype:
        raise RuntimeError(f"masked_scatter: expected both dtypes to be equal, got {input.dtype} and {source.dtype}")
    if math.prod(source.shape) < count:
        raise ShapeError(f"masked_scatter: {math.prod(source.shape)} elements for {count} places of the mask")
    return index_put_p(expand_p(input, size=size), narrow_p(ravel(source), dim=0, start=0, stop=count), index=keep)


# -- A tensor with a part of it replaced: what a view of it would be assigned, as a new tensor -------------------------


def select_scatter(input: Tensor, src: Tensor, dim: int, index: int) -> Tensor:
    """`input` with `src` as its slice `index` along `dim`.

    `src` gets the slice of the gradient, `input` the rest.

    >>> mg.select_scatter(mg.zeros(2, 2), mg.ones(2), 0, 1)
    tensor([[0., 0.],
            [1., 1.]])
    """
    _fits("select_scatter", src, select(input, dim, index))
    return index_put_p(input, src, index=along(normalized(dim, input.ndim, "select_scatter"), index))


def slice_scatter(
    input: Tensor, src: Tensor, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Tensor:
    """`input` with `src` as its part start:end:step along `dim`.

    `src` gets its part of the gradient, `input` the rest.

    >>> mg.slice_scatter(mg.zeros(4), mg.ones(2), 0, 1, 3)
    tensor([0., 1., 1., 0.])
    """
    part = along(normalized(dim, input.ndim, "slice_scatter"), slice(start, end, step))
    _fits("slice_scatter", src, input[part])
    return index_put_p(input, src, index=part)


def diagonal_scatter(input: Tensor, src: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """`input` with `src` as the diagonal that `diagonal` takes (`offset`, `dim1`, `dim2`).

    `src` gets the diagonal of the gradient, `input` the rest.

    >>> mg.diagonal_scatter(mg.zeros(2, 2), mg.ones(2))
    tensor([[1., 0.],
            [0., 1.]])
    """
    _fits("diagonal_scatter", src, diagonal(input, offset, dim1, dim2))
    rows = np.arange(src.shape[-1]) + max(-offset, 0)
    y = index_put_p(movedim(input, (dim1, dim2), (-2, -1)), src, index=(..., rows, rows + offset))
    return movedim(y, (-2, -1), (dim1, dim2))


def _fits(name: str, src: Any, part: Any) -> None:
    if tuple(src.shape) != tuple(part.shape):
        raise ShapeError(
            f"{name}: expected src to have the size of the part that it replaces, {tuple(part.shape)}, "
            f"got {tuple(src.shape)}"
        )
