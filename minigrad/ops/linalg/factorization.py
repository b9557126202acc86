"""The table of derivatives: triangular factors, A = L Lᵀ and A = Q R.

The rule for Cholesky's factor is Murray's (2016, "Differentiation of the Cholesky decomposition"), that for Q R is
Walter and Lehmann's (2010). Both factors of Q R come from one primitive, which has one output: Q above Rᵀ.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.node import Variable, plain
from minigrad.engine.primitive import general
from minigrad.ops.arrangement import mT
from minigrad.ops.joining import cat
from minigrad.ops.linalg.checks import answered, matrices, square
from minigrad.ops.linalg.inverse import solve_of
from minigrad.ops.product import matmul
from minigrad.ops.splitting import narrow_to
from minigrad.ops.triangular import tril, triu


@answered("cholesky", "the matrix is not positive definite")
def _cholesky(x: Array, *, upper: bool) -> Array:
    # Like PyTorch's, it reads one triangle of the symmetric matrix only.
    return np.linalg.cholesky(x.swapaxes(-1, -2) if upper else x)


def _qr(x: Array) -> Array:
    q, r = np.linalg.qr(x)
    return np.concatenate([q, r.swapaxes(-1, -2)], -2)


def _cholesky_rule(g: Any, y: Any) -> Any:
    """L⁻ᵀ Φ(Lᵀ g) L⁻¹ made symmetric; Φ keeps the lower triangle and half the diagonal (Murray 2016)."""
    n = y.shape[-1]
    inner = (mT(y) @ g) * (np.tri(n) - np.eye(n) / 2).astype(y.dtype)  # the lower triangle and half the diagonal
    whole = _times_inverse(solve_of(mT(y), inner), y)
    return (whole + mT(whole)) / 2  # A is symmetric, and so is its gradient


def _times_inverse(a: Any, b: Any) -> Any:
    """a b⁻¹"""
    return mT(solve_of(mT(b), mT(a)))


def _qr_rule(g: Any, y: Any) -> Any:
    """(gQ + Q S) R⁻ᵀ; S is the lower triangle of R gRᵀ − gQᵀ Q, mirrored (Roberts and Roberts 2020)."""
    n = y.shape[-1]
    q, r = y[..., :-n, :], mT(y[..., -n:, :])
    gq, gr = g[..., :-n, :], mT(g[..., -n:, :])
    m = r @ mT(gr) - mT(gq) @ q
    symmetric = tril(m) + mT(tril(m, -1))
    return _times_inverse(gq + q @ symmetric, mT(r))


cholesky_of = general("cholesky(x) = L, L Lᵀ = x", _cholesky, x=_cholesky_rule)
qr_of = general("qr(x) = [Q; Rᵀ], Q R = x", _qr, x=_qr_rule)


def cholesky(A: Any, *, upper: bool = False) -> Any:
    """The lower triangular L with L Lᵀ = A, or `upper` its transpose, of each symmetric positive definite matrix."""
    lower = cholesky_of(square(A, "cholesky"), upper=upper)
    return mT(lower) if upper else lower


class QR(NamedTuple):
    """The factors of A = Q R."""

    Q: Any
    R: Any


def qr(A: Any, mode: str = "reduced") -> QR:
    """Q with orthonormal columns and the upper triangular R, with Q R = A, of each matrix (m, n).

    `mode`: "reduced" gives shapes (m, k) and (k, n) with k = min(m, n), "complete" (m, m) and (m, n), "r" R alone
    beside an empty Q. The derivative needs the first k columns of A to be independent. "r", and "complete" for m > n,
    have none.
    """
    m, n = matrices(A, "qr").shape[-2:]
    if mode not in ("reduced", "complete", "r"):
        raise RuntimeError(f"linalg.qr: mode is 'reduced', 'complete' or 'r', not {mode!r}")
    if mode == "r" or (mode == "complete" and m > n):
        array = plain(A)
        q, r = np.linalg.qr(array, "complete" if mode == "complete" else "reduced")
        return QR(Variable.wrap(np.zeros_like(q, shape=0) if mode == "r" else q), Variable.wrap(r))
    k = min(m, n)
    both = qr_of(A if m >= n else narrow_to(A, dim=A.ndim - 1, start=0, stop=k))
    q, r = both[..., :m, :], triu(mT(both[..., m:, :]))
    if m < n:  # the columns beyond the first k are combinations of those
        r = cat([r, matmul(mT(q), narrow_to(A, dim=A.ndim - 1, start=k, stop=n))], -1)
    return QR(q, r)
