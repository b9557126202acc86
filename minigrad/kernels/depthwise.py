"""Convolution where every channel has one kernel of its own: as many groups as channels, in and out.

There is nothing to sum over but the taps, so a matrix product would only be given copies of the windows. Here np.einsum
adds the products up, for all taps in one pass. Its innermost loop is out += a * b along the channels of a whole row of
windows, one long run in channels-last memory, to which the weights of the channels are tiled; the rows of the images
that it meanwhile reads and writes stay in the cache. (F. Chollet, Xception, 2017, is made of such convolutions.)

Shapes are ``x (N, C, *size)``, ``w (C, 1, *kernel)`` and ``u (N, C, *out)``; otherwise as in `convolution`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import product
from math import gcd, prod

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from minigrad.kernels.layout import contiguous
from minigrad.kernels.pieces import pieces
from minigrad.kernels.threads import shared
from minigrad.kernels.windows import Array, Index, Ints, Padding, output_size, pad

RUN = 2**11
"""About how many numbers are multiplied at a time: a long run, and yet the weights of all taps stay in the cache."""


def convolve(x: Array, w: Array, stride: Ints, padding: Padding, dilation: Ints) -> Array:
    """``u[n, c, i] = sum over k of x[n, c, s*i + d*k - p] * w[c, 0, k]``."""
    kernel = w.shape[2:]
    *out, width = map(output_size, x.shape[2:], kernel, stride, padding, dilation)
    n, c = x.shape[:2]
    u = np.empty_like(x, shape=(n, *out, width * c), order="C")
    weights = np.moveaxis(w[:, 0], 0, -1)[..., None, :]
    tiled = np.repeat(weights, width, axis=-2).reshape(*kernel, width * c)
    at, k, run = _labels(len(kernel))

    def part(samples: slice) -> None:
        rows = _rows(x[samples], width, kernel, stride, padding, dilation)
        for some in pieces(slice(0, width * c), 1, RUN):
            view = _windows(rows[..., some], kernel, stride, dilation)
            np.einsum(
                view, [*at, k[-1], run, *k[:-1]], tiled[..., some], [*k, run], [*at, run], out=u[samples][..., some]
            )

    shared(part, n, u.size * prod(kernel))
    return np.moveaxis(u.reshape(n, *out, width, c), -1, 1)


def convolve_transposed(u: Array, w: Array, size: Ints, stride: Ints, padding: Padding, dilation: Ints) -> Array:
    """``x[n, c, j] = sum over s*i + d*k - p = j of w[c, 0, k] * u[n, c, i]``.

    The places j of one phase, j % s, meet the same taps, and are a convolution of u with these taps in reverse.
    """
    x = np.moveaxis(np.zeros_like(u, shape=(u.shape[0], *size, u.shape[1]), order="C"), -1, 1)
    axes = zip(size, u.shape[2:], w.shape[2:], stride, padding, dilation, strict=True)
    for phase in product(*(list(_phases(*axis)) for axis in axes)):
        places, taps, around, steps = zip(*phase, strict=True)
        part = convolve(u, w[(..., *taps)], [1] * len(taps), around, steps)
        if part.shape == x.shape:
            return part
        x[(..., *places)] = part
    return x


def convolve_weight(x: Array, u: Array, kernel: Ints, stride: Ints, padding: Padding, dilation: Ints) -> Array:
    """``w[c, 0, k] = sum over n, i of x[n, c, s*i + d*k - p] * u[n, c, i]``."""
    n, c, *out, width = u.shape
    at, k, run = _labels(len(kernel))

    def part(samples: slice) -> Array:
        rows = _rows(x[samples], width, kernel, stride, padding, dilation)
        slopes = contiguous(u[samples]).reshape(-1, *out, width * c)
        w = np.empty_like(x, shape=(*kernel, width * c), order="C")
        for some in pieces(slice(0, width * c), 1, RUN):
            view = _windows(rows[..., some], kernel, stride, dilation)
            np.einsum(view, [*at, k[-1], run, *k[:-1]], slopes[..., some], [*at, run], [*k, run], out=w[..., some])
        total: Array = w.reshape(*kernel, width, c).sum(-2)
        return total

    w = reduce(np.add, shared(part, n, u.size * prod(kernel)))
    return np.moveaxis(w, -1, 0)[:, None].copy()


def _labels(axes: int) -> tuple[list[int], list[int], int]:
    """Numbers for einsum: of (N, *out) but its last axis, of the kernel, and of the runs along the last axis."""
    return [*range(axes)], [*range(axes, 2 * axes)], 2 * axes


def _rows(x: Array, width: int, kernel: Ints, stride: Ints, padding: Padding, dilation: Ints) -> Array:
    """What each tap of the last axis meets in a row of windows: ``(N, *padded size but the last, K, width * C)``.

    A view, unless a stride has left gaps.
    """
    last = np.moveaxis(pad(x, padding), 1, -1)
    view = sliding_window_view(last, (width - 1) * stride[-1] + 1, axis=-2)
    taps = view[..., : dilation[-1] * (kernel[-1] - 1) + 1 : dilation[-1], :, :: stride[-1]].swapaxes(-2, -1)
    return taps.reshape(*last.shape[:-2], kernel[-1], width * x.shape[1])


def _windows(rows: Array, kernel: Ints, stride: Ints, dilation: Ints) -> Array:
    """The windows along all axes but the last: ``(N, *out but the last, K, run, *kernel but the last)``."""
    axes = len(kernel) - 1
    extent = [d * (k - 1) + 1 for d, k in zip(dilation[:-1], kernel[:-1], strict=True)]
    view = sliding_window_view(rows, extent, axis=tuple(range(1, 1 + axes)))
    steps = [slice(None, None, each) for each in (*stride[:-1], *dilation[:-1])]
    which: Index = (slice(None), *steps[:axes], ..., *steps[axes:])
    return view[which]


def _phases(
    size: int, count: int, kernel: int, stride: int, padding: tuple[int, int], dilation: int
) -> Iterator[tuple[slice, slice, tuple[int, int], int]]:
    """The phases of one axis that taps fall on: the places of each, its taps in reverse, padding and dilation of u."""
    step, apart = stride // gcd(stride, dilation), dilation // gcd(stride, dilation)
    for phase in range(min(stride, size)):
        reached = phase + padding[0]
        taps = [k for k in range(min(step, kernel)) if (reached - dilation * k) % stride == 0]
        for lowest in taps:  # one, or none
            highest = lowest + (kernel - 1 - lowest) // step * step
            first, last = ((reached - dilation * k) // stride for k in (highest, lowest))
            around = (-first, last + len(range(phase, size, stride)) - count)
            yield slice(phase, None, stride), slice(highest, None, -step), around, apart
