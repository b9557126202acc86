"""The table of derivatives: the same numbers elsewhere: copied, in another dtype, or seen by other steps in memory."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import numpy as np

from minigrad.dtypes import Array, DType, as_dtype, result_type
from minigrad.engine.node import Variable, array_of
from minigrad.engine.primitive import general, linear
from minigrad.engine.refusal import DTYPE_NAMES
from minigrad.engine.views import owner_of
from minigrad.errors import KernelError, ShapeError
from minigrad.kernels.layout import copied_like
from minigrad.ops.dims import sizes
from minigrad.ops.public import reshapes_in_place
from minigrad.types import Tensor

F = TypeVar("F", bound=Callable[..., Any])

__all__ = [
    "as_strided",
]


def _astype(x: Array, *, dtype: DType) -> Array:
    return x.astype(dtype) if 0 not in x.strides else copied_like(x, x, dtype)


def _clone(x: Array) -> Array:
    return x.copy(order="K") if 0 not in x.strides else copied_like(x, x)


def _contiguous(x: Array) -> Array:
    return x.copy(order="C")


astype = linear("astype(x)", _astype, x=lambda g: g)
clone_p = linear("clone(x)", _clone, x=lambda g: g)
contiguous = linear("contiguous(x)", _contiguous, x=lambda g: g)


def asked(x: Any, dtype: Any) -> Any:
    """`x` in the dtype that the caller asked for, if any."""
    wanted = x.dtype if dtype is None else as_dtype(dtype)
    return x if x.dtype == wanted else astype(x, dtype=wanted)


def alike(*tensors: Any) -> list[Any]:
    """Tensors in the dtype that they make together: before they are multiplied, since a product may need it."""
    if len({getattr(each, "dtype", None) for each in tensors}) == 1:
        return list(tensors)
    dtype = result_type(*tensors)
    return [asked(each, dtype) if hasattr(each, "dtype") else each for each in tensors]


def half_in_single(function: F) -> F:
    """The function computed in float32 where its result is of float16: what lies between is soon infinite there."""

    @functools.wraps(function)
    def run(*tensors: Any, **options: Any) -> Any:
        halves = [getattr(each, "dtype", None) == np.float16 for each in tensors]
        if not any(halves) or result_type(*(each for each in tensors if hasattr(each, "dtype"))) != np.float16:
            return function(*tensors, **options)
        wide = [asked(each, np.float32) if is_half else each for each, is_half in zip(tensors, halves)]
        return asked(function(*wide, **options), np.float16)

    return cast(F, run)


def floating(x: Any, name: str, dtype: Any = None) -> Any:
    """`x` in the dtype asked for; KernelError unless this is a floating point one."""
    if dtype is not None:
        x = asked(x, dtype)
    array = array_of(x)
    if array.dtype.kind != "f":
        kind = DTYPE_NAMES.get(str(array.dtype), "Object")
        why = f"needs a floating point tensor, this one is {x.dtype}; call .float() first"
        raise KernelError(f"{name}: not implemented for '{kind}': {why}")
    return x


# -- seen by other steps -----------------------------------------------------------------------------------------------


def _as_strided(x: Array, *, size: tuple[int, ...], stride: tuple[int, ...], offset: int) -> Array:
    """The elements of the memory of `x` from number `offset` on."""
    steps = tuple(step * x.itemsize for step in stride)
    memory = memory_of(x)
    if memory is None:  # another library's, or a reader of some buffer: only what can be seen from x itself
        memory, offset = x.reshape(-1), offset - offset_of(x)
    return np.lib.stride_tricks.as_strided(memory[offset:], size, steps, writeable=x.flags.writeable)


def _strided_sum(g: Array, *, size: tuple[int, ...], places: Array, inside: Array) -> Array:
    """Zeros of shape `size` to which each element of g is added at its place, where it has one."""
    summed = np.bincount(places[inside], g[inside], math.prod(size))
    return summed.astype(g.dtype, copy=False).reshape(size)


def _strided_take(x: Array, *, places: Array, inside: Array) -> Array:
    return np.where(inside, x.reshape(-1)[places], x.dtype.type(0))


# Not linear for the engine: forward mode would apply the steps to the memory of a tangent, which lies as it likes.
as_strided_p = general(
    "as_strided(x)",
    _as_strided,
    view=True,
    x=lambda g, x, size, stride, offset: seen_sum(g, x, size, stride, offset),
)
strided_sum = linear(
    "strided_sum(g)", _strided_sum, g=lambda g, places, inside: strided_take(g, places=places, inside=inside)
)
strided_take = linear(
    "strided_take(x)",
    _strided_take,
    x=lambda g, x_shape, places, inside: strided_sum(g, size=x_shape, places=places, inside=inside),
)


def seen_sum(g: Any, x: Any, size: tuple[int, ...], stride: tuple[int, ...], offset: int) -> Any:
    """The sum of `g` over the places where each element of x is seen, shared by those that lie in one place"""
    places, inside, first, counts = _places(x, size, stride, offset)
    summed = strided_sum(g, size=x.shape, places=places, inside=inside)
    if not _may_overlap(array_of(x)):
        return summed
    return strided_take(summed, places=first, inside=np.ones(x.shape, np.bool_)) / counts.astype(g.dtype)


def memory_of(x: Array) -> Array | None:
    """All of the memory that `x` lies in, as a vector; None where it is not known, or not of one piece."""
    owner = owner_of(x)
    if not isinstance(owner, np.ndarray) or owner.dtype != x.dtype:
        return None
    whole = owner.ravel(order="K")
    return whole if np.shares_memory(whole[:1], owner) or not owner.size else None


def offset_of(x: Array) -> int:
    """How many elements lie before the first one of `x` in its memory."""
    owner = owner_of(x)
    if not isinstance(owner, np.ndarray):
        return 0
    return int(np.lib.array_utils.byte_bounds(x)[0] - np.lib.array_utils.byte_bounds(owner)[0]) // x.itemsize


def _reach(size: Sequence[int], stride: Sequence[int]) -> Array:
    """For each index of an array, how many places of memory it lies behind the first element."""
    places = np.zeros(tuple(size), np.int64)
    for axis, (n, step) in enumerate(zip(size, stride)):
        places += (np.arange(n) * step).reshape(-1, *(1,) * (len(size) - 1 - axis))
    return places


def _places(x: Any, size: tuple[int, ...], stride: tuple[int, ...], offset: int) -> tuple[Array, Array, Array, Array]:
    """For each element of the view, which element of `x` it is, and whether it is one.

    And for each element of x the first one that lies where it lies, and how many do.
    """
    array = array_of(x)
    own = _reach(array.shape, [step // array.itemsize for step in array.strides]) + offset_of(array)
    wanted = _reach(size, stride) + offset
    if not own.size:
        return wanted * 0, np.zeros(wanted.shape, np.bool_), own, own
    order = np.argsort(own.ravel(), kind="stable")
    known = own.ravel()[order]
    found = order[np.minimum(np.searchsorted(known, wanted), known.size - 1)]
    first, end = np.searchsorted(known, own), np.searchsorted(known, own, "right")
    return found, own.ravel()[found] == wanted, order[first], end - first


def _may_overlap(x: Array) -> bool:
    """Whether elements of `x` may lie in one place: where a step does not lead beyond all that shorter ones reach."""
    reach = 0
    for step, n in sorted((abs(step), n) for step, n in zip(x.strides, x.shape) if n > 1):
        if step <= reach:
            return True
        reach += step * (n - 1)
    return False


@reshapes_in_place
def as_strided(input: Tensor, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None) -> Tensor:
    """A view of the memory of `input`, whose index (i, j, ...) is the element at storage_offset + i·stride[0] + ...

    The offset counts from the beginning of the memory and is by default that of `input`. The gradient of an element
    that is seen in several places is the sum over them; what is not an element of `input` passes none. RuntimeError
    where the view would reach beyond the memory.

    >>> mg.as_strided(mg.arange(6), (2, 3), (1, 2))
    tensor([[0, 2, 4],
            [1, 3, 5]])
    """
    array = array_of(input)
    shape, steps = sizes((size,), "as_strided"), sizes((stride,), "as_strided")
    if len(shape) != len(steps):
        raise ShapeError(f"as_strided: mismatch in length of strides and shape, {steps} and {shape}")
    if min((*shape, *steps), default=0) < 0:
        raise ShapeError(
            f"as_strided: Negative strides are not supported at the moment, got strides: {list(steps)}, and sizes "
            f"neither: {list(shape)}"
        )
    start: Any = offset_of(array) if storage_offset is None else storage_offset
    if not isinstance(start, (int, np.integer)):
        raise TypeError(f"as_strided: argument 'storage_offset' must be int, not {type(start).__name__}")
    offset = int(start)
    memory = memory_of(array)
    room = offset_of(array) + array.size if memory is None else memory.size
    last = offset + sum((n - 1) * step for n, step in zip(shape, steps))
    if math.prod(shape) and not 0 <= offset <= last < room:
        raise ShapeError(
            f"as_strided: setting a view of sizes {shape}, strides {steps} and offset {offset} is out of bounds for "
            f"storage of {room} elements"
        )
    return as_strided_p(input, size=shape, stride=steps, offset=offset)


def repeated(x: Array, size: tuple[int, ...]) -> Array:
    """np.broadcast_to; for one number, as the gradient of a sum is, in a third of its time."""
    if x.size != 1 or 0 in size:
        return np.broadcast_to(x, size)
    y = np.ndarray(size, x.dtype, x, strides=(0,) * len(size))
    y.flags.writeable = False
    return y


def seen_as(input: Tensor, dtype: DType) -> Tensor:
    """The bytes of `input` as numbers of another dtype: the same memory, without a history."""
    array = array_of(input)
    ratio, rest = divmod(dtype.itemsize, array.itemsize)
    kinds = f"view {DTYPE_NAMES[str(array.dtype)]} as {DTYPE_NAMES[str(dtype)]} (different element sizes)"
    if dtype.itemsize != array.itemsize:
        if array.ndim == 0:
            raise ShapeError(f"view: self.dim() cannot be 0 to {kinds}")
        if array.size and array.strides[-1] != array.itemsize:
            raise ShapeError(
                f"view: self.stride(-1) must be 1 to {kinds}, but got {array.strides[-1] // array.itemsize}"
            )
    if ratio > 1 and not rest:
        counts = {"self.size(-1)": array.shape[-1], "self.storage_offset()": offset_of(array)}
        counts |= {f"self.stride({axis})": step // array.itemsize for axis, step in enumerate(array.strides[:-1])}
        for what, count in counts.items():
            if count % ratio:
                raise ShapeError(f"view: {what} must be divisible by {ratio} to {kinds}, but got {count}")
    if not array.size:  # whose steps in memory say nothing
        last = array.shape[-1] * array.itemsize // dtype.itemsize
        return Variable.wrap(array.reshape(-1).view(dtype).reshape(*array.shape[:-1], last))
    return Variable.wrap(array.view(dtype))
