"""Linear equations in other forms: between tensors, and by a factor that is known."""

from __future__ import annotations

import math

import numpy as np

from minigrad.engine.node import Variable
from minigrad.errors import ShapeError
from minigrad.ops.arrangement import movedim, mT
from minigrad.ops.linalg.solve import inv, solve, solve_triangular
from minigrad.ops.product import matmul
from minigrad.ops.shape import reshape
from minigrad.types import Tensor

__all__ = [
    "cholesky_inverse",
    "cholesky_solve",
]


def tensorsolve(A: Tensor, B: Tensor, dims: tuple[int, ...] | None = None) -> Tensor:
    """X with tensordot(A, X, X.ndim) = B. The dimensions `dims` of A are moved to its end first.

    ShapeError where the sizes do not fit.

    >>> mg.linalg.tensorsolve(2 * mg.eye(4).reshape(2, 2, 2, 2), mg.ones(2, 2))
    tensor([[0.5000, 0.5000],
            [0.5000, 0.5000]])
    """
    if dims is not None:
        A = movedim(A, tuple(dims), tuple(range(A.ndim - len(dims), A.ndim)))
    unknown = tuple(A.shape[B.ndim :])
    if math.prod(A.shape[: B.ndim]) != math.prod(unknown) or tuple(A.shape[: B.ndim]) != tuple(B.shape):
        raise ShapeError(
            f"linalg.tensorsolve: A {tuple(A.shape)} must begin with the shape of B {tuple(B.shape)}, "
            "and have as many elements in the rest of its dimensions"
        )
    return reshape(solve(reshape(A, (-1, math.prod(unknown))), reshape(B, (-1,))), unknown)


def tensorinv(A: Tensor, ind: int = 2) -> Tensor:
    """The inverse of the map by tensordot(A, ·, A.ndim - ind), of shape A.shape[ind:] + A.shape[:ind].

    ShapeError unless the two parts of the shape have equal products.

    >>> mg.linalg.tensorinv(mg.eye(4).reshape(4, 2, 2), ind=1).shape
    minigrad.Size([2, 2, 4])
    """
    if ind <= 0:
        raise ShapeError(f"linalg.tensorinv: ind must be positive, got {ind}")
    out, into = tuple(A.shape[:ind]), tuple(A.shape[ind:])
    if math.prod(out) != math.prod(into):
        raise ShapeError(f"linalg.tensorinv: {out} and {into}, the two parts of A's shape, must have equal products")
    return reshape(inv(reshape(A, (math.prod(out), -1))), (*into, *out))


def cholesky_solve(B: Tensor, L: Tensor, upper: bool = False) -> Tensor:
    """X with A X = B for A = L Lᵀ, given its factor L of `cholesky`; with `upper`, A = Lᵀ L.

    >>> mg.cholesky_solve(mg.tensor([[4.0]]), mg.tensor([[2.0]]))
    tensor([[1.]])
    """
    first, second = (mT(L), L) if upper else (L, mT(L))
    return solve_triangular(second, solve_triangular(first, B, upper=False), upper=True)


def cholesky_inverse(L: Tensor, upper: bool = False) -> Tensor:
    """The inverse of A = L Lᵀ, given its factor L of `cholesky`; with `upper`, of A = Lᵀ L.

    >>> mg.cholesky_inverse(mg.tensor([[2.0]]))
    tensor([[0.2500]])
    """
    one = Variable.wrap(np.eye(L.shape[-1], dtype=L.dtype))
    root = solve_triangular(mT(L) if upper else L, one, upper=False)
    return matmul(mT(root), root)
