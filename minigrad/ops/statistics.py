"""Variances and correlations, and how many numbers lie where: compositions of the tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.dtypes import get_default_dtype, is_floating
from minigrad.engine.node import Variable, plain
from minigrad.errors import ShapeError
from minigrad.ops.arithmetic import clamp, clamp_min
from minigrad.ops.arrangement import mT
from minigrad.ops.dims import Dims, numpy_names, reduced
from minigrad.ops.exponential import sqrt
from minigrad.ops.norm import norm_over
from minigrad.ops.product import matmul
from minigrad.ops.reduction import count, floating, mean_over, sum_over
from minigrad.ops.shape import squeeze
from minigrad.ops.triangular import diagonal


def _deviations(
    name: str, x: Any, dim: Any, unbiased: bool | None, correction: float
) -> tuple[tuple[int, ...], Any, Any, float]:
    """The axes of `dim`, the mean over them, the differences from it, and the degrees of freedom."""
    if isinstance(dim, bool):  # var(x, unbiased), PyTorch's older form
        dim, unbiased = None, dim
    if unbiased is not None:
        correction = int(unbiased)
    x = floating(x, name)
    axes = reduced(dim, x.ndim, name)
    centre = mean_over(x, dim=axes, keepdim=True)
    return axes, centre, x - centre, max(count(x.shape, axes) - correction, 0)


@numpy_names
def var(
    input: Any, dim: Dims = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: float = 1
) -> Any:
    """The variance over `dim`: squared deviations from the mean, summed, over `count - correction`.

    The default is Bessel's correction, 1; `unbiased=False` is correction 0.
    """
    return var_mean(input, dim, unbiased, keepdim, correction=correction)[0]


@numpy_names
def std(
    input: Any, dim: Dims = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: float = 1
) -> Any:
    """The standard deviation over `dim`: the square root of `var`; of equal numbers it is 0, with gradient 0."""
    return std_mean(input, dim, unbiased, keepdim, correction=correction)[0]


@numpy_names
def var_mean(
    input: Any, dim: Dims = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: float = 1
) -> tuple[Any, Any]:
    """The pair of `var` and `mean`."""
    axes, centre, deviations, degrees = _deviations("var", input, dim, unbiased, correction)
    spread = sum_over(deviations * deviations, dim=axes, keepdim=keepdim) / degrees
    return spread, centre if keepdim else squeeze(centre, axes)


@numpy_names
def std_mean(
    input: Any, dim: Dims = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: float = 1
) -> tuple[Any, Any]:
    """The pair of `std` and `mean`."""
    axes, centre, deviations, degrees = _deviations("std", input, dim, unbiased, correction)
    spread = norm_over(deviations, p=2.0, dim=axes, keepdim=keepdim) / degrees**0.5
    return spread, centre if keepdim else squeeze(centre, axes)


def cov(input: Any, *, correction: int = 1, fweights: Any = None, aweights: Any = None) -> Any:
    """The covariances (N, N) of the rows of `input` (N, M), N variables observed M times; of one row, its variance.

    An observation counts `fweights` times, an integer, and with the importance `aweights`; both (M,). The sum of
    products of deviations is divided by the number of observations, or sum of weights, less the correction.
    """
    if input.ndim > 2:
        raise ShapeError(f"cov: takes a matrix, a row per variable, or one row, got shape {tuple(input.shape)}")
    rows = input.reshape((-1, input.shape[-1] if input.ndim else 1))
    rows = rows if is_floating(rows.dtype) else rows.astype(get_default_dtype())
    counts = np.ones_like(plain(rows), shape=rows.shape[1]) if fweights is None else plain(fweights)
    both = counts if aweights is None else counts * aweights
    total = both.sum()
    centred = rows - sum_over(rows * both, dim=(1,), keepdim=True) / total
    degrees = total - correction * (1 if aweights is None else (both * aweights).sum() / total)
    y = matmul(centred * both, mT(centred)) / clamp_min(degrees, 0.0)
    return y if input.ndim == 2 else y.reshape(())


def corrcoef(input: Any) -> Any:
    """Pearson's correlations (N, N), between -1 and 1, of the rows of `input` (N, M), N variables observed M times."""
    c = cov(input)
    if c.ndim == 0:
        return c / c
    deviations = sqrt(diagonal(c))
    return clamp(c / deviations.reshape((-1, 1)) / deviations, -1, 1)


def histc(input: Any, bins: int = 100, min: float = 0, max: float = 0) -> Any:
    """How many elements lie in each of `bins` equal intervals from `min` to `max`, in the dtype of the input.

    Elements outside are not counted. If min and max are equal, they are the smallest and the largest element.
    """
    if bins < 1:
        raise ValueError(f"histc: bins must be positive, got {bins}")
    if min > max:
        raise ValueError(f"histc: max must not be below min, got min {min} and max {max}")
    array = plain(floating(input, "histc"))
    if min == max and array.size:
        min, max = array.min(), array.max()
    if not (np.isfinite(min) and np.isfinite(max)):
        raise ValueError(f"histc: range of [{min}, {max}] is not finite")
    counts, _ = np.histogram(array, bins, (min, max) if min < max else (min - 1, max + 1))
    return Variable.wrap(counts.astype(array.dtype))


def bincount(input: Any, weights: Any = None, minlength: int = 0) -> Any:
    """How often each of the numbers 0, 1, ... occurs in a vector of integers, or the sum of `weights` where it does."""
    array = plain(input)
    if array.ndim != 1 or array.dtype.kind not in "iu" or (array.size and array.min() < 0):
        raise ShapeError(
            f"bincount: takes a vector of integers that are not negative, got {array.dtype} of shape {array.shape}"
        )
    if weights is None:
        return Variable.wrap(np.bincount(array, minlength=minlength))
    weights = plain(weights)
    counts = np.bincount(array, weights, minlength)
    return Variable.wrap(counts.astype(weights.dtype) if weights.dtype.kind == "f" else counts)
