"""The table of derivatives: many numbers to one, along some dimensions: sums, means, products.

The primitives take `dim` as a tuple of axes counted from the front; the functions below them take what PyTorch takes: a
number, several, or None for all. A rule lifts the gradient back over the dropped axes with `lifted`, and its broadcast
against the argument does the rest.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.dtypes import Array, get_default_dtype, is_floating
from minigrad.engine.node import Variable, plain
from minigrad.engine.primitive import general, linear
from minigrad.kernels.channels import total
from minigrad.ops.choice import mask
from minigrad.ops.comparison import isnan
from minigrad.ops.cumulative import products_of_others, wide
from minigrad.ops.dims import normalized, numpy_names, reduced
from minigrad.ops.elementary import exp
from minigrad.ops.memory import asked, floating
from minigrad.ops.shape import expand_p, unsqueeze_all
from minigrad.types import Dims, DTypeLike, Tensor

__all__ = [
    "count_nonzero",
    "logsumexp",
    "mean",
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
    if x.dtype.kind == "f":
        return total(x, dim, keepdim)
    return add_up(x, dim, keepdims=keepdim, dtype=wide(x))


def _mean(x: Array, *, dim: tuple[int, ...], keepdim: bool) -> Any:
    if x.dtype == np.float16:
        return _mean(x.astype(np.float32), dim=dim, keepdim=keepdim).astype(x.dtype)
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


@numpy_names
def sum(input: Tensor, dim: Dims = None, keepdim: bool = False, *, dtype: DTypeLike = None) -> Tensor:
    """The sum over `dim` (all dimensions by default). Integers and bools sum to int64, unless `dtype` is another.

    With `keepdim` the dimensions stay, of size 1; `dtype` is cast to first. Every element gets the gradient of its sum.

    >>> mg.sum(mg.tensor([[1.0, 2.0], [3.0, 4.0]]), 1)
    tensor([3., 7.])
    """
    return asked(sum_p(asked(input, dtype), dim=reduced(dim, input.ndim, "sum"), keepdim=keepdim), dtype)


@numpy_names
def nansum(input: Tensor, dim: Dims = None, keepdim: bool = False, *, dtype: DTypeLike = None) -> Tensor:
    """The sum over `dim` of what is not NaN.

    >>> mg.nansum(mg.tensor([1.0, float("nan"), 2.0]))
    tensor(3.)
    """
    return sum(mask(input, ~isnan(input)), dim, keepdim, dtype=dtype)


@numpy_names
def mean(input: Tensor, dim: Dims = None, keepdim: bool = False, *, dtype: DTypeLike = None) -> Tensor:
    """The mean over `dim` (all dimensions by default); NaN over nothing.

    TypeError for integers, unless `dtype` makes floats of them. Every element gets its share g / n of the gradient.

    >>> mg.mean(mg.tensor([[1.0, 2.0], [3.0, 4.0]]), 1)
    tensor([1.5000, 3.5000])
    """
    input = floating(input, "mean", dtype)
    return mean_p(input, dim=reduced(dim, input.ndim, "mean"), keepdim=keepdim)


@numpy_names
def nanmean(input: Tensor, dim: Dims = None, keepdim: bool = False, *, dtype: DTypeLike = None) -> Tensor:
    """The mean over `dim` of what is not NaN.

    >>> mg.nanmean(mg.tensor([1.0, float("nan"), 2.0]))
    tensor(1.5000)
    """
    input = floating(input, "nanmean", dtype)
    return nansum(input, dim, keepdim) / sum(~isnan(input), dim, keepdim)


@numpy_names
def prod(input: Tensor, dim: int | None = None, keepdim: bool = False, *, dtype: DTypeLike = None) -> Tensor:
    """The product along `dim`, or of all elements. Integers and bools multiply as int64, unless `dtype` is another.

    The derivative in an element is the product of the others, right where elements are 0, too.

    >>> mg.prod(mg.tensor([2.0, 3.0, 4.0]))
    tensor(24.)
    """
    axis = 0 if dim is None else normalized(dim, input.ndim, "prod")
    whole = dim is None or input.ndim == 0
    x = asked(input.reshape(-1) if whole else input, dtype)
    return asked(prod_p(x, dim=(axis,), keepdim=keepdim and not whole), dtype)


@numpy_names
def logsumexp(input: Tensor, dim: Dims, keepdim: bool = False) -> Tensor:
    """ln of the sum of e ** input over `dim`, without overflow for any input.

    The gradient is shared out by softmax.

    >>> mg.logsumexp(mg.tensor([1000.0, 1000.0]), 0)
    tensor(1000.6932)
    """
    if not is_floating(input.dtype):
        input = input.astype(get_default_dtype())
    return logsumexp_p(input, dim=reduced(dim, input.ndim, "logsumexp"), keepdim=keepdim)


@numpy_names
def count_nonzero(input: Tensor, dim: Dims = None) -> Tensor:
    """How many elements over `dim` are not zero.

    >>> mg.count_nonzero(mg.tensor([[0, 1], [2, 3]]), 1)
    tensor([1, 2])
    """
    array = plain(input)
    return Variable.wrap(np.asarray((array != 0).sum(axis=reduced(dim, array.ndim, "count_nonzero"))))
