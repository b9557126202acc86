"""The same numbers more than once: to repeat is to broadcast along a new axis, so there is nothing to derive here."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.node import array_of
from minigrad.errors import ShapeError
from minigrad.ops.arrangement import flip
from minigrad.ops.conversion import contiguous
from minigrad.ops.dims import normalized, one_by_one, sizes
from minigrad.ops.indexing import index_select
from minigrad.ops.joining import stack
from minigrad.ops.shape import common_shape, expand_to, ravel, reshape_to, several


@one_by_one
def repeat(input: Any, repeats: tuple[int, ...]) -> Any:
    """The whole tensor, so many times along each dimension; more numbers than dimensions are new ones in front."""
    if len(repeats) < input.ndim or min(repeats, default=0) < 0:
        raise ShapeError(
            f"repeat: needs a non-negative number for each dimension of shape {tuple(input.shape)}, got {repeats}"
        )
    shape = (1,) * (len(repeats) - input.ndim) + tuple(input.shape)
    apart = reshape_to(input, size=tuple(itertools.chain.from_iterable((1, size) for size in shape)))
    wide = expand_to(apart, size=tuple(itertools.chain.from_iterable(zip(repeats, shape, strict=True))))
    return reshape_to(contiguous(wide), size=tuple(count * size for count, size in zip(repeats, shape, strict=True)))


@one_by_one
def tile(input: Any, dims: tuple[int, ...]) -> Any:
    """As repeat, but missing numbers are ones in front."""
    return repeat(input, (1,) * (input.ndim - len(dims)) + dims)


def repeat_interleave(input: Any, repeats: Any, dim: int | None = None, *, output_size: int | None = None) -> Any:
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


def broadcast_tensors(*tensors: Any) -> tuple[Any, ...]:
    """The tensors expanded to the shape they broadcast to."""
    given = several(tensors, "broadcast_tensors")
    size = common_shape("broadcast_tensors", *(tuple(each.shape) for each in given))
    return tuple(expand_to(each, size=size) for each in given)


def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Any, ...]:
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
        grids.append(expand_to(reshape_to(each, size=own), size=size))
    return tuple(grids)


def cartesian_prod(*tensors: Any) -> Any:
    """All choices of one element from each vector, as rows, the last changing fastest."""
    given = several(tensors, "cartesian_prod", at_least=1)
    if any(each.ndim != 1 for each in given):
        raise ShapeError(f"cartesian_prod: takes vectors, got {[tuple(each.shape) for each in given]}")
    return ravel(given[0]) if len(given) == 1 else stack([ravel(grid) for grid in meshgrid(given)], 1)


def combinations(input: Any, r: int = 2, with_replacement: bool = False) -> Any:
    """All choices of `r` elements of a vector, as rows in the order of their positions."""
    if input.ndim != 1 or r < 0:
        raise ShapeError(f"combinations: takes a vector and r >= 0, got shape {tuple(input.shape)} and r = {r}")
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    if r == 0:
        return index_select(input, 0, np.empty(0, np.int64))
    rows: Array = np.array(list(choose(range(input.shape[0]), r)), dtype=np.int64).reshape(-1, r)
    return reshape_to(index_select(input, 0, rows.ravel()), size=rows.shape)


def powers(x: Any, count: int) -> Any:
    """The powers 0 to `count` - 1 of each element, in a new last dimension."""
    return x.reshape((*x.shape, 1)) ** np.arange(count)


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """The matrix (n, N) of Vandermonde: in each row the powers of an element of the vector x, N - 1 first."""
    if x.ndim != 1:
        raise ShapeError(f"vander: takes a vector, got shape {tuple(x.shape)}")
    rising = powers(x, x.shape[0] if N is None else N)
    return rising if increasing else flip(rising, 1)
