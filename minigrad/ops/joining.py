"""The table of derivatives: several tensors as one, and one several times."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.dtypes import Array, result_type
from minigrad.engine.node import array_of
from minigrad.engine.primitive import linear
from minigrad.errors import ShapeError
from minigrad.ops.arrangement import flip
from minigrad.ops.dims import normalized, numpy_names, one_by_one, sizes
from minigrad.ops.indexing import index_select
from minigrad.ops.shape import (
    atleast_1d,
    atleast_2d,
    atleast_3d,
    common_shape,
    contiguous,
    expand_p,
    ravel,
    reshape_p,
    several,
)
from minigrad.ops.splitting import narrow_p, pad_p, select
from minigrad.types import Tensor

__all__ = [
    "block_diag",
    "broadcast_shapes",
    "broadcast_tensors",
    "cartesian_prod",
    "cat",
    "column_stack",
    "combinations",
    "concat",
    "concatenate",
    "dstack",
    "hstack",
    "meshgrid",
    "repeat",
    "repeat_interleave",
    "row_stack",
    "stack",
    "tile",
    "vander",
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
    # PyTorch lets an empty vector stand for "nothing" beside tensors of any rank.
    solid = [each for each in tensors if tuple(each.shape) != (0,)] or tensors[:1]
    axis = normalized(dim, solid[0].ndim, "cat")
    rest = [(*each.shape[:axis], *each.shape[axis + 1 :]) for each in solid]
    if any(each != rest[0] for each in rest) or any(each.ndim != solid[0].ndim for each in solid) or solid[0].ndim == 0:
        raise ShapeError(
            f"cat: sizes must match except in dimension {axis}, and have a dimension to join; got {_shapes(tensors)}"
        )
    starts = [0]
    for each in solid:
        starts.append(starts[-1] + each.shape[axis])
    return cat_p(*_alike(tensors, solid), dim=axis, starts=tuple(starts))


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
        raise ShapeError(f"stack: each tensor must have the same shape, got {_shapes(tensors)}")
    return stack_p(*_alike(tensors, tensors), dim=normalized(dim, tensors[0].ndim + 1, "stack"))


def _shapes(tensors: list[Any]) -> str:
    return ", ".join(str(tuple(each.shape)) for each in tensors)


def _alike(tensors: list[Any], chosen: list[Any]) -> list[Any]:
    """Those `chosen`, in the common dtype of all `tensors`."""
    common = result_type(*tensors)
    return [each if each.dtype == common else each.astype(common) for each in chosen]


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
    blocks = [atleast_2d(each) for each in several(tensors, "block_diag")]
    if any(block.ndim > 2 for block in blocks):
        raise ShapeError(f"block_diag: blocks have at most 2 dimensions, got {_shapes(blocks)}")
    width = sum(block.shape[1] for block in blocks)
    rows, before = [], 0
    for block in blocks:
        rows.append(pad_p(block, widths=((0, 0), (before, width - before - block.shape[1]))))
        before += block.shape[1]
    return cat(rows, 0)


# -- The same numbers more than once: to repeat is to broadcast along a new axis, so there is nothing to derive here ---


@one_by_one
def repeat(input: Tensor, repeats: tuple[int, ...]) -> Tensor:
    """The whole tensor, so many times along each dimension; more numbers than dimensions are new ones in front.

    ShapeError for fewer numbers than dimensions. The gradients of all copies add up.

    >>> mg.repeat(mg.tensor([1, 2]), (2, 2))
    tensor([[1, 2, 1, 2],
            [1, 2, 1, 2]])
    """
    if len(repeats) < input.ndim or min(repeats, default=0) < 0:
        raise ShapeError(
            f"repeat: needs a non-negative number for each dimension of shape {tuple(input.shape)}, got {repeats}"
        )
    shape = (1,) * (len(repeats) - input.ndim) + tuple(input.shape)
    apart = reshape_p(input, size=tuple(itertools.chain.from_iterable((1, size) for size in shape)))
    wide = expand_p(apart, size=tuple(itertools.chain.from_iterable(zip(repeats, shape, strict=True))))
    return reshape_p(contiguous(wide), size=tuple(count * size for count, size in zip(repeats, shape, strict=True)))


@one_by_one
def tile(input: Tensor, dims: tuple[int, ...]) -> Tensor:
    """As repeat, but missing numbers are ones in front.

    >>> mg.tile(mg.tensor([[1], [2]]), (2,))
    tensor([[1, 1],
            [2, 2]])
    """
    return repeat(input, (1,) * (input.ndim - len(dims)) + dims)


def repeat_interleave(
    input: Tensor, repeats: int | Tensor, dim: int | None = None, *, output_size: int | None = None
) -> Tensor:
    """Each element along `dim` (of the flattened tensor without it) so many times, one after another.

    `repeats` is a number, or an integer tensor (n,) with one for each element.
    RuntimeError for repeats that are no integers, ShapeError where their number does not fit.

    >>> mg.repeat_interleave(mg.tensor([1, 2]), mg.tensor([1, 3]))
    tensor([1, 2, 2, 2])
    """
    if dim is None:
        input, dim = ravel(input), 0
    axis = normalized(dim, input.ndim, "repeat_interleave")
    counts = array_of(repeats)
    if counts.dtype.kind not in "iu":
        raise RuntimeError(f"repeat_interleave: repeats must be integers, not {counts.dtype}")
    size = input.shape[axis] if input.ndim else 1
    if counts.ndim > 1 or (counts.ndim == 1 and counts.size not in (1, size)) or (counts < 0).any():
        raise ShapeError(
            f"repeat_interleave: repeats is one non-negative number or one for each of {size}, got shape {counts.shape}"
        )
    places = np.repeat(np.arange(size), counts)
    if output_size is not None and output_size != places.size:
        raise ShapeError(f"repeat_interleave: output_size is {output_size}, but the repeats sum to {places.size}")
    return index_select(input if input.ndim else ravel(input), axis, places)


def broadcast_shapes(*shapes: Any) -> tuple[int, ...]:
    """The shape that tensors of the given shapes broadcast to.

    ShapeError where they do not.

    >>> mg.broadcast_shapes((2, 1), (3,))
    (2, 3)
    """
    return common_shape("broadcast_shapes", *(sizes((shape,), "broadcast_shapes") for shape in shapes))


def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """The tensors expanded to the shape they broadcast to.

    They are views; ShapeError where shapes do not broadcast.

    >>> [tuple(each.shape) for each in mg.broadcast_tensors(mg.ones(2, 1), mg.ones(3))]
    [(2, 3), (2, 3)]
    """
    given = several(tensors, "broadcast_tensors")
    size = common_shape("broadcast_tensors", *(tuple(each.shape) for each in given))
    return tuple(expand_p(each, size=size) for each in given)


def meshgrid(*tensors: Tensor, indexing: str = "ij") -> tuple[Tensor, ...]:
    """For vectors of n0, n1, ... elements one grid (n0, n1, ...) each, constant but along its own dimension.

    With `indexing="xy"` the first two dimensions of the grids are exchanged.
    ShapeError for matrices, RuntimeError for any other `indexing`.

    >>> rows, columns = mg.meshgrid(mg.tensor([0, 1]), mg.tensor([5, 6, 7]))
    >>> columns
    tensor([[5, 6, 7],
            [5, 6, 7]])
    """
    given = several(tensors, "meshgrid", at_least=1)
    if any(each.ndim > 1 for each in given):
        raise ShapeError(f"meshgrid: takes scalars and vectors, got {[tuple(each.shape) for each in given]}")
    if indexing not in ("ij", "xy"):
        raise RuntimeError(f"meshgrid: indexing is 'ij' or 'xy', not {indexing!r}")
    axes = list(range(len(given)))
    if indexing == "xy" and len(given) > 1:
        axes[:2] = [1, 0]
    lengths = [math.prod(each.shape) for each in given]
    size = tuple(lengths[axis] for axis in axes)
    grids = []
    for position, each in enumerate(given):
        own = tuple(lengths[axis] if axis == position else 1 for axis in axes)
        grids.append(expand_p(reshape_p(each, size=own), size=size))
    return tuple(grids)


def cartesian_prod(*tensors: Tensor) -> Tensor:
    """All choices of one element from each vector, as rows, the last changing fastest.

    >>> mg.cartesian_prod(mg.tensor([1, 2]), mg.tensor([3, 4]))
    tensor([[1, 3],
            [1, 4],
            [2, 3],
            [2, 4]])
    """
    given = several(tensors, "cartesian_prod", at_least=1)
    if any(each.ndim != 1 for each in given):
        raise ShapeError(f"cartesian_prod: takes vectors, got {[tuple(each.shape) for each in given]}")
    return ravel(given[0]) if len(given) == 1 else stack([ravel(grid) for grid in meshgrid(*given)], 1)


def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """All choices of `r` elements of a vector, as rows in the order of their positions.

    >>> mg.combinations(mg.tensor([1, 2, 3]))
    tensor([[1, 2],
            [1, 3],
            [2, 3]])
    """
    if input.ndim != 1 or r < 0:
        raise ShapeError(f"combinations: takes a vector and r >= 0, got shape {tuple(input.shape)} and r = {r}")
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    if r == 0:
        return index_select(input, 0, np.empty(0, np.int64))
    rows: Array = np.array(list(choose(range(input.shape[0]), r)), dtype=np.int64).reshape(-1, r)
    return reshape_p(index_select(input, 0, rows.ravel()), size=rows.shape)


def powers(x: Any, count: int) -> Any:
    """The powers 0 to `count` - 1 of each element, in a new last dimension."""
    return x.reshape((*x.shape, 1)) ** np.arange(count)


def vander(x: Tensor, N: int | None = None, increasing: bool = False) -> Tensor:
    """The matrix (n, N) of Vandermonde: in each row the powers of an element of the vector x, N - 1 first.

    With `increasing` the power 0 first; N is n unless given.

    >>> mg.vander(mg.tensor([1, 2, 3]))
    tensor([[1, 1, 1],
            [4, 2, 1],
            [9, 3, 1]])
    """
    if x.ndim != 1:
        raise ShapeError(f"vander: takes a vector, got shape {tuple(x.shape)}")
    rising = powers(x, x.shape[0] if N is None else N)
    return rising if increasing else flip(rising, 1)
