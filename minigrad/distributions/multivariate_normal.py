"""The normal distribution of vectors, whose elements may depend on each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

from minigrad.creation import eye
from minigrad.distributions import constraints
from minigrad.distributions.distribution import Distribution
from minigrad.distributions.utils import lazy_property
from minigrad.linalg import cholesky, solve_triangular
from minigrad.ops import broadcast_shapes, cholesky_inverse, flip
from minigrad.random.factories import randn
from minigrad.tensor import Tensor

__all__ = ["MultivariateNormal"]


class MultivariateNormal(Distribution):
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
        matrices = {
            "covariance_matrix": covariance_matrix,
            "precision_matrix": precision_matrix,
            "scale_tril": scale_tril,
        }
        given = [(name, value) for name, value in matrices.items() if value is not None]
        if len(given) != 1:
            raise ValueError(
                "Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified."
                f" Given: {', '.join(name for name, _ in given) or 'none'}."
            )
        ((name, matrix),) = given
        if matrix.dim() < 2:
            kind = f"{name} matrix" if name == "scale_tril" else name
            raise ValueError(f"{kind} must be at least two-dimensional, with optional leading batch dimensions")
        batch = tuple(broadcast_shapes(matrix.shape[:-2], loc.shape[:-1]))
        self.loc = loc.expand(*batch, -1)
        setattr(self, name, matrix.expand(*batch, -1, -1))
        super().__init__(batch, self.loc.shape[-1:], validate_args)
        # As it was given: one factor for a whole batch is computed, and solved with, once.
        if name == "precision_matrix":
            self._factor = _factor_of_inverse(matrix)
        else:
            self._factor = matrix if name == "scale_tril" else cholesky(matrix)

    @lazy_property
    def scale_tril(self) -> Tensor:
        """L, lower triangular."""
        return self._factor.expand(*self._batch_shape, *self._event_shape, *self._event_shape)

    @lazy_property
    def covariance_matrix(self) -> Tensor:
        """Σ = L Lᵀ."""
        return (self._factor @ self._factor.mT).expand(*self._batch_shape, *self._event_shape, *self._event_shape)

    @lazy_property
    def precision_matrix(self) -> Tensor:
        """Σ⁻¹."""
        return cholesky_inverse(self._factor).expand(*self._batch_shape, *self._event_shape, *self._event_shape)

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


def half_log_det(factor: Any) -> Any:
    """½ log det L Lᵀ."""
    return factor.diagonal(dim1=-2, dim2=-1).log().sum(-1)


def mahalanobis(factor: Any, x: Any) -> Any:
    """‖L⁻¹ x‖², the squared distance of x (..., n) from 0, measured in standard deviations."""
    if factor.dim() == 2:  # one factor solves for all x at once
        columns = x.reshape(-1, x.shape[-1]).mT
        return (solve_triangular(factor, columns, upper=False) ** 2).sum(0).reshape(x.shape[:-1])
    return (solve_triangular(factor, x.unsqueeze(-1), upper=False) ** 2).sum((-2, -1))


def _factor_of_inverse(precision: Any) -> Any:
    """L with L Lᵀ = P⁻¹: P turned by 180° is M Mᵀ, so P = U Uᵀ with U = M turned back, and L = U⁻ᵀ."""
    turned = flip(cholesky(flip(precision, (-2, -1))), (-2, -1)).mT
    return solve_triangular(turned, eye(precision.shape[-1], dtype=precision.dtype), upper=False)
