"""The table of derivatives: the largest and the smallest, along some dimensions, or up to each element of one.

Where several elements are the largest there is no derivative, and a convention says who gets the gradient. It is
PyTorch's: `amax`, and `max` of all elements, share it equally among them; `max` along one dimension, which also tells
an index, gives it to the element of this index.
"""

from __future__ import annotations

from typing import Any, NamedTuple, overload

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.node import Variable, array_of, plain
from minigrad.engine.primitive import general
from minigrad.errors import PlaceError, ShapeError
from minigrad.ops.choice import clamp_min, mask, maximum, minimum
from minigrad.ops.comparison import isnan
from minigrad.ops.dims import normalized, numpy_names, reduced
from minigrad.ops.indexing import take_along_dim
from minigrad.ops.named_results import result_of
from minigrad.ops.reduction import count, lifted, sum_p
from minigrad.ops.shape import squeeze
from minigrad.types import Dims, Tensor

__all__ = [
    "amax",
    "amin",
    "aminmax",
    "argmax",
    "argmin",
    "cummax",
    "cummin",
    "max",
    "min",
]


def _amax(x: Array, *, dim: tuple[int, ...], keepdim: bool) -> Array:
    return x.max(axis=dim, keepdims=keepdim)


def _amin(x: Array, *, dim: tuple[int, ...], keepdim: bool) -> Array:
    return x.min(axis=dim, keepdims=keepdim)


def _share(g: Any, x: Any, y: Any, dim: tuple[int, ...], keepdim: bool) -> Any:
    """Equal shares to the elements that attain the extremum."""
    y = lifted(y, dim, keepdim)
    hit = (x == y) | (isnan(x) & isnan(y))
    number = clamp_min(sum_p(hit.astype(g.dtype), dim=dim, keepdim=True), 1)  # 0 where y was changed through `.data`
    return mask(lifted(g, dim, keepdim) / number, hit)


amax_p = general("amax(x)", _amax, x=_share)
amin_p = general("amin(x)", _amin, x=_share)


class Extremum(NamedTuple):
    """What max and min along one dimension return: the values and where they stand."""

    values: Tensor
    indices: Tensor


class Extrema(NamedTuple):
    """What aminmax returns: the smallest and the largest values."""

    min: Tensor
    max: Tensor


@numpy_names
def amax(input: Tensor, dim: Dims = None, keepdim: bool = False) -> Tensor:
    """The largest value over `dim`; equal ones share the gradient.

    `dim` is one dimension, several, or all of them. ShapeError over nothing, IndexError along an empty `dim`.

    >>> mg.amax(mg.tensor([[1.0, 3.0], [2.0, 0.0]]), 1)
    tensor([3., 2.])
    """
    return amax_p(input, dim=not_empty(input, dim, "amax"), keepdim=keepdim)


@numpy_names
def amin(input: Tensor, dim: Dims = None, keepdim: bool = False) -> Tensor:
    """The smallest value over `dim`; equal ones share the gradient.

    `dim` is one dimension, several, or all of them. ShapeError over nothing, IndexError along an empty `dim`.

    >>> mg.amin(mg.tensor([[1.0, 3.0], [2.0, 0.0]]), 1)
    tensor([1., 0.])
    """
    return amin_p(input, dim=not_empty(input, dim, "amin"), keepdim=keepdim)


@numpy_names
def aminmax(input: Tensor, *, dim: int | None = None, keepdim: bool = False) -> Extrema:
    """The pair (min, max) of what amin and amax return.

    >>> mg.aminmax(mg.tensor([1.0, 3.0, 2.0])).max
    tensor(3.)
    """
    return result_of("aminmax", Extrema)(amin(input, dim, keepdim), amax(input, dim, keepdim))


def not_empty(x: Any, dim: Dims, name: str) -> tuple[int, ...]:
    """The axes of `dim`; PlaceError, or ShapeError for all of them, where they hold no element to choose."""
    axes = reduced(dim, x.ndim, name)
    if x.ndim and count(x.shape, axes) == 0:
        kind = ShapeError if dim is None else PlaceError
        raise kind(
            f"{name}: there is no element to choose over dimensions {axes} of shape {tuple(x.shape)}. Expected "
            "reduction dim to be specified, with elements in it"
        )
    return axes


