"""The table of derivatives: a matrix as a product of simple ones.

The rule for Cholesky's factor is Murray's (2016, "Differentiation of the Cholesky decomposition"), that for Q R is
Walter and Lehmann's (2010). Both factors of Q R come from one primitive, which has one output: Q above Rᵀ.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.mode import mode as recording_mode
from minigrad.engine.node import Variable, plain
from minigrad.engine.primitive import general
from minigrad.engine.refusing_node import RefusingNode
from minigrad.ops.arrangement import mT
from minigrad.ops.joining import cat
from minigrad.ops.linalg.breakdown import INDEFINITE, answered
from minigrad.ops.linalg.solve import matrices, solve_p, square
from minigrad.ops.named_results import result_of
from minigrad.ops.product import matmul
from minigrad.ops.splitting import narrow_p
from minigrad.ops.triangular import tril, triu
from minigrad.types import Tensor

__all__ = [
    "cholesky",
]


@answered("cholesky", INDEFINITE)
def _lower(x: Array) -> Array:
    return np.linalg.cholesky(x)


def _cholesky(x: Array, *, upper: bool) -> Array:
    # Like PyTorch's, it reads one triangle of the symmetric matrix only.
    return _lower(x.swapaxes(-1, -2) if upper else x)


def _qr(x: Array) -> Array:
    q, r = np.linalg.qr(x)
    return np.concatenate([q, r.swapaxes(-1, -2)], -2)


def _cholesky_rule(g: Any, y: Any) -> Any:
    """L⁻ᵀ Φ(Lᵀ g) L⁻¹ made symmetric; Φ keeps the lower triangle and half the diagonal (Murray 2016)."""
    n = y.shape[-1]
    inner = (mT(y) @ g) * (np.tri(n) - np.eye(n) / 2).astype(y.dtype)  # the lower triangle and half the diagonal
    whole = _times_inverse(solve_p(mT(y), inner), y)
    return (whole + mT(whole)) / 2  # A is symmetric, and so is its gradient


def _times_inverse(a: Any, b: Any) -> Any:
    """a b⁻¹"""
    return mT(solve_p(mT(b), mT(a)))


def _qr_rule(g: Any, y: Any, x_shape: tuple[int, ...]) -> Any:
    """(gQ + Q S) R⁻ᵀ; S is the lower triangle of R gRᵀ − gQᵀ Q, mirrored (Roberts and Roberts 2020)."""
    m = x_shape[-2]
    q, r = y[..., :m, :], mT(y[..., m:, :])
    gq, gr = g[..., :m, :], mT(g[..., m:, :])
    both = r @ mT(gr) - mT(gq) @ q
    symmetric = tril(both) + mT(tril(both, -1))
    return _times_inverse(gq + q @ symmetric, mT(r))


cholesky_p = general("cholesky(x) = L, L Lᵀ = x", _cholesky, x=_cholesky_rule)
qr_p = general("qr(x) = [Q; Rᵀ], Q R = x", _qr, x=_qr_rule)


def cholesky(A: Tensor, upper: bool = False) -> Tensor:
    """The lower triangular L with L Lᵀ = A, or `upper` its transpose, of each symmetric positive definite matrix.

    LinAlgError where one is not positive definite.

    >>> mg.linalg.cholesky(mg.tensor([[4.0, 2.0], [2.0, 5.0]]))
    tensor([[2., 0.],
            [1., 2.]])
    """
    lower = cholesky_p(square(A, "cholesky"), upper=upper)
    return mT(lower) if upper else lower


class QR(NamedTuple):
    """The factors of A = Q R."""

    Q: Tensor
    R: Tensor


WITHOUT_DERIVATIVE = {
    "r": "The derivative of linalg.qr depends on Q, which is not computed when mode='r'; use mode='reduced'",
    "complete": "The QR decomposition is not differentiable when mode='complete' and nrows > ncols; use mode='reduced'",
}


def qr(A: Tensor, mode: str = "reduced") -> QR:
    """Q with orthonormal columns and the upper triangular R, with Q R = A, of each matrix (m, n).

    `mode`: "reduced" gives shapes (m, k) and (k, n) with k = min(m, n), "complete" (m, m) and (m, n), "r" R alone
    beside an empty Q. The derivative needs the first k columns of A to be independent. "r", and "complete" for m > n,
    have none: a backward pass through them is an error.

    >>> Q, R = mg.linalg.qr(mg.tensor([[2.0, 1.0], [0.0, 3.0]]))
    >>> R.abs()
    tensor([[2., 1.],
            [0., 3.]])
    """
    m, n = matrices(A, "qr").shape[-2:]
    if mode not in ("reduced", "complete", "r"):
        raise RuntimeError(f"linalg.qr received unrecognized mode {mode!r}: it is 'reduced', 'complete' or 'r'")
    if mode == "r" or (mode == "complete" and m > n):
        array = plain(A)
        factors = np.linalg.qr(array, "complete" if mode == "complete" else "reduced")
        q = np.zeros_like(factors.Q, shape=0) if mode == "r" else factors.Q
        made = Variable.wrap(q), Variable.wrap(factors.R)
        node = getattr(A, "node", None)
        if recording_mode.recording and node is not None:
            for each in made:
                each.node = RefusingNode("linalg_qr", WITHOUT_DERIVATIVE[mode], [node], each.array)
        return result_of("linalg_qr", QR)(*made)
    k = min(m, n)
    both = qr_p(A if m >= n else narrow_p(A, dim=A.ndim - 1, start=0, stop=k))
    left, right = both[..., :m, :], triu(mT(both[..., m:, :]))
    if m < n:  # the columns beyond the first k are combinations of those
        right = cat([right, matmul(mT(left), narrow_p(A, dim=A.ndim - 1, start=k, stop=n))], -1)
    return result_of("linalg_qr", QR)(left, right)


# -- Eigenvalues and singular values, with their vectors ---------------------------------------------------------------
#
# A primitive has one output, so values and vectors lie in one array, column by column: below each eigenvalue its
# eigenvector, and for each singular value the left vector, the value and the right vector. A rule takes them apart, and
# as it needs nothing but that output it can be differentiated as often as one likes.
#
# The vectors of equal values are not determined, and they have no derivative there: it comes out as infinity or NaN
# (Giles 2008; Townsend 2016, "Differentiating the singular value decomposition"). The values alone always have one.


UNENDING = "The algorithm failed to converge"


@answered("eigh", UNENDING)
def _eigh(x: Array, *, UPLO: Any) -> Array:
    values, vectors = np.linalg.eigh(x, UPLO)
    return np.concatenate([values[..., None, :], vectors], -2)


@answered("svd", UNENDING)
def _svd(x: Array) -> Array:
    u, s, vh = factors(x)
    return np.concatenate([u, s[..., None, :], vh.swapaxes(-1, -2)], -2)


def factors(x: Array) -> Any:
    """NumPy's U, s and Vᵀ of each matrix: NaN where it holds an infinity, of which LAPACK may never return."""
    finite = np.isfinite(x).all((-2, -1))
    if finite.all():
        return np.linalg.svd(x, full_matrices=False)
    if np.isnan(x).any():
        raise np.linalg.LinAlgError("the input matrix contained non-finite values")
    found = np.linalg.svd(np.where(finite[..., None, None], x, 0), full_matrices=False)
    return tuple(np.where(finite[(..., *(None,) * (each.ndim - finite.ndim))], each, np.nan) for each in found)


