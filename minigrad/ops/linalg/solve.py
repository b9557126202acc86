"""The table of derivatives: inverses and linear equations, and what is asked of a matrix for them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.dtypes import Array, is_floating
from minigrad.engine.node import Variable
from minigrad.engine.primitive import general
from minigrad.errors import ShapeError
from minigrad.ops.arrangement import movedim, mT
from minigrad.ops.linalg.breakdown import SINGULAR, UNSOLVABLE, answered
from minigrad.ops.product import matmul
from minigrad.ops.shape import reshape, squeeze, unsqueeze
from minigrad.ops.triangular import tril, triu
from minigrad.types import Tensor

__all__ = [
    "cholesky_inverse",
    "cholesky_solve",
    "inverse",
]


def matrices(x: Any, name: str) -> Any:
    """`x` itself, if it is a floating point matrix or a batch of them."""
    if not hasattr(x, "ndim"):
        raise TypeError(f"linalg.{name}: needs a tensor, not {type(x).__name__}")
    if x.ndim < 2:
        raise ShapeError(f"linalg.{name}: The input tensor A must have at least 2 dimensions. It has {x.ndim}")
    if not is_floating(x.dtype):
        raise RuntimeError(
            f"linalg.{name}: Expected a floating point or complex tensor as input. Got {x.dtype}; call .float() first"
        )
    return x


def square(x: Tensor, name: str) -> Tensor:
    """`x` itself, if it is a floating point square matrix or a batch of them."""
    rows, columns = matrices(x, name).shape[-2:]
    if rows != columns:
        raise ShapeError(
            f"linalg.{name}: A must be batches of square matrices, but they are {rows} by {columns}, in a tensor of "
            f"shape {tuple(x.shape)}"
        )
    return x


# -- Inverses and linear equations -------------------------------------------------------------------------------------
#
# d(A⁻¹) = -A⁻¹ dA A⁻¹ (Giles 2008, "Collected matrix derivative results for forward and reverse mode algorithmic
# differentiation").


@answered("inv", SINGULAR)
def _inv(x: Array) -> Array:
    return np.linalg.inv(x)


@answered("solve", UNSOLVABLE)
def _solve(a: Array, b: Array) -> Array:
    return np.linalg.solve(a, b)


inv_p = general("inv(x) = x⁻¹", _inv, x=lambda g, y: -(mT(y) @ g @ mT(y)))
solve_p = general(
    "solve(a, b) = a⁻¹ b",
    _solve,
    a=lambda g, a, y: -(solve_p(mT(a), g) @ mT(y)),
    b=lambda g, a: solve_p(mT(a), g),
)


def inv(A: Tensor) -> Tensor:
    """The inverse of each square matrix; LinAlgError where there is none.

    Derivative: dA = -A⁻ᵀ g A⁻ᵀ. ShapeError unless the matrices are square.

    >>> mg.linalg.inv(mg.tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    return inv_p(square(A, "inv"))


inverse = inv


def solve(A: Tensor, B: Tensor, *, left: bool = True) -> Tensor:
    """X with A X = B, or X A = B if not `left`; B may also be a vector (n,), or vectors (*batch, n).

    Derivatives: dB = A⁻ᵀ g, and dA = -dB Xᵀ. LinAlgError where A is singular, ShapeError where shapes do not fit.

    >>> mg.linalg.solve(mg.tensor([[2.0, 0.0], [0.0, 4.0]]), mg.tensor([2.0, 8.0]))
    tensor([1., 2.])
    """
    if B.ndim == 1 or (B.ndim + 1 == A.ndim and tuple(B.shape) == tuple(A.shape[:-1])):
        if not left:
            raise ShapeError(f"linalg.solve: left=False needs matrices for B, got vectors of shape {tuple(B.shape)}")
        return squeeze(_solved("solve", A, unsqueeze(B, B.ndim)), -1)
    return _solved("solve", A, B, left)


def solve_triangular(A: Tensor, B: Tensor, *, upper: bool, left: bool = True, unitriangular: bool = False) -> Tensor:
    """As solve (`left` alike), for a triangular A and matrices B; what stands in the other triangle of A is not read.

    With `unitriangular` neither is the diagonal: ones are in its place.

    >>> mg.linalg.solve_triangular(mg.tensor([[2.0, 0.0], [1.0, 1.0]]), mg.tensor([[2.0], [3.0]]), upper=False)
    tensor([[1.],
            [2.]])
    """
    square(A, "solve_triangular")
    keep = triu if upper else tril
    if unitriangular:
        triangle = keep(A, 1 if upper else -1) + np.eye(A.shape[-1], dtype=A.dtype)
    else:
        triangle = keep(A)
    return _solved("solve_triangular", triangle, B, left)


def _solved(name: str, a: Any, b: Any, left: bool = True) -> Any:
    square(a, name)
    if a.dtype != b.dtype:
        raise RuntimeError(f"linalg.{name}: expected A and B to have the same dtype, got {a.dtype} and {b.dtype}")
    if b.ndim < 2 or b.shape[-2 if left else -1] != a.shape[-1]:
        raise ShapeError(
            f"linalg.{name}: incompatible shapes {tuple(a.shape)} and {tuple(b.shape)} for the equation "
            f"{'A X = B' if left else 'X A = B'}"
        )
    return solve_p(a, b) if left else mT(solve_p(mT(a), mT(b)))


# -- In other forms: between tensors, and by a factor that is known ----------------------------------------------------


def tensorsolve(A: Tensor, B: Tensor, dims: tuple[int, ...] | None = None) -> Tensor:
    """X with tensordot(A, X, X.ndim) = B. The dimensions `dims` of A are moved to its end first.

    ShapeError where the sizes do not fit.

    >>> mg.linalg.tensorsolve(2 * mg.eye(4).reshape(2, 2, 2, 2), mg.ones(2, 2))
    tensor([[0.5000, 0.5000],
            [0.5000, 0.5000]])
    """
    if dims is not None:
        A = movedim(A, tuple(dims), tuple(range(A.ndim - len(dims), A.ndim)))
    known, unknown = math.prod(A.shape[: B.ndim]), tuple(A.shape[B.ndim :])
    if not known == math.prod(unknown) == math.prod(B.shape):
        raise ShapeError(
            f"linalg.tensorsolve: A {tuple(A.shape)} must have as many elements in its first {B.ndim} "
            f"dimensions as B {tuple(B.shape)}, and in the others"
        )
    return reshape(solve(reshape(A, (known, known)), reshape(B, (known,))), unknown)


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
    return reshape(inv(reshape(A, (math.prod(out), math.prod(into)))), (*into, *out))


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
