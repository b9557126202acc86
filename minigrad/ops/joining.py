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
    """Tensors one after another along an existing dimension."""
    tensors = several(tensors, "cat", at_least=1)
    solid = [each for each in tensors if tuple(each.shape) != (0,)]
    axis = normalized(dim, solid[0].ndim, "cat") if solid else 0
    solid = solid or tensors
    rest = [(*each.shape[:axis], *each.shape[axis + 1 :]) for each in solid]
    if any(each != rest[0] for each in rest) or any(each.ndim != solid[0].ndim for each in solid) or solid[0].ndim == 0:
        raise ShapeError(
            f"cat: sizes must match except in dimension {axis}, and have a dimension to join; got {_shapes(tensors)}"
        )
    if len(solid) < len(tensors):  # beside tensors of any rank an empty vector stands for nothing, as in PyTorch
        nothing = (*solid[0].shape[:axis], 0, *solid[0].shape[axis + 1 :])
        tensors = [reshape_p(each, size=nothing) if tuple(each.shape) == (0,) else each for each in tensors]
    starts = tuple(itertools.accumulate((each.shape[axis] for each in tensors), initial=0))
    return cat_p(*_alike(tensors), dim=axis, starts=starts)


concat = concatenate = cat


@numpy_names
def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Tensors of one shape along a new dimension."""
    tensors = several(tensors, "stack", at_least=1)
    if any(each.shape != tensors[0].shape for each in tensors):
        raise ShapeError(f"stack: each tensor must have the same shape, got {_shapes(tensors)}")
    return stack_p(*_alike(tensors), dim=normalized(dim, tensors[0].ndim + 1, "stack"))


def _shapes(tensors: list[Any]) -> str:
    return ", ".join(str(tuple(each.shape)) for each in tensors)


def _alike(tensors: list[Any]) -> list[Any]:
    """The tensors in their common dtype."""
    common = result_type(*tensors)
    return [each if each.dtype == common else each.astype(common) for each in tensors]


def hstack(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors side by side: along dimension 1, vectors along their only one."""
    rows = [atleast_1d(each) for each in several(tensors, "hstack", at_least=1)]
    return cat(rows, 0 if rows[0].ndim == 1 else 1)


def vstack(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors one below the other, along dimension 0; vectors are rows."""
    return cat([atleast_2d(each) for each in several(tensors, "vstack", at_least=1)], 0)


row_stack = vstack


def dstack(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors in depth, along dimension 2; matrices are layers (m, n, 1), vectors layers (1, n, 1)."""
    return cat([atleast_3d(each) for each in several(tensors, "dstack", at_least=1)], 2)


def column_stack(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors side by side, along dimension 1; vectors are columns."""
    given = several(tensors, "column_stack", at_least=1)
    return cat(
        [reshape_p(each, size=(each.shape[0] if each.ndim else 1, 1)) if each.ndim < 2 else each for each in given], 1
    )


def block_diag(*tensors: Tensor) -> Tensor:
    """The matrix with the given ones along its diagonal and zeros elsewhere; vectors are rows, scalars 1 by 1."""
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
    """The whole tensor, so many times along each dimension; more numbers than dimensions are new ones in front."""
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
    """As repeat, but missing numbers are ones in front."""
    return repeat(input, (1,) * (input.ndim - len(dims)) + dims)


def repeat_interleave(
    input: Tensor, repeats: int | Tensor, dim: int | None = None, *, output_size: int | None = None
) -> Tensor:
    """Each element along `dim` (of the flattened tensor without it) so many times, one after another.

    `repeats` is a number, or an integer tensor (n,) with one for each element.
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
    """The shape that tensors of the given shapes broadcast to."""
    return common_shape("broadcast_shapes", *(sizes((shape,), "broadcast_shapes") for shape in shapes))


def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """The tensors expanded to the shape they broadcast to."""
    given = several(tensors, "broadcast_tensors")
    size = common_shape("broadcast_tensors", *(tuple(each.shape) for each in given))
    return tuple(expand_p(each, size=size) for each in given)


def meshgrid(*tensors: Tensor, indexing: str = "ij") -> tuple[Tensor, ...]:
    """For vectors of n0, n1, ... elements one grid (n0, n1, ...) each, constant but along its own dimension.

    With `indexing="xy"` the first two dimensions of the grids are exchanged.
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
    """All choices of one element from each vector, as rows, the last changing fastest."""
    given = several(tensors, "cartesian_prod", at_least=1)
    if any(each.ndim != 1 for each in given):
        raise ShapeError(f"cartesian_prod: takes vectors, got {[tuple(each.shape) for each in given]}")
    return ravel(given[0]) if len(given) == 1 else stack([ravel(grid) for grid in meshgrid(*given)], 1)


def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """All choices of `r` elements of a vector, as rows in the order of their positions."""
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
    """The matrix (n, N) of Vandermonde: in each row the powers of an element of the vector x, N - 1 first."""
    if x.ndim != 1:
        raise ShapeError(f"vander: takes a vector, got shape {tuple(x.shape)}")
    rising = powers(x, x.shape[0] if N is None else N)
    return rising if increasing else flip(rising, 1)
