"""The table of derivatives: several tensors as one, and one several times."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.dtypes import Array, get_default_dtype, result_type
from minigrad.engine.node import Variable
from minigrad.engine.primitive import linear
from minigrad.errors import ShapeError
from minigrad.ops.dims import normalized, numpy_names
from minigrad.ops.memory import alike
from minigrad.ops.shape import atleast_1d, atleast_2d, atleast_3d, reshape_p, several
from minigrad.ops.splitting import narrow_p, pad_p, select
from minigrad.types import Tensor

__all__ = [
    "block_diag",
    "cat",
    "column_stack",
    "concat",
    "concatenate",
    "dstack",
    "hstack",
    "row_stack",
    "stack",
    "vstack",
]


def _cat(*tensors: Array, dim: int, starts: tuple[int, ...]) -> Array:
    return np.concatenate(tensors, axis=dim)


def _stack(*tensors: Array, dim: int) -> Array:
    return np.stack(tensors, axis=dim)


cat_p = linear(
    "cat(*tensors)",
    _cat,
    tensors=lambda g, i, dim, starts: narrow_p(g, dim=dim, start=starts[i], stop=starts[i + 1]),
)
stack_p = linear("stack(*tensors)", _stack, tensors=lambda g, i, dim: select(g, dim, i))


@numpy_names
def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Tensors one after another along an existing dimension.

    The dtype is what the tensors make together. ShapeError where sizes differ in another dimension. Each tensor gets
    its part of the gradient.

    >>> mg.cat([mg.tensor([1, 2]), mg.tensor([3])])
    tensor([1, 2, 3])
    """
    tensors = several(tensors, "cat", at_least=1)
    solid = [each for each in tensors if tuple(each.shape) != (0,)]
    if any(each.ndim == 0 for each in solid):
        raise ShapeError(f"cat: a zero-dimensional tensor cannot be concatenated; got {_shapes(tensors)}")
    axis = normalized(dim, solid[0].ndim, "cat") if solid else 0
    solid = solid or tensors
    rest = [(*each.shape[:axis], *each.shape[axis + 1 :]) for each in solid]
    if any(each != rest[0] for each in rest) or any(each.ndim != solid[0].ndim for each in solid):
        ranks = len({each.ndim for each in solid}) > 1
        what = "Tensors must have same number of dimensions" if ranks else "Sizes of tensors must match"
        raise ShapeError(f"cat: {what} except in dimension {axis}; got {_shapes(tensors)}")
    if len(solid) < len(tensors):  # beside tensors of any rank an empty vector stands for nothing, as in PyTorch
        nothing = (*solid[0].shape[:axis], 0, *solid[0].shape[axis + 1 :])
        tensors = [reshape_p(each, size=nothing) if tuple(each.shape) == (0,) else each for each in tensors]
    starts = tuple(itertools.accumulate((each.shape[axis] for each in tensors), initial=0))
    return cat_p(*_alike(tensors), dim=axis, starts=starts)


concat = concatenate = cat


@numpy_names
def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Tensors of one shape along a new dimension.

    ShapeError where shapes differ. Each tensor gets its slice of the gradient.

    >>> mg.stack([mg.tensor([1, 2]), mg.tensor([3, 4])], 1)
    tensor([[1, 3],
            [2, 4]])
    """
    tensors = several(tensors, "stack", at_least=1)
    if any(each.shape != tensors[0].shape for each in tensors):
        raise ShapeError(f"stack expects each tensor to be equal size, but got {_shapes(tensors)}")
    return stack_p(*_alike(tensors), dim=normalized(dim, tensors[0].ndim + 1, "stack"))


def _shapes(tensors: list[Any]) -> str:
    return ", ".join(str(tuple(each.shape)) for each in tensors)


def _alike(tensors: list[Any]) -> list[Any]:
    """The tensors in their common dtype."""
    common = result_type(*tensors)
    return [each if each.dtype == common else each.astype(common) for each in tensors]


def hstack(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors side by side: along dimension 1, vectors along their only one.

    >>> mg.hstack([mg.tensor([[1], [2]]), mg.tensor([[3], [4]])])
    tensor([[1, 3],
            [2, 4]])
    """
    rows = [atleast_1d(each) for each in several(tensors, "hstack", at_least=1)]
    return cat(rows, 0 if rows[0].ndim == 1 else 1)


def vstack(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors one below the other, along dimension 0; vectors are rows.

    >>> mg.vstack([mg.tensor([1, 2]), mg.tensor([3, 4])])
    tensor([[1, 2],
            [3, 4]])
    """
    return cat([atleast_2d(each) for each in several(tensors, "vstack", at_least=1)], 0)


row_stack = vstack


def dstack(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors in depth, along dimension 2; matrices are layers (m, n, 1), vectors layers (1, n, 1).

    >>> mg.dstack([mg.tensor([1, 2]), mg.tensor([3, 4])])
    tensor([[[1, 3],
             [2, 4]]])
    """
    return cat([atleast_3d(each) for each in several(tensors, "dstack", at_least=1)], 2)


def column_stack(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors side by side, along dimension 1; vectors are columns.

    >>> mg.column_stack([mg.tensor([1, 2]), mg.tensor([3, 4])])
    tensor([[1, 3],
            [2, 4]])
    """
    given = several(tensors, "column_stack", at_least=1)
    return cat(
        [reshape_p(each, size=(each.shape[0] if each.ndim else 1, 1)) if each.ndim < 2 else each for each in given], 1
    )


def block_diag(*tensors: Tensor) -> Tensor:
    """The matrix with the given ones along its diagonal and zeros elsewhere; vectors are rows, scalars 1 by 1.

    ShapeError for blocks of more than 2 dimensions.

    >>> mg.block_diag(mg.tensor([[1, 2]]), mg.tensor([[3], [4]]))
    tensor([[1, 2, 0],
            [0, 0, 3],
            [0, 0, 4]])
    """
    if not tensors:
        return Variable.wrap(np.zeros((1, 0), get_default_dtype()))
    blocks = [atleast_2d(each) for each in alike(*several(tensors, "block_diag"))]
    if any(block.ndim > 2 for block in blocks):
        raise ShapeError(f"block_diag: blocks have at most 2 dimensions, got {_shapes(blocks)}")
    width = sum(block.shape[1] for block in blocks)
    rows, before = [], 0
    for block in blocks:
        rows.append(pad_p(block, widths=((0, 0), (before, width - before - block.shape[1]))))
        before += block.shape[1]
    return cat(rows, 0)
