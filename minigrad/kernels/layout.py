"""Images copied into channels-last memory, in an order that the processor's cache can follow.

Pixel after pixel, such a copy reads one number of each channel's plane. Where planes lie a power of two of bytes apart,
as those of 32 x 32 images do, the same few places of the first cache have to hold them all, and the copy is five times
slower than it need be. Then the planes are first brought a little further apart.
"""

from __future__ import annotations

from math import gcd, prod

import numpy as np

from minigrad.dtypes import Array, DType
from minigrad.kernels.threads import shared

WAY = 1 << 12
"""Addresses so many bytes apart share their place in the first cache, on most processors."""
CACHE = 1 << 15
"""Bytes of the first cache that can be counted on."""
FEW = 8
"""So few channels are copied one by one: long runs with gaps, where a pixel would be a run of a few numbers."""


def copy_images(target: Array, x: Array, axes: int) -> None:
    """Write ``x (..., C, *S)``, of so many spatial axes, to `target`, of the same shape, channels-last in memory."""
    channel = x.ndim - axes - 1
    c, apart = x.shape[channel], x.strides[channel]
    if apart <= x.strides[-1] or c == 1:  # channels-last already
        target[...] = x
    elif c <= FEW:
        first, images = np.moveaxis(target, channel, 0), np.moveaxis(x, channel, 0)
        for i in range(c):
            first[i] = images[i]
    elif c * gcd(apart, WAY) <= CACHE:
        target[...] = x
    else:
        length = prod(x.shape[channel + 1 :])
        planes = np.empty_like(x, shape=(c, 16 * (-(-length // 16) | 1)), order="C")[:, :length].reshape(
            x.shape[channel:]
        )
        for index in np.ndindex(x.shape[:channel]):
            planes[...] = x[index]
            target[index] = planes


def empty_like(x: Array, dtype: DType | None = None) -> Array:
    """np.empty_like, of which an expanded dimension, whose elements lie in one place, keeps its place among the others.

    NumPy would put it last in memory, and rows repeated by `expand` would come out column by column.
    """
    if 0 not in x.strides or not x.size:
        return np.empty_like(x, dtype)
    steps = [step or max(x.strides[axis:]) for axis, step in enumerate(x.strides)]
    order = sorted(range(x.ndim), key=lambda axis: -steps[axis])
    return np.empty_like(x, dtype, "C", shape=[x.shape[axis] for axis in order]).transpose(np.argsort(order))


def copied_like(other: Array, x: Array, dtype: DType | None = None) -> Array:
    """A copy of `x`, in another dtype if one is given, in the order in memory of `other`, which has its shape."""
    result = empty_like(other, dtype or x.dtype)
    if x.size < WAY or result.strides == x.strides:
        result[...] = x
    else:  # from one order to another takes several times as long
        shared(lambda part: np.copyto(result[part], x[part], "unsafe"), len(x), 2 * x.size)
    return result


def in_order_of(other: Array, x: Array) -> Array:
    """`x` with its axes in the order that those of `other`, of the same shape, have in memory: if need be, a copy.

    A pass over two arrays, one channels-last and one not, takes several times as long as that copy.
    """
    if x is other or x.ndim < 2 or x.size < WAY or (x.flags.c_contiguous and other.flags.c_contiguous):
        return x
    axes = [axis for axis, size in enumerate(x.shape) if size > 1]
    order = _order(other, axes)
    if order == _order(x, axes) or 0 in (x.strides[axis] for axis in axes):
        return x
    result = np.empty_like(other, dtype=x.dtype)
    copy_images(result, x, x.ndim - 2) if order[0] == 1 else np.copyto(result, x)
    return result


def _order(x: Array, axes: list[int]) -> list[int]:
    """The axes, the one along which neighbours lie first."""
    return sorted(axes, key=lambda axis: abs(x.strides[axis]))


def channels_last(x: Array) -> Array:
    """(N, C, *S) as (N, *S, C): the same memory, and far cheaper to ask for than by np.moveaxis."""
    return x.transpose(0, *range(2, x.ndim), 1)


def contiguous(x: Array) -> Array:
    """``x (N, C, *S)`` with its numbers in channels-last order, ``(N, *S, C)``: a view if they are so already."""
    last = channels_last(x)
    if last.flags.c_contiguous:
        return last
    result = np.empty_like(x, shape=last.shape, order="C")
    copy_images(np.moveaxis(result, -1, 1), x, x.ndim - 2)
    return result
