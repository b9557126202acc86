"""What distributions share that have a covariance matrix: it is given in one of three forms, and the others follow."""

from __future__ import annotations

from typing import Any

from minigrad.creation import eye
from minigrad.distributions.distribution import Distribution
from minigrad.distributions.utils import lazy_property
from minigrad.linalg import cholesky, solve_triangular
from minigrad.ops import cholesky_inverse, flip
from minigrad.tensor import Tensor


class OfCovariance(Distribution):
    """A distribution with a matrix Σ (..., n, n): all computation goes by its lower triangular factor L, Σ = L Lᵀ."""

    _factor: Tensor
    """L as it was given: one factor for a whole batch is computed, and solved with, once."""

    _batch_shape: Any

    @lazy_property
    def scale_tril(self) -> Tensor:
        """L, lower triangular."""
        return self._expanded(self._factor)

    @lazy_property
    def covariance_matrix(self) -> Tensor:
        """Σ = L Lᵀ."""
        return self._expanded(self._factor @ self._factor.mT)

    @lazy_property
    def precision_matrix(self) -> Tensor:
        """Σ⁻¹."""
        return self._expanded(cholesky_inverse(self._factor))

    def _expanded(self, matrix: Tensor) -> Tensor:
        return matrix.expand(*self._batch_shape, -1, -1)


def the_one(**matrices: Tensor | None) -> tuple[str, Tensor]:
    """Name and value of the one matrix that is given; ValueError unless there is just one, with two axes or more."""
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
    return name, matrix


def factor_of(name: str, matrix: Any) -> Any:
    """L, from the matrix of this name."""
    if name == "scale_tril":
        return matrix
    if name == "covariance_matrix":
        return cholesky(matrix)
    # P turned by 180° is M Mᵀ, so P = U Uᵀ with U = M turned back, and L = U⁻ᵀ.
    turned = flip(cholesky(flip(matrix, (-2, -1))), (-2, -1)).mT
    return solve_triangular(turned, eye(matrix.shape[-1], dtype=matrix.dtype), upper=False)


def half_log_det(factor: Any) -> Any:
    """½ log det L Lᵀ."""
    return factor.diagonal(dim1=-2, dim2=-1).log().sum(-1)
