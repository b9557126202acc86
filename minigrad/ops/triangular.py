"""The table of derivatives: diagonals and triangles of matrices.

A triangle is its own adjoint: what is cut out going forward gets no gradient going back. To take a diagonal and to put
one into zeros are each other's adjoint.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.dtypes import Array, as_dtype
from minigrad.engine.node import Variable
from minigrad.engine.primitive import linear
from minigrad.errors import ShapeError
from minigrad.ops.dims import normalized
from minigrad.ops.memory import clone_p
from minigrad.ops.public import also_in_place
from minigrad.ops.shape import ravel
from minigrad.types import DTypeLike, Tensor

__all__ = [
    "diag",
    "diag_embed",
    "diagflat",
    "diagonal",
    "trace",
    "tril",
    "tril_indices",
    "triu",
    "triu_indices",
]


def _tril(x: Array, *, diagonal: int) -> Array:
    return np.tril(x, diagonal)


def _triu(x: Array, *, diagonal: int) -> Array:
    return np.triu(x, diagonal)


def _diagonal(x: Array, *, offset: int, dim1: int, dim2: int) -> Array:
    y = x.diagonal(offset, dim1, dim2)
    y.flags.writeable = x.flags.writeable  # NumPy would have it read-only for the sake of its older versions
    return y


def _diag_embed(g: Array, *, offset: int, dim1: int, dim2: int, size: tuple[int, ...]) -> Array:
    out = np.zeros_like(g, shape=size)
    rows = np.arange(g.shape[-1]) + max(-offset, 0)
    np.moveaxis(out, (dim1, dim2), (-2, -1))[..., rows, rows + offset] = g
    return out


tril_p = linear("tril(x)", _tril, x=lambda g, diagonal: tril_p(g, diagonal=diagonal))
triu_p = linear("triu(x)", _triu, x=lambda g, diagonal: triu_p(g, diagonal=diagonal))
diagonal_p = linear(
    "diagonal(x)",
    _diagonal,
    view=True,
    x=lambda g, x_shape, offset, dim1, dim2: diag_embed_p(g, offset=offset, dim1=dim1, dim2=dim2, size=x_shape),
)
diag_embed_p = linear(
    "diag_embed(g)",
    _diag_embed,
    g=lambda g, offset, dim1, dim2: diagonal_p(g, offset=offset, dim1=dim1, dim2=dim2),
)


@also_in_place
def tril(input: Tensor, diagonal: int = 0) -> Tensor:
    """The matrices with zeros above a diagonal: 0 is the main one, 1 the one above it.

    The gradient has zeros there, too. ShapeError for fewer than two dimensions.

    >>> mg.tril(mg.ones(2, 2))
    tensor([[1., 0.],
            [1., 1.]])
    """
    return tril_p(_matrices(input, "tril"), diagonal=diagonal)


@also_in_place
def triu(input: Tensor, diagonal: int = 0) -> Tensor:
    """The matrices with zeros below a diagonal: 0 is the main one, 1 the one above it.

    The gradient has zeros there, too. ShapeError for fewer than two dimensions.

    >>> mg.triu(mg.ones(2, 2))
    tensor([[1., 1.],
            [0., 1.]])
    """
    return triu_p(_matrices(input, "triu"), diagonal=diagonal)


def _matrices(x: Any, name: str) -> Any:
    if x.ndim < 2:
        raise ShapeError(f"{name}: needs a tensor of at least 2 dimensions, this one has {x.ndim}")
    return x


def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """The elements where `dim1` and `dim2` have equal indices, in a new last dimension: a view.

    A positive `offset` takes a diagonal above that one, a negative one a diagonal below.
    The gradient goes back to the diagonal.

    >>> mg.diagonal(mg.tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    first, second = _plane(dim1, dim2, input.ndim, "diagonal")
    if not -input.shape[first] <= offset <= input.shape[second]:  # as PyTorch: an empty diagonal
        offset = input.shape[second]
    return diagonal_p(input, offset=offset, dim1=first, dim2=second)


def _plane(dim1: int, dim2: int, ndim: int, name: str) -> tuple[int, int]:
    first, second = normalized(dim1, ndim, name), normalized(dim2, ndim, name)
    if first == second:
        raise ShapeError(f"{name}: diagonal dimensions cannot be identical: {dim1}, {dim2}")
    return first, second


def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Zeros but for the last dimension of `input` on the diagonal of two new ones, which stand at `dim1` and `dim2`.

    `offset` as in diagonal.

    >>> mg.diag_embed(mg.tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    """
    if input.ndim == 0:
        raise IndexError("diag_embed: a tensor without dimensions has no row to put on a diagonal")
    first, second = _plane(dim1, dim2, input.ndim + 1, "diag_embed")
    size = list(input.shape[:-1])
    for axis in sorted((first, second)):
        size.insert(axis, input.shape[-1] + abs(offset))
    return diag_embed_p(input, offset=offset, dim1=first, dim2=second, size=tuple(size))


def diag(input: Tensor, diagonal: int = 0) -> Tensor:
    """The diagonal of a matrix, in memory of its own, or the matrix with that vector as its diagonal.

    ShapeError for other tensors. Beyond the matrix diagonals are empty.

    >>> mg.diag(mg.tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    """
    if input.ndim not in (1, 2):
        raise ShapeError(f"diag: takes a vector or a matrix, not {input.ndim} dimensions")
    if input.ndim == 1:
        return diag_embed(input, diagonal)
    return clone_p(diagonal_p(input, offset=diagonal, dim1=0, dim2=1))


def diagflat(input: Tensor, offset: int = 0) -> Tensor:
    """The matrix with the elements of the flattened tensor on its diagonal, or with `offset` above or below it.

    >>> mg.diagflat(mg.tensor([1, 2]))
    tensor([[1, 0],
            [0, 2]])
    """
    return diag_embed(ravel(input), offset)


def trace(input: Tensor) -> Tensor:
    """The sum of the diagonal of a matrix.

    ShapeError for anything else.

    >>> mg.trace(mg.tensor([[1, 2], [3, 4]]))
    tensor(5)
    """
    if input.ndim != 2:
        raise ShapeError(f"trace: expected a matrix, but got a tensor of {input.ndim} dimensions")
    return diagonal_p(input, offset=0, dim1=0, dim2=1).sum()


def tril_indices(row: int, col: int, offset: int = 0, *, dtype: DTypeLike = np.int64, device: Any = None) -> Tensor:
    """The places of the lower triangle of a matrix (row, col), up to diagonal `offset`: (2, n), rows above columns.

    >>> mg.tril_indices(2, 2)
    tensor([[0, 1, 1],
            [0, 0, 1]])
    """
    return Variable.wrap(np.stack(np.tril_indices(row, offset, col)).astype(as_dtype(dtype)))


def triu_indices(row: int, col: int, offset: int = 0, *, dtype: DTypeLike = np.int64, device: Any = None) -> Tensor:
    """The places of the upper triangle of a matrix (row, col), from diagonal `offset` on: (2, n), rows above columns.

    >>> mg.triu_indices(2, 2)
    tensor([[0, 0, 1],
            [0, 1, 1]])
    """
    return Variable.wrap(np.stack(np.triu_indices(row, offset, col)).astype(as_dtype(dtype)))
