"""The table of derivatives: many numbers to one, along some dimensions.

The primitives take `dim` as a tuple of axes counted from the front; the functions below them take what PyTorch takes: a
number, several, or None for all. A rule lifts the gradient back over the dropped axes with `lifted`, and its broadcast
against the argument does the rest.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from minigrad.autograd.node import Variable
from minigrad.autograd.primitive import general, linear
from minigrad.dtypes import Array, as_dtype, get_default_dtype, is_floating
from minigrad.errors import ShapeError
from minigrad.ops import shape
from minigrad.ops.arithmetic import maximum, minimum, where
from minigrad.ops.dims import Dims, normalized, normalized_all
from minigrad.ops.exponential import exp, sqrt
from minigrad.ops.indexing import take_along_dim


def lifted(g: Any, dim: tuple[int, ...], keepdim: bool) -> Any:
    """`g`, or an output, with the reduced axes back as axes of size 1."""
    return g if keepdim or not dim else shape.unsqueeze_all(g, dim=dim)


def _wide(x: Array) -> Any:
    """Integers and bools add up, and multiply, as int64."""
    return None if x.dtype.kind == "f" else np.int64


def _sum(x: Array, *, dim: tuple[int, ...], keepdim: bool) -> Array:
    return x.sum(axis=dim, keepdims=keepdim, dtype=_wide(x))


def _mean(x: Array, *, dim: tuple[int, ...], keepdim: bool) -> Array:
    return x.sum(axis=dim, keepdims=keepdim) / x.dtype.type(_count(x.shape, dim))


def _amax(x: Array, *, dim: tuple[int, ...], keepdim: bool) -> Array:
    return x.max(axis=dim, keepdims=keepdim)


def _amin(x: Array, *, dim: tuple[int, ...], keepdim: bool) -> Array:
    return x.min(axis=dim, keepdims=keepdim)


def _prod(x: Array, *, dim: tuple[int, ...], keepdim: bool) -> Array:
    return x.prod(axis=dim, keepdims=keepdim, dtype=_wide(x))


def _logsumexp(x: Array, *, dim: tuple[int, ...], keepdim: bool) -> Array:
    top = x.max(axis=dim, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0)  # a row of -inf, or with an inf, has no finite maximum to take out
    y = np.log(np.exp(x - top).sum(axis=dim, keepdims=True)) + top
    return y if keepdim else y.squeeze(dim)


def _share(g: Any, x: Any, y: Any, dim: tuple[int, ...], keepdim: bool) -> Any:
    """The gradient of a maximum or minimum: equal shares to the elements that attain it."""
    hit = where(x == lifted(y, dim, keepdim), 1.0, 0.0)
    return lifted(g, dim, keepdim) * (hit / sum_over(hit, dim=dim, keepdim=True))


def _others(x: Any, dim: tuple[int, ...]) -> Any:
    """For each element the product of the others along `dim`; no division, so zeros are no special case."""
    axis = dim[0]
    rows = shape.unsqueeze_all(x.swapaxes(axis, -1), dim=(len(x.shape) - 1,))  # (..., 1, n)
    n = x.shape[axis]
    return prod_along(where(np.eye(n, dtype=bool), 1.0, rows), dim=(len(x.shape),), keepdim=False).swapaxes(axis, -1)


sum_over = linear(
    "sum(x)", _sum, x=lambda g, x_shape, dim, keepdim: shape.expand_to(lifted(g, dim, keepdim), size=x_shape)
)
mean_over = linear(
    "mean(x)",
    _mean,
    x=lambda g, x_shape, dim, keepdim: shape.expand_to(lifted(g, dim, keepdim) / _count(x_shape, dim), size=x_shape),
)
amax_over = general("amax(x)", _amax, x=lambda g, x, y, dim, keepdim: _share(g, x, y, dim, keepdim))
amin_over = general("amin(x)", _amin, x=lambda g, x, y, dim, keepdim: _share(g, x, y, dim, keepdim))
prod_along = general("prod(x)", _prod, x=lambda g, x, dim, keepdim: lifted(g, dim, keepdim) * _others(x, dim))
logsumexp_over = general(
    "logsumexp(x) = ln sum(e ** x)",
    _logsumexp,
    x=lambda g, x, y, dim, keepdim: lifted(g, dim, keepdim) * exp(x - lifted(y, dim, keepdim)),
)


def _count(x_shape: tuple[int, ...], dim: tuple[int, ...]) -> int:
    return int(np.prod([x_shape[axis] for axis in dim], dtype=np.int64))


def _needs_float(x: Any, name: str) -> None:
    if not is_floating(x.dtype):
        raise TypeError(f"{name}: needs a floating point tensor, this one is {x.dtype}; call .float() first")


def sum(x: Any, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """The sum over `dim` (all dimensions by default). Integers and bools sum to int64."""
    if dtype is not None:
        x = x.to(as_dtype(dtype))
    return sum_over(x, dim=normalized_all(dim, x.ndim, "sum"), keepdim=keepdim)


def mean(x: Any, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """The mean over `dim` (all dimensions by default); NaN over nothing."""
    if dtype is not None:
        x = x.to(as_dtype(dtype))
    _needs_float(x, "mean")
    return mean_over(x, dim=normalized_all(dim, x.ndim, "mean"), keepdim=keepdim)


def var(x: Any, dim: Dims = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: float = 1) -> Any:
    """The variance over `dim`: squared deviations from the mean, summed, over `count - correction`.

    The default is Bessel's correction, 1; `unbiased=False` is correction 0.
    """
    if isinstance(dim, bool):  # var(x, unbiased), PyTorch's older form
        dim, unbiased = None, dim
    if unbiased is not None:
        correction = int(unbiased)
    _needs_float(x, "var")
    axes = normalized_all(dim, x.ndim, "var")
    deviation = x - mean_over(x, dim=axes, keepdim=True)
    degrees = _count(x.shape, axes) - correction
    return sum_over(deviation * deviation, dim=axes, keepdim=keepdim) / np.asarray(
        degrees if degrees > 0 else 0, x.dtype
    )


def std(x: Any, dim: Dims = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: float = 1) -> Any:
    """The standard deviation over `dim`: the square root of `var`."""
    return sqrt(var(x, dim, unbiased, keepdim, correction=correction))


def prod(x: Any, dim: int | None = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """The product along `dim`, or of all elements."""
    if dtype is not None:
        x = x.to(as_dtype(dtype))
    if dim is None:
        return prod_along(x.reshape(-1), dim=(0,), keepdim=False)
    if x.ndim == 0:
        normalized(dim, 0, "prod")
        return x
    return prod_along(x, dim=(normalized(dim, x.ndim, "prod"),), keepdim=keepdim)


def logsumexp(x: Any, dim: Dims, keepdim: bool = False) -> Any:
    """ln of the sum of e ** x over `dim`, without overflow for any x."""
    if not is_floating(x.dtype):
        x = x.astype(get_default_dtype())
    return logsumexp_over(x, dim=normalized_all(dim, x.ndim, "logsumexp"), keepdim=keepdim)


def amax(x: Any, dim: Dims = None, keepdim: bool = False) -> Any:
    """The largest value over `dim`; equal ones share the gradient."""
    return amax_over(x, dim=_not_empty(x, dim, "amax"), keepdim=keepdim)


def amin(x: Any, dim: Dims = None, keepdim: bool = False) -> Any:
    """The smallest value over `dim`; equal ones share the gradient."""
    return amin_over(x, dim=_not_empty(x, dim, "amin"), keepdim=keepdim)


def _not_empty(x: Any, dim: Dims, name: str) -> tuple[int, ...]:
    axes = normalized_all(dim, x.ndim, name)
    if x.ndim and _count(x.shape, axes) == 0:
        raise ShapeError(f"{name}: there is no element to choose over dimensions {axes} of shape {tuple(x.shape)}")
    return axes


class Extremum(NamedTuple):
    """What max and min along one dimension return: the values and where they stand."""

    values: Any
    indices: Any


def argmax(x: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The int64 index of the first largest element along `dim`, or in the flattened tensor."""
    return _arg("argmax", np.argmax, x, dim, keepdim)


