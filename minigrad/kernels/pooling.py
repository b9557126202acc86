"""Pooling: the largest number, or the average, of each sliding window.

Both walk over the taps of all windows at once (`tap_slices`). Padding is never written down: a tap that falls outside
the array contributes nothing, so it can neither win a maximum nor change a sum. Results keep the memory order of the
input.

Shapes are ``x (N, C, *S)`` and ``(N, C, *out)``; ``kernel``, ``stride`` and ``dilation`` hold one number and ``padding``
one pair (before, after) for each spatial axis. Every window must hold at least one position of the array.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import product
from math import prod

import numpy as np

from minigrad.kernels.windows import Array, Padding, output_size, tap_slices


def max_pool_indices(
    x: Array,
    kernel: Sequence[int],
    stride: Sequence[int],
    padding: Padding,
    dilation: Sequence[int],
    ceil_mode: bool = False,
) -> Array:
    """Where in its flattened plane ``prod(S)`` each window has its maximum: int64 ``(N, C, *out)``.

    Of equal numbers the first wins; NaN is larger than any number, and of several the last wins.
    """
    size = x.shape[2:]
    out = [output_size(*axis, ceil_mode) for axis in zip(size, kernel, stride, padding, dilation)]
    planes = [prod(size[a + 1 :]) for a in range(len(size))]
    taps, steps = [], []
    for tap in product(*map(range, kernel)):
        offsets = [d * k - before for d, k, (before, _) in zip(dilation, tap, padding)]
        i, j = zip(*(tap_slices(*axis) for axis in zip(size, out, offsets, stride)))
        taps.append(((..., *i), (..., *j)))
        steps.append(sum(plane * offset for plane, offset in zip(planes, offsets)))

    least = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    best = np.full_like(x, least, shape=(*x.shape[:2], *out))
    for i, j in taps:
        np.maximum(best[i], x[j], out=best[i])

    # The number of the winning tap is the number of taps up to the first that equals the maximum. Counting so keeps
    # every pass over the arrays free of branches, which costs far less than assigning under a mask.
    winner = np.zeros_like(best, dtype=np.min_scalar_type(len(taps)))
    missing = np.ones_like(best, dtype=np.bool_)
    for i, j in taps:
        missing[i] &= x[j] != best[i]
        winner += missing
    if (best != best).any():
        for number, (i, j) in enumerate(taps):
            np.copyto(winner[i], number, where=x[j] != x[j], casting="unsafe")

    indices = np.array(steps, dtype=np.int64, like=x)[winner]
    for axis, (count, s, plane) in enumerate(zip(out, stride, planes)):
        indices += _along(np.arange(count, dtype=np.int64, like=x) * (s * plane), axis, len(size))
    return indices


def average_pool(
    x: Array,
    kernel: Sequence[int],
    stride: Sequence[int],
    padding: Padding,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    """The average of each window ``(N, C, *out)``, as sums along one axis after the other.

    Windows that `ceil_mode` lets reach beyond the padding count only up to its end; without ``count_include_pad`` they
    count no padding at all. ``divisor_override`` replaces the count of every window.
    """
    y = x
    for axis, (size, k, s, pair) in enumerate(zip(x.shape[2:], kernel, stride, padding), start=2):
        count = output_size(size, k, s, pair, ceil_mode=ceil_mode)
        sums = np.zeros_like(y, shape=(*y.shape[:axis], count, *y.shape[axis + 1 :]))
        for tap in range(k):
            i, j = tap_slices(size, count, tap - pair[0], s)
            sums[_at(axis, i)] += y[_at(axis, j)]
        y = sums
    y /= _counts(y, x.shape[2:], kernel, stride, padding, count_include_pad, divisor_override)
    return y


def average_pool_adjoint(
    g: Array,
    size: Sequence[int],
    kernel: Sequence[int],
    stride: Sequence[int],
    padding: Padding,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    """The adjoint of `average_pool`: each ``g (N, C, *out)`` goes in equal parts to its window in ``(N, C, *size)``."""
    x = g / _counts(g, size, kernel, stride, padding, count_include_pad, divisor_override)
    for axis, (length, k, s, (before, _)) in enumerate(zip(size, kernel, stride, padding), start=2):
        spread = np.zeros_like(x, shape=(*x.shape[:axis], length, *x.shape[axis + 1 :]))
        for tap in range(k):
            i, j = tap_slices(length, x.shape[axis], tap - before, s)
            spread[_at(axis, j)] += x[_at(axis, i)]
        x = spread
    return x


def _counts(
    y: Array,
    size: Sequence[int],
    kernel: Sequence[int],
    stride: Sequence[int],
    padding: Padding,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Array:
    """What the sum of each window is divided by, in the shape ``(*out)`` and the dtype of ``y (N, C, *out)``."""
    if divisor_override is not None:
        return np.full_like(y, divisor_override, shape=())
    counts = []
    for axis, (length, k, s, (before, after)) in enumerate(zip(size, kernel, stride, padding)):
        start = np.arange(y.shape[axis + 2], like=y) * s - before
        stop = np.minimum(start + k, length + after)
        if not count_include_pad:
            start, stop = np.maximum(start, 0), np.minimum(stop, length)
        counts.append(_along(stop - start, axis, len(size)))
    return reduce(np.multiply, counts).astype(y.dtype)


def _along(vector: Array, axis: int, axes: int) -> Array:
    """A vector laid along one of several spatial axes, to be broadcast over the others."""
    return vector.reshape(-1, *[1] * (axes - 1 - axis))


def _at(axis: int, part: slice) -> tuple[slice, ...]:
    return (*[slice(None)] * axis, part)
