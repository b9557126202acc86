"""Linear equations in other forms: between tensors, and by a factor that is known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.engine.node import Variable
from minigrad.errors import ShapeError
from minigrad.ops.arrangement import movedim, mT
from minigrad.ops.linalg.inverse import inv, solve, solve_triangular
from minigrad.ops.product import matmul
from minigrad.ops.shape import reshape


def tensorsolve(A: Any, B: Any, dims: tuple[int, ...] | None = None) -> Any:
    """X with tensordot(A, X, X.ndim) = B. The dimensions `dims` of A are moved to its end first."""
    if dims is not None:
        A = movedim(A, tuple(dims), tuple(range(A.ndim - len(dims), A.ndim)))
    unknown = tuple(A.shape[B.ndim :])
    if math.prod(A.shape[: B.ndim]) != math.prod(unknown) or tuple(A.shape[: B.ndim]) != tuple(B.shape):
        raise ShapeError(
            f"linalg.tensorsolve: A {tuple(A.shape)} must begin with the shape of B {tuple(B.shape)}, "
            "and have as many elements in the rest of its dimensions"
        )
    return reshape(solve(reshape(A, (-1, math.prod(unknown))), reshape(B, (-1,))), unknown)


def tensorinv(A: Any, ind: int = 2) -> Any:
    """The inverse of the map by tensordot(A, ·, A.ndim - ind), of shape A.shape[ind:] + A.shape[:ind]."""
    if ind <= 0:
        raise ShapeError(f"linalg.tensorinv: ind must be positive, got {ind}")
    out, into = tuple(A.shape[:ind]), tuple(A.shape[ind:])
    if math.prod(out) != math.prod(into):
        raise ShapeError(f"linalg.tensorinv: {out} and {into}, the two parts of A's shape, must have equal products")
    return reshape(inv(reshape(A, (math.prod(out), -1))), (*into, *out))


def cholesky_solve(B: Any, L: Any, upper: bool = False) -> Any:
    """X with A X = B for A = L Lᵀ, given its factor L of `cholesky`; with `upper`, A = Lᵀ L."""
    first, second = (mT(L), L) if upper else (L, mT(L))
    return solve_triangular(second, solve_triangular(first, B, upper=False), upper=True)


def cholesky_inverse(L: Any, upper: bool = False) -> Any:
    """The inverse of A = L Lᵀ, given its factor L of `cholesky`; with `upper`, of A = Lᵀ L."""
    one = Variable.wrap(np.eye(L.shape[-1], dtype=L.dtype))
    root = solve_triangular(mT(L) if upper else L, one, upper=False)
    return matmul(mT(root), root)
