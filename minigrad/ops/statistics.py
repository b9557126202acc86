"""What describes many numbers by few: covariance, correlation, counts."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.dtypes import get_default_dtype, is_floating
from minigrad.engine.node import Variable, plain
from minigrad.errors import DTypeError, ShapeError
from minigrad.ops.arrangement import mT
from minigrad.ops.choice import clamp, clamp_min
from minigrad.ops.elementary import sqrt
from minigrad.ops.product import matmul
from minigrad.ops.reduction import floating, sum_p
from minigrad.ops.triangular import diagonal
from minigrad.types import Tensor

__all__ = [
    "bincount",
    "corrcoef",
    "cov",
    "histc",
]


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
    rows = input.reshape((-1, input.shape[-1] if input.ndim else 1))
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
    """How often each of the numbers 0, 1, ... occurs in a vector of integers, or the sum of `weights` where it does.

    The result has at least `minlength` elements. ShapeError for anything but a vector of integers from 0 on.

    >>> mg.bincount(mg.tensor([0, 2, 2]))
    tensor([1, 0, 2])
    """
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
