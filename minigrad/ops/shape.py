"""The table of derivatives: the same numbers in another shape. Every line is linear, so a rule is an adjoint.

Broadcasting needs no rule of its own: the adjoint of repeating an axis is a sum over it, and the edge takes that sum
wherever a gradient arrives in a larger shape than its argument has.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.autograd.primitive import linear
from minigrad.dtypes import Array, result_type
from minigrad.errors import ShapeError
from minigrad.ops.dims import normalized, normalized_all, sizes


def _reshape(x: Array, *, size: tuple[int, ...]) -> Array:
    return x.reshape(size)


def _permute(x: Array, *, dims: tuple[int, ...]) -> Array:
    return x.transpose(dims)


def _expand(x: Array, *, size: tuple[int, ...]) -> Array:
    return np.broadcast_to(x, size)


def _cat(*tensors: Array, dim: int, starts: tuple[int, ...]) -> Array:
    return np.concatenate(tensors, axis=dim)


def _stack(*tensors: Array, dim: int) -> Array:
    return np.stack(tensors, axis=dim)


def _narrow(x: Array, *, dim: int, start: int, stop: int) -> Array:
    return x[(slice(None),) * dim + (slice(start, stop),)]


def _pad(x: Array, *, widths: tuple[tuple[int, int], ...]) -> Array:
    return np.pad(x, widths)


def _widen(x: Array, *, dim: int, start: int, stop: int, total: int) -> Array:
    out = np.zeros_like(x, shape=(*x.shape[:dim], total, *x.shape[dim + 1 :]))
    out[(slice(None),) * dim + (slice(start, stop),)] = x
    return out


def _flip(x: Array, *, dims: tuple[int, ...]) -> Array:
    return np.flip(x, dims)


reshape_to = linear("reshape(x)", _reshape, x=lambda g, x_shape: reshape_to(g, size=x_shape))
permute_to = linear("permute(x)", _permute, x=lambda g, dims: permute_to(g, dims=tuple(np.argsort(dims).tolist())))
expand_to = linear("expand(x)", _expand, x=lambda g: g)
cat_along = linear(
    "cat(*tensors)",
    _cat,
    tensors=lambda g, i, dim, starts: narrow_to(g, dim=dim, start=starts[i], stop=starts[i + 1]),
)
stack_along = linear("stack(*tensors)", _stack, tensors=lambda g, i, dim: select(g, dim, i))
narrow_to = linear(
    "narrow(x)",
    _narrow,
    x=lambda g, x_shape, dim, start, stop: widen_to(g, dim=dim, start=start, stop=stop, total=x_shape[dim]),
)
widen_to = linear("widen(x)", _widen, x=lambda g, dim, start, stop: narrow_to(g, dim=dim, start=start, stop=stop))
pad_by = linear("pad(x)", _pad, x=lambda g, x_shape, widths: _crop(g, x_shape, widths))
flip_over = linear("flip(x)", _flip, x=lambda g, dims: flip_over(g, dims=dims))


def _crop(g: Any, x_shape: tuple[int, ...], widths: tuple[tuple[int, int], ...]) -> Any:
    return g[tuple(slice(before, before + size) for size, (before, _) in zip(x_shape, widths, strict=True))]


def reshape(x: Any, *shape: Any) -> Any:
    """The same elements in the same order in another shape; one size may be -1: what is left.

    Shares memory where it can.
    """
    return reshape_to(x, size=_completed(x.shape, sizes(shape, "reshape"), "reshape"))


def view(x: Any, *shape: Any) -> Any:
    """As reshape. (Whether memory is shared depends on the layout; minigrad does not promise it.)"""
    if len(shape) == 1 and not isinstance(shape[0], (int, tuple, list, np.integer)):
        raise TypeError(f"view: takes sizes, not {type(shape[0]).__name__}; use .to(dtype) to convert the elements")
    return reshape_to(x, size=_completed(x.shape, sizes(shape, "view"), "view"))


def _completed(old: tuple[int, ...], new: tuple[int, ...], name: str) -> tuple[int, ...]:
    """`new` with its -1 worked out; ShapeError where the number of elements differs."""
    total = math.prod(old)
    known = math.prod(size for size in new if size != -1)
    unknowns = new.count(-1)
    if any(size < -1 for size in new):
        raise ShapeError(f"{name}: a size cannot be negative, got {new}")
    if unknowns > 1:
        raise ShapeError(f"{name}: only one size can be -1, got {new}")
    if unknowns:
        if known == 0 or total % known:
            raise ShapeError(f"{name}: shape {new} is invalid for input of size {total} (shape {tuple(old)})")
        return tuple(total // known if size == -1 else size for size in new)
    if known != total:
        raise ShapeError(f"{name}: shape {new} is invalid for input of size {total} (shape {tuple(old)})")
    return new


def flatten(x: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    """Dimensions `start_dim` to `end_dim` as one."""
    first, last = normalized(start_dim, x.ndim, "flatten"), normalized(end_dim, x.ndim, "flatten")
    if first > last:
        raise ShapeError(f"flatten: start_dim {start_dim} comes after end_dim {end_dim} in shape {tuple(x.shape)}")
    if x.ndim == 0:
        return reshape_to(x, size=(1,))
    joined = math.prod(x.shape[first : last + 1])
    return reshape_to(x, size=(*x.shape[:first], joined, *x.shape[last + 1 :]))


def unflatten(x: Any, dim: int, sizes_: Sequence[int]) -> Any:
    """Dimension `dim` as several, of `sizes_`; one of them may be -1."""
    axis = normalized(dim, x.ndim, "unflatten")
    parts = _completed((x.shape[axis],), sizes((sizes_,), "unflatten"), "unflatten")
    return reshape_to(x, size=(*x.shape[:axis], *parts, *x.shape[axis + 1 :]))


def permute(x: Any, *dims: Any) -> Any:
    """The dimensions in another order: a view."""
    order = normalized_all(sizes(dims, "permute"), x.ndim, "permute")
    if len(order) != x.ndim:
        raise ShapeError(f"permute: {len(order)} dims for a tensor of {x.ndim} dimensions: name each once")
    return permute_to(x, dims=order)


def transpose(x: Any, dim0: int, dim1: int) -> Any:
    """Two dimensions exchanged: a view."""
    first, second = normalized(dim0, x.ndim, "transpose"), normalized(dim1, x.ndim, "transpose")
    order = list(range(x.ndim))
    if order:
        order[first], order[second] = second, first
    return permute_to(x, dims=tuple(order))


def movedim(x: Any, source: Any, destination: Any) -> Any:
    """Dimensions `source` moved to the places `destination`, the others in their order: a view."""
    sources = normalized_all(source, x.ndim, "movedim")
    places = normalized_all(destination, x.ndim, "movedim")
    if len(sources) != len(places):
        raise ShapeError(f"movedim: {len(sources)} sources but {len(places)} destinations")
    order = [axis for axis in range(x.ndim) if axis not in sources]
    for place, axis in sorted(zip(places, sources, strict=True)):
        order.insert(place, axis)
    return permute_to(x, dims=tuple(order))


def mT(x: Any) -> Any:
    """The last two dimensions exchanged, of an array or a tensor: the transposed matrices."""
    return x.swapaxes(-1, -2)


def unsqueeze(x: Any, dim: int) -> Any:
    """A new dimension of size 1 at `dim`: a view."""
    return unsqueeze_all(x, dim=(normalized(dim, x.ndim + 1, "unsqueeze"),))


def unsqueeze_all(x: Any, dim: tuple[int, ...]) -> Any:
    """New dimensions of size 1 at the places `dim`, given in increasing order and counted in the result."""
    size = list(x.shape)
    for axis in dim:
        size.insert(axis, 1)
    return reshape_to(x, size=tuple(size))


def squeeze(x: Any, dim: int | Sequence[int] | None = None) -> Any:
    """Without the dimensions of size 1, or those of `dim` that have it: a view."""
    gone = normalized_all(dim, x.ndim, "squeeze")
    return reshape_to(x, size=tuple(size for axis, size in enumerate(x.shape) if size != 1 or axis not in gone))


def expand(x: Any, *shape: Any) -> Any:
    """Dimensions of size 1 repeated to `shape` without a copy; -1 keeps a size."""
    size = sizes(shape, "expand")
    added = len(size) - x.ndim
    old = (None,) * added + tuple(x.shape)
    fits = added >= 0 and all(
        new == was or was == 1 or (new == -1 and was is not None) or (was is None and new >= 0)
        for new, was in zip(size, old, strict=True)
    )
    if not fits:
        raise ShapeError(
            f"expand: shape {tuple(x.shape)} does not expand to {size}: only sizes of 1, and new ones in front"
        )
    return expand_to(x, size=tuple(was if new == -1 else new for new, was in zip(size, old, strict=True)))


def broadcast_to(x: Any, size: Sequence[int]) -> Any:
    """As expand."""
    return expand(x, size)


def cat(tensors: Sequence[Any], dim: int = 0) -> Any:
    """Tensors one after another along an existing dimension."""
    tensors = _several(tensors, "cat")
    # PyTorch lets an empty vector stand for "nothing" beside tensors of any rank.
    solid = [each for each in tensors if tuple(each.shape) != (0,)] or tensors[:1]
    axis = normalized(dim, solid[0].ndim, "cat")
    rest = [(*each.shape[:axis], *each.shape[axis + 1 :]) for each in solid]
    if any(each != rest[0] for each in rest) or solid[0].ndim == 0:
        shapes = ", ".join(str(tuple(each.shape)) for each in tensors)
        raise ShapeError(
            f"cat: sizes must match except in dimension {axis}, and have a dimension to join; got {shapes}"
        )
    starts = [0]
    for each in solid:
        starts.append(starts[-1] + each.shape[axis])
    return cat_along(*_alike(solid), dim=axis, starts=tuple(starts))


def stack(tensors: Sequence[Any], dim: int = 0) -> Any:
    """Tensors of one shape along a new dimension."""
    tensors = _several(tensors, "stack")
    if any(each.shape != tensors[0].shape for each in tensors):
        shapes = ", ".join(str(tuple(each.shape)) for each in tensors)
        raise ShapeError(f"stack: each tensor must have the same shape, got {shapes}")
    return stack_along(*_alike(tensors), dim=normalized(dim, tensors[0].ndim + 1, "stack"))


def _several(tensors: Any, name: str) -> list[Any]:
    if not isinstance(tensors, (list, tuple)):
        raise TypeError(f"{name}: takes a list or tuple of tensors, not {type(tensors).__name__}")
    if not tensors:
        raise ShapeError(f"{name}: the list of tensors is empty")
    for position, each in enumerate(tensors):
        if not hasattr(each, "dtype"):
            raise TypeError(f"{name}: element {position} is {type(each).__name__}, not a tensor")
    return list(tensors)


def _alike(tensors: list[Any]) -> list[Any]:
    """The tensors in their common dtype."""
    common = result_type(*tensors)
    return [each if each.dtype == common else each.astype(common) for each in tensors]


def narrow(x: Any, dim: int, start: int, length: int) -> Any:
    """`length` places along `dim` from `start`: a view."""
    axis = normalized(dim, x.ndim, "narrow")
    size = x.shape[axis] if x.ndim else 0
    begin = start + size if start < 0 else start
    if not (begin >= 0 and length >= 0 and begin + length <= size):
        raise IndexError(f"narrow: start {start} and length {length} leave dimension {axis} of size {size}")
    return narrow_to(x, dim=axis, start=begin, stop=begin + length)


def select(x: Any, dim: int, index: int) -> Any:
    """The slice at `index` along `dim`, which disappears: a view."""
    axis = normalized(dim, x.ndim, "select")
    return x[(slice(None),) * axis + (index,)]


def split(x: Any, split_size_or_sections: int | Sequence[int], dim: int = 0) -> tuple[Any, ...]:
    """Pieces along `dim`: of one size (the last may be smaller), or of the sizes given."""
    axis = normalized(dim, x.ndim, "split")
    total = x.shape[axis] if x.ndim else 0
    if isinstance(split_size_or_sections, (list, tuple)):
        lengths = sizes((split_size_or_sections,), "split")
        if sum(lengths) != total or min(lengths, default=0) < 0:
            raise ShapeError(f"split: sections {lengths} do not sum to {total}, the size of dimension {axis}")
    else:
        (step,) = sizes((split_size_or_sections,), "split")
        if step < 0 or (step == 0 and total):
            raise ShapeError(f"split: the size of a piece must be positive, got {step}")
        lengths = tuple(min(step, total - start) for start in range(0, total, step)) if total else (0,)
    ends = np.cumsum(lengths).tolist()
    return tuple(narrow_to(x, dim=axis, start=end - n, stop=end) for end, n in zip(ends, lengths, strict=True))


def chunk(x: Any, chunks: int, dim: int = 0) -> tuple[Any, ...]:
    """At most `chunks` pieces of equal size along `dim`, the last perhaps smaller."""
    if chunks < 1:
        raise ShapeError(f"chunk: chunks must be greater than 0, got {chunks}")
    axis = normalized(dim, x.ndim, "chunk")
    if x.ndim and x.shape[axis] == 0:
        return split(x, [0] * chunks, axis)
    return split(x, -(-x.shape[axis] // chunks) if x.ndim else 0, axis)


def unbind(x: Any, dim: int = 0) -> tuple[Any, ...]:
    """The slices along `dim`, each without it."""
    axis = normalized(dim, x.ndim, "unbind")
    if x.ndim == 0:
        raise ShapeError("unbind: a tensor without dimensions has nothing to unbind")
    return tuple(select(x, axis, i) for i in range(x.shape[axis]))


def flip(x: Any, *dims: Any) -> Any:
    """The order of elements reversed along each of `dims`."""
    return flip_over(x, dims=normalized_all(sizes(dims, "flip"), x.ndim, "flip"))


def t(x: Any) -> Any:
    """The transposed matrix; vectors and scalars as they are."""
    if x.ndim > 2:
        raise ShapeError(f"t: expects a tensor of at most 2 dimensions, this one has {x.ndim}")
    return transpose(x, 0, 1) if x.ndim == 2 else x


def T(x: Any) -> Any:
    """The dimensions in reverse order."""
    return permute_to(x, dims=tuple(range(x.ndim))[::-1])
