"""The table of derivatives: an array with some of its elements replaced, by position or by a mask.

What is put in gets the gradient of its place; what was there before gets none, unless the two are added. All functions
here return a new tensor.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.primitive import linear
from minigrad.errors import ShapeError
from minigrad.ops.arithmetic import where
from minigrad.ops.dims import normalized
from minigrad.ops.indexing import (
    add_slices,
    bool_mask,
    index_array,
    index_vector,
    item_at,
    plain_index,
    put_at,
    within,
)
from minigrad.ops.shape import common_shape, expand_to, ravel, reshape_to
from minigrad.ops.splitting import along, narrow_to


def _index_put(x: Array, values: Array, *, index: Any) -> Array:
    y = x.copy()
    y[index] = values
    return y


replaced = linear(
    "index_put(x, values)",
    _index_put,
    x=lambda g, index: replaced(g, 0, index=index),
    values=lambda g, index: item_at(g, index=index),
)


def index_add(input: Any, dim: int, index: Any, source: Any, *, alpha: Any = 1) -> Any:
    """`input` with the slices of `alpha * source` along `dim` added at the places `index`, a vector."""
    axis, places = _slices("index_add", input, dim, index, source)
    added = add_slices(source, index=places, dim=axis, size=input.shape[axis])
    return input + (added if alpha == 1 else added * alpha)


def index_copy(input: Any, dim: int, index: Any, source: Any) -> Any:
    """`input` with the slices of `source` along `dim` in the places `index`, a vector."""
    axis, places = _slices("index_copy", input, dim, index, source)
    return replaced(input, source, index=along(axis, places))


def index_fill(input: Any, dim: int, index: Any, value: Any) -> Any:
    """`input` with `value`, a number or a tensor without dimensions, in the slices `index` along `dim`."""
    axis = normalized(dim, input.ndim, "index_fill")
    places = within(index_vector(index, "index_fill"), input.shape[axis] if input.ndim else 1, "index_fill", wraps=True)
    filling = _scalar(value, input.dtype, "index_fill")
    return replaced(input, filling, index=along(axis, places) if input.ndim else ...)


def _slices(name: str, x: Any, dim: int, index: Any, source: Any) -> tuple[int, Array]:
    """The axis, and the index within bounds, for slices of `source` that go into `x`."""
    axis = normalized(dim, x.ndim, name)
    if x.ndim == 0:
        raise ShapeError(f"{name}: needs a tensor of at least one dimension")
    places = index_vector(index, name)
    if tuple(source.shape) != (*x.shape[:axis], places.size, *x.shape[axis + 1 :]):
        raise ShapeError(
            f"{name}: {places.size} indices along dimension {axis} of {tuple(x.shape)} and a source of shape "
            f"{tuple(source.shape)}: the number of indices must be the source's size there, the other sizes equal"
        )
    if source.dtype != x.dtype:
        raise RuntimeError(f"{name}: self and source must have the same dtype, not {x.dtype} and {source.dtype}")
    return axis, within(places, x.shape[axis], name)


def _scalar(value: Any, dtype: Any, name: str) -> Any:
    """A number, or a tensor without dimensions, in `dtype`."""
    if not hasattr(value, "dtype"):
        return np.asarray(value).astype(dtype)
    if value.ndim:
        raise ShapeError(f"{name}: only supports a 0-dimensional value tensor, got shape {tuple(value.shape)}")
    return value if value.dtype == dtype else value.astype(dtype)


def index_put(input: Any, indices: Any, values: Any, accumulate: bool = False) -> Any:
    """`input` with `values` at `input[indices]`, broadcast; `accumulate` adds them, repeated places too."""
    if values.dtype != input.dtype:
        raise RuntimeError(f"index_put: the dtypes must match, they are {input.dtype} and {values.dtype}")
    index = plain_index(tuple(indices))
    return (
        input + put_at(values, index=index, size=tuple(input.shape))
        if accumulate
        else replaced(input, values, index=index)
    )


def put(input: Any, index: Any, source: Any, accumulate: bool = False) -> Any:
    """`input` with the elements of `source` at the places `index` of the flattened tensor; `accumulate` adds them."""
    places = within(index_array(index, "put"), math.prod(input.shape), "put", wraps=True)
    if places.size != math.prod(source.shape):
        raise ShapeError(
            f"put: {places.size} indices for {math.prod(source.shape)} elements: the numbers must be equal"
        )
    flat = index_put(ravel(input), (places.ravel(),), ravel(source), accumulate)
    return reshape_to(flat, size=tuple(input.shape))


def masked_fill(input: Any, mask: Any, value: Any) -> Any:
    """`input` with `value`, a number or a tensor without dimensions, where `mask` holds; the shapes broadcast."""
    return where(bool_mask(mask, "masked_fill"), _scalar(value, input.dtype, "masked_fill"), input)


def masked_scatter(input: Any, mask: Any, source: Any) -> Any:
    """`input` with the elements of `source`, in order, where `mask` holds; input and mask broadcast together."""
    keep = bool_mask(mask, "masked_scatter")
    size = common_shape("masked_scatter", tuple(input.shape), keep.shape)
    keep = np.broadcast_to(keep, size)
    count = int(keep.sum())
    if source.dtype != input.dtype:
        raise RuntimeError(f"masked_scatter: expected both dtypes to be equal, got {input.dtype} and {source.dtype}")
    if math.prod(source.shape) < count:
        raise ShapeError(f"masked_scatter: {math.prod(source.shape)} elements for {count} places of the mask")
    return replaced(expand_to(input, size=size), narrow_to(ravel(source), dim=0, start=0, stop=count), index=keep)
