"""The same numbers more than once: to repeat is to broadcast along a new axis, so there is nothing to derive here."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.node import Variable, array_of
from minigrad.errors import DTypeError, ShapeError
from minigrad.kernels.room import SMALL, check_room
from minigrad.ops.arrangement import flip
from minigrad.ops.dims import normalized, one_by_one, sizes
from minigrad.ops.indexing import index_select
from minigrad.ops.joining import stack
from minigrad.ops.memory import contiguous
from minigrad.ops.shape import common_shape, expand_p, ravel, reshape_p, several
from minigrad.types import Tensor

__all__ = [
    "broadcast_shapes",
    "broadcast_tensors",
    "cartesian_prod",
    "combinations",
    "meshgrid",
    "repeat",
    "repeat_interleave",
    "tile",
    "vander",
]


@one_by_one
def repeat(input: Tensor, repeats: tuple[int, ...]) -> Tensor:
    """The whole tensor, `repeats` times along each dimension; more numbers than dimensions are new ones in front.

    ShapeError for fewer numbers than dimensions. The gradients of all copies add up.

    >>> mg.tensor([1, 2]).repeat(2, 2)
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
    """As repeat, but missing numbers of `dims` are ones in front.

    >>> mg.tile(mg.tensor([[1], [2]]), (2,))
    tensor([[1, 1],
            [2, 2]])
    """
    return repeat(input, (1,) * (input.ndim - len(dims)) + dims)


def repeat_interleave(
    input: Tensor, repeats: int | Tensor | None = None, dim: int | None = None, *, output_size: int | None = None
) -> Tensor:
    """Each element along `dim` (of the flattened tensor without it) so many times, one after another.

    `repeats` is a number, or an integer tensor (n,) with one for each element; their sum is `output_size`, if given. A
    tensor of them alone repeats their places, 0 to n - 1.
    RuntimeError for repeats that are no integers, ShapeError where their number does not fit.

    >>> mg.repeat_interleave(mg.tensor([1, 2]), mg.tensor([1, 3]))
    tensor([1, 2, 2, 2])
    """
    if repeats is None:
        input, repeats = Variable.wrap(np.arange(len(array_of(input)))), input
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

    >>> tuple(mg.broadcast_shapes((2, 1), (3,)))
    (2, 3)
    """
    return common_shape("broadcast_shapes", *(sizes((shape,), "broadcast_shapes") for shape in shapes))


def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """The tensors expanded to the shape they broadcast to.

    They are views, or the tensors themselves; ShapeError where shapes do not broadcast.

    >>> [tuple(each.shape) for each in mg.broadcast_tensors(mg.ones(2, 1), mg.ones(3))]
    [(2, 3), (2, 3)]
    """
    given = several(tensors, "broadcast_tensors")
    size = common_shape("broadcast_tensors", *(tuple(each.shape) for each in given))
    return tuple(each if tuple(each.shape) == size else expand_p(each, size=size) for each in given)


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
        raise ShapeError(
            f"meshgrid: Expected 0D or 1D tensor in the tensor list but got {[tuple(each.shape) for each in given]}"
        )
    if len({each.dtype for each in given}) > 1:
        raise DTypeError(
            f"meshgrid expects all tensors to have the same dtype, got {[str(each.dtype) for each in given]}"
        )
    if indexing not in ("ij", "xy"):
        raise RuntimeError(f'meshgrid: indexing must be one of "xy" or "ij", but received: {indexing!r}')
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

    With `with_replacement` an element may be chosen again.

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
    count = math.comb(input.shape[0] + (r - 1 if with_replacement else 0), r)
    check_room("combinations", count, 16 * r + SMALL, "rows")
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
        raise ShapeError(f"vander: x must be a one-dimensional tensor, got shape {tuple(x.shape)}")
    if N is not None and N < 0:
        raise ShapeError(f"vander: N must be non-negative, got {N}")
    rising = powers(x, x.shape[0] if N is None else N)
    return rising if increasing else flip(rising, 1)