def argmin(x: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The int64 index of the first smallest element along `dim`, or in the flattened tensor."""
    return _arg("argmin", np.argmin, x, dim, keepdim)


def _arg(name: str, find: Any, x: Any, dim: int | None, keepdim: bool) -> Any:
    array = x.array if isinstance(x, Variable) else np.asarray(x)
    _not_empty(array, dim, name)
    if dim is None:
        found = find(array)
        return Variable.wrap(np.asarray(found).reshape((1,) * array.ndim if keepdim else ()))
    axis = normalized(dim, array.ndim, name)
    return Variable.wrap(np.asarray(find(array, axis=axis, keepdims=keepdim) if array.ndim else find(array)))


def max(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """The largest element; with `dim` the pair (values, indices); with a second tensor the elementwise maximum."""
    return _extremum("max", amax, argmax, x, dim, keepdim)


def min(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """The smallest element; with `dim` the pair (values, indices); with a second tensor the elementwise minimum."""
    return _extremum("min", amin, argmin, x, dim, keepdim)


def _extremum(name: str, whole: Any, where_: Any, x: Any, dim: Any, keepdim: bool) -> Any:
    if isinstance(dim, Variable):
        return (maximum if name == "max" else minimum)(x, dim)
    if dim is None:
        return whole(x)
    if x.ndim == 0:
        normalized(dim, 0, name)
        return Extremum(x, Variable.wrap(np.zeros((), np.int64)))
    indices = where_(x, dim, True)
    values = take_along_dim(x, indices, dim)
    if keepdim:
        return Extremum(values, indices)
    axis = normalized(dim, x.ndim, name)
    return Extremum(shape.squeeze(values, axis), shape.squeeze(indices, axis))
