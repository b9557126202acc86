"""A normal distribution of long vectors that depend on each other by way of a few numbers only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

from minigrad.creation import eye
from minigrad.distributions import constraints
from minigrad.distributions.multivariate_normal import mahalanobis
from minigrad.distributions.of_covariance import OfCovariance, half_log_det
from minigrad.distributions.utils import lazy_property
from minigrad.linalg import cholesky
from minigrad.ops import broadcast_shapes, diag_embed
from minigrad.random.factories import randn
from minigrad.tensor import Tensor

__all__ = ["LowRankMultivariateNormal"]


class LowRankMultivariateNormal(OfCovariance):
    """Vectors of mean `loc` (..., n) and covariance W Wᵀ + D.

    W, `cov_factor` (..., n, m), has few columns; `cov_diag` (..., n) is the diagonal of D. A density takes the Cholesky
    factor of an m × m matrix only, C = I + Wᵀ D⁻¹ W, since det(W Wᵀ + D) = det C · det D, and by Woodbury's identity
    (W Wᵀ + D)⁻¹ = D⁻¹ − D⁻¹ W C⁻¹ Wᵀ D⁻¹. ValueError where the shapes do not fit.

    >>> LowRankMultivariateNormal(mg.zeros(2), mg.tensor([[1.0], [0.0]]), mg.ones(2)).variance
    tensor([2., 1.])
    """

    arg_constraints: ClassVar = {
        "loc": constraints.real_vector,
        "cov_factor": constraints.independent(constraints.real, 2),
        "cov_diag": constraints.independent(constraints.positive, 1),
    }
    support = constraints.real_vector
    has_rsample = True

    def __init__(self, loc: Tensor, cov_factor: Tensor, cov_diag: Tensor, validate_args: bool | None = None) -> None:
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        event = tuple(loc.shape[-1:])
        if cov_factor.dim() < 2:
            raise ValueError("cov_factor must be at least two-dimensional, with optional leading batch dimensions")
        if tuple(cov_factor.shape[-2:-1]) != event:
            raise ValueError(f"cov_factor must be a batch of matrices with shape {event[0]} x m")
        if tuple(cov_diag.shape[-1:]) != event:
            raise ValueError(f"cov_diag must be a batch of vectors with shape {event}")
        batch = tuple(broadcast_shapes(loc.shape[:-1], cov_factor.shape[:-2], cov_diag.shape[:-1]))
        self.loc, self.cov_diag = loc.expand(*batch, -1), cov_diag.expand(*batch, -1)
        self.cov_factor = cov_factor.expand(*batch, -1, -1)
        super().__init__(batch, event, validate_args)
        self._scaled = (cov_factor / cov_diag.unsqueeze(-1)).mT
        """Wᵀ D⁻¹."""
        self._capacitance = cholesky(eye(cov_factor.shape[-1], dtype=loc.dtype) + self._scaled @ cov_factor)
        """The Cholesky factor of C."""

    @lazy_property
    def _factor(self) -> Any:  # type: ignore[override]  # of the whole matrix, for those who ask
        return cholesky(self.cov_factor @ self.cov_factor.mT + diag_embed(self.cov_diag))

    @property
    def mean(self) -> Tensor:
        return self.loc

    @property
    def mode(self) -> Tensor:
        return self.loc

    @lazy_property
    def variance(self) -> Tensor:
        """The diagonal of the covariance matrix."""
        return (self.cov_factor**2).sum(-1) + self.cov_diag

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        common = randn((*shape[:-1], self.cov_factor.shape[-1], 1), dtype=self.loc.dtype)
        own = randn(shape, dtype=self.loc.dtype)
        return self.loc + (self.cov_factor @ common).squeeze(-1) + self.cov_diag.sqrt() * own

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        apart = value - self.loc
        along = (self._scaled @ apart.unsqueeze(-1)).squeeze(-1)
        distance = (apart**2 / self.cov_diag).sum(-1) - mahalanobis(self._capacitance, along)
        return -0.5 * (self._event_shape[0] * math.log(2 * math.pi) + distance) - self._half_log_det()

    def entropy(self) -> Tensor:
        entropy = 0.5 * self._event_shape[0] * (1.0 + math.log(2 * math.pi)) + self._half_log_det()
        return entropy.expand(*self._batch_shape)

    def _half_log_det(self) -> Any:
        return half_log_det(self._capacitance) + 0.5 * self.cov_diag.log().sum(-1)
