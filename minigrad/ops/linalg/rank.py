"""The table of derivatives: matrices that need not have full rank, and what their singular values say of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.node import Variable, plain
from minigrad.engine.primitive import general
from minigrad.errors import ShapeError
from minigrad.ops.arrangement import mT
from minigrad.ops.linalg.checks import answered, matrices, square
from minigrad.ops.product import matmul
from minigrad.ops.shape import squeeze, unsqueeze


@answered("pinv", "the computation did not converge")
def _pinv(x: Array, *, atol: Any, rtol: Any, hermitian: bool) -> Array:
    if hermitian:
        values, u = np.linalg.eigh(x)
        v, s = u * np.where(values < 0, -1, 1)[..., None, :].astype(x.dtype), np.abs(values)
    else:
        u, s, vh = np.linalg.svd(x, full_matrices=False)
        v = vh.swapaxes(-1, -2)
    keep = s > _tolerance(s, x.shape, atol, rtol)
    inverse = np.where(keep, 1 / np.where(keep, s, 1), 0).astype(x.dtype)
    return np.asarray((v * inverse[..., None, :]) @ u.swapaxes(-1, -2))


def _tolerance(s: Array, shape: tuple[int, ...], atol: Any, rtol: Any) -> Any:
    """What counts as zero: the larger of atol and rtol times the largest singular value.

    By default rtol is max(m, n) times the dtype's epsilon, and 0 where atol alone is given.
    """
    if rtol is None:
        given = atol is not None and bool(np.all(np.asarray(atol) > 0))
        rtol = 0.0 if given else max(shape[-2:]) * np.finfo(s.dtype).eps
    largest = s.max(-1, initial=0)
    return np.maximum(np.zeros(()) if atol is None else np.asarray(atol), np.asarray(rtol) * largest)[..., None]


def _pinv_rule(g: Any, x: Any, y: Any) -> Any:
    """−yᵀ g yᵀ + (I − x y) gᵀ y yᵀ + yᵀ y gᵀ (I − y x), where the rank does not change (Golub and Pereyra 1973)."""
    yt, gt = mT(y), mT(g)
    outside, beside = gt @ y, y @ gt
    return -(yt @ g @ yt) + (outside - x @ (y @ outside)) @ yt + yt @ (beside - (beside @ y) @ x)


pinv_of = general("pinv(x) = x⁺", _pinv, x=_pinv_rule)


def pinv(A: Any, *, atol: Any = None, rtol: Any = None, hermitian: bool = False) -> Any:
    """The Moore-Penrose inverse (*, n, m) of each matrix (m, n).

    Singular values up to max(atol, rtol * the largest) count as zero. `hermitian`: the matrices are symmetric.
    """
    (square if hermitian else matrices)(A, "pinv")
    return pinv_of(A, atol=plain(atol), rtol=plain(rtol), hermitian=hermitian)


def pinverse(input: Any, rcond: float = 1e-15) -> Any:
    """As pinv with rtol `rcond`: an older form."""
    return pinv(input, rtol=rcond)


def matrix_rank(A: Any, *, atol: Any = None, rtol: Any = None, hermitian: bool = False) -> Any:
    """How many singular values of each matrix exceed max(atol, rtol * the largest)."""
    x = plain((square if hermitian else matrices)(A, "matrix_rank"))
    s = np.abs(np.linalg.eigvalsh(x)) if hermitian else np.linalg.svd(x, compute_uv=False)
    return Variable.wrap(np.asarray((s > _tolerance(s, x.shape, plain(atol), plain(rtol))).sum(-1)))


class LeastSquares(NamedTuple):
    """What lstsq returns."""

    solution: Any
    residuals: Any
    rank: Any
    singular_values: Any


def lstsq(A: Any, B: Any, rcond: float | None = None, *, driver: str | None = None) -> LeastSquares:
    """The X (*, n, k) of least norm among those for which |A X - B| is least; B may be a vector (m,).

    Singular values up to rcond times the largest count as zero. One method answers for all of PyTorch's drivers, which
    differ in what they tell: `residuals`, the squared norms of the columns of A X - B, if m > n and the rank is full,
    by all but "gelsy", the default; the rank by all but "gels"; the singular values by "gelsd" and "gelss".
    """
    m, n = matrices(A, "lstsq").shape[-2:]
    if driver not in (None, "gels", "gelsy", "gelsd", "gelss"):
        raise RuntimeError(f"linalg.lstsq: driver is 'gels', 'gelsy', 'gelsd' or 'gelss', not {driver!r}")
    vector = B.ndim == 1 or (B.ndim + 1 == A.ndim and tuple(B.shape) == tuple(A.shape[:-1]))
    right = unsqueeze(B, B.ndim) if vector else B
    if right.ndim < 2 or right.shape[-2] != m:
        raise ShapeError(f"linalg.lstsq: shapes {tuple(A.shape)} and {tuple(B.shape)} do not fit A X = B")
    solution = matmul(pinv(A, rtol=rcond), right)
    rank = matrix_rank(A, rtol=rcond)
    x = plain(A)
    nothing = np.zeros_like(x, shape=0)
    if driver not in (None, "gelsy") and m > n and (rank.array == n).all():
        miss = matmul(A, solution) - right
        residuals = (miss * miss).sum(-2)
        residuals = squeeze(residuals, -1) if vector else residuals
    else:
        residuals = Variable.wrap(nothing)
    if driver == "gels":
        rank = Variable.wrap(nothing.astype(np.int64))
    values = np.linalg.svd(x, compute_uv=False) if driver in ("gelsd", "gelss") else nothing
    return LeastSquares(squeeze(solution, -1) if vector else solution, residuals, rank, Variable.wrap(values))
