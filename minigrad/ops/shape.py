"""The table of derivatives: the same numbers in another shape. Every rule is an adjoint.

Broadcasting needs no rule of its own: the adjoint of repeating an axis is a sum over it, and the edge takes that sum
wherever a gradient arrives in a larger shape than its argument has.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.dtypes import Array, as_dtype
from minigrad.engine.node import array_of
from minigrad.engine.primitive import linear
from minigrad.errors import ShapeError
from minigrad.ops.dims import normalized, normalized_all, numpy_names, one_by_one
from minigrad.ops.dims import sizes as as_sizes
from minigrad.ops.memory import contiguous, repeated, seen_as
from minigrad.ops.public import reshapes_in_place
from minigrad.types import Tensor

__all__ = [
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "broadcast_to",
    "expand",
    "expand_as",
    "flatten",
    "ravel",
    "reshape",
    "reshape_as",
    "squeeze",
    "unflatten",
    "unsqueeze",
    "view",
    "view_as",
]


def _reshape(x: Array, *, size: tuple[int, ...]) -> Array:
    return x.reshape(size)


def _expand(x: Array, *, size: tuple[int, ...]) -> Array:
    return repeated(x, size)


reshape_p = linear("reshape(x)", _reshape, view=True, x=lambda g, x_shape: reshape_p(g, size=x_shape))
expand_p = linear("expand(x)", _expand, view=True, x=lambda g: g)


@one_by_one
def reshape(input: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The same elements in the same order in another shape; one size may be -1: what is left.

    Shares memory where it can.
    ShapeError where the numbers of elements differ. The gradient is reshaped back.

    >>> mg.reshape(mg.arange(6), (2, -1))
    tensor([[0, 1, 2],
            [3, 4, 5]])
    """
    return reshape_p(input, size=_completed(input.shape, shape, "reshape"))


def view(input: Tensor, *shape: Any) -> Tensor:
    """As reshape to `shape`. (Whether memory is shared depends on the layout; minigrad does not promise it.)

    With a dtype instead of a shape its bytes as numbers of this dtype, without a history: always the same memory.

    >>> mg.arange(4).view(2, 2)
    tensor([[0, 1],
            [2, 3]])
    """
    if len(shape) == 1 and not isinstance(shape[0], (int, tuple, list, np.integer)):
        return seen_as(input, as_dtype(shape[0]))
    return reshape_p(input, size=_completed(input.shape, as_sizes(shape, "view"), "view"))


