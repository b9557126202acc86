"""Orthogonal weights: any matrix X gives one with orthonormal columns, by one of three maps.

    matrix_exp   exp A, with A = L − Lᵀ skew-symmetric and L the lower triangle of X
    cayley       (I − A/2)⁻¹ (I + A/2), with the same A: as cheap as a solution of linear equations
    householder  a product of reflections, of which each column of X below the diagonal gives one

With a trivialization (Lezcano-Casado 2019, Trivializations for Gradient-Based Optimization on Manifolds) the weight is
B times the map of X, for a fixed orthogonal B: the weight at the start, where the map then is at its best, near I.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from minigrad.creation import eye, ones_like, zeros_like
from minigrad.linalg import matrix_exp, qr, solve, solve_triangular
from minigrad.nn.modules.module import Module
from minigrad.nn.utils.parametrize import register_parametrization
from minigrad.ops import cat, diag_embed
from minigrad.random.factories import randn
from minigrad.tensor import Tensor

Map = Literal["matrix_exp", "cayley", "householder"]


class Orthogonal(Module):
    """The map of X (..., n, k) to a matrix of that shape with orthonormal columns, or for n < k orthonormal rows.

    Args:
        weight: whose shape it has.
        orthogonal_map: "matrix_exp", "cayley" or "householder".
        use_trivialization: whether the map is multiplied by the weight at the start (default True).
    """

    base: Tensor

    def __init__(self, weight: Tensor, orthogonal_map: Map, *, use_trivialization: bool = True) -> None:
        super().__init__()
        self.shape = weight.shape
        self.orthogonal_map = orthogonal_map
        self.use_trivialization = use_trivialization
        if use_trivialization:
            self.register_buffer("base", None)

    def forward(self, X: Any) -> Any:
        wide = X.shape[-2] < X.shape[-1]
        X = X.mT if wide else X
        Q = _reflected(X) if self.orthogonal_map == "householder" else self._rotation(X)
        if self.use_trivialization:
            Q = self.base @ Q
        return Q.mT if wide else Q

    def _rotation(self, X: Any) -> Any:
        """The first k columns of an orthogonal matrix (n, n), from a skew-symmetric one that X is a part of."""
        n, k = X.shape[-2:]
        L = X.tril()
        if n > k:
            L = cat([L, L.new_zeros(*L.shape[:-2], n, n - k)], -1)
        A = L - L.mT
        if self.orthogonal_map == "matrix_exp":
            return matrix_exp(A)[..., :k]
        identity = eye(n, dtype=X.dtype)
        return solve(identity - A / 2, identity + A / 2)[..., :k]

    def right_inverse(self, Q: Any) -> Any:
        """An X whose image is Q, or where Q is not orthogonal the Q of its QR decomposition."""
        if Q.shape != self.shape:
            raise ValueError(
                f"Expected a matrix or batch of matrices of shape {self.shape}. Got a tensor of shape {Q.shape}."
            )
        wide = Q.shape[-2] < Q.shape[-1]
        tall = Q.mT if wide else Q
        n, k = tall.shape[-2:]
        if self.use_trivialization:
            more = randn(*tall.shape[:-2], n, n - k, dtype=Q.dtype)  # to fill the square
            self.base = _orthonormal(cat([tall, more], -1) if n > k else tall.clone())
            X = -diag_embed(ones_like(tall[..., 0, :]))  # of which every map makes I
            X = cat([X, zeros_like(tall)[..., k:, :]], -2)
        elif self.orthogonal_map == "householder":
            X = _reflections(tall)
        else:
            raise NotImplementedError(
                "It is not possible to assign to the matrix exponential or the Cayley parametrizations "
                "when use_trivialization=False."
            )
        return X.mT if wide else X


def _reflected(X: Any) -> Any:
    """The first k columns of H₁ H₂ ⋯ H_k, with Hᵢ = I − τᵢ vᵢ vᵢᵀ and τᵢ = 2 / |vᵢ|², times the signs on X's diagonal.

    vᵢ is column i of X below its diagonal, with 1 on it. The product is I − V T Vᵀ, where T⁻¹ is the upper triangle of
    VᵀV with half its diagonal (Joffrain et al. 2006, Accumulating Householder Transformations, Revisited).
    """
    n, k = X.shape[-2:]
    identity = eye(n, k, dtype=X.dtype)
    V = X.tril(-1) + identity
    gram = V.mT @ V
    inverse = gram.triu(1) + diag_embed(gram.diagonal(dim1=-2, dim2=-1) / 2)
    Q = identity - V @ solve_triangular(inverse, V[..., :k, :].mT, upper=True)
    return Q * X.diagonal(dim1=-2, dim2=-1).detach().trunc().unsqueeze(-2)


def _reflections(Q: Any) -> Any:
    """The X that `_reflected` maps to Q: LAPACK's reflections, and the signs of the diagonal of R."""
    h, tau = np.linalg.qr(Q.array, mode="raw")
    X = np.swapaxes(h, -2, -1).copy()
    diagonal = np.einsum("...ii->...i", X[..., : X.shape[-1], :])
    diagonal[...] = np.where(tau == 0, -1, 1) * np.sign(diagonal)  # LAPACK leaves out a reflection that does nothing
    return Tensor.wrap(X)


def _orthonormal(A: Any) -> Any:
    """The Q of the decomposition A = QR where R has a positive diagonal."""
    Q, R = qr(A)
    return Q * R.diagonal(dim1=-2, dim2=-1).sign().unsqueeze(-2)


def orthogonal(
    module: Module, name: str = "weight", orthogonal_map: Map | None = None, *, use_trivialization: bool = True
) -> Module:
    """Keep a matrix, or a batch of them, orthogonal: of orthonormal columns, or rows where those are fewer.

    Args:
        module: the module whose weight it is; it is returned.
        name: the name of the weight, of 2 dimensions or more; ValueError otherwise (default "weight").
        orthogonal_map: "matrix_exp", "cayley" or "householder"; the first for square matrices, else the last, unless
            given.
        use_trivialization: whether the map is multiplied by the weight at the start; without, only "householder" starts
            from it, and can be assigned to (default True).

    >>> layer = nn.utils.parametrizations.orthogonal(nn.Linear(3, 3))
    >>> (layer.weight @ layer.weight.T - mg.eye(3)).abs().max().item() < 1e-5
    True
    """
    weight = getattr(module, name, None)
    if not isinstance(weight, Tensor):
        raise ValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    if weight.ndim < 2:
        raise ValueError(f"Expected a matrix or batch of matrices. Got a tensor of {weight.ndim} dimensions.")
    if orthogonal_map is None:
        orthogonal_map = "matrix_exp" if weight.shape[-2] == weight.shape[-1] else "householder"
    if orthogonal_map not in ("matrix_exp", "cayley", "householder"):
        raise ValueError(
            f'orthogonal_map has to be one of "matrix_exp", "cayley", "householder". Got: {orthogonal_map}'
        )
    parametrization = Orthogonal(weight, orthogonal_map, use_trivialization=use_trivialization)
    return register_parametrization(module, name, parametrization, unsafe=True)
