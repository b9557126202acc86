"""The table of derivatives: running sums, products and extrema along one dimension.

The adjoint of a running sum is the running sum from the other end; hence the keyword `reverse`. All other rules here
come down to one linear recurrence, y[i] = b[i] + a[i] y[i - 1], whose derivative is such a recurrence again, also run
from the other end. It needs no division, so zeros in a product are no special case, and no exponential of more than 0.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.node import Variable, plain
from minigrad.engine.primitive import general, linear
from minigrad.ops.choice import where
from minigrad.ops.dims import normalized, numpy_names
from minigrad.ops.elementary import exp
from minigrad.ops.indexing import take_along_dim
from minigrad.ops.memory import asked
from minigrad.ops.public import also_in_place
from minigrad.ops.splitting import narrow_p, widen
from minigrad.types import DTypeLike, Tensor

__all__ = [
    "cummax",
    "cummin",
    "cumprod",
    "cumsum",
    "logcumsumexp",
]


def wide(x: Array) -> Any:
    """Integers and bools add up, and multiply, as int64."""
    return None if x.dtype.kind == "f" else np.int64


def _turned(x: Array, dim: int, reverse: bool) -> Array:
    return np.flip(x, dim) if reverse else x


def _cumsum(x: Array, *, dim: int, reverse: bool) -> Array:
    return _turned(np.add.accumulate(_turned(x, dim, reverse), dim, dtype=wide(x)), dim, reverse)


def _cumprod(x: Array, *, dim: int, reverse: bool) -> Array:
    return _turned(np.multiply.accumulate(_turned(x, dim, reverse), dim, dtype=wide(x)), dim, reverse)


def _logcumsumexp(x: Array, *, dim: int) -> Array:
    return np.logaddexp.accumulate(x, dim)


def _recurrence(a: Array, b: Array, *, dim: int, reverse: bool) -> Array:
    y = b.copy()
    factors, rows = (np.moveaxis(_turned(x, dim, reverse), dim, 0) for x in (a, y))
    for i in range(1, len(rows)):
        rows[i] += factors[i] * rows[i - 1]
    return y


def _recurrence_rule(g: Any, a: Any, y: Any, dim: int, reverse: bool) -> tuple[Any, Any]:
    """a: h[i] · y[i − 1]; b: h, a recurrence from the other end, h[i] = g[i] + a[i + 1] · h[i + 1]."""
    g = recurrence(neighbour(a, dim, not reverse), g, dim=dim, reverse=not reverse)
    return g * neighbour(y, dim, reverse), g


def neighbour(x: Any, dim: int, reverse: bool) -> Any:
    """At each place the element before it, or with `reverse` after it; at the border 0."""
    n = x.shape[dim]
    inner, outer = (0, max(n - 1, 0)), (min(n, 1), n)
    if reverse:
        inner, outer = outer, inner
    part = narrow_p(x, dim=dim, start=inner[0], stop=inner[1])
    return widen(part, dim=dim, start=outer[0], stop=outer[1], total=n)


def _neighbour_or_1(x: Any, dim: int, reverse: bool) -> Any:
    """As neighbour, at the border 1."""
    n = x.shape[dim]
    border = np.arange(n) == (n - 1 if reverse else 0)
    return where(border.reshape((n,) + (1,) * (len(x.shape) - dim - 1)), 1.0, neighbour(x, dim, reverse))


def products_of_others(x: Any, dim: int) -> Any:
    """For each element the product of the others along `dim`: of those before it times of those after it."""
    before, after = (cumprod_p(_neighbour_or_1(x, dim, reverse), dim=dim, reverse=reverse) for reverse in (False, True))
    return before * after


def _decay(y: Any, dim: int) -> Any:
    """e ** (y[i] - y[i + 1]), which is at most 1 as y grows; 0 at the border."""
    n = y.shape[dim]
    here, after = (narrow_p(y, dim=dim, start=start, stop=max(n - 1, 0) + start) for start in (0, min(n, 1)))
    return widen(exp(here - after), dim=dim, start=0, stop=max(n - 1, 0), total=n)


cumsum_p = linear("cumsum(x)", _cumsum, x=lambda g, dim, reverse: cumsum_p(g, dim=dim, reverse=not reverse))
recurrence = general("recurrence(a, b) = y, y[i] = b[i] + a[i] y[i - 1]", _recurrence, all=_recurrence_rule)
cumprod_p = general(
    "cumprod(x)",
    _cumprod,
    x=lambda g, x, y, dim, reverse: (
        _neighbour_or_1(y, dim, reverse) * recurrence(neighbour(x, dim, not reverse), g, dim=dim, reverse=not reverse)
    ),
)
logcumsumexp_p = general(
    "logcumsumexp(x) = ln cumsum(e ** x)",
    _logcumsumexp,
    x=lambda g, x, y, dim: exp(x - y) * recurrence(_decay(y, dim), g, dim=dim, reverse=True),
)


class Running(NamedTuple):
    """What cummax and cummin return: the values and where they stand."""

    values: Tensor
    indices: Tensor


@also_in_place
@numpy_names
def cumsum(input: Tensor, dim: int, *, dtype: DTypeLike = None) -> Tensor:
    """The sum of the elements up to each one along `dim`. Integers and bools sum to int64.

    Derivative: the sum of the gradients from each element on.

    >>> mg.cumsum(mg.tensor([1.0, 2.0, 3.0]), 0)
    tensor([1., 3., 6.])
    """
    return _along(cumsum_p, "cumsum", input, dim, dtype, reverse=False)


@also_in_place
@numpy_names
def cumprod(input: Tensor, dim: int, *, dtype: DTypeLike = None) -> Tensor:
    """The product of the elements up to each one along `dim`. Integers and bools multiply as int64.

    The derivative is right where elements are 0, too.

    >>> mg.cumprod(mg.tensor([1.0, 2.0, 3.0]), 0)
    tensor([1., 2., 6.])
    """
    return _along(cumprod_p, "cumprod", input, dim, dtype, reverse=False)


@numpy_names
def logcumsumexp(input: Tensor, dim: int) -> Tensor:
    """ln of the sum of e ** input up to each element along `dim`, without overflow for any input.

    >>> mg.logcumsumexp(mg.tensor([0.0, 0.0, 1000.0]), 0)
    tensor([0.0000e+00, 6.9315e-01, 1.0000e+03])
    """
    return _along(logcumsumexp_p, "logcumsumexp", input, dim, None)


def _along(operation: Any, name: str, x: Any, dim: int, dtype: Any, **static: Any) -> Any:
    axis = normalized(dim, x.ndim, name)
    x = asked(x, dtype)
    if x.ndim == 0:
        return asked(operation(x.reshape((1,)), dim=axis, **static).reshape(()), dtype)
    return asked(operation(x, dim=axis, **static), dtype)


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
    return Running(values.reshape(x.shape), Variable.wrap(indices.reshape(x.shape)))
