"""The table of derivatives: products of vectors and matrices, and such added to something.

All are bilinear: the derivative is a product again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad.dtypes import Array, result_type
from minigrad.engine.node import plain
from minigrad.engine.primitive import bilinear, general
from minigrad.errors import DTypeError, RankError, ShapeError
from minigrad.kernels import products
from minigrad.ops.arithmetic import check_factors, mul
from minigrad.ops.arrangement import mT
from minigrad.ops.choice import zero
from minigrad.ops.memory import alike, floating, half_in_single
from minigrad.ops.public import also_in_place, factors_first
from minigrad.ops.shape import common_shape, unsqueeze
from minigrad.types import Number, Tensor

__all__ = [
    "addbmm",
    "addmm",
    "addmv",
    "addr",
    "baddbmm",
    "bmm",
    "dot",
    "ger",
    "matmul",
    "mm",
    "mv",
    "outer",
    "spmm",
    "vdot",
]


def times(a: Any, b: Any) -> Any:
    """a @ b in a rule: that of Variables is recorded, that of large arrays is shared among the threads."""
    return products.matmul(a, b) if type(a) is type(b) is np.ndarray else a @ b


matmul_p = bilinear(
    "matmul(a, b) = a @ b", products.matmul, a=lambda g, b: times(g, mT(b)), b=lambda g, a: times(mT(a), g)
)


def _linear(x: Array, weight: Array) -> Array:
    return products.matmul(x, weight.T)


def _affine(x: Array, weight: Array, bias: Array) -> Array:
    y = products.matmul(x, weight.T)
    return np.add(y, bias, out=y if y.dtype == bias.dtype else None)


def _outer_sum(g: Array, x: Array) -> Array:
    rows = math.prod(g.shape[:-1])
    return products.matmul(g.reshape(rows, g.shape[-1]).T, x.reshape(rows, x.shape[-1]))


# x (..., in) and weight (out, in) to (..., out), and the weight's gradient: each the derivative of the other.
linear_p = bilinear(
    "linear(x, weight) = x @ weight.T",
    _linear,
    x=lambda g, weight: times(g, weight),
    weight=lambda g, x: outer_sum(g, x),
)
# With the bias in the same pass over the output, as every layer has it.
affine = general(
    "affine(x, weight, bias) = x @ weight.T + bias",
    _affine,
    x=lambda g, weight: times(g, weight),
    weight=lambda g, x: outer_sum(g, x),
    bias=lambda g: g,
)
outer_sum = bilinear("outer_sum(a, x)", _outer_sum, a=lambda g, x: linear_p(x, g), x=lambda g, a: times(a, g))


def matmul(input: Tensor, other: Tensor) -> Tensor:
    """The matrix product of any two ranks, as NumPy's `@`: vectors at either side, batches broadcast.

    (*, n, m) and (*, m, p) to (*, n, p). Derivatives: dA = g Bᵀ and dB = Aᵀ g, summed over broadcast batches.
    ShapeError where sizes do not fit, TypeError for what is no tensor.

    >>> mg.matmul(mg.tensor([[1.0, 2.0], [3.0, 4.0]]), mg.tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    a, b = plain(input), plain(other)
    if type(a) is type(b) is np.ndarray and a.ndim > 1 < b.ndim and a.dtype is b.dtype and a.shape[-1] == b.shape[-2]:
        return matmul_p(input, other)  # matrices that fit, which need no more questions
    for side in (input, other):
        if not hasattr(side, "ndim"):
            raise TypeError(f"matmul: needs two tensors, not {type(side).__name__}")
        if side.ndim == 0:
            raise ShapeError("matmul: both arguments need at least one dimension, one is input scalar; use * for that")
    _same_dtype("matmul", input, other)
    _multipliable("matmul", input, other)
    left, right = input.ndim == 1, other.ndim == 1
    y = matmul_p(unsqueeze(input, 0) if left else input, unsqueeze(other, 1) if right else other)
    rows, columns = y.shape[-2:]
    size = [*y.shape[:-2], *(() if left else (rows,)), *(() if right else (columns,))]
    return y.reshape(size) if left or right else y


def _same_dtype(name: str, a: Any, b: Any) -> None:
    if a.dtype != b.dtype:
        raise DTypeError(f"{name}: expected both to have the same dtype, but got {a.dtype} and {b.dtype}")


def by(shape: Sequence[int]) -> str:
    """A shape as PyTorch writes it in errors of products: 2x3."""
    return "x".join(map(str, shape))


def _multipliable(name: str, a: Any, b: Any) -> None:
    inner = b.shape[-2 if b.ndim > 1 else 0]
    if a.shape[-1] != inner:
        raise ShapeError(
            f"{name}: mat1 and mat2 shapes cannot be multiplied ({by(a.shape)} and {by(b.shape)}): "
            f"the last size of the first, {a.shape[-1]}, must equal {inner}"
        )


def _ranks(name: str, a: Any, b: Any, *wanted: int) -> None:
    """ShapeError unless `a` and `b` have as many dimensions as `wanted`."""
    for each in (a, b):
        if not hasattr(each, "ndim"):
            raise TypeError(f"{name}: needs two tensors, not {type(each).__name__}")
    if (a.ndim, b.ndim) != wanted:
        kinds = {1: "a vector", 2: "a matrix", 3: "a batch of matrices (3 dimensions)"}
        expected = " and ".join(kinds[rank] for rank in wanted)
        if wanted == (1, 1):
            expected += f": 1D tensors expected, but got {a.ndim}D and {b.ndim}D tensors"
        raise RankError(f"{name}: expects {expected}, got shapes {tuple(a.shape)} and {tuple(b.shape)}")


def mm(input: Tensor, mat2: Tensor) -> Tensor:
    """The product of two matrices, (n, m) and `mat2` (m, p).

    ShapeError unless they are matrices that fit.

    >>> mg.mm(mg.tensor([[1.0, 2.0]]), mg.tensor([[3.0], [4.0]]))
    tensor([[11.]])
    """
    _ranks("mm", input, mat2, 2, 2)
    return matmul(input, mat2)


spmm = mm  # for sparse matrices, which are dense here


def bmm(input: Tensor, mat2: Tensor) -> Tensor:
    """The products of two batches of matrices, (b, n, m) and `mat2` (b, m, p).

    ShapeError unless they fit.

    >>> mg.bmm(mg.ones(5, 2, 3), mg.ones(5, 3, 4)).shape
    minigrad.Size([5, 2, 4])
    """
    _ranks("bmm", input, mat2, 3, 3)
    if input.shape[0] != mat2.shape[0]:
        raise ShapeError(f"bmm: batches must have one size, got shapes {tuple(input.shape)} and {tuple(mat2.shape)}")
    return matmul(input, mat2)


def mv(input: Tensor, vec: Tensor) -> Tensor:
    """The product of a matrix (n, m) and a vector `vec` (m,).

    >>> mg.mv(mg.tensor([[1.0, 2.0], [3.0, 4.0]]), mg.tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    _ranks("mv", input, vec, 2, 1)
    return matmul(input, vec)


def dot(input: Tensor, tensor: Tensor) -> Tensor:
    """The sum of the products of the elements of two vectors of one size.

    >>> mg.dot(mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0]))
    tensor(11.)
    """
    _ranks("dot", input, tensor, 1, 1)
    if input.dtype != tensor.dtype:
        raise DTypeError(f"dot : expected both vectors to have same dtype, but found {input.dtype} and {tensor.dtype}")
    return matmul(input, tensor)


vdot = dot  # the numbers are real, so conjugating the first changes nothing


def vecdot(x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
    """The products of the elements of `x` and `y`, which broadcast, summed along `dim`.

    >>> mg.linalg.vecdot(mg.tensor([[1.0, 2.0], [3.0, 4.0]]), mg.tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    floating(x, "vecdot")
    return (x * y).sum(dim)


def outer(input: Tensor, vec2: Tensor) -> Tensor:
    """All products of an element of one vector (n,) and one of `vec2` (m,): a matrix (n, m).

    >>> mg.outer(mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    _ranks("outer", input, vec2, 1, 1)
    return mul(unsqueeze(input, 1), vec2)


ger = outer


# -- added to something: the routines that BLAS has for it -------------------------------------------------------------


@also_in_place
@factors_first("beta", "alpha")
def addmm(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor:
    """beta * input + alpha * (mat1 @ mat2); with beta 0 the input does not count, even where it is NaN.

    The input broadcasts to the shape (n, p) of the product.

    >>> mg.addmm(mg.tensor([1.0]), mg.tensor([[1.0, 2.0]]), mg.tensor([[3.0], [4.0]]))
    tensor([[12.]])
    """
    return _plus("addmm", mm, input, mat1, mat2, beta, alpha)


@also_in_place
@factors_first("beta", "alpha")
def addmv(input: Tensor, mat: Tensor, vec: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor:
    """beta * input + alpha * (mat @ vec).

    >>> mg.addmv(mg.tensor([1.0]), mg.tensor([[1.0, 2.0]]), mg.tensor([3.0, 4.0]))
    tensor([12.])
    """
    return _plus("addmv", mv, input, mat, vec, beta, alpha)


@also_in_place
@factors_first("beta", "alpha")
def addr(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor:
    """beta * input + alpha * outer(vec1, vec2).

    >>> mg.addr(mg.tensor([1.0]), mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0]))
    tensor([[4., 5.],
            [7., 9.]])
    """
    check_factors("addr", result_type(input, vec1, vec2), beta=beta, alpha=alpha)
    return _plus("addr", outer, input, vec1, vec2, beta, alpha)


@also_in_place
@factors_first("beta", "alpha")
def baddbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor:
    """beta * input + alpha * (batch1 @ batch2), matrix by matrix.

    >>> mg.baddbmm(mg.tensor([1.0]), mg.ones(1, 2, 3), mg.ones(1, 3, 1))
    tensor([[[4.],
             [4.]]])
    """
    return _plus("baddbmm", bmm, input, batch1, batch2, beta, alpha)


@also_in_place
@factors_first("beta", "alpha")
def addbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Number = 1, alpha: Number = 1) -> Tensor:
    """beta * input + alpha * the sum of the products of the matrices of two batches.

    >>> mg.addbmm(mg.tensor([1.0]), mg.ones(2, 1, 3), mg.ones(2, 3, 1))
    tensor([[7.]])
    """
    return _plus("addbmm", lambda a, b: bmm(a, b).sum(0), input, batch1, batch2, beta, alpha)


@half_in_single
def _plus(name: str, multiply: Callable[[Any, Any], Any], x: Any, a: Any, b: Any, beta: Any, alpha: Any) -> Any:
    """beta * x + alpha * multiply(a, b), in the shape of the product and in the dtype that the three make together."""
    x, a, b = alike(x, a, b)
    product = multiply(a, b)
    expected = tuple(product.shape)
    if common_shape(name, tuple(x.shape), expected) != expected:
        raise ShapeError(f"{name}: the input, {tuple(x.shape)}, must broadcast to the product, {expected}")
    if product.dtype.kind != "f":  # the numbers take the dtype of the matrices, as in PyTorch
        beta, alpha = (product.dtype.type(each) for each in (beta, alpha))
    product = product if alpha == 1 else product * alpha
    if beta == 0:
        return product if getattr(x, "node", None) is None else zero(x) + product
    return (x if beta == 1 else x * beta) + product