def _completed(old: tuple[int, ...], new: tuple[int, ...], name: str) -> tuple[int, ...]:
    """`new` with its -1 worked out; ShapeError where the number of elements differs."""
    total, given = math.prod(old), list(new)
    known = math.prod(size for size in new if size != -1)
    unknowns = new.count(-1)
    if any(size < -1 for size in new):
        raise ShapeError(f"{name}: a size cannot be negative, got {new}")
    if unknowns > 1:
        raise ShapeError(f"{name}: only one dimension can be inferred, by -1, got {new}")
    if unknowns:
        if known == total == 0:
            raise ShapeError(f"{name}: {given} is ambiguous because the unspecified dimension size -1 can be any value")
        new = tuple(total // max(known, 1) if size == -1 else size for size in new)
    if math.prod(new) != total:
        raise ShapeError(f"{name}: shape '{given}' is invalid for input of size {total} (shape {tuple(old)})")
    return new


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """Dimensions `start_dim` to `end_dim` as one.

    >>> mg.flatten(mg.zeros(2, 3, 4), 1).shape
    minigrad.Size([2, 12])
    """
    first, last = normalized(start_dim, input.ndim, "flatten"), normalized(end_dim, input.ndim, "flatten")
    if first > last:
        raise ShapeError(f"flatten: start_dim {start_dim} comes after end_dim {end_dim} in shape {tuple(input.shape)}")
    if input.ndim == 0:
        return reshape_p(input, size=(1,))
    if first == last:
        return input
    joined = math.prod(input.shape[first : last + 1])
    return reshape_p(input, size=(*input.shape[:first], joined, *input.shape[last + 1 :]))


def unflatten(input: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    """Dimension `dim` as several, of `sizes`; one of them may be -1.

    ShapeError where the product of the sizes differs.

    >>> mg.unflatten(mg.zeros(2, 6), 1, (2, 3)).shape
    minigrad.Size([2, 2, 3])
    """
    axis = normalized(dim, input.ndim, "unflatten")
    parts = _completed((input.shape[axis],), as_sizes((sizes,), "unflatten"), "unflatten")
    return reshape_p(input, size=(*input.shape[:axis], *parts, *input.shape[axis + 1 :]))


@reshapes_in_place
@numpy_names
def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """A new dimension of size 1 at `dim`: a view.

    >>> mg.unsqueeze(mg.tensor([1, 2]), 1)
    tensor([[1],
            [2]])
    """
    return unsqueeze_all(input, dim=(normalized(dim, input.ndim + 1, "unsqueeze"),))


def unsqueeze_all(input: Any, dim: tuple[int, ...]) -> Any:
    """New dimensions of size 1 at the places `dim`, counted in the result."""
    size = list(input.shape)
    for axis in sorted(dim):
        size.insert(axis, 1)
    return reshape_p(input, size=tuple(size))


@reshapes_in_place
@numpy_names
def squeeze(input: Tensor, dim: int | Sequence[int] | None = None) -> Tensor:
    """Without the dimensions of size 1, or those of `dim` that have it: a view.

    >>> mg.squeeze(mg.zeros(1, 2, 1)).shape
    minigrad.Size([2])
    """
    gone = normalized_all(dim, input.ndim, "squeeze")
    return reshape_p(input, size=tuple(size for axis, size in enumerate(input.shape) if size != 1 or axis not in gone))


@one_by_one
def expand(input: Tensor, size: tuple[int, ...]) -> Tensor:
    """Dimensions of size 1 repeated to `size` without a copy; -1 keeps a size.

    ShapeError where other sizes would change. The gradients of the repeated elements add up.

    >>> mg.tensor([[1], [2]]).expand(2, 3)
    tensor([[1, 1, 1],
            [2, 2, 2]])
    """
    added = len(size) - input.ndim
    old = (None,) * added + tuple(input.shape)
    if added < 0:
        raise ShapeError(
            f"expand: the number of sizes provided must be at least {input.ndim}, the tensor's, got {size}"
        )
    for dim, (new, was) in enumerate(zip(size, old, strict=True)):
        if not (new == was or was == 1 or (new == -1 and was is not None) or (was is None and new >= 0)):
            raise ShapeError(
                f"expand: The expanded size of the tensor ({new}) must match the existing size ({was}) at "
                f"non-singleton dimension {dim}. Target sizes: {list(size)}. Tensor sizes: {list(input.shape)}"
            )
    return expand_p(input, size=tuple(was if new == -1 else new for new, was in zip(size, old, strict=True)))


def broadcast_to(input: Tensor, size: Sequence[int]) -> Tensor:
    """As expand to `size`.

    >>> mg.broadcast_to(mg.tensor([1, 2]), (2, 2))
    tensor([[1, 2],
            [1, 2]])
    """
    return expand(input, size)


def ravel(input: Tensor) -> Tensor:
    """All elements in one dimension: a view of what is contiguous, else in memory of their own.

    >>> mg.ravel(mg.tensor([[1, 2], [3, 4]]))
    tensor([1, 2, 3, 4])
    """
    whole = input if array_of(input).flags.c_contiguous else contiguous(input)
    return reshape_p(whole, size=(math.prod(input.shape),))


def reshape_as(input: Tensor, other: Tensor) -> Tensor:
    """`input` in the shape of `other`.

    >>> mg.tensor([1, 2, 3, 4]).reshape_as(mg.zeros(2, 2))
    tensor([[1, 2],
            [3, 4]])
    """
    return reshape(input, tuple(other.shape))


def view_as(input: Tensor, other: Tensor) -> Tensor:
    """`input` in the shape of `other`.

    >>> mg.tensor([1, 2, 3, 4]).view_as(mg.zeros(2, 2))
    tensor([[1, 2],
            [3, 4]])
    """
    return view(input, tuple(other.shape))


def expand_as(input: Tensor, other: Tensor) -> Tensor:
    """`input` expanded to the shape of `other`.

    >>> mg.tensor([1, 2]).expand_as(mg.zeros(2, 2))
    tensor([[1, 2],
            [1, 2]])
    """
    return expand(input, tuple(other.shape))


def atleast_1d(*tensors: Tensor) -> Any:
    """Scalars as vectors of one element; the others as they are. Several tensors, or a list of them, give a tuple.

    >>> mg.atleast_1d(mg.tensor(1.0))
    tensor([1.])
    """
    return _each(tensors, 1, lambda x: reshape_p(x, size=(1,)))


def atleast_2d(*tensors: Tensor) -> Any:
    """Scalars and vectors as matrices of one row; the others as they are.

    >>> mg.atleast_2d(mg.tensor([1.0, 2.0]))
    tensor([[1., 2.]])
    """
    return _each(tensors, 2, lambda x: reshape_p(x, size=(*(1,) * (2 - x.ndim), *x.shape)))


def atleast_3d(*tensors: Tensor) -> Any:
    """Vectors of n elements in shape (1, n, 1), matrices in (m, n, 1); what has three dimensions or more as it is.

    >>> mg.atleast_3d(mg.tensor([1.0, 2.0])).shape
    minigrad.Size([1, 2, 1])
    """
    return _each(tensors, 3, lambda x: reshape_p(x, size=_deep(tuple(x.shape))))


def _deep(size: tuple[int, ...]) -> tuple[int, ...]:
    """`size`, of up to two dimensions, with ones around it."""
    return (*size, 1) if len(size) == 2 else (1, *(size or (1,)), 1)


def _each(tensors: tuple[Any, ...], rank: int, widened: Any) -> Any:
    """Each tensor as it is, if it has as many dimensions as `rank`, else `widened`."""
    if len(tensors) == 1 and not isinstance(tensors[0], (list, tuple)):
        return tensors[0] if tensors[0].ndim >= rank else widened(tensors[0])
    return tuple(x if x.ndim >= rank else widened(x) for x in several(tensors, f"atleast_{rank}d"))


def several(tensors: Any, name: str, at_least: int = 0) -> list[Any]:
    """Tensors given one by one or as one list, as a list; TypeError for what is no tensor."""
    if isinstance(tensors, tuple) and len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
        tensors = tensors[0]
    if not isinstance(tensors, (list, tuple)):
        raise TypeError(
            f"{name}(): argument 'tensors' (position 1) must be tuple of Tensors, not {type(tensors).__name__}"
        )
    if len(tensors) < at_least:
        raise ShapeError(f"{name} expects a non-empty TensorList, got {tensors!r}")
    for position, each in enumerate(tensors):
        if not hasattr(each, "dtype"):
            raise TypeError(f"{name}: element {position} is {type(each).__name__}, not a tensor")
    return list(tensors)


def common_shape(name: str, *shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that `shapes` broadcast to; ShapeError where they do not."""
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        given = ", ".join(map(str, shapes))
        raise ShapeError(f"{name}: {given} do not broadcast together: sizes must be equal or 1") from None
