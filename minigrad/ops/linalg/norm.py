"""Norms of vectors and matrices, composed: p-norms, extremes of sums, and sums or extremes of singular values."""

from __future__ import annotations

import math
from typing import Any

from minigrad.dtypes import as_dtype, is_floating
from minigrad.errors import ShapeError
from minigrad.ops.arithmetic import abs
from minigrad.ops.arrangement import movedim
from minigrad.ops.dims import Dims, normalized_all
from minigrad.ops.extremum import amax, amin
from minigrad.ops.linalg.checks import matrices
from minigrad.ops.linalg.inverse import inv
from minigrad.ops.linalg.spectral import svdvals
from minigrad.ops.norm import norm as element_norm
from minigrad.ops.shape import unsqueeze_all


def vector_norm(x: Any, ord: float = 2, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """(Σ |x| ** ord) ** (1 / ord) over `dim`, all elements without it.

    `ord` infinity is the largest absolute value, minus infinity the smallest, 0 the number of nonzero elements.
    """
    if not isinstance(ord, (int, float)):
        raise TypeError(f"linalg.vector_norm: ord is a number, not {ord!r}")
    if not is_floating(x.dtype if dtype is None else as_dtype(dtype)):
        raise RuntimeError(f"linalg.vector_norm: expected a floating point tensor, got {x.dtype}; call .float() first")
    return element_norm(x, ord, None if dim == () else dim, keepdim, dtype=dtype)


def matrix_norm(
    A: Any, ord: float | str = "fro", dim: tuple[int, int] = (-2, -1), keepdim: bool = False, *, dtype: Any = None
) -> Any:
    """A norm of each matrix, whose rows and columns are `dim`.

    "fro": the root of the sum of squares; "nuc": the sum of the singular values; 2 and -2: the largest and the smallest
    of them; 1 and -1: the largest and the smallest sum of absolute values in a column; inf and -inf: in a row.
    """
    if dtype is not None:
        A = A.to(as_dtype(dtype))
    matrices(A, "matrix_norm")
    axes = normalized_all(dim, A.ndim, "linalg.matrix_norm")
    if len(axes) != 2:
        raise ShapeError(f"linalg.matrix_norm: dim names rows and columns, two dimensions, not {dim}")
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
        raise ValueError(f"linalg.matrix_norm: ord is 'fro', 'nuc', 1, -1, 2, -2, inf or -inf, not {ord!r}")
    return unsqueeze_all(y, dim=tuple(sorted(axes))) if keepdim else y


def norm(A: Any, ord: Any = None, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """matrix_norm where `dim` names two dimensions, or with an `ord` but no `dim` for a matrix; else vector_norm.

    Without `ord` it is the root of the sum of squares over `dim`, or of all elements.
    """
    if ord is None:
        return vector_norm(A, 2, dim, keepdim, dtype=dtype)
    if dim is None and A.ndim not in (1, 2):
        raise ShapeError(f"linalg.norm: ord without dim is for vectors and matrices, got shape {tuple(A.shape)}")
    if A.ndim == 2 if dim is None else isinstance(dim, (tuple, list)) and len(dim) == 2:
        return matrix_norm(A, ord, (-2, -1) if dim is None else dim, keepdim, dtype=dtype)
    return vector_norm(A, ord, dim, keepdim, dtype=dtype)


def cond(A: Any, p: Any = None) -> Any:
    """The condition number of each matrix: its norm times that of its inverse; `p` as matrix_norm's `ord`.

    By default the ratio of the largest singular value to the smallest.
    """
    matrices(A, "cond")
    if p in (None, 2, -2):
        s = svdvals(A)
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    return matrix_norm(A, p) * matrix_norm(inv(A), p)
