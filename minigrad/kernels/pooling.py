"""Pooling: the largest number, or the average, of each sliding window.

Both walk over the taps of all windows at once (`each_tap`). Padding is never written down: a tap that falls
outside the array contributes nothing, so it can neither win a maximum nor change a sum. Results keep the
memory order of the input.

Shapes are ``x (N, C, *S)`` and ``(N, C, *out)``; ``kernel``, ``stride`` and ``dilation`` hold one number and
``padding`` one pair (before, after) for each spatial axis. Every window must reach at least one position of
x.
"""

from __future__ import annotations

from functools import reduce
from itertools import product
from math import prod
from operator import mul

import numpy as np

from minigrad.kernels.layout import in_order_of
from minigrad.kernels.masked import masked
from minigrad.kernels.pieces import each_piece
from minigrad.kernels.windows import Array, Ints, Padding, Taps, each_tap, output_size


def max_pool(
    x: Array, kernel: Ints, stride: Ints, padding: Padding, dilation: Ints, ceil_mode: bool = False
) -> tuple[Array, Array]:
    """The largest number of each window, and the number of the tap that it comes from: two ``(N, C, *out)``.

    Of equal numbers the first wins; NaN is larger than any number, and of several the last wins.
    """
    axes = zip(x.shape[2:], kernel, stride, padding, dilation, strict=True)
    out = [output_size(*axis, ceil_mode) for axis in axes]
    taps = each_tap(x.shape[2:], out, kernel, stride, padding, dilation)
    least = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    largest = np.full_like(x, least, shape=(*x.shape[:2], *out))
    winner = np.zeros_like(largest, dtype=np.min_scalar_type(len(taps)))

    def work(piece: slice) -> None:
        _find_largest(x[piece], largest[piece], winner[piece], taps)

    each_piece(work, len(x), 2 * prod(x.shape[1:]))  # what comes of x is as much again
    return largest, winner


def _find_largest(x: Array, largest: Array, winner: Array, taps: Taps) -> None:
    """`max_pool` of a piece that fits the cache."""
    for _, i, j in taps:
        np.maximum(largest[i], x[j], out=largest[i])
    # The number of the winning tap is the number of taps before the first that equals the maximum. Counting
    # them keeps every pass over the arrays free of branches, and so costs less than assigning under a mask.
    missing = np.ones_like(largest, dtype=np.bool_)
    for _, i, j in taps[:-1]:  # what none of these is the last one is
        missing[i] &= x[j] != largest[i]
        winner += missing
    if np.isnan(largest).any():
        for number, (_, i, j) in enumerate(taps):
            np.copyto(winner[i], number, where=np.isnan(x[j]), casting="unsafe")


def max_pool_back(
    g: Array, winner: Array, size: Ints, kernel: Ints, stride: Ints, padding: Padding, dilation: Ints
) -> Array:
    """What each window is given, ``g (N, C, *out)``, goes to its maximum: ``(N, C, *size)``."""
    x = np.zeros_like(winner, shape=(*g.shape[:2], *size), dtype=g.dtype)
    taps = each_tap(size, g.shape[2:], kernel, stride, padding, dilation)
    apart = all(s > d * (k - 1) for k, s, d in zip(kernel, stride, dilation, strict=True))

    def work(piece: slice) -> None:
        source, target = in_order_of(winner[piece], g[piece]), x[piece]
        for number, (_, i, j) in enumerate(taps):
            hit = winner[piece][i] == number
            if apart:  # nobody else writes there
                masked(source[i], hit, out=target[j])
            else:
                target[j] += masked(source[i], hit)

    each_piece(work, len(g), prod(x.shape[1:]))
    return x


def max_pool_indices(winner: Array, size: Ints, kernel: Ints, stride: Ints, padding: Padding, dilation: Ints) -> Array:
    """Where in its flattened plane ``prod(size)`` each window has its maximum: int64 ``(N, C, *out)``."""
    plane = [prod(size[axis + 1 :]) for axis in range(len(size))]
    steps = [sum(map(mul, plane, map(mul, dilation, tap))) for tap in product(*map(range, kernel))]
    starts = zip(plane, stride, padding, winner.shape[2:], strict=True)
    indices: Array = np.array(steps, dtype=np.int64, like=winner)[winner]
    indices += reduce(np.add, _grid([p * (s * np.arange(n, like=winner) - before) for p, s, (before, _), n in starts]))
    return indices


