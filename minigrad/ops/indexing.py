"""The table of derivatives: taking elements out by position, and adding them back in.

Every way of taking has an adjoint that puts, and each is the derivative of the other. Where a place is taken twice, its
gradients add up.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.node import array_of, plain
from minigrad.engine.primitive import linear
from minigrad.errors import DTypeError, PlaceError, ShapeError
from minigrad.kernels.cells import cells
from minigrad.kernels.scatter import add_slices
from minigrad.ops.dims import normalized
from minigrad.ops.index import numbers_apart, plain_index
from minigrad.ops.shape import common_shape, expand_p, ravel, reshape_p
from minigrad.types import Indices, Tensor

__all__ = [
    "gather",
    "getitem",
    "index_select",
    "masked_select",
    "take",
    "take_along_dim",
]


def _getitem(x: Array, *, index: Any) -> Array:
    axis = _axis_of(index, x.ndim) if x.ndim > 1 and x.flags.c_contiguous else None
    if axis is not None:  # the same elements in less time, and in C's order
        return x.take(index[-1] if type(index) is tuple else index, axis)
    y = x[index]
    if y.ndim > 1 and not y.flags.c_contiguous and _chooses(index) and _in_order(x):
        return np.ascontiguousarray(y)  # NumPy leaves it in the order in which it has gone through x
    if isinstance(y, np.generic):  # one element: with the ellipsis it is a view, without a copy
        y = x[(*index, ...)] if isinstance(index, tuple) else x[index, ...]
    return y


def _axis_of(index: Any, ndim: int) -> int | None:
    """The one dimension in which an array of integers chooses, where all others are whole."""
    if type(index) is np.ndarray:
        return 0 if index.dtype.kind == "i" else None
    if type(index) is not tuple or not index or type(index[-1]) is not np.ndarray or index[-1].dtype.kind != "i":
        return None
    if len(index) == 2 and index[0] is Ellipsis:
        return ndim - 1
    whole = all(type(part) is slice and part == slice(None) for part in index[:-1])
    return len(index) - 1 if whole else None


def _putitem(g: Array, *, index: Any, size: tuple[int, ...]) -> Array:
    """Zeros of shape `size` with `g` added at `index`."""
    if isinstance(index, np.ndarray) and index.dtype.kind in "iu":
        rows = np.broadcast_to(g, (*index.shape, *size[1:])).reshape(index.size, *size[1:])
        return _index_add(rows, index=index.ravel(), dim=0, size=size[0])
    if _repeats(index):
        return _added(g, np.arange(math.prod(size)).reshape(size)[index], size)
    out = np.zeros_like(g, shape=size)
    out[index] = g
    return out


def _added(g: Array, places: Array, size: tuple[int, ...]) -> Array:
    """Zeros of shape `size` to which each element of g is added at its place, counted in the flattened array.

    bincount adds in float64 and takes a tenth of the time of np.add.at.
    """
    if g.dtype.kind != "f":
        flat = np.zeros_like(g, shape=math.prod(size))
        np.add.at(flat, places, g)
        return flat.reshape(size)
    summed = np.bincount(places.ravel(), np.broadcast_to(g, places.shape).ravel(), math.prod(size))
    return summed.astype(g.dtype, copy=False).reshape(size)


def _chooses(index: Any) -> bool:
    """Whether there are arrays in `index`, so that what it takes is a copy."""
    return any(isinstance(part, (np.ndarray, list)) for part in (index if isinstance(index, tuple) else (index,)))


def _in_order(x: Array) -> bool:
    """Whether the dimensions of `x` lie in memory in C's order, with gaps or without."""
    steps = [step for step, n in zip(x.strides, x.shape) if n != 1]
    return steps == sorted(steps, reverse=True)


def _repeats(index: Any) -> bool:
    """Whether `index` may name a place twice: only arrays of integers can."""
    parts = index if isinstance(index, tuple) else (index,)
    return any(isinstance(part, (np.ndarray, list)) and np.asarray(part).dtype.kind in "iu" for part in parts)


def _index_select(x: Array, *, index: Array, dim: int) -> Array:
    return np.take(x, index, axis=dim)