def _eigh_rule(g: Any, y: Any) -> Any:
    """V (diag(gw) + A / (w[j] − w[i])) Vᵀ; A is the skew part of Vᵀ gV (Giles 2008)."""
    values, vectors = y[..., :1, :], y[..., 1:, :]
    n = vectors.shape[-1]
    turned = _skew(mT(vectors) @ g[..., 1:, :]) / 2
    inner = _over(turned, values - mT(values)) + np.eye(n, dtype=y.dtype) * g[..., :1, :]
    return vectors @ inner @ mT(vectors)


def _svd_rule(g: Any, y: Any, x_shape: tuple[int, ...]) -> Any:
    """U (diag(gs) + (A s[j] + s[i] B) / (s[j]² − s[i]²)) Vᵀ for square x; A = Uᵀ gU − gUᵀ U, B = Vᵀ gV − gVᵀ V.

    (Townsend 2016), where x is not square with what moves U or V out of the space of its columns.
    """
    m, n = x_shape[-2:]
    k = min(m, n)
    u, s, v = y[..., :m, :], y[..., m : m + 1, :], y[..., m + 1 :, :]
    gu, gs, gv = g[..., :m, :], g[..., m : m + 1, :], g[..., m + 1 :, :]
    in_u, in_v = mT(u) @ gu, mT(v) @ gv
    gaps = (s - mT(s)) * (s + mT(s))  # squares may overflow
    inner = _over(_skew(in_u), gaps) * s + mT(s) * _over(_skew(in_v), gaps) + np.eye(k, dtype=y.dtype) * gs
    whole = u @ inner @ mT(v)
    if m > k:  # what moves u out of the space of the columns
        whole = whole + _over(gu - u @ in_u, s) @ mT(v)
    if n > k:
        whole = whole + u @ mT(_over(gv - v @ in_v, s))
    return whole


