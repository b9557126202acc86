"""Products of matrices added to something: the routines that BLAS has for it, under PyTorch's names."""

from __future__ import annotations

from typing import Any

from minigrad.errors import ShapeError
from minigrad.ops.product import bmm, mm, mv, outer
from minigrad.ops.public import also_in_place, factors_first
from minigrad.ops.shape import common_shape
from minigrad.types import Number, Tensor

__all__ = [
    "addbmm",
    "addmm",
    "addmv",
    "addr",
    "baddbmm",
]


@also_in_place
@factors_first("beta", "alpha")
def addmm(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor:
    """beta * input + alpha * (mat1 @ mat2); with beta 0 the input does not count, even where it is NaN.

    The input broadcasts to the shape (n, p) of the product.

    >>> mg.addmm(mg.tensor([1.0]), mg.tensor([[1.0, 2.0]]), mg.tensor([[3.0], [4.0]]))
    tensor([[12.]])
    """
    return _plus("addmm", input, mm(mat1, mat2), beta, alpha)


@also_in_place
@factors_first("beta", "alpha")
def addmv(input: Tensor, mat: Tensor, vec: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor:
    """beta * input + alpha * (mat @ vec).

    >>> mg.addmv(mg.tensor([1.0]), mg.tensor([[1.0, 2.0]]), mg.tensor([3.0, 4.0]))
    tensor([12.])
    """
    return _plus("addmv", input, mv(mat, vec), beta, alpha)


@also_in_place
@factors_first("beta", "alpha")
def addr(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor:
    """beta * input + alpha * outer(vec1, vec2).

    >>> mg.addr(mg.tensor([1.0]), mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0]))
    tensor([[4., 5.],
            [7., 9.]])
    """
    return _plus("addr", input, outer(vec1, vec2), beta, alpha)


@also_in_place
@factors_first("beta", "alpha")
def baddbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor:
    """beta * input + alpha * (batch1 @ batch2), matrix by matrix.

    >>> mg.baddbmm(mg.tensor([1.0]), mg.ones(1, 2, 3), mg.ones(1, 3, 1))
    tensor([[[4.],
             [4.]]])
    """
    return _plus("baddbmm", input, bmm(batch1, batch2), beta, alpha)


@also_in_place
@factors_first("beta", "alpha")
def addbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor:
    """beta * input + alpha * the sum of the products of the matrices of two batches.

    >>> mg.addbmm(mg.tensor([1.0]), mg.ones(2, 1, 3), mg.ones(2, 3, 1))
    tensor([[7.]])
    """
    return _plus("addbmm", input, bmm(batch1, batch2).sum(0), beta, alpha)


def _plus(name: str, x: Any, product: Any, beta: Any, alpha: Any) -> Any:
    """beta * x + alpha * product, in the product's shape."""
    expected = tuple(product.shape)
    if common_shape(name, tuple(x.shape), expected) != expected:
        raise ShapeError(f"{name}: the input, {tuple(x.shape)}, must broadcast to the product, {expected}")
    if product.dtype.kind != "f":  # the numbers take the dtype of the matrices, as in PyTorch
        beta, alpha = (product.dtype.type(each) for each in (beta, alpha))
    if alpha != 1:
        product = product * alpha
    if beta == 0:
        return product
    return (x if beta == 1 else x * beta) + product
