"""The normal distribution of vectors, whose elements may depend on each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

from minigrad.distributions import constraints
from minigrad.distributions.of_covariance import OfCovariance, factor_of, half_log_det, the_one
from minigrad.linalg import solve_triangular
from minigrad.ops import broadcast_shapes
from minigrad.random.factories import randn
from minigrad.tensor import Tensor

__all__ = ["MultivariateNormal"]


class MultivariateNormal(OfCovariance):
    """Vectors of mean `loc` (..., n), and one of these matrices (..., n, n), from which the others follow:

    `covariance_matrix` Σ, `precision_matrix` Σ⁻¹, or `scale_tril` L, lower triangular with Σ = L Lᵀ. All computation
    goes by L, so giving it is cheapest. ValueError unless just one is given, and with wrong numbers of axes.

    >>> MultivariateNormal(mg.zeros(2), covariance_matrix=mg.eye(2)).log_prob(mg.zeros(2))
    tensor(-1.8379)
    """

    arg_constraints: ClassVar = {
        "loc": constraints.real_vector,
        "covariance_matrix": constraints.positive_definite,
        "precision_matrix": constraints.positive_definite,
        "scale_tril": constraints.lower_cholesky,
    }
    support = constraints.real_vector
    has_rsample = True

    def __init__(
        self,
        loc: Tensor,
        covariance_matrix: Tensor | None = None,
        precision_matrix: Tensor | None = None,
        scale_tril: Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        name, matrix = the_one(
            covariance_matrix=covariance_matrix, precision_matrix=precision_matrix, scale_tril=scale_tril
        )
        batch = tuple(broadcast_shapes(matrix.shape[:-2], loc.shape[:-1]))
        self.loc = loc.expand(*batch, -1)
        setattr(self, name, matrix.expand(*batch, -1, -1))
        super().__init__(batch, self.loc.shape[-1:], validate_args)
        self._factor = factor_of(name, matrix)

    @property
    def mean(self) -> Tensor:
        return self.loc

    @property
    def mode(self) -> Tensor:
        return self.loc

    @property
    def variance(self) -> Tensor:
        return (self._factor**2).sum(-1).expand(*self._batch_shape, *self._event_shape)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        noise = randn(self._extended_shape(sample_shape), dtype=self.loc.dtype)
        return self.loc + (self._factor @ noise.unsqueeze(-1)).squeeze(-1)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        n, distance = self._event_shape[0], mahalanobis(self._factor, value - self.loc)
        return -0.5 * (n * math.log(2 * math.pi) + distance) - half_log_det(self._factor)

    def entropy(self) -> Tensor:
        n = self._event_shape[0]
        entropy = 0.5 * n * (1.0 + math.log(2 * math.pi)) + half_log_det(self._factor)
        return entropy.expand(*self._batch_shape)


def mahalanobis(factor: Any, x: Any) -> Any:
    """‖L⁻¹ x‖², the squared distance of x (..., n) from 0, measured in standard deviations."""
    if factor.dim() == 2:  # one factor solves for all x at once
        columns = x.reshape(-1, x.shape[-1]).mT
        return (solve_triangular(factor, columns, upper=False) ** 2).sum(0).reshape(x.shape[:-1])
    return (solve_triangular(factor, x.unsqueeze(-1), upper=False) ** 2).sum((-2, -1))