def _index_add(g: Array, *, index: Array, dim: int, size: int) -> Array:
    """Zeros with `size` slices along `dim`, to which each slice of g is added at its index."""
    if index.size and index.min() < 0:
        index = index % size
    if dim == 0:
        return add_slices(g, index, size)
    return np.moveaxis(add_slices(np.moveaxis(g, dim, 0), index, size), 0, dim)


def _gather(x: Array, *, index: Array, dim: int) -> Array:
    return np.ascontiguousarray(x[cells(index, dim)])  # an index that is not in C's order makes NumPy follow it


def _scatter_add(g: Array, *, index: Array, dim: int, size: tuple[int, ...]) -> Array:
    return _added(g, np.arange(math.prod(size)).reshape(size)[cells(index, dim)], size)


getitem_p = linear("getitem(x)", _getitem, view=True, x=lambda g, x_shape, index: putitem(g, index=index, size=x_shape))
putitem = linear("putitem(g)", _putitem, g=lambda g, index: getitem_p(g, index=index))
gather_p = linear(
    "gather(x)", _gather, x=lambda g, x_shape, index, dim: scatter_add_p(g, index=index, dim=dim, size=x_shape)
)
index_select_p = linear(
    "index_select(x)",
    _index_select,
    x=lambda g, x_shape, index, dim: index_add_p(g, index=index, dim=dim, size=x_shape[dim]),
)
index_add_p = linear("index_add(g)", _index_add, g=lambda g, index, dim: index_select_p(g, index=index, dim=dim))
scatter_add_p = linear("scatter_add(g)", _scatter_add, g=lambda g, index, dim: gather_p(g, index=index, dim=dim))


def getitem(input: Tensor, index: Any) -> Tensor:
    """`input[index]`: numbers, slices, None, Ellipsis, masks, and integer arrays or tensors, together.

    Numbers are taken first, as in PyTorch: beside an array they are no index arrays themselves.
    Slices and numbers give views, the rest copies. The gradient goes back to the places, and adds up where they repeat.
    IndexError for what is not there.

    >>> mg.tensor([[1, 2, 3], [4, 5, 6]])[:, mg.tensor([0, 2])]
    tensor([[1, 3],
            [4, 6]])
    """
    numbers, index = numbers_apart(plain_index(index))
    return getitem_p(input if numbers is None else getitem_p(input, index=numbers), index=index)


def index_array(index: Any, name: str, none_will_do: bool = False) -> Array:
    """The index as an array of integers of its own, which nobody can change before the backward pass.

    `none_will_do`: an index without elements may be of any dtype.
    """
    array = np.array(plain(index))
    if none_will_do and array.size == 0:
        return array.astype(np.int64)
    if array.dtype not in (np.int64, np.int32):
        raise PlaceError(f"{name}: expected dtype int32 or int64 for index, not {array.dtype}")
    return array


def gather(input: Tensor, dim: int, index: Indices, *, sparse_grad: bool = False) -> Tensor:
    """y[i, j, ...] = input[index[i, j, ...], j, ...] for dim 0, and so on: the shape is that of `index`.

    `sparse_grad` is taken as a wish: gradients are dense.
    The gradient is added at the places (`scatter_add`). ShapeError for an index larger than the input apart from `dim`,
    IndexError for a place outside.

    >>> mg.gather(mg.tensor([[1, 2], [3, 4]]), 1, mg.tensor([[0, 0], [1, 0]]))
    tensor([[1, 1],
            [4, 3]])
    """
    axis = normalized(dim, input.ndim, "gather")
    places = index_array(index, "gather", none_will_do=True)
    if input.ndim == 0 or places.ndim == 0:  # a tensor without dimensions is taken as a vector of one element
        shape = places.shape
        input, places = (ravel(input) if input.ndim == 0 else input), places.reshape(shape or (1,))
        if not shape:
            return reshape_p(gather(input, dim, places), size=())
    if places.size == 0:  # of whatever shape: nothing is taken
        return reshape_p(getitem_p(ravel(input), index=places.reshape(-1)), size=places.shape)
    if places.ndim != input.ndim or any(n > m for d, (n, m) in enumerate(zip(places.shape, input.shape)) if d != axis):
        raise ShapeError(
            f"gather: an index of shape {places.shape} does not fit within shape {tuple(input.shape)} "
            f"apart from dimension {axis}"
        )
    return gather_p(input, index=within(places, input.shape[axis], "gather", axis), dim=axis)


