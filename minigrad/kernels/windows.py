"""The sliding windows of an array: the one idea that convolution and pooling share.

Along one axis, tap k of window i reads position ``stride * i + dilation * k - before``, where ``before`` is
the padding in front of the axis. There are two ways to visit all pairs (i, k), and this file has both: every
window with all its taps, as one strided view (`windows`), or one tap of every window at a time, as slices
(`each_tap`).

Arrays have channels-first shapes ``(N, C, *S)``, but work is done on channels-last memory ``(N, *S, C)``: the
neighbours that a window reads then lie next to each other, and copying windows is copying long runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import product
from typing import Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from minigrad.kernels.layout import copy_images

Array: TypeAlias = NDArray[Any]
Ints: TypeAlias = Sequence[int]
Padding: TypeAlias = Sequence[tuple[int, int]]
Index: TypeAlias = tuple[Any, ...]
Taps: TypeAlias = Sequence[tuple[tuple[int, ...], Index, Index]]


def output_size(
    size: int, kernel: int, stride: int, padding: tuple[int, int], dilation: int = 1, ceil_mode: bool = False
) -> int:
    """The number of windows along one axis.

    With ``ceil_mode`` a last window may reach beyond the padded end, if it starts before the padding there.
    """
    before, after = padding
    room = size + before + after - dilation * (kernel - 1) - 1
    count = (room + stride - 1 if ceil_mode else room) // stride + 1
    if ceil_mode and (count - 1) * stride >= size + before:
        count -= 1
    return count


def tap_slices(size: Ints, count: Ints, offset: Ints, stride: Ints) -> tuple[Index, Index]:
    """The windows whose tap falls inside the array, and the positions it falls on.

    Both are indices of the spatial axes, which come last. The tap of window i is at ``stride * i + offset``.
    Of the windows ``0 <= i < count``, those with their tap in ``0 <= position < size`` are consecutive, so
    each index is a slice for every axis, and the two select equal shapes.
    """
    inside, positions = [], []
    for length, windows, start, step in zip(size, count, offset, stride, strict=True):
        first = max(0, -(start // step))
        taps = max(0, min(windows, -((start - length) // step)) - first)
        begin = step * first + start
        inside.append(slice(first, first + taps))
        positions.append(slice(begin, begin + step * taps, step))
    return (..., *inside), (..., *positions)


def each_tap(size: Ints, count: Ints, kernel: Ints, stride: Ints, padding: Padding, dilation: Ints) -> Taps:
    """Every tap of the kernel in row-major order, each with its `tap_slices`."""
    return _taps(*map(tuple, (size, count, kernel, stride, padding, dilation)))


@lru_cache(maxsize=256)
def _taps(size: Ints, count: Ints, kernel: Ints, stride: Ints, padding: Padding, dilation: Ints) -> Taps:
    """`each_tap`, remembered: for small images this takes longer than the pass over them."""
    offsets = [
        (tap, [d * k - before for d, k, (before, _) in zip(dilation, tap, padding, strict=True)])
        for tap in product(*map(range, kernel))
    ]
    return [(tap, *tap_slices(size, count, offset, stride)) for tap, offset in offsets]


def pad(x: Array, padding: Padding) -> Array:
    """Surround the spatial axes of ``x (..., C, *S)`` with zeros; a negative padding cuts off.

    The result is channels-last in memory. If x is so already and there is nothing to pad, it is x.
    """
    result, fill = room_to_pad(x, padding)
    fill(...)
    return result


def room_to_pad(x: Array, padding: Padding) -> tuple[Array, Callable[[Any], None]]:
    """Room for the result of `pad`, and a function that writes there what an index of the axes before C selects."""
    axes = len(padding)
    size = x.shape[-axes:]
    padded = [s + before + after for s, (before, after) in zip(size, padding, strict=True)]
    target, source = tap_slices(size, padded, [-before for before, _ in padding], [1] * axes)
    x = x[source]
    if x.shape[-axes:] == tuple(padded) and np.moveaxis(x, -1 - axes, -1).flags.c_contiguous:
        return x, lambda index: None
    result = np.empty_like(x, shape=(*x.shape[: -1 - axes], *padded, x.shape[-1 - axes]), order="C")
    result = np.moveaxis(result, -1, -1 - axes)

    def fill(index: Any) -> None:
        result[index] = 0
        copy_images(result[index][target], x[index], axes)

    return result, fill


def windows(x: Array, kernel: Ints, stride: Ints, dilation: Ints) -> Array:
    """All windows of ``x (..., C, *S)``, as a read-only channels-last view ``(..., *out, *kernel, C)``."""
    axes = len(kernel)
    extent = [d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True)]
    view = sliding_window_view(x, extent, axis=tuple(range(-axes, 0)))
    steps: Index = (..., *(slice(None, None, step) for step in (*stride, *dilation)))
    return np.moveaxis(view[steps], -1 - 2 * axes, -1)


def all_finite(x: Array) -> bool:
    """Whether x holds neither infinity nor NaN, as far as its sum tells: it may say no where the sum overflows."""
    with np.errstate(invalid="ignore", over="ignore"):
        return bool(np.isfinite(np.add.reduce(x, axis=None)))
