"""The table of derivatives: inverses, determinants and linear equations, and what is asked of a matrix for them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from minigrad.dtypes import Array, is_floating
from minigrad.engine.primitive import general
from minigrad.errors import ShapeError
from minigrad.ops.arrangement import mT
from minigrad.ops.choice import where
from minigrad.ops.elementary import log
from minigrad.ops.memory import clone
from minigrad.ops.product import matmul
from minigrad.ops.shape import squeeze, unsqueeze
from minigrad.ops.triangular import tril, triu
from minigrad.types import Tensor

__all__ = [
    "det",
    "inverse",
    "logdet",
    "matrix_power",
    "slogdet",
]


class LinAlgError(RuntimeError):
    """A matrix that cannot be inverted or factored: singular, not positive definite, or not finite."""


def answered(name: str, why: str) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
    """The function on arrays with NumPy's LinAlgError in minigrad's words."""

    def decorate(run: Callable[..., Array]) -> Callable[..., Array]:
        @functools.wraps(run)
        def checked(*arrays: Array, **static: Any) -> Array:
            try:
                return run(*arrays, **static)
            except np.linalg.LinAlgError as error:
                raise LinAlgError(f"linalg.{name}: {why} (a matrix of shape {arrays[0].shape}): {error}") from None

        return checked

    return decorate


def matrices(x: Any, name: str) -> Any:
    """`x` itself, if it is a floating point matrix or a batch of them."""
    if not hasattr(x, "ndim"):
        raise TypeError(f"linalg.{name}: needs a tensor, not {type(x).__name__}")
    if x.ndim < 2:
        raise ShapeError(f"linalg.{name}: the input tensor must have at least 2 dimensions, not {x.ndim}")
    if not is_floating(x.dtype):
        raise RuntimeError(f"linalg.{name}: expected a floating point tensor, got {x.dtype}; call .float() first")
    return x


def square(x: Tensor, name: str) -> Tensor:
    """`x` itself, if it is a floating point square matrix or a batch of them."""
    rows, columns = matrices(x, name).shape[-2:]
    if rows != columns:
        raise ShapeError(f"linalg.{name}: needs square matrices, these are {rows} by {columns}")
    return x


# -- Inverses, linear equations and determinants -----------------------------------------------------------------------
#
# d(A⁻¹) = -A⁻¹ dA A⁻¹, and d det A is the sum of the cofactors times dA (Giles 2008, "Collected matrix derivative
# results for forward and reverse mode algorithmic differentiation").

SINGULAR = "the matrix is singular"


@answered("inv", SINGULAR)
def _inv(x: Array) -> Array:
    return np.linalg.inv(x)


@answered("solve", SINGULAR)
def _solve(a: Array, b: Array) -> Array:
    return np.linalg.solve(a, b)


def _cofactors(x: Array) -> Array:
    """Those of each matrix, from its singular values: each product of all but one, so a singular one has them too."""
    u, s, vh = np.linalg.svd(x)
    n = s.shape[-1]
    others = np.where(np.eye(n, dtype=bool), s.dtype.type(1), s[..., None, :]).prod(-1)
    orientation = np.linalg.det(u) * np.linalg.det(vh)
    return np.asarray((u * (others * orientation[..., None])[..., None, :]) @ vh)


def _slogdet(x: Array) -> Array:
    return np.stack(np.linalg.slogdet(x), -1)


def _cofactors_rule(g: Any, x: Any, y: Any) -> Any:
    # y = det(x) x⁻ᵀ, so that dy = (<y, dx> y - y dxᵀ y) / det(x)
    return (y * _matrix(dot_of_matrices(g, y)) - y @ mT(g) @ y) / _matrix(det_p(x))


def _slogdet_rule(g: Any, x: Any, y: Any) -> Any:
    """g x⁻ᵀ; a singular matrix has none, but cofactors over 0: infinity, as the slope of ln at 0."""
    regular = bool((y[..., 1] != -np.inf).all())
    return _matrix(g[..., 1]) * (mT(inv_p(x)) if regular else cofactors(x) / _matrix(det_p(x)))


def dot_of_matrices(a: Any, b: Any) -> Any:
    """The sum of the products of the elements of matrices."""
    return (a * b).sum((-2, -1))


def _matrix(x: Any) -> Any:
    """Numbers in a shape that broadcasts against matrices."""
    return x.reshape((*x.shape, 1, 1))


inv_p = general("inv(x) = x⁻¹", _inv, x=lambda g, y: -(mT(y) @ g @ mT(y)))
solve_p = general(
    "solve(a, b) = a⁻¹ b",
    _solve,
    a=lambda g, a, y: -(solve_p(mT(a), g) @ mT(y)),
    b=lambda g, a: solve_p(mT(a), g),
)
det_p = general("det(x)", np.linalg.det, x=lambda g, x: _matrix(g) * cofactors(x))
cofactors = general("cofactors(x)", _cofactors, x=_cofactors_rule)
# One primitive has one output: sign and logarithm lie side by side, in a last dimension of size 2.
slogdet_p = general("slogdet(x)", _slogdet, x=_slogdet_rule)


def inv(A: Tensor) -> Tensor:
    """The inverse of each square matrix; LinAlgError where there is none.

    Derivative: dA = -A⁻ᵀ g A⁻ᵀ. ShapeError unless the matrices are square.

    >>> mg.linalg.inv(mg.tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    return inv_p(square(A, "inv"))


inverse = inv


def det(A: Tensor) -> Tensor:
    """The determinant of each square matrix. A singular one has first derivatives; its second ones are not finite.

    Derivative: g times the cofactors of A. ShapeError unless the matrices are square.

    >>> mg.det(mg.tensor([[2.0, 1.0], [0.0, 4.0]]))
    tensor(8.)
    """
    return det_p(square(A, "det"))


class SignAndLog(NamedTuple):
    """What slogdet returns: the determinant is sign * exp(logabsdet)."""

    sign: Tensor
    logabsdet: Tensor


def slogdet(A: Tensor) -> SignAndLog:
    """The sign of the determinant of each square matrix, and the logarithm of its size, without overflow.

    The derivative of the logarithm is A⁻ᵀ; the sign has none.

    >>> mg.slogdet(mg.tensor([[-2.0, 1.0], [0.0, 4.0]])).logabsdet
    tensor(2.0794)
    """
    both = slogdet_p(square(A, "slogdet"))
    return SignAndLog(both[..., 0], both[..., 1])


def logdet(A: Tensor) -> Tensor:
    """The logarithm of the determinant of each square matrix: NaN where that is negative.

    >>> mg.logdet(mg.tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor(2.0794)
    """
    sign, size = slogdet(square(A, "logdet"))
    return size + log(sign.detach())


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


def matrix_power(A: Tensor, n: int) -> Tensor:
    """Each square matrix times itself, n times in all; of the inverse for negative n. By repeated squaring.

    LinAlgError where the inverse is asked for and missing.

    >>> mg.matrix_power(mg.tensor([[1.0, 1.0], [0.0, 1.0]]), 3)
    tensor([[1., 3.],
            [0., 1.]])
    """
    square(A, "matrix_power")
    if n == 0:
        one: Any = np.eye(A.shape[-1], dtype=A.dtype)
        return where(np.ones(tuple(A.shape), bool), one, A)  # which has a derivative, 0
    x, n = (inv_p(A), -n) if n < 0 else (clone(A), n)
    power: Any = None
    while n:
        if n % 2:
            power = x if power is None else matmul(power, x)
        n //= 2
        x = matmul(x, x) if n else x
    return power
