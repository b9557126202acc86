"""The table of derivatives: many numbers to one, along some dimensions: sums, products, extremes.

The primitives take `dim` as a tuple of axes counted from the front; the functions below them take what PyTorch takes: a
number, several, or None for all. A rule lifts the gradient back over the dropped axes with `lifted`, and its broadcast
against the argument does the rest.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple, overload

import numpy as np

from minigrad.dtypes import Array, as_dtype, get_default_dtype, is_floating
from minigrad.engine.node import Variable, array_of, plain
from minigrad.engine.primitive import general, linear
from minigrad.errors import ShapeError
from minigrad.ops.arithmetic import mask, maximum, minimum
from minigrad.ops.comparison import isnan
from minigrad.ops.cumulative import products_of_others, wide
from minigrad.ops.dims import normalized, numpy_names, reduced
from minigrad.ops.elementary import exp
from minigrad.ops.indexing import take_along_dim
from minigrad.ops.shape import expand_p, squeeze, unsqueeze_all
from minigrad.types import Dims, DTypeLike, Tensor

__all__ = [
    "amax",
    "amin",
    "aminmax",
    "argmax",
    "argmin",
    "count_nonzero",
    "logsumexp",
    "max",
    "mean",
    "min",
    "nanmean",
    "nansum",
    "prod",
    "sum",
]


def lifted(g: Any, dim: tuple[int, ...], keepdim: bool) -> Any:
    """`g`, or an output, with the reduced axes back as axes of size 1."""
    return g if keepdim or not dim else unsqueeze_all(g, dim=dim)


def count(x_shape: tuple[int, ...], dim: tuple[int, ...]) -> int:
    """How many elements become one."""
    return math.prod(x_shape[axis] for axis in dim)


# The reductions of the ufuncs rather than the methods of arrays: these are Python functions of NumPy's, and what they
# warn of (inf - inf) would come from there, past the filter that the package sets for its own calls.
add_up: Any = np.add.reduce
multiply_up: Any = np.multiply.reduce


def _sum(x: Array, *, dim: tuple[int, ...], keepdim: bool) -> Any:
    return add_up(x, dim, keepdims=keepdim, dtype=wide(x))


def _mean(x: Array, *, dim: tuple[int, ...], keepdim: bool) -> Any:
    return add_up(x, dim, keepdims=keepdim) / x.dtype.type(count(x.shape, dim))


def _prod(x: Array, *, dim: tuple[int, ...], keepdim: bool) -> Any:
    return multiply_up(x, dim, keepdims=keepdim, dtype=wide(x))


def _logsumexp(x: Array, *, dim: tuple[int, ...], keepdim: bool) -> Array:
    top = x.max(axis=dim, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0)  # a row of -inf, or with an inf, has no finite maximum to take out
    y = np.log(np.exp(x - top).sum(axis=dim, keepdims=True)) + top
    return y if keepdim else y.squeeze(dim)


sum_p = linear("sum(x)", _sum, x=lambda g, x_shape, dim, keepdim: expand_p(lifted(g, dim, keepdim), size=x_shape))
mean_p = linear(
    "mean(x)",
    _mean,
    x=lambda g, x_shape, dim, keepdim: expand_p(lifted(g, dim, keepdim) / count(x_shape, dim), size=x_shape),
)
prod_p = general(
    "prod(x)", _prod, x=lambda g, x, dim, keepdim: lifted(g, dim, keepdim) * products_of_others(x, dim=dim[0])
)
logsumexp_p = general(
    "logsumexp(x) = ln sum(e ** x)",
    _logsumexp,
    x=lambda g, x, y, dim, keepdim: lifted(g, dim, keepdim) * exp(x - lifted(y, dim, keepdim)),
)


def floating(x: Any, name: str, dtype: Any = None) -> Any:
    """`x` in the dtype asked for; TypeError unless this is a floating point one."""
    x = x if dtype is None else x.to(as_dtype(dtype))
    if not is_floating(x.dtype):
        raise TypeError(f"{name}: needs a floating point tensor, this one is {x.dtype}; call .float() first")
    return x


@numpy_names
def sum(input: Tensor, dim: Dims = None, keepdim: bool = False, *, dtype: DTypeLike = None) -> Tensor:
    """The sum over `dim` (all dimensions by default). Integers and bools sum to int64."""
    if dtype is not None:
        input = input.to(as_dtype(dtype))
    return sum_p(input, dim=reduced(dim, input.ndim, "sum"), keepdim=keepdim)


@numpy_names
def nansum(input: Tensor, dim: Dims = None, keepdim: bool = False, *, dtype: DTypeLike = None) -> Tensor:
    """The sum over `dim` of what is not NaN."""
    return sum(mask(input, ~isnan(input)), dim, keepdim, dtype=dtype)


@numpy_names
def mean(input: Tensor, dim: Dims = None, keepdim: bool = False, *, dtype: DTypeLike = None) -> Tensor:
    """The mean over `dim` (all dimensions by default); NaN over nothing."""
    input = floating(input, "mean", dtype)
    return mean_p(input, dim=reduced(dim, input.ndim, "mean"), keepdim=keepdim)


@numpy_names
def nanmean(input: Tensor, dim: Dims = None, keepdim: bool = False, *, dtype: DTypeLike = None) -> Tensor:
    """The mean over `dim` of what is not NaN."""
    input = floating(input, "nanmean", dtype)
    return nansum(input, dim, keepdim) / sum(~isnan(input), dim, keepdim)


@numpy_names
def prod(input: Tensor, dim: int | None = None, keepdim: bool = False, *, dtype: DTypeLike = None) -> Tensor:
    """The product along `dim`, or of all elements. Integers and bools multiply as int64."""
    if dtype is not None:
        input = input.to(as_dtype(dtype))
    if dim is None:
        return prod_p(input.reshape(-1), dim=(0,), keepdim=False)
    axis = normalized(dim, input.ndim, "prod")
    return prod_p(input, dim=(axis,), keepdim=keepdim) if input.ndim else prod(input, dtype=dtype)


@numpy_names
def logsumexp(input: Tensor, dim: Dims, keepdim: bool = False) -> Tensor:
    """ln of the sum of e ** input over `dim`, without overflow for any input."""
    if not is_floating(input.dtype):
        input = input.astype(get_default_dtype())
    return logsumexp_p(input, dim=reduced(dim, input.ndim, "logsumexp"), keepdim=keepdim)


@numpy_names
def count_nonzero(input: Tensor, dim: Dims = None) -> Tensor:
    """How many elements over `dim` are not zero."""
    array = plain(input)
    return Variable.wrap(np.asarray((array != 0).sum(axis=reduced(dim, array.ndim, "count_nonzero"))))


# -- The largest and the smallest, along some dimensions ---------------------------------------------------------------
#
# Where several elements are the largest there is no derivative, and a convention says who gets the gradient. It is
# PyTorch's: `amax`, and `max` of all elements, share it equally among them; `max` along one dimension, which also tells
# an index, gives it to the element of this index.


def _amax(x: Array, *, dim: tuple[int, ...], keepdim: bool) -> Array:
    return x.max(axis=dim, keepdims=keepdim)


def _amin(x: Array, *, dim: tuple[int, ...], keepdim: bool) -> Array:
    return x.min(axis=dim, keepdims=keepdim)


def _share(g: Any, x: Any, y: Any, dim: tuple[int, ...], keepdim: bool) -> Any:
    """Equal shares to the elements that attain the extremum."""
    hit = (x == lifted(y, dim, keepdim)).astype(g.dtype)
    return lifted(g, dim, keepdim) * (hit / sum_p(hit, dim=dim, keepdim=True))


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
    """The largest value over `dim`; equal ones share the gradient."""
    return amax_p(input, dim=not_empty(input, dim, "amax"), keepdim=keepdim)


@numpy_names
def amin(input: Tensor, dim: Dims = None, keepdim: bool = False) -> Tensor:
    """The smallest value over `dim`; equal ones share the gradient."""
    return amin_p(input, dim=not_empty(input, dim, "amin"), keepdim=keepdim)


@numpy_names
def aminmax(input: Tensor, *, dim: int | None = None, keepdim: bool = False) -> Extrema:
    """The pair (min, max) of what amin and amax return."""
    return Extrema(amin(input, dim, keepdim), amax(input, dim, keepdim))


def not_empty(x: Any, dim: Dims, name: str) -> tuple[int, ...]:
    """The axes of `dim`; IndexError, or ShapeError for all of them, where they hold no element to choose."""
    axes = reduced(dim, x.ndim, name)
    if x.ndim and count(x.shape, axes) == 0:
        kind = ShapeError if dim is None else IndexError
        raise kind(f"{name}: there is no element to choose over dimensions {axes} of shape {tuple(x.shape)}")
    return axes


@numpy_names
def argmax(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """The int64 index of the first largest element along `dim`, or in the flattened tensor."""
    return _arg("argmax", np.argmax, input, dim, keepdim)


@numpy_names
def argmin(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """The int64 index of the first smallest element along `dim`, or in the flattened tensor."""
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
    """The largest element; with `dim` the pair (values, indices); with a second tensor the elementwise maximum."""
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
    """The smallest element; with `dim` the pair (values, indices); with a second tensor the elementwise minimum."""
    if isinstance(dim, Variable):
        return minimum(input, dim)
    return amin(input) if dim is None else chosen(input, argmin(input, dim, True), dim, keepdim, "min")


def chosen(x: Any, indices: Any, dim: int, keepdim: bool, name: str) -> Extremum:
    """The elements at `indices`, one for each row along `dim`, and the indices themselves."""
    if x.ndim == 0:
        return Extremum(take_along_dim(x, indices).reshape(()), indices)
    values = take_along_dim(x, indices, dim)
    if keepdim:
        return Extremum(values, indices)
    axis = normalized(dim, x.ndim, name)
    return Extremum(squeeze(values, axis), squeeze(indices, axis))
