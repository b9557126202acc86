"""The table of derivatives: norms, rank and pseudoinverse, and what the singular values say of a matrix."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from minigrad.dtypes import Array, as_dtype, is_floating
from minigrad.engine.node import Variable, plain
from minigrad.engine.primitive import general
from minigrad.errors import ArgumentError, ShapeError
from minigrad.ops.arithmetic import abs
from minigrad.ops.arrangement import movedim, mT
from minigrad.ops.choice import where
from minigrad.ops.dims import normalized, normalized_all, numpy_names
from minigrad.ops.distance import norm as element_norm
from minigrad.ops.extremum import amax, amin
from minigrad.ops.linalg.breakdown import answered
from minigrad.ops.linalg.factorization import UNENDING, factors, svdvals
from minigrad.ops.linalg.solve import inv, matrices, square
from minigrad.ops.named_results import result_of
from minigrad.ops.product import matmul
from minigrad.ops.shape import squeeze, unsqueeze, unsqueeze_all
from minigrad.types import Dims, DTypeLike, Tensor

__all__ = [
    "pinverse",
]


@numpy_names
def vector_norm(
    x: Tensor, ord: float = 2, dim: Dims = None, keepdim: bool = False, *, dtype: DTypeLike = None
) -> Tensor:
    """(Σ |x| ** ord) ** (1 / ord) over `dim`, all elements without it.

    `ord` infinity is the largest absolute value, minus infinity the smallest, 0 the number of nonzero elements.
    TypeError for an `ord` that is no number, RuntimeError unless the tensor is of floats.

    >>> mg.linalg.vector_norm(mg.tensor([3.0, -4.0]), float("inf"))
    tensor(4.)
    """
    if not isinstance(ord, (int, float)):
        raise TypeError(f"linalg.vector_norm: ord is a number, not {ord!r}")
    if not is_floating(x.dtype if dtype is None else as_dtype(dtype)):
        raise RuntimeError(f"linalg.vector_norm: expected a floating point tensor, got {x.dtype}; call .float() first")
    axes = normalized_all(None if dim == () else dim, x.ndim, "linalg.vector_norm")
    if (ord < 0 or ord == math.inf) and any(x.shape[axis] == 0 for axis in axes):
        raise ShapeError(
            f"linalg.vector_norm cannot compute the {ord} norm on an empty tensor along dimensions {axes} of shape "
            f"{tuple(x.shape)} because the operation does not have an identity"
        )
    return element_norm(x, ord, None if dim == () else dim, keepdim, dtype=dtype)


@numpy_names
def matrix_norm(
    A: Tensor,
    ord: float | str = "fro",
    dim: tuple[int, int] = (-2, -1),
    keepdim: bool = False,
    *,
    dtype: DTypeLike = None,
) -> Tensor:
    """A norm of each matrix, whose rows and columns are `dim`.

    "fro": the root of the sum of squares; "nuc": the sum of the singular values; 2 and -2: the largest and the smallest
    of them; 1 and -1: the largest and the smallest sum of absolute values in a column; inf and -inf: in a row.

    >>> mg.linalg.matrix_norm(mg.tensor([[3.0, 0.0], [0.0, 4.0]]), "nuc")
    tensor(7.)
    """
    if dtype is not None:
        A = A.to(as_dtype(dtype))
    matrices(A, "matrix_norm")
    if not isinstance(dim, (tuple, list)) or len(dim) != 2:
        raise ShapeError(f"linalg.matrix_norm: dim must be a 2-tuple, rows and columns. Got {dim}")
    axes = tuple(normalized(each, A.ndim, "linalg.matrix_norm") for each in dim)
    if axes[0] == axes[1]:
        raise ShapeError(f"linalg.matrix_norm: dims must be different. Got {dim}")
    if ord == "fro":
        return element_norm(A, 2, axes, keepdim)
    x = movedim(A, axes, (-2, -1))
    if ord == "nuc":
        y = svdvals(x).sum(-1)
    elif ord in (2, -2):
        y = (amax if ord == 2 else amin)(svdvals(x), -1)
    elif ord in (1, -1, math.inf, -math.inf):
        sums = abs(x).sum(-2 if ord in (1, -1) else -1)
        y = (amax if ord in (1, math.inf) else amin)(sums, -1)
    else:
        raise ArgumentError(
            f"linalg.matrix_norm: Order {ord} not supported: it is 'fro', 'nuc', 1, -1, 2, -2, inf or -inf"
        )
    return unsqueeze_all(y, dim=tuple(sorted(axes))) if keepdim else y


@numpy_names
def norm(A: Tensor, ord: Any = None, dim: Any = None, keepdim: bool = False, *, dtype: DTypeLike = None) -> Tensor:
    """matrix_norm where `dim` names two dimensions, or with an `ord` but no `dim` for a matrix; else vector_norm.

    Without `ord` it is the root of the sum of squares over `dim`, or of all elements.

    >>> mg.linalg.norm(mg.tensor([3.0, 4.0]))
    tensor(5.)
    """
    if ord is None:
        return vector_norm(A, 2, dim, keepdim, dtype=dtype)
    if dim is None and A.ndim not in (1, 2):
        raise ShapeError(
            f"linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got shape {tuple(A.shape)}"
        )
    if isinstance(dim, (tuple, list)) and len(dim) > 2:
        raise ShapeError(f"linalg.norm: If dim is specified, it must be of length 1 or 2. Got {dim}")
    if isinstance(ord, str) or (A.ndim == 2 if dim is None else isinstance(dim, (tuple, list)) and len(dim) == 2):
        return matrix_norm(A, ord, (-2, -1) if dim is None else dim, keepdim, dtype=dtype)
    return vector_norm(A, ord, dim, keepdim, dtype=dtype)


def cond(A: Tensor, p: Any = None) -> Tensor:
    """The condition number of each matrix: its norm times that of its inverse; `p` as matrix_norm's `ord`.

    By default the ratio of the largest singular value to the smallest.

    >>> mg.linalg.cond(mg.tensor([[4.0, 0.0], [0.0, 2.0]]))
    tensor(2.)
    """
    matrices(A, "cond")
    if p in (None, 2, -2):
        if A.shape[-1] == 0:
            return A.sum((-2, -1))  # 0, as in PyTorch
        s = svdvals(A)
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    regular = np.linalg.slogdet(plain(square(A, "cond")))[0] != 0
    if not regular.all():  # whose condition is infinite
        one: Any = np.eye(A.shape[-1], dtype=A.dtype)
        A = where(regular[..., None, None], A, one)
        return where(regular, matrix_norm(A, p) * matrix_norm(inv(A), p), math.inf)
    return matrix_norm(A, p) * matrix_norm(inv(A), p)


# -- Matrices that need not have full rank, and what their singular values say of them ---------------------------------


@answered("pinv", UNENDING)
def _pinv(x: Array, *, atol: Any, rtol: Any, hermitian: bool) -> Array:
    if hermitian:
        values, u = np.linalg.eigh(x)
        v, s = u * np.where(values < 0, -1, 1)[..., None, :].astype(x.dtype), np.abs(values)
    else:
        u, s, vh = factors(x)
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


pinv_p = general("pinv(x) = x⁺", _pinv, x=_pinv_rule)


def pinv(
    A: Tensor,
    rcond: float | Tensor | None = None,
    hermitian: bool = False,
    *,
    atol: float | Tensor | None = None,
    rtol: float | Tensor | None = None,
) -> Tensor:
    """The Moore-Penrose inverse (*, n, m) of each matrix (m, n).

    Singular values up to max(atol, rtol * the largest) count as zero; `rcond` is NumPy's name for `rtol`. `hermitian`:
    the matrices are symmetric.

    >>> mg.linalg.pinv(mg.tensor([[4.0, 0.0], [0.0, 0.0]]))
    tensor([[0.2500, 0.0000],
            [0.0000, 0.0000]])
    """
    (square if hermitian else matrices)(A, "pinv")
    return pinv_p(A, atol=plain(atol), rtol=plain(rtol if rcond is None else rcond), hermitian=hermitian)


def pinverse(input: Tensor, rcond: float = 1e-15) -> Tensor:
    """As pinv with rtol `rcond`: an older form.

    >>> mg.pinverse(mg.tensor([[4.0, 0.0], [0.0, 0.0]]))
    tensor([[0.2500, 0.0000],
            [0.0000, 0.0000]])
    """
    return pinv(input, rtol=rcond)


def matrix_rank(
    A: Tensor,
    tol: float | Tensor | None = None,
    hermitian: bool = False,
    *,
    atol: float | Tensor | None = None,
    rtol: float | Tensor | None = None,
) -> Tensor:
    """How many singular values of each matrix exceed max(atol, rtol * the largest), or `tol`; `hermitian` as in pinv.

    >>> mg.linalg.matrix_rank(mg.tensor([[1.0, 2.0], [2.0, 4.0]]))
    tensor(1)
    """
    x = plain((square if hermitian else matrices)(A, "matrix_rank"))
    s = _sizes(x, hermitian=hermitian)
    limit = _tolerance(s, x.shape, plain(atol), plain(rtol)) if tol is None else np.asarray(plain(tol))[..., None]
    return Variable.wrap(np.asarray((s > limit).sum(-1)))


@answered("matrix_rank", UNENDING)
def _sizes(x: Array, *, hermitian: bool) -> Array:
    return np.abs(np.linalg.eigvalsh(x)) if hermitian else factors(x)[1]


class LeastSquares(NamedTuple):
    """What lstsq returns."""

    solution: Tensor
    residuals: Tensor
    rank: Tensor
    singular_values: Tensor


def lstsq(A: Tensor, B: Tensor, rcond: float | None = None, *, driver: str | None = None) -> LeastSquares:
    """The X (*, n, k) of least norm among those for which |A X - B| is least; B may be a vector (m,).

    Singular values up to rcond times the largest count as zero. One method answers for all of PyTorch's drivers, which
    differ in what they tell: `residuals`, the squared norms of the columns of A X - B, if m > n and the rank is full,
    by all but "gelsy", the default; the rank by all but "gels"; the singular values by "gelsd" and "gelss".

    >>> mg.linalg.lstsq(mg.tensor([[2.0], [0.0]]), mg.tensor([[4.0], [1.0]])).solution
    tensor([[2.]])
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
    else:
        residuals = Variable.wrap(nothing)
    if driver == "gels":
        rank = Variable.wrap(nothing.astype(np.int64))
    values = factors(x)[1] if driver in ("gelsd", "gelss") else nothing
    named = result_of("linalg_lstsq", LeastSquares)
    return named(squeeze(solution, -1) if vector else solution, residuals, rank, Variable.wrap(values))