def within(places: Array, size: int, name: str, dim: int = 0, wraps: bool = False) -> Array:
    """`places` themselves; PlaceError where one is no place along dimension `dim` of `size`.

    If it `wraps`, negative ones count from the end.
    """
    wrong = (places < (-size if wraps else 0)) | (places >= size)
    if wrong.any():
        raise PlaceError(f"{name}: index {places[wrong].flat[0]} is out of bounds for dimension {dim} with size {size}")
    return places


def without(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    """The sizes of the other axes."""
    return (*shape[:axis], *shape[axis + 1 :])


def take_along_dim(input: Tensor, indices: Indices, dim: int | None = None) -> Tensor:
    """The elements at `indices` along `dim`; the other dimensions broadcast. Fits what argmax and argsort return.

    Without `dim` both are flattened. The gradient is added at the places.

    >>> x = mg.tensor([[2.0, 1.0], [3.0, 4.0]])
    >>> mg.take_along_dim(x, mg.argsort(x, 1), 1)
    tensor([[1., 2.],
            [3., 4.]])
    """
    places = index_array(indices, "take_along_dim")
    if dim is None:
        return gather_p(input.reshape(-1), index=places.reshape(-1), dim=0)
    axis = normalized(dim, input.ndim, "take_along_dim")
    if places.ndim != input.ndim:
        raise ShapeError(
            f"take_along_dim: input and indices should have the same number of dimensions, but got {input.ndim} "
            f"dimensions for input, and {places.ndim} dimensions for indices"
        )
    beside = list(np.broadcast_shapes(without(input.shape, axis), without(places.shape, axis)))
    input = expand_p(input, size=(*beside[:axis], input.shape[axis], *beside[axis:]))
    places = np.broadcast_to(places, (*beside[:axis], places.shape[axis], *beside[axis:]))
    return gather_p(input, index=within(places, input.shape[axis], "take_along_dim", axis, wraps=True), dim=axis)


def index_select(input: Tensor, dim: int, index: Indices) -> Tensor:
    """The slices of `input` at the places `index`, a vector, along `dim`.

    The gradient is added at the places (`index_add`). IndexError for a place outside.

    >>> mg.index_select(mg.tensor([[1, 2], [3, 4]]), 0, mg.tensor([1, 1]))
    tensor([[3, 4],
            [3, 4]])
    """
    axis = normalized(dim, input.ndim, "index_select")
    places = index_vector(index, "index_select")
    if input.ndim == 0:
        return reshape_p(index_select(ravel(input), 0, places), size=())
    return index_select_p(input, index=within(places, input.shape[axis], "index_select", axis), dim=axis)


def index_vector(index: Any, name: str) -> Array:
    """The index as an array of one dimension; a single number is a vector of one."""
    places = index_array(index, name)
    if places.ndim > 1:
        raise PlaceError(f"{name}: the index must be a vector, not of shape {places.shape}")
    return places.reshape(-1)


def take(input: Tensor, index: Indices) -> Tensor:
    """The elements at `index` in the flattened tensor, in the shape of `index`.

    >>> mg.take(mg.tensor([[1, 2], [3, 4]]), mg.tensor([0, 3]))
    tensor([1, 4])
    """
    places = within(index_array(index, "take"), math.prod(input.shape), "take", wraps=True)
    return getitem_p(ravel(input), index=places)


def masked_select(input: Tensor, mask: Indices) -> Tensor:
    """The elements of `input` where `mask` holds, in one dimension; the two broadcast together.

    The gradient goes back to the places; elsewhere it is 0.

    >>> mg.masked_select(mg.tensor([1, 2, 3]), mg.tensor([True, False, True]))
    tensor([1, 3])
    """
    keep = bool_mask(mask, "masked_select")
    size = common_shape("masked_select", tuple(input.shape), keep.shape)
    return getitem_p(expand_p(input, size=size), index=np.broadcast_to(keep, size))


def bool_mask(mask: Any, name: str) -> Array:
    """The mask as an array of bools; DTypeError for any other dtype."""
    array = array_of(mask)
    if array.dtype != bool:
        raise DTypeError(f"{name}: only supports boolean masks, expected BoolTensor for mask, not {array.dtype}")
    return array
