"""Variance and standard deviation, and how many numbers lie where: compositions of the tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.node import Variable
from minigrad.dtypes import Array
from minigrad.errors import ShapeError
from minigrad.ops.dims import Dims, numpy_names, reduced
from minigrad.ops.norm import norm_over
from minigrad.ops.reduction import count, floating, mean_over, sum_over
from minigrad.ops.shape import squeeze


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


def histc(input: Any, bins: int = 100, min: float = 0, max: float = 0) -> Any:
    """How many elements lie in each of `bins` equal intervals from `min` to `max`, in the dtype of the input.

    Elements outside are not counted. If min and max are equal, they are the smallest and the largest element.
    """
    if bins < 1:
        raise ValueError(f"histc: bins must be positive, got {bins}")
    if min > max:
        raise ValueError(f"histc: max must not be below min, got min {min} and max {max}")
    array = _array(floating(input, "histc"))
    if min == max and array.size:
        min, max = array.min(), array.max()
    if not (np.isfinite(min) and np.isfinite(max)):
        raise ValueError(f"histc: range of [{min}, {max}] is not finite")
    counts, _ = np.histogram(array, bins, (min, max) if min < max else (min - 1, max + 1))
    return Variable.wrap(counts.astype(array.dtype))


def bincount(input: Any, weights: Any = None, minlength: int = 0) -> Any:
    """How often each of the numbers 0, 1, ... occurs in a vector of integers, or the sum of `weights` where it does."""
    array = _array(input)
    if array.ndim != 1 or array.dtype.kind not in "iu" or (array.size and array.min() < 0):
        raise ShapeError(
            f"bincount: takes a vector of integers that are not negative, got {array.dtype} of shape {array.shape}"
        )
    if weights is None:
        return Variable.wrap(np.bincount(array, minlength=minlength))
    weights = _array(weights)
    counts = np.bincount(array, weights, minlength)
    return Variable.wrap(counts.astype(weights.dtype) if weights.dtype.kind == "f" else counts)


def _array(x: Any) -> Array:
    return x.array if isinstance(x, Variable) else x
