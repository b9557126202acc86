"""What describes many numbers by few: variance and covariance, counts, the median and other quantiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

import numpy as np

from minigrad.dtypes import Array, get_default_dtype, is_floating
from minigrad.engine.node import Variable, plain
from minigrad.errors import ShapeError
from minigrad.ops.arithmetic import clamp, clamp_min, lerp
from minigrad.ops.arrangement import movedim, mT
from minigrad.ops.dims import normalized, numpy_names, reduced
from minigrad.ops.distance import norm_p
from minigrad.ops.elementary import sqrt
from minigrad.ops.indexing import take_along_dim
from minigrad.ops.product import matmul
from minigrad.ops.reduction import Extremum, amax, chosen, count, floating, mean, mean_p, not_empty, sum_p
from minigrad.ops.rounding import ceil, floor, round
from minigrad.ops.shape import squeeze
from minigrad.ops.triangular import diagonal
from minigrad.types import Dims, Tensor

__all__ = [
    "bincount",
    "corrcoef",
    "cov",
    "histc",
    "median",
    "mode",
    "nanmedian",
    "nanquantile",
    "quantile",
    "std",
    "std_mean",
    "var",
    "var_mean",
]


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
    centre = mean_p(x, dim=axes, keepdim=True)
    return axes, centre, x - centre, max(count(x.shape, axes) - correction, 0)


@numpy_names
def var(
    input: Tensor, dim: Dims = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: float = 1
) -> Tensor:
    """The variance over `dim`: squared deviations from the mean, summed, over `count - correction`.

    The default is Bessel's correction, 1; `unbiased=False` is correction 0.
    """
    return var_mean(input, dim, unbiased, keepdim, correction=correction)[0]


@numpy_names
def std(
    input: Tensor, dim: Dims = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: float = 1
) -> Tensor:
    """The standard deviation over `dim`: the square root of `var`; of equal numbers it is 0, with gradient 0."""
    return std_mean(input, dim, unbiased, keepdim, correction=correction)[0]


@numpy_names
def var_mean(
    input: Tensor, dim: Dims = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: float = 1
) -> tuple[Tensor, Tensor]:
    """The pair of `var` and `mean`."""
    axes, centre, deviations, degrees = _deviations("var", input, dim, unbiased, correction)
    spread = sum_p(deviations * deviations, dim=axes, keepdim=keepdim) / degrees
    return spread, centre if keepdim else squeeze(centre, axes)


@numpy_names
def std_mean(
    input: Tensor, dim: Dims = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: float = 1
) -> tuple[Tensor, Tensor]:
    """The pair of `std` and `mean`."""
    axes, centre, deviations, degrees = _deviations("std", input, dim, unbiased, correction)
    spread = norm_p(deviations, p=2.0, dim=axes, keepdim=keepdim) / degrees**0.5
    return spread, centre if keepdim else squeeze(centre, axes)


def cov(
    input: Tensor, *, correction: int = 1, fweights: Tensor | None = None, aweights: Tensor | None = None
) -> Tensor:
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
    centred = rows - sum_p(rows * both, dim=(1,), keepdim=True) / total
    degrees = total - correction * (1 if aweights is None else (both * aweights).sum() / total)
    y = matmul(centred * both, mT(centred)) / clamp_min(degrees, 0.0)
    return y if input.ndim == 2 else y.reshape(())


def corrcoef(input: Tensor) -> Tensor:
    """Pearson's correlations (N, N), between -1 and 1, of the rows of `input` (N, M), N variables observed M times."""
    c = cov(input)
    if c.ndim == 0:
        return c / c
    deviations = sqrt(diagonal(c))
    return clamp(c / deviations.reshape((-1, 1)) / deviations, -1, 1)