@numpy_names
def argmax(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """The int64 index of the first largest element along `dim`, or in the flattened tensor.

    >>> mg.argmax(mg.tensor([1.0, 3.0, 2.0]))
    tensor(1)
    """
    return _arg("argmax", np.argmax, input, dim, keepdim)


@numpy_names
def argmin(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """The int64 index of the first smallest element along `dim`, or in the flattened tensor.

    >>> mg.argmin(mg.tensor([2.0, 3.0, 1.0]))
    tensor(2)
    """
    return _arg("argmin", np.argmin, input, dim, keepdim)


def _arg(name: str, find: Any, x: Any, dim: int | None, keepdim: bool) -> Any:
    array = array_of(x)
    not_empty(array, tuple(range(array.ndim)) if dim is None else dim, name)
    if dim is None:
        found = find(array)
        return Variable.wrap(np.asarray(found).reshape((1,) * array.ndim if keepdim else ()))
    axis = normalized(dim, array.ndim, name)
    return Variable.wrap(np.asarray(find(array, axis=axis, keepdims=keepdim) if array.ndim else find(array)))


@overload
def max(input: Tensor) -> Tensor: ...


@overload
def max(input: Tensor, dim: int, keepdim: bool = False) -> Extremum: ...


@overload
def max(input: Tensor, dim: Tensor) -> Tensor: ...


@numpy_names
def max(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The largest element; with `dim` the pair (values, indices); with a second tensor the elementwise maximum.

    Of all elements, equal ones share the gradient; along `dim` the one of the index gets it, the first of equal ones.

    >>> mg.max(mg.tensor([[1.0, 3.0], [2.0, 0.0]]), 1).indices
    tensor([1, 0])
    """
    if isinstance(dim, Variable):
        return maximum(input, dim)
    return amax(input) if dim is None else chosen(input, argmax(input, dim, True), dim, keepdim, "max")


@overload
def min(input: Tensor) -> Tensor: ...


@overload
def min(input: Tensor, dim: int, keepdim: bool = False) -> Extremum: ...


@overload
def min(input: Tensor, dim: Tensor) -> Tensor: ...


@numpy_names
def min(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The smallest element; with `dim` the pair (values, indices); with a second tensor the elementwise minimum.

    Of all elements, equal ones share the gradient; along `dim` the one of the index gets it, the first of equal ones.

    >>> mg.min(mg.tensor([[1.0, 3.0], [2.0, 0.0]]), 1).values
    tensor([1., 0.])
    """
    if isinstance(dim, Variable):
        return minimum(input, dim)
    return amin(input) if dim is None else chosen(input, argmin(input, dim, True), dim, keepdim, "min")


def chosen(x: Any, indices: Any, dim: int, keepdim: bool, name: str) -> Extremum:
    """The elements at `indices`, one for each row along `dim`, and the indices themselves."""
    named = result_of(name, Extremum)
    if x.ndim == 0:
        return named(take_along_dim(x, indices).reshape(()), indices)
    values = take_along_dim(x, indices, dim)
    if keepdim:
        return named(values, indices)
    axis = normalized(dim, x.ndim, name)
    return named(squeeze(values, axis), squeeze(indices, axis))


# -- up to each element ------------------------------------------------------------------------------------------------


class Running(NamedTuple):
    """What cummax and cummin return: the values and where they stand."""

    values: Tensor
    indices: Tensor


@numpy_names
def cummax(input: Tensor, dim: int) -> Running:
    """The largest element up to each one along `dim`, and its index: the last, where several are equal.

    The gradient goes to the element of the index. Values in the dtype of the input, indices int64.

    >>> mg.cummax(mg.tensor([1.0, 3.0, 2.0]), 0).values
    tensor([1., 3., 3.])
    """
    return _running(np.maximum, "cummax", input, dim)


@numpy_names
def cummin(input: Tensor, dim: int) -> Running:
    """The smallest element up to each one along `dim`, and its index: the last, where several are equal.

    The gradient goes to the element of the index. Values in the dtype of the input, indices int64.

    >>> mg.cummin(mg.tensor([2.0, 3.0, 1.0]), 0).indices
    tensor([0, 0, 2])
    """
    return _running(np.minimum, "cummin", input, dim)


def _running(better: np.ufunc, name: str, x: Any, dim: int) -> Running:
    axis = normalized(dim, x.ndim, name)
    array = np.atleast_1d(plain(x))
    found = (array == better.accumulate(array, axis)) | (array != array)  # a NaN, once met, is the extremum
    places = np.arange(array.shape[axis], like=array).reshape((-1,) + (1,) * (array.ndim - axis - 1))
    indices = np.maximum.accumulate(np.where(found, places, 0), axis)
    values = take_along_dim(x if x.ndim else x.reshape((1,)), indices, axis)
    return result_of(name, Running)(values.reshape(x.shape), Variable.wrap(indices.reshape(x.shape)))
