"""Transforms onto matrices of a kind: Cholesky factors, of any and of correlations, and positive definite ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.creation import eye, zeros
from minigrad.distributions import constraints
from minigrad.distributions.transforms.vectors import OfVectors
from minigrad.linalg import cholesky
from minigrad.nn.functional import pad, softplus
from minigrad.ops import atanh, diag_embed, tanh, tril_indices
from minigrad.tensor import Size, Tensor


class LowerCholeskyTransform(OfVectors):
    """A square matrix to a Cholesky factor: what is above the diagonal goes, and the diagonal becomes its exp."""

    domain = constraints.independent(constraints.real, 2)
    codomain = constraints.lower_cholesky

    def _call(self, x: Tensor) -> Tensor:
        return x.tril(-1) + diag_embed(x.diagonal(dim1=-2, dim2=-1).exp())

    def _inverse(self, y: Tensor) -> Tensor:
        return y.tril(-1) + diag_embed(y.diagonal(dim1=-2, dim2=-1).log())


class PositiveDefiniteTransform(LowerCholeskyTransform):
    """A square matrix to a positive definite one, L Lᵀ with the L of LowerCholeskyTransform."""

    codomain: Any = constraints.positive_definite

    def _call(self, x: Tensor) -> Tensor:
        factor = super()._call(x)
        return factor @ factor.mT

    def _inverse(self, y: Tensor) -> Tensor:
        return super()._inverse(cholesky(y))


class CorrCholeskyTransform(OfVectors):
    """n (n − 1) / 2 numbers to the Cholesky factor of a correlation matrix of size n, whose rows have length 1.

    Row by row: the tanh of each number is the share that its element takes of what the row has left, a correlation,
    and the diagonal takes the rest (Stan Reference Manual, "Cholesky factors of correlation matrices").

    >>> CorrCholeskyTransform()(mg.zeros(3))
    tensor([[1., 0., 0.],
            [0., 1., 0.],
            [0., 0., 1.]])
    """

    codomain = constraints.corr_cholesky
    bijective = True

    def _call(self, x: Tensor) -> Tensor:
        eps = float(np.finfo(x.dtype).eps)
        n = self.forward_shape(x.shape)[-1]
        share: Any = zeros((*x.shape[:-1], n, n), dtype=x.dtype)
        rows, columns = tril_indices(n, n, -1)
        share[..., rows, columns] = tanh(x).clamp(min=-1 + eps, max=1 - eps)
        left = (1 - share**2).sqrt().cumprod(-1)
        return (share + eye(n, dtype=x.dtype)) * pad(left[..., :-1], [1, 0], value=1)

    def _inverse(self, y: Tensor) -> Tensor:
        rows, columns = self._below(y)
        left = pad(_left(y)[..., :-1], [1, 0], value=1)
        return atanh(y[..., rows, columns] / left[..., rows, columns].sqrt())

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        rows, columns = tril_indices(y.shape[-1], y.shape[-1], -2)
        stick = 0.5 * _left(y)[..., rows, columns].log().sum(-1)
        slopes = -2 * (x + softplus(-2 * x) - math.log(2)).sum(-1)  # of tanh
        return stick + slopes

    def _below(self, y: Any) -> Any:
        return tril_indices(y.shape[-1], y.shape[-1], -1)

    def forward_shape(self, shape: Sequence[int]) -> Size:
        count = super().forward_shape(shape)[-1]
        n = round((0.25 + 2 * count) ** 0.5 + 0.5)
        if n * (n - 1) // 2 != count:
            raise ValueError(f"Input is not a flattened lower-diagonal number: {count} is not n (n - 1) / 2 for any n")
        return Size((*shape[:-1], n, n))

    def inverse_shape(self, shape: Sequence[int]) -> Size:
        if len(shape) < 2:
            raise ValueError(f"Too few dimensions on input, of shape {tuple(shape)}")
        if shape[-2] != shape[-1]:
            raise ValueError(f"Input is not square: its shape is {tuple(shape)}")
        return Size((*shape[:-2], shape[-1] * (shape[-1] - 1) // 2))


def _left(y: Any) -> Any:
    """What of the squared length of each row is left after each element."""
    return 1 - (y * y).cumsum(-1)