def adaptive_max_indices(x: Array, out: Ints) -> Array:
    """Where in its flattened plane each of ``prod(out)`` cells has its maximum: int64 ``(N, C, *out)``.

    Cell i of an axis of n positions goes from ``floor(i n / out)`` up to ``ceil((i + 1) n / out)``; shorter
    cells repeat their last position, which changes no maximum. Of equal numbers the first wins.
    """
    size = x.shape[2:]
    if 0 in out:
        return np.zeros_like(x, shape=(*x.shape[:2], *out), dtype=np.int64)
    places = np.zeros_like(x, shape=(1, 1), dtype=np.int64)
    for n, m in zip(size, out, strict=True):
        i = np.arange(m, like=x)
        start, stop = i * n // m, -(-(i + 1) * n // m)
        position = np.minimum(start[:, None] + np.arange(max(stop - start, default=0), like=x), stop[:, None] - 1)
        # (cells, taps) so far and along this axis, to the cells and taps of both.
        joint = places[:, None, :, None] * n + position[None, :, None, :]
        places = joint.reshape(len(places) * m, -1)
    planes = x.reshape(*x.shape[:2], prod(size))
    winner = planes[:, :, places].argmax(axis=-1)
    indices: Array = places[np.arange(len(places), like=x), winner].reshape(*x.shape[:2], *out)
    return indices


def average_pool(
    x: Array,
    kernel: Ints,
    stride: Ints,
    padding: Padding,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    """The average of each window ``(N, C, *out)``, as sums along one axis after the other.

    Windows that ``ceil_mode`` lets reach beyond the padding count only up to its end; without
    ``count_include_pad`` they count no padding at all. ``divisor_override`` replaces the count of every
    window.
    """
    y = x
    for axis, size in enumerate(x.shape[2:]):
        k, s, p = kernel[axis], stride[axis], padding[axis]
        count = output_size(size, k, s, p, ceil_mode=ceil_mode)
        sums = np.zeros_like(y, shape=(*y.shape[: axis + 2], count, *y.shape[axis + 3 :]))
        along, totals = np.moveaxis(y, axis + 2, -1), np.moveaxis(sums, axis + 2, -1)
        for _, i, j in each_tap([size], [count], [k], [s], [p], [1]):
            totals[i] += along[j]
        y = sums
    y /= _counts(y, x.shape[2:], kernel, stride, padding, count_include_pad, divisor_override)
    return y


def average_pool_adjoint(
    g: Array,
    size: Ints,
    kernel: Ints,
    stride: Ints,
    padding: Padding,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    """The adjoint of `average_pool`: ``g (N, C, *out)`` goes in equal parts to its windows in ``(N, C,
    *size)``."""
    x = g / _counts(g, size, kernel, stride, padding, count_include_pad, divisor_override)
    for axis, count in enumerate(g.shape[2:]):
        k, s, p = kernel[axis], stride[axis], padding[axis]
        spread = np.zeros_like(x, shape=(*x.shape[: axis + 2], size[axis], *x.shape[axis + 3 :]))
        along, parts = np.moveaxis(spread, axis + 2, -1), np.moveaxis(x, axis + 2, -1)
        for _, i, j in each_tap([size[axis]], [count], [k], [s], [p], [1]):
            along[j] += parts[i]
        x = spread
    return x


def _counts(
    y: Array,
    size: Ints,
    kernel: Ints,
    stride: Ints,
    padding: Padding,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Array:
    """What the sums of all windows are divided by, ``(*out)`` in the dtype of ``y (N, C, *out)``."""
    if divisor_override is not None:
        return np.full_like(y, divisor_override, shape=())
    counts = []
    for axis, out in enumerate(y.shape[2:]):
        before, after = padding[axis]
        start = np.arange(out, like=y) * stride[axis] - before
        stop = np.minimum(start + kernel[axis], size[axis] + after)
        if not count_include_pad:
            start, stop = np.maximum(start, 0), np.minimum(stop, size[axis])
        counts.append(stop - start)
    return reduce(np.multiply, _grid(counts)).astype(y.dtype)


def _grid(vectors: list[Array]) -> list[Array]:
    """One vector for each spatial axis, shaped to be broadcast over the others."""
    return [v.reshape(-1, *[1] * (len(vectors) - 1 - axis)) for axis, v in enumerate(vectors)]