def _skew(x: Any) -> Any:
    return x - mT(x)


def _over(x: Any, gaps: Any) -> Any:
    """x / gaps, but 0 where both are 0: on the diagonal, and where nobody asks for the vectors of equal values."""
    return x / (gaps + ((gaps == 0) & (x == 0)))


eigh_p = general("eigh(x) = [w; V], V diag(w) Vᵀ = x", _eigh, x=_eigh_rule)
svd_p = general("svd(x) = [U; s; V], U diag(s) Vᵀ = x", _svd, x=_svd_rule)


class Eigen(NamedTuple):
    """What eigh returns: the eigenvalues in increasing order, and the eigenvectors as columns."""

    eigenvalues: Tensor
    eigenvectors: Tensor


class SVD(NamedTuple):
    """What svd returns: the factors of A = U diag(S) Vh, the singular values S in decreasing order."""

    U: Tensor
    S: Tensor
    Vh: Tensor


def eigh(A: Tensor, UPLO: str = "L") -> Eigen:
    """The eigenvalues (*, n) and eigenvectors (*, n, n) of each symmetric matrix, of which one triangle is read.

    The gradient in the eigenvectors needs eigenvalues that differ. RuntimeError for any other `UPLO`.

    >>> mg.linalg.eigh(mg.tensor([[3.0, 0.0], [0.0, 1.0]])).eigenvalues
    tensor([1., 3.])
    """
    if UPLO.upper() not in ("L", "U"):
        raise RuntimeError(f"linalg.eigh: UPLO is 'L' or 'U', not {UPLO!r}")
    both = eigh_p(square(A, "eigh"), UPLO=UPLO.upper())
    return result_of("linalg_eigh", Eigen)(both[..., 0, :], both[..., 1:, :])


def eigvalsh(A: Tensor, UPLO: str = "L") -> Tensor:
    """The eigenvalues (*, n) of each symmetric matrix in increasing order; `UPLO` as in eigh.

    >>> mg.linalg.eigvalsh(mg.tensor([[3.0, 0.0], [0.0, 1.0]]))
    tensor([1., 3.])
    """
    return eigh(A, UPLO).eigenvalues


def svd(A: Tensor, full_matrices: bool = True, *, driver: str | None = None) -> SVD:
    """The factors of each matrix (m, n): U (m, k), S (k,) and Vh (k, n) with k = min(m, n).

    With `full_matrices` U is (m, m) and Vh (n, n). The vectors that this adds are any that complete the others; no
    gradient flows through them.
    The gradient in the vectors needs singular values that differ. RuntimeError for a `driver`, which chooses among
    those of a GPU.

    >>> mg.linalg.svd(mg.tensor([[3.0, 0.0], [0.0, 4.0]])).S
    tensor([4., 3.])
    """
    m, n = matrices(A, "svd").shape[-2:]
    if driver is not None:
        raise RuntimeError(
            "linalg.svd: keyword argument `driver=` is only supported on CUDA inputs with cuSOLVER backend"
        )
    columns = svd_p(A)
    u, s, vh = columns[..., :m, :], columns[..., m, :], mT(columns[..., m + 1 :, :])
    if full_matrices and m != n:
        if m > n:
            u = cat([u, _completion(u)], -1)
        else:
            vh = cat([vh, mT(_completion(mT(vh)))], -2)
    return result_of("linalg_svd", SVD)(u, s, vh)


def _completion(columns: Any) -> Any:
    """Orthonormal columns that make the given ones a square matrix."""
    array = plain(columns)
    q, _ = np.linalg.qr(array, "complete")
    return Variable.wrap(q[..., array.shape[-1] :])


def svdvals(A: Tensor, *, driver: str | None = None) -> Tensor:
    """The singular values (*, min(m, n)) of each matrix in decreasing order; `driver` as in `svd`.

    >>> mg.linalg.svdvals(mg.tensor([[3.0, 0.0], [0.0, 4.0]]))
    tensor([4., 3.])
    """
    return svd(A, full_matrices=False, driver=driver).S
