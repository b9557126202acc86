"""The table of derivatives: parts of an array, in order, and an array around a part.

To take a part and to put one into zeros are each other's adjoint. A tensor cut into n pieces is cut into halves first,
and these again: the backward pass of n pieces then writes the zeros around a piece log n times and not n times.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad import named
from minigrad.dtypes import Array
from minigrad.engine.node import Variable
from minigrad.engine.primitive import linear
from minigrad.engine.views import part, refuse
from minigrad.errors import ShapeError
from minigrad.kernels.room import SMALL, check_room
from minigrad.ops.dims import normalized, numpy_names, sizes
from minigrad.types import Ints, Tensor

__all__ = [
    "chunk",
    "dsplit",
    "hsplit",
    "narrow",
    "select",
    "split",
    "split_with_sizes",
    "tensor_split",
    "unbind",
    "vsplit",
]


Widths = tuple[tuple[int, int], ...]


def along(dim: int, place: Any) -> tuple[Any, ...]:
    """The index that takes `place` along dimension `dim` and all there is along the others."""
    return (*(slice(None),) * dim, place)


def _narrow(x: Array, *, dim: int, start: int, stop: int) -> Array:
    return x[along(dim, slice(start, stop))]


def _widen(x: Array, *, dim: int, start: int, stop: int, total: int) -> Array:
    # Images may be channels-last in memory, and stay so. Rows lie as products want them, however x does.
    out = np.zeros_like(x, shape=(*x.shape[:dim], total, *x.shape[dim + 1 :]), order="K" if x.ndim > 3 else "C")
    out[along(dim, slice(start, stop))] = x
    return out


def _pad(x: Array, *, widths: Widths) -> Array:
    return np.pad(x, widths)


def _crop(x: Array, *, widths: Widths) -> Array:
    return x[tuple(slice(before, size - after) for size, (before, after) in zip(x.shape, widths))]


narrow_p = linear(
    "narrow(x)",
    _narrow,
    view=True,
    x=lambda g, x_shape, dim, start, stop: widen(g, dim=dim, start=start, stop=stop, total=x_shape[dim]),
)
widen = linear("widen(x)", _widen, x=lambda g, dim, start, stop: narrow_p(g, dim=dim, start=start, stop=stop))
pad_p = linear("pad(x)", _pad, x=lambda g, widths: crop(g, widths=widths))
crop = linear("crop(x)", _crop, view=True, x=lambda g, widths: pad_p(g, widths=widths))


def narrow(input: Tensor, dim: int, start: int | Tensor, length: int) -> Tensor:
    """`length` places along `dim` from `start`: a view.

    A negative `start` counts from the end. IndexError or ShapeError for what is not there. Elsewhere the gradient is 0.

    >>> mg.narrow(mg.tensor([1, 2, 3, 4]), 0, 1, 2)
    tensor([2, 3])
    """
    if input.ndim == 0:
        raise ShapeError("narrow: a tensor without dimensions cannot be narrowed")
    axis = normalized(dim, input.ndim, "narrow")
    size = input.shape[axis]
    (start,) = sizes((start,), "narrow")
    if not -size <= start <= size:
        raise IndexError(f"narrow: start out of range (expected to be in range of [{-size}, {size}], but got {start})")
    begin = start % size if start < 0 else start
    if length < 0 or begin + length > size:
        raise ShapeError(f"narrow: start {start} and length {length} leave dimension {axis} of size {size}")
    return narrow_p(input, dim=axis, start=begin, stop=begin + length)


def select(input: Tensor, dim: int, index: int) -> Tensor:
    """The slice at `index` along `dim`, which disappears: a view.

    IndexError for a slice that is not there. Elsewhere the gradient is 0.

    >>> mg.select(mg.tensor([[1, 2], [3, 4]]), 1, 0)
    tensor([1, 3])
    """
    axis = normalized(dim, input.ndim, "select")
    if input.ndim == 0:
        raise IndexError("select: a tensor without dimensions has no slices")
    if not -input.shape[axis] <= index < input.shape[axis]:
        raise IndexError(f"select: index {index} is out of range for dimension {axis} of size {input.shape[axis]}")
    return input[along(axis, index)]


@numpy_names
def split(
    input: Tensor, split_size_or_sections: int | Sequence[int] | None = None, dim: int = 0, **named: Any
) -> tuple[Tensor, ...]:
    """Pieces along `dim`: `split_size_or_sections` is one size (the last may be smaller), or a list of them. Views.

    The method of PyTorch's tensors calls it `split_size`, and so may callers.

    ShapeError unless the sizes add up to that of the dimension.

    >>> mg.split(mg.tensor([1, 2, 3]), 2)
    (tensor([1, 2]), tensor([3]))
    """
    if split_size_or_sections is None:
        split_size_or_sections = named.pop("split_size", None)
    if named:
        raise TypeError(f"split() got an unexpected keyword argument {next(iter(named))!r}")
    axis, total = _cut_along(input, dim, "split")
    if isinstance(split_size_or_sections, (list, tuple)):
        lengths = sizes((split_size_or_sections,), "split")
        if sum(lengths) != total or min(lengths, default=0) < 0:
            raise ShapeError(f"split: sections {lengths} do not sum to {total}, the size of dimension {axis}")
    else:
        (step,) = sizes((split_size_or_sections,), "split")
        if step < 0 or (step == 0 and total):
            raise ShapeError(f"split: the size of a piece must be positive, got {step}")
        check_room("split", -(-total // step) if step else 1, SMALL, "pieces")
        lengths = tuple(min(step, total - start) for start in range(0, total, step)) if total else (0,)
    return _parts(_pieces(input, axis, [0, *np.cumsum(lengths).tolist()]), "split")


def split_with_sizes(input: Tensor, split_sizes: Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Pieces of the sizes `split_sizes` along `dim`: views.

    >>> mg.split_with_sizes(mg.tensor([1, 2, 3]), [1, 2])
    (tensor([1]), tensor([2, 3]))
    """
    return split(input, list(split_sizes), dim)


