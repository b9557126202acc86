"""The sliding windows of an array: the one idea that convolution and pooling share.

Along one axis, tap k of window i reads position ``stride * i + dilation * k - before``, where ``before`` is the padding
in front of the axis. There are two ways to walk over all pairs (i, k), and this file has both: every window with all
its taps, as one strided view (`windows`), or one tap of every window at a time, as a pair of slices (`tap_slices`).

Arrays have channels-first shapes ``(N, C, *S)``, but work is done on channels-last memory ``(N, *S, C)``: the
neighbours that a window reads then lie next to each other, and copying windows is copying long runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[Any]
Padding = Sequence[tuple[int, int]]


def output_size(
    size: int, kernel: int, stride: int, padding: tuple[int, int], dilation: int = 1, ceil_mode: bool = False
) -> int:
    """The number of windows along one axis.

    With ``ceil_mode`` a last window may reach beyond the padded end, provided it starts before the padding at that end.
    """
    before, after = padding
    room = size + before + after - dilation * (kernel - 1) - 1
    count = (room + stride - 1 if ceil_mode else room) // stride + 1
    if ceil_mode and (count - 1) * stride >= size + before:
        count -= 1
    return count


def tap_slices(size: int, count: int, offset: int, stride: int) -> tuple[slice, slice]:
    """The windows whose tap falls inside an axis, and the positions it falls on.

    The tap of window i is at ``stride * i + offset``. Of the windows ``0 <= i < count``, those with a tap in
    ``0 <= position < size`` are consecutive; the two slices have the same length, possibly zero.
    """
    first = max(0, -(offset // stride))
    taps = max(0, min(count, -((offset - size) // stride)) - first)
    start = stride * first + offset
    return slice(first, first + taps), slice(start, start + stride * taps, stride)


def pad(x: Array, padding: Padding) -> Array:
    """Surround the spatial axes of ``(..., *S, C)`` with zeros; a negative padding cuts off. C-contiguous.

    Without anything to pad, an array that is C-contiguous already is returned as it is.
    """
    size = x.shape[-1 - len(padding) : -1]
    padded = [s + before + after for s, (before, after) in zip(size, padding)]
    slices = [tap_slices(s, p, -before, 1) for s, p, (before, _) in zip(size, padded, padding)]
    target, source = zip(*slices)
    inside = x[(..., *source, slice(None))]
    shape = (*x.shape[: -1 - len(padding)], *padded, x.shape[-1])
    if inside.shape == shape:
        return inside if inside.flags.c_contiguous else inside.copy()
    result = np.zeros_like(x, shape=shape, order="C")
    result[(..., *target, slice(None))] = inside
    return result


def windows(
    x: Array, kernel: Sequence[int], stride: Sequence[int], padding: Padding, dilation: Sequence[int]
) -> Array:
    """All windows of ``x`` ``(..., C, *S)``: a read-only view ``(..., *out, *kernel, C)`` of padded channels-last memory."""
    axes = len(kernel)
    padded = pad(np.moveaxis(x, -1 - axes, -1), padding)
    extent = tuple(d * (k - 1) + 1 for d, k in zip(dilation, kernel))
    view = sliding_window_view(padded, extent, axis=tuple(range(-1 - axes, -1)))
    every = tuple(slice(None, None, s) for s in stride)
    taps = tuple(slice(None, None, d) for d in dilation)
    return np.moveaxis(view[(..., *every, slice(None), *taps)], -1 - axes, -1)
