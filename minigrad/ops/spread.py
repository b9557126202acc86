"""The table of derivatives: how far numbers lie apart: variance and standard deviation.

Both are taken of the differences from the mean, which lose no digits to a common offset, and both add up in double
precision: squares of what float16 and float32 can hold are soon beyond them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.primitive import general
from minigrad.ops.choice import mask, where
from minigrad.ops.dims import numpy_names, reduced
from minigrad.ops.reduction import add_up, count, floating, lifted, mean_p
from minigrad.types import Dims, Tensor

__all__ = [
    "std",
    "std_mean",
    "var",
    "var_mean",
]


def _variance(x: Array, dim: tuple[int, ...], keepdim: bool, degrees: float) -> Array:
    """In double precision."""
    differences = np.asarray(x - add_up(x, dim, np.float64, keepdims=True) / max(count(x.shape, dim), 1))
    np.square(differences, out=differences)
    total: Array = add_up(differences, dim, keepdims=keepdim)
    return total / np.float64(degrees)


def _var(x: Array, *, dim: tuple[int, ...], keepdim: bool, degrees: float) -> Array:
    return _variance(x, dim, keepdim, degrees).astype(x.dtype)


def _std(x: Array, *, dim: tuple[int, ...], keepdim: bool, degrees: float) -> Array:
    return np.sqrt(_variance(x, dim, keepdim, degrees)).astype(x.dtype)


def _per_degree(x: Any, dim: tuple[int, ...], degrees: float) -> Any:
    """(x - mean(x)) / degrees; without degrees of freedom infinity or NaN."""
    return (x - mean_p(x, dim=dim, keepdim=True)) / np.float64(degrees)


def _std_rule(g: Any, x: Any, y: Any, dim: tuple[int, ...], keepdim: bool, degrees: float) -> Any:
    """g (x - mean(x)) / (degrees y)"""
    share = mask(g, y != 0) / where(y == 0, 1.0, y)
    return lifted(share, dim, keepdim) * _per_degree(x, dim, degrees)


# Of equal numbers the standard deviation is 0, and gets the derivative 0.
var_p = general(
    "var(x) = sum((x - mean(x)) ** 2) / degrees",
    _var,
    x=lambda g, x, dim, keepdim, degrees: lifted(g, dim, keepdim) * (2 * _per_degree(x, dim, degrees)),
)
std_p = general(
    "std(x) = var(x) ** (1/2)",
    _std,
    x=_std_rule,
)


def _of_deviations(
    operation: Any, x: Any, dim: Any, unbiased: bool | None, keepdim: bool, correction: float | None
) -> Any:
    """`operation` over `dim`, with as many degrees of freedom as there are numbers, less the correction."""
    if isinstance(dim, bool):  # var(x, unbiased), PyTorch's older form
        dim, unbiased = None, dim
    if unbiased is not None:
        correction = int(unbiased)
    axes = reduced(dim, floating(x, operation.name).ndim, operation.name)
    less = 1 if correction is None else correction
    return operation(x, dim=axes, keepdim=keepdim, degrees=max(count(x.shape, axes) - less, 0))


def _mean(x: Any, dim: Any, keepdim: bool) -> Any:
    return mean_p(x, dim=reduced(None if isinstance(dim, bool) else dim, x.ndim, "mean"), keepdim=keepdim)


@numpy_names
def var(
    input: Tensor,
    dim: Dims = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = 1,
) -> Tensor:
    """The variance over `dim`: squared deviations from the mean, summed, over `count - correction`.

    The default is Bessel's correction, 1; `unbiased=False` is correction 0, None the default.
    Derivative: 2 g (x - mean) / (count - correction). TypeError for integers.

    >>> mg.var(mg.tensor([1.0, 2.0, 3.0]))
    tensor(1.)
    """
    return _of_deviations(var_p, input, dim, unbiased, keepdim, correction)


@numpy_names
def std(
    input: Tensor,
    dim: Dims = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = 1,
) -> Tensor:
    """The standard deviation over `dim`: the square root of `var`; of equal numbers it is 0, with gradient 0.

    `unbiased` and `correction` as there.

    >>> mg.std(mg.tensor([1.0, 2.0, 3.0]))
    tensor(1.)
    """
    return _of_deviations(std_p, input, dim, unbiased, keepdim, correction)


@numpy_names
def var_mean(
    input: Tensor,
    dim: Dims = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = 1,
) -> tuple[Tensor, Tensor]:
    """The pair of `var` and `mean`; `unbiased` and `correction` as there.

    >>> mg.var_mean(mg.tensor([1.0, 2.0, 3.0]))
    (tensor(1.), tensor(2.))
    """
    return var(input, dim, unbiased, keepdim, correction=correction), _mean(input, dim, keepdim)


@numpy_names
def std_mean(
    input: Tensor,
    dim: Dims = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = 1,
) -> tuple[Tensor, Tensor]:
    """The pair of `std` and `mean`; `unbiased` and `correction` as there.

    >>> mg.std_mean(mg.tensor([1.0, 2.0, 3.0]))
    (tensor(1.), tensor(2.))
    """
    return std(input, dim, unbiased, keepdim, correction=correction), _mean(input, dim, keepdim)