def _cut_along(x: Any, dim: int, name: str) -> tuple[int, int]:
    """The axis that `dim` names, and its size."""
    if x.ndim == 0:
        raise ShapeError(f"{name} expected at least a 1-dimensional tensor, but got a tensor with 0 dims")
    axis = normalized(dim, x.ndim, name)
    return axis, x.shape[axis]


def _pieces(x: Any, axis: int, marks: list[int]) -> tuple[Any, ...]:
    """The parts of `x` between each mark and the next; a part may be empty, and marks need not increase."""
    if len(marks) <= 4 or any(start > stop for start, stop in itertools.pairwise(marks)):
        return tuple(
            narrow_p(x, dim=axis, start=start, stop=max(start, stop)) for start, stop in itertools.pairwise(marks)
        )
    return _halved(x, axis, marks, _pieces)


def _parts(pieces: tuple[Any, ...], maker: str) -> tuple[Any, ...]:
    """The results of one function that returns several views: they are not changed in place."""
    for number, piece in enumerate(pieces):
        if isinstance(piece, Variable):
            refuse(piece, part(number, maker))
    return pieces


def _halved(x: Any, axis: int, marks: list[int], cut: Callable[..., tuple[Any, ...]]) -> tuple[Any, ...]:
    half = len(marks) // 2
    first = narrow_p(x, dim=axis, start=marks[0], stop=marks[half])
    second = narrow_p(x, dim=axis, start=marks[half], stop=marks[-1])
    return (
        *cut(first, axis, [mark - marks[0] for mark in marks[: half + 1]]),
        *cut(second, axis, [mark - marks[half] for mark in marks[half:]]),
    )


