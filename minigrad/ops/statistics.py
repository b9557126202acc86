"""The table of derivatives: what describes many numbers by few: variance, deviation, covariance, correlation, counts.

Variances are taken of the differences from the mean, which lose no digits to a common offset, and add up in double
precision: squares of what float16 and float32 can hold are soon beyond them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.dtypes import Array, get_default_dtype, is_floating
from minigrad.engine.node import Variable, plain
from minigrad.engine.primitive import general
from minigrad.errors import ArgumentError, DTypeError, ShapeError
from minigrad.ops.arrangement import mT
from minigrad.ops.choice import clamp, clamp_min, mask, where
from minigrad.ops.dims import numpy_names, reduced
from minigrad.ops.elementary import sqrt
from minigrad.ops.memory import floating
from minigrad.ops.product import matmul
from minigrad.ops.reduction import add_up, count, lifted, mean_p, sum_p
from minigrad.ops.triangular import diagonal
from minigrad.types import Dims, Tensor

__all__ = [
    "bincount",
    "corrcoef",
    "cov",
    "histc",
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
    numbers, less = count(x.shape, axes), 1 if correction is None else correction
    return operation(x, dim=axes, keepdim=keepdim, degrees=max(numbers - less, 0) if numbers else 0)


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


def cov(
    input: Tensor, *, correction: int = 1, fweights: Tensor | None = None, aweights: Tensor | None = None
) -> Tensor:
    """The covariances (N, N) of the rows of `input` (N, M), N variables observed M times; of one row, its variance.

    An observation counts `fweights` times, an integer, and with the importance `aweights`; both (M,). The sum of
    products of deviations is divided by the number of observations, or sum of weights, less the correction.

    >>> mg.cov(mg.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    if input.ndim > 2:
        raise ShapeError(f"cov: takes a matrix, a row per variable, or one row, got shape {tuple(input.shape)}")
    rows = input if input.ndim == 2 else input.reshape((1, -1))
    rows = rows if is_floating(rows.dtype) else rows.astype(get_default_dtype())
    _check_weights(rows.shape[1], fweights, "iu", "fweights")
    _check_weights(rows.shape[1], aweights, "f", "aweights")
    counts = np.ones_like(plain(rows), shape=rows.shape[1]) if fweights is None else plain(fweights)
    both = counts if aweights is None else counts * aweights
    total = both.sum()
    centred = rows - sum_p(rows * both, dim=(1,), keepdim=True) / total
    degrees = total - correction * (1 if aweights is None else (both * aweights).sum() / total)
    y = matmul(centred * both, mT(centred)) / clamp_min(degrees, 0.0)
    return y.reshape(()) if y.shape == (1, 1) else y


def _check_weights(observations: int, weights: Any, kinds: str, name: str) -> None:
    """RuntimeError unless weights are a vector of one number for each observation, of a dtype that serves."""
    if weights is None:
        return
    array = plain(weights)
    if array.ndim > 1 or array.size != observations:
        raise ShapeError(
            f"cov: expected {name} to have the same numel as there are observations in the input, {observations}, and "
            f"at most one dimension; got shape {array.shape}"
        )
    if array.dtype.kind not in kinds:
        wanted = "floating point" if kinds == "f" else "integral"
        raise DTypeError(f"cov: expected {name} to have {wanted} dtype, but got {array.dtype}")
    if (array < 0).any():
        raise RuntimeError(f"cov: {name} cannot be negative")


def corrcoef(input: Tensor) -> Tensor:
    """Pearson's correlations (N, N), between -1 and 1, of the rows of `input` (N, M), N variables observed M times.

    >>> mg.corrcoef(mg.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    c = cov(input)
    if c.ndim == 0:
        return c / c
    deviations = sqrt(diagonal(c))
    return clamp(c / deviations.reshape((-1, 1)) / deviations, -1, 1)


def histc(input: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """How many elements lie in each of `bins` equal intervals from `min` to `max`, in the dtype of the input.

    Elements outside are not counted. If min and max are equal, they are the smallest and the largest element.
    ValueError for bounds in the wrong order or not finite. There is no derivative.

    >>> mg.histc(mg.tensor([1.0, 2.0, 1.0]), bins=2, min=0, max=4)
    tensor([2., 1.])
    """
    if bins < 1:
        raise ArgumentError(f"histc: bins must be positive, bins must be > 0, but got {bins}")
    if min > max:
        raise ArgumentError(f"histc: max must be larger than min, or both 0, got min {min} and max {max}")
    array = plain(floating(input, "histc"))
    if min == max and array.size:
        min, max = array.min(), array.max()
    if not (np.isfinite(min) and np.isfinite(max)):
        raise ValueError(f"histc: range of [{min}, {max}] is not finite")
    counts, _ = np.histogram(array, bins, (min, max) if min < max else (min - 1, max + 1))
    return Variable.wrap(counts.astype(array.dtype))


def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each of the numbers 0, 1, ... occurs in a vector of integers, or the sum of `weights` where it does.

    The result has at least `minlength` elements. ShapeError for anything but a vector of integers from 0 on.

    >>> mg.bincount(mg.tensor([0, 2, 2]))
    tensor([1, 0, 2])
    """
    array = plain(input)
    if array.ndim != 1 or array.dtype.kind not in "iu" or (array.size and array.min() < 0):
        raise ShapeError(
            f"bincount only supports 1-d non-negative integral inputs, got {array.dtype} of shape {array.shape}"
        )
    if weights is None:
        return Variable.wrap(np.bincount(array, minlength=minlength))
    weights = plain(weights)
    counts = np.bincount(array, weights, minlength)
    return Variable.wrap(counts.astype(weights.dtype) if weights.dtype.kind == "f" else counts)