def histc(input: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
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


def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
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


# -- Order statistics: median, quantile and mode along a dimension, composed of finding and taking ---------------------
#
# Which elements they are is found on arrays, as indices; then these elements are taken from the tensor. So the gradient
# goes to the elements that the result is, or lies between.


@overload
def median(input: Tensor) -> Tensor: ...


@overload
def median(input: Tensor, dim: int, keepdim: bool = False) -> Extremum: ...


@numpy_names
def median(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """The middle element in order, the lower of two; NaN if there is a NaN. With `dim` the pair (values, indices).

    Without `dim`, equal elements share the gradient; with it, the element of the index gets it.
    """
    return _median("median", _middle, input, dim, keepdim)


@overload
def nanmedian(input: Tensor) -> Tensor: ...


@overload
def nanmedian(input: Tensor, dim: int, keepdim: bool = False) -> Extremum: ...


@numpy_names
def nanmedian(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """As median, of the elements that are not NaN."""
    return _median("nanmedian", _middle_of_numbers, input, dim, keepdim)


def _median(name: str, find: Callable[[Array], Array], x: Any, dim: int | None, keepdim: bool) -> Any:
    if dim is not None:
        not_empty(x, dim, name)
        return _chosen(name, find, x, dim, keepdim)
    row = x.reshape((-1,))
    if row.shape[0] == 0 and is_floating(x.dtype):
        return mean(row)  # NaN
    not_empty(row, dim, name)
    middle = row[int(find(plain(row))[0])]
    return amax(row[(row == middle) | ((row != row) & (middle != middle))])


@numpy_names
def mode(input: Tensor, dim: int = -1, keepdim: bool = False) -> Extremum:
    """The element that occurs most often along `dim`, the smallest of several, and the last index where it does."""
    not_empty(input, dim, "mode")
    return _chosen("mode", _most_frequent, input, dim, keepdim)


def _chosen(name: str, find: Callable[[Array], Array], x: Any, dim: int, keepdim: bool) -> Extremum:
    """The element of each row along `dim` whose index, kept as an axis of size 1, `find` tells."""
    axis = normalized(dim, x.ndim, name)
    rows = np.moveaxis(np.atleast_1d(plain(x)), axis, -1)
    indices = np.moveaxis(find(rows), -1, axis).reshape((*x.shape[:axis], 1, *x.shape[axis + 1 :]) if x.ndim else ())
    return chosen(x, Variable.wrap(indices), axis, keepdim, name)


def _ranked(rows: Array) -> tuple[Array, Array]:
    """The indices that sort each row, NaN last, and how many elements are not NaN."""
    return np.argsort(rows, -1, kind="stable"), (rows == rows).sum(-1, keepdims=True)


def _middle(rows: Array) -> Array:
    order, numbers = _ranked(rows)
    n = rows.shape[-1]
    return np.take_along_axis(order, np.where(numbers < n, numbers, (n - 1) // 2), -1)  # a NaN, if there is one


def _middle_of_numbers(rows: Array) -> Array:
    order, numbers = _ranked(rows)
    return np.take_along_axis(order, np.maximum(numbers - 1, 0) // 2, -1)


def _most_frequent(rows: Array) -> Array:
    order, _ = _ranked(rows)
    ordered = np.take_along_axis(rows, order, -1)
    place = np.arange(rows.shape[-1], like=rows)
    starts = np.concatenate([np.ones_like(rows[..., :1], bool), ordered[..., 1:] != ordered[..., :-1]], -1)
    run = place - np.maximum.accumulate(np.where(starts, place, 0), -1)  # how many equal ones stand before
    return np.take_along_axis(order, run.argmax(-1, keepdims=True), -1)


_INTERPOLATIONS: dict[str, Callable[[Any], Any]] = {
    "linear": lambda place: place,
    "lower": floor,
    "higher": ceil,
    "nearest": round,
    "midpoint": lambda place: (floor(place) + ceil(place)) / 2,
}


@numpy_names
def quantile(
    input: Tensor, q: float | Tensor, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Tensor:
    """The number that a share `q` of the elements along `dim` (of all, by default) lies below; NaN if there is a NaN.

    `q` is a number or tensor between 0 and 1; for a vector of them the result has one more dimension in front. Between
    two elements, the `interpolation` is "linear", "lower", "higher", "nearest" or "midpoint".
    """
    return _quantile("quantile", input, q, dim, keepdim, interpolation, skip=False)


@numpy_names
def nanquantile(
    input: Tensor, q: float | Tensor, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Tensor:
    """As quantile, of the elements that are not NaN."""
    return _quantile("nanquantile", input, q, dim, keepdim, interpolation, skip=True)


def _quantile(name: str, x: Any, q: Any, dim: int | None, keepdim: bool, interpolation: str, skip: bool) -> Any:
    x = floating(x, name)
    not_empty(x, dim, name)
    if interpolation not in _INTERPOLATIONS:
        raise ValueError(f"{name}: interpolation is one of {', '.join(_INTERPOLATIONS)}, not {interpolation!r}")
    if not hasattr(q, "dtype"):
        q = np.asarray(q, x.dtype)
    if q.ndim > 1 or not ((plain(q) >= 0) & (plain(q) <= 1)).all():
        raise ShapeError(f"{name}: q is a number or a vector of numbers between 0 and 1, got {q}")
    rank, axis = x.ndim, 0 if dim is None else normalized(dim, x.ndim, name)
    rows = x.reshape((-1,)) if dim is None or rank == 0 else movedim(x, axis, -1)
    order, numbers = _ranked(plain(rows))
    place = _INTERPOLATIONS[interpolation](q.reshape((-1,)) * (numbers - 1).astype(x.dtype))
    places = plain(place)
    if not skip:  # where there is a NaN, it is the last in order
        places = np.where(numbers < rows.shape[-1], rows.shape[-1] - 1, places)
    low, high = (np.maximum(rounded(places), 0).astype(np.int64) for rounded in (np.floor, np.ceil))
    below, above = (take_along_dim(rows, np.take_along_axis(order, each, -1), -1) for each in (low, high))
    y = movedim(lerp(below, above, place - np.floor(plain(place))), -1, 0)
    if keepdim and rank:
        kept = (1,) * rank if dim is None else (*x.shape[:axis], 1, *x.shape[axis + 1 :])
        y = y.reshape((y.shape[0], *kept))
    return y if q.ndim else squeeze(y, 0)