@numpy_names
def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most `chunks` pieces of equal size along `dim`, the last perhaps smaller. Views.

    ShapeError for fewer than one.

    >>> mg.chunk(mg.tensor([1, 2, 3, 4]), 2)
    (tensor([1, 2]), tensor([3, 4]))
    """
    axis, total = _cut_along(input, dim, "chunk")
    if chunks < 1:
        raise ShapeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    check_room("chunk", min(chunks, total) if total else chunks, SMALL, "pieces")
    return split(input, -(-total // chunks), axis) if total else split(input, [0] * chunks, axis)


@numpy_names
def tensor_split(input: Tensor, indices_or_sections: Ints, dim: int = 0) -> tuple[Tensor, ...]:
    """`indices_or_sections` pieces along `dim`, of sizes that differ by one at most; or cuts at these indices. Views.

    >>> mg.tensor_split(mg.tensor([1, 2, 3]), 2)
    (tensor([1, 2]), tensor([3]))
    """
    return _split_at("tensor_split", input, indices_or_sections, dim)


def _split_evenly(name: str, x: Any, indices_or_sections: Any, dim: int, least: int) -> tuple[Any, ...]:
    """Pieces of one size of a tensor of at least so many dimensions, or pieces between indices."""
    if x.ndim < least:
        raise ShapeError(
            f"{named.package}.{name} requires a tensor with at least {least} dimension{'s' * (least > 1)}, but got a "
            f"tensor with {x.ndim} dimensions!"
        )
    if isinstance(indices_or_sections, int) and indices_or_sections > 0 and x.shape[dim] % indices_or_sections:
        raise ShapeError(
            f"{named.package}.{name} attempted to split along dimension {dim}, but the size of the dimension "
            f"{x.shape[dim]} is not divisible by the split_size {indices_or_sections}!"
        )
    return _split_at(name, x, indices_or_sections, dim)


def _split_at(name: str, x: Any, indices_or_sections: Any, dim: int) -> tuple[Any, ...]:
    axis, total = _cut_along(x, dim, name)
    if isinstance(indices_or_sections, Variable):
        indices_or_sections = indices_or_sections.array.tolist()
    if isinstance(indices_or_sections, (list, tuple)):
        cuts = [slice(place, None).indices(total)[0] for place in sizes((indices_or_sections,), name)]
        return _pieces(x, axis, [0, *cuts, total])
    (count,) = sizes((indices_or_sections,), name)
    if not 0 < count < 2**63:
        raise ShapeError(f"{name}: number of sections must be larger than 0, got {count} (and fit an int64)")
    check_room(name, count, SMALL, "pieces")
    return _pieces(x, axis, [part * (total // count) + min(part, total % count) for part in range(count + 1)])


def hsplit(input: Tensor, indices_or_sections: Ints) -> tuple[Tensor, ...]:
    """Equal pieces side by side: along dimension 1, of a vector along its only one. Views.

    `indices_or_sections` is their number, or the indices to cut at.

    ShapeError where the pieces would not be equal.

    >>> mg.hsplit(mg.tensor([1, 2, 3, 4]), 2)
    (tensor([1, 2]), tensor([3, 4]))
    """
    return _split_evenly("hsplit", input, indices_or_sections, 0 if input.ndim == 1 else 1, 1)


def vsplit(input: Tensor, indices_or_sections: Ints) -> tuple[Tensor, ...]:
    """Equal pieces (`indices_or_sections` as in hsplit) one below the other, along dimension 0. Views.

    ShapeError for fewer than two dimensions, or where the pieces would not be equal.

    >>> mg.vsplit(mg.tensor([[1, 2], [3, 4]]), 2)
    (tensor([[1, 2]]), tensor([[3, 4]]))
    """
    return _split_evenly("vsplit", input, indices_or_sections, 0, 2)


def dsplit(input: Tensor, indices_or_sections: Ints) -> tuple[Tensor, ...]:
    """Equal pieces (`indices_or_sections` as in hsplit) in depth, along dimension 2. Views.

    ShapeError for fewer than three dimensions, or where the pieces would not be equal.

    >>> [tuple(each.shape) for each in mg.dsplit(mg.zeros(1, 2, 4), 2)]
    [(1, 2, 2), (1, 2, 2)]
    """
    return _split_evenly("dsplit", input, indices_or_sections, 2, 3)


@numpy_names
def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """The slices along `dim`, each without it. Views.

    IndexError without dimensions.

    >>> mg.unbind(mg.tensor([[1, 2], [3, 4]]))
    (tensor([1, 2]), tensor([3, 4]))
    """
    if input.ndim == 0:
        raise IndexError("unbind: a tensor without dimensions has nothing to unbind")
    axis = normalized(dim, input.ndim, "unbind")
    check_room("unbind", input.shape[axis], SMALL, "slices")
    return _parts(_slices(input, axis, list(range(input.shape[axis] + 1))), "unbind")


def _slices(x: Any, axis: int, marks: list[int]) -> tuple[Any, ...]:
    if len(marks) <= 4:
        return tuple(x[along(axis, place)] for place in marks[:-1])
    return _halved(x, axis, marks, _slices)
