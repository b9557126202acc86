"""The table of derivatives: the same numbers in another order. Orders can be undone, so each adjoint is an inverse."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.primitive import linear
from minigrad.errors import ShapeError
from minigrad.ops.dims import normalized, normalized_all, one_by_one, sizes
from minigrad.ops.public import reshapes_in_place
from minigrad.ops.shape import ravel, reshape_as
from minigrad.types import Dims, Tensor

__all__ = [
    "adjoint",
    "flip",
    "fliplr",
    "flipud",
    "moveaxis",
    "movedim",
    "permute",
    "roll",
    "rot90",
    "swapaxes",
    "swapdims",
    "t",
    "transpose",
]


def _permute(x: Array, *, dims: tuple[int, ...]) -> Array:
    return x.transpose(dims)


def _flip(x: Array, *, dims: tuple[int, ...]) -> Array:
    return np.flip(x, dims).copy()


def _roll(x: Array, *, shifts: tuple[int, ...], dims: tuple[int, ...]) -> Array:
    return np.roll(x, shifts, dims)


permute_p = linear(
    "permute(x)", _permute, view=True, x=lambda g, dims: permute_p(g, dims=tuple(np.argsort(dims).tolist()))
)
flip_p = linear("flip(x)", _flip, x=lambda g, dims: flip_p(g, dims=dims))
roll_p = linear(
    "roll(x)", _roll, x=lambda g, shifts, dims: roll_p(g, shifts=tuple(-step for step in shifts), dims=dims)
)


@one_by_one
def permute(input: Tensor, dims: tuple[int, ...]) -> Tensor:
    """The dimensions in another order: a view.

    ShapeError unless `dims` names each dimension once. The gradient has its dimensions put back.

    >>> mg.permute(mg.zeros(2, 3, 4), (2, 0, 1)).shape
    minigrad.Size([4, 2, 3])
    """
    order = normalized_all(dims, input.ndim, "permute")
    if len(order) != input.ndim:
        raise ShapeError(f"permute: {len(order)} dims for a tensor of {input.ndim} dimensions: name each once")
    return permute_p(input, dims=order)


@reshapes_in_place
def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Two dimensions exchanged: a view.

    IndexError for a dimension that is not there. The gradient is transposed back.

    >>> mg.transpose(mg.tensor([[1, 2], [3, 4]]), 0, 1)
    tensor([[1, 3],
            [2, 4]])
    """
    first, second = normalized(dim0, input.ndim, "transpose"), normalized(dim1, input.ndim, "transpose")
    order = list(range(input.ndim))
    if order:
        order[first], order[second] = second, first
    return permute_p(input, dims=tuple(order))


swapdims = transpose


@reshapes_in_place
def swapaxes(input: Tensor, axis0: int, axis1: int) -> Tensor:
    """As transpose.

    >>> mg.swapaxes(mg.zeros(2, 3, 4), 0, 2).shape
    minigrad.Size([4, 3, 2])
    """
    return transpose(input, axis0, axis1)


def movedim(input: Tensor, source: Dims, destination: Dims) -> Tensor:
    """Dimensions `source` moved to the places `destination`, the others in their order: a view.

    ShapeError unless there are as many of one as of the other.

    >>> mg.movedim(mg.zeros(2, 3, 4), 0, -1).shape
    minigrad.Size([3, 4, 2])
    """
    sources = _distinct(source, input.ndim, "source")
    places = _distinct(destination, input.ndim, "destination")
    if len(sources) != len(places):
        raise ShapeError(
            f"movedim: Invalid source or destination dims: source ({sources} dims) should contain the same number of "
            f"dims as destination ({places} dims)"
        )
    order = [axis for axis in range(input.ndim) if axis not in sources]
    for place, axis in sorted(zip(places, sources, strict=True)):
        order.insert(place, axis)
    return permute_p(input, dims=tuple(order[: input.ndim]))  # one of a number, which may be named, is none


moveaxis = movedim


def _distinct(dims: Dims, ndim: int, what: str) -> tuple[int, ...]:
    axes = tuple(normalized(each, ndim, "movedim") for each in sizes((dims,), "movedim"))
    if len(set(axes)) < len(axes):
        raise ShapeError(f"movedim: repeated dim in `{what}` ({axes})")
    return axes


@reshapes_in_place
def t(input: Tensor) -> Tensor:
    """The transposed matrix; vectors and scalars as they are.

    ShapeError for more than two dimensions.

    >>> mg.t(mg.tensor([[1, 2], [3, 4]]))
    tensor([[1, 3],
            [2, 4]])
    """
    if input.ndim > 2:
        raise ShapeError(f"t: expects a tensor of at most 2 dimensions, this one has {input.ndim}")
    return T(input)


