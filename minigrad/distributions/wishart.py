"""Wishart's distribution: the covariance matrices of samples of normal vectors, times the size of the sample."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

from minigrad.distributions import constraints
from minigrad.distributions.gamma import Gamma
from minigrad.distributions.of_covariance import OfCovariance, factor_of, half_log_det, the_one
from minigrad.linalg import cholesky, solve_triangular
from minigrad.ops import broadcast_shapes, diag_embed, digamma, mvlgamma, where
from minigrad.random.factories import randn
from minigrad.ranges import arange
from minigrad.tensor import Tensor
from minigrad.types import Number

__all__ = ["Wishart"]


class Wishart(OfCovariance):
    """Σ xᵢ xᵢᵀ of `df` (ν) normal vectors of size p, whose covariance V is given by one of three matrices.

    `covariance_matrix`, `precision_matrix` or `scale_tril` are as for MultivariateNormal. The density is that of
    J. Wishart (1928) for ν > p − 1, where there need be no whole number of vectors; ValueError for fewer. Samples are
    drawn by Bartlett's decomposition (1933).

    >>> Wishart(3.0, covariance_matrix=mg.eye(2)).mean
    tensor([[3., 0.],
            [0., 3.]])
    """

    support = constraints.positive_definite
    has_rsample = True

    @property
    def arg_constraints(self) -> Any:
        """What the parameters may be: so many degrees of freedom at least as make the matrices invertible."""
        return {
            "covariance_matrix": constraints.positive_definite,
            "precision_matrix": constraints.positive_definite,
            "scale_tril": constraints.lower_cholesky,
            "df": constraints.greater_than(self._event_shape[-1] - 1),
        }

    def __init__(
        self,
        df: Tensor | Number,
        covariance_matrix: Tensor | None = None,
        precision_matrix: Tensor | None = None,
        scale_tril: Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        name, matrix = the_one(
            covariance_matrix=covariance_matrix, precision_matrix=precision_matrix, scale_tril=scale_tril
        )
        df = (df if isinstance(df, Tensor) else matrix.new_tensor(df)).to(matrix.dtype)
        size = matrix.shape[-1]
        if (df <= size - 1).any():
            raise ValueError(f"Value of df={df} expected to be greater than ndim - 1 = {size - 1}.")
        batch = tuple(broadcast_shapes(matrix.shape[:-2], df.shape))
        self.df = df.expand(*batch)
        setattr(self, name, matrix.expand(*batch, -1, -1))
        self._event_shape = matrix.shape[-2:]  # which the constraints ask for
        super().__init__(batch, matrix.shape[-2:], validate_args)
        if (df < size).any():
            warnings.warn(
                "Low df values detected. Singular samples are highly likely to occur for ndim - 1 < df < ndim.",
                stacklevel=2,
            )
        self._factor = factor_of(name, matrix)

    @property
    def mean(self) -> Tensor:
        return self._df() * self.covariance_matrix

    @property
    def mode(self) -> Tensor:
        factor = self._df() - self._event_shape[-1] - 1
        return where(factor > 0, factor, math.nan) * self.covariance_matrix

    @property
    def variance(self) -> Tensor:
        v = self.covariance_matrix
        diagonal = v.diagonal(dim1=-2, dim2=-1)
        return self._df() * (v**2 + diagonal.unsqueeze(-1) * diagonal.unsqueeze(-2))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        # The diagonal has roots of chi-squared numbers, with one degree of freedom less from row to row.
        squares = Gamma(self._halves(), 0.5, validate_args=False).rsample(sample_shape)
        normal = randn(shape, dtype=self.df.dtype).tril(-1) + diag_embed(squares.sqrt())
        root = self._factor @ normal
        return root @ root.mT

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        p, root = self._event_shape[-1], cholesky(value)
        trace = (solve_triangular(*_alike(self._factor, root), upper=False) ** 2).sum((-2, -1))
        return (self.df - p - 1) * half_log_det(root) - 0.5 * trace - self.log_normalizer()

    def entropy(self) -> Tensor:
        p = self._event_shape[-1]
        return self.log_normalizer() - 0.5 * (self.df - p - 1) * self.expected_log_det() + 0.5 * self.df * p

    def expected_log_det(self) -> Tensor:
        """E log det X, for X of this distribution."""
        p = self._event_shape[-1]
        return digamma(self._halves()).sum(-1) + p * math.log(2) + 2 * half_log_det(self._factor)

    def log_normalizer(self) -> Any:
        """The logarithm of what the density is divided by."""
        p = self._event_shape[-1]
        scale = self.df * (0.5 * p * math.log(2) + half_log_det(self._factor))
        return scale + mvlgamma(self.df / 2, p)

    def _halves(self) -> Any:
        """Half the degrees of freedom of each row, ν/2, (ν − 1)/2 and so on."""
        return (self.df.unsqueeze(-1) - arange(self._event_shape[-1], dtype=self.df.dtype)) / 2

    def _df(self) -> Any:
        return self.df.unsqueeze(-1).unsqueeze(-1)


def _alike(a: Any, b: Any) -> tuple[Any, Any]:
    shape = broadcast_shapes(a.shape, b.shape)
    return a.expand(*shape), b.expand(*shape)