def T(input: Tensor) -> Tensor:
    """The dimensions in reverse order.

    >>> mg.zeros(2, 3).T.shape
    minigrad.Size([3, 2])
    """
    return permute_p(input, dims=tuple(range(input.ndim))[::-1])


def mT(input: Tensor) -> Tensor:
    """The last two dimensions exchanged, of an array or a tensor: the transposed matrices.

    A tensor without dimensions is its own; ShapeError for one dimension.

    >>> mg.zeros(5, 2, 3).mT.shape
    minigrad.Size([5, 3, 2])
    """
    if input.ndim == 0:
        return input
    if input.ndim < 2:
        raise ShapeError(f"tensor.mT is only supported on matrices or batches of matrices. Got {input.ndim}-D tensor.")
    return input.swapaxes(-1, -2)


adjoint = mT  # the numbers are real, so conjugating them changes nothing


def H(input: Tensor) -> Tensor:
    """The transposed matrix, or a scalar as it is.

    ShapeError for anything else.

    >>> mg.tensor([[1, 2], [3, 4]]).H
    tensor([[1, 3],
            [2, 4]])
    """
    if input.ndim not in (0, 2):
        raise ShapeError(
            f"tensor.H is only supported on matrices (2-D tensors). Got {input.ndim}-D tensor; mH takes batches."
        )
    return T(input) if input.ndim else input


@one_by_one
def flip(input: Tensor, dims: tuple[int, ...]) -> Tensor:
    """The order of elements reversed along each of `dims`.

    The gradient is flipped back. Makes a copy.

    >>> mg.flip(mg.tensor([[1, 2], [3, 4]]), (0, 1))
    tensor([[4, 3],
            [2, 1]])
    """
    return flip_p(input, dims=normalized_all(dims, input.ndim, "flip"))


def fliplr(input: Tensor) -> Tensor:
    """The columns in reverse order.

    ShapeError for fewer than two dimensions.

    >>> mg.fliplr(mg.tensor([[1, 2], [3, 4]]))
    tensor([[2, 1],
            [4, 3]])
    """
    if input.ndim < 2:
        raise ShapeError(f"fliplr: Input must be >= 2-d. This tensor has {input.ndim} dimensions")
    return flip_p(input, dims=(1,))


def flipud(input: Tensor) -> Tensor:
    """The rows in reverse order.

    ShapeError for a tensor without dimensions.

    >>> mg.flipud(mg.tensor([[1, 2], [3, 4]]))
    tensor([[3, 4],
            [1, 2]])
    """
    if input.ndim < 1:
        raise ShapeError("flipud: Input must be >= 1-d. This tensor has no dimension")
    return flip_p(input, dims=(0,))


def roll(input: Tensor, shifts: int | Sequence[int], dims: Dims = None) -> Tensor:
    """The elements moved on by `shifts` places along `dims`; what leaves at the end comes in at the start.

    Without `dims` the flattened tensor is rolled, and has its shape again.
    ShapeError unless there is one shift for each of `dims`. The gradient is rolled back.

    >>> mg.roll(mg.tensor([1, 2, 3, 4]), 1)
    tensor([4, 1, 2, 3])
    """
    steps = sizes((shifts,), "roll")
    if not steps:
        raise ShapeError("roll: `shifts` required")
    if dims is None or dims == ():
        if len(steps) != 1:
            raise ShapeError(f"roll: shifts and dimensions must align: {len(steps)} shifts {steps} without dims")
        return reshape_as(roll_p(ravel(input), shifts=steps, dims=(0,)), input)
    given = sizes((dims,), "roll")
    if len(steps) != len(given):
        raise ShapeError(
            f"roll: shifts and dimensions must align: {len(steps)} shifts {steps}, {len(given)} dims {given}"
        )
    axes = tuple(normalized(each, input.ndim, "roll") for each in given)
    return roll_p(input, shifts=steps, dims=axes)


def rot90(input: Tensor, k: int = 1, dims: Sequence[int] = (0, 1)) -> Tensor:
    """`k` quarter turns in the plane of two dimensions, from the first towards the second.

    ShapeError unless `dims` are two different dimensions.

    >>> mg.rot90(mg.tensor([[1, 2], [3, 4]]))
    tensor([[2, 4],
            [1, 3]])
    """
    if len(dims) != 2 or input.ndim < 2:
        raise ShapeError(f"rot90: turns in a plane of two dimensions, not {tuple(dims)} of {input.ndim}")
    first, second = normalized_all(dims, input.ndim, "rot90")
    if k % 2 == 0:
        return flip_p(input, dims=(first, second) if k % 4 else ())
    turned = flip_p(input, dims=(second if k % 4 == 1 else first,))
    return transpose(turned, first, second)
