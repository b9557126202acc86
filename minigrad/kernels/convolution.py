"""Convolution as one trilinear form, and its three gradients.

    T(x, w, u) = sum over n, o, c, i, k of  x[n, c, s*i + d*k - p] * w[o, c, k] * u[n, o, i]

with stride s, dilation d and padding p, and positions i, k of any number of spatial axes. The gradient of T
in u is the convolution of x and w, the gradient in x the transposed convolution of u and w, and the gradient
in w the weight gradient. Each is bilinear in the other two, so they are also each other's derivatives, at
every order:

    <convolve(x, w), u> = <x, convolve_transposed(u, w)> = <w, convolve_weight(x, u)> = T(x, w, u)

All three are matrix products with the windows of an array copied into the rows of a matrix (K. Chellapilla et
al., High Performance Convolutional Neural Networks for Document Processing, 2006). With groups, channels and
kernels fall into groups that do not see each other, and there is one product per group; where each channel is a group
of its own, `depthwise` does without products. Many kernels of 3 x 3 are multiplied in other coordinates, where less
than half of the multiplications are left (`winograd`).

Shapes are ``x (N, C, *size)``, ``w (O, C / groups, *kernel)`` and ``u (N, O, *out)``; ``stride`` and
``dilation`` hold one number and ``padding`` one pair (before, after) for each spatial axis. Images come back
channels-last in memory (see `windows`), and those that come in so are read without a transposition.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import product
from math import prod

import numpy as np

from minigrad.kernels import depthwise, winograd
from minigrad.kernels.layout import channels_last
from minigrad.kernels.products import WORTH
from minigrad.kernels.threads import shared
from minigrad.kernels.windows import Array, Index, Ints, Padding, all_finite, each_tap, output_size, tap_slices, windows

BLOCK = 2**20
"""How many numbers of a window matrix are made at a time: so few that they are still in the cache when
used."""

SHORT_RUN = 12
"""Windows of shorter runs of contiguous numbers are copied tap by tap instead, which is long runs again."""


def convolve(x: Array, w: Array, stride: Ints, padding: Padding, dilation: Ints, groups: int) -> Array:
    """The gradient of T in u: ``u[n, o, i] = sum over c, k of x[n, c, s*i + d*k - p] * w[o, c, k]``."""
    if 1 < groups == x.shape[1] == w.shape[0]:
        return depthwise.convolve(x, w, stride, padding, dilation)
    n, _, *size = x.shape
    kernel = w.shape[2:]
    out = list(map(output_size, size, kernel, stride, padding, dilation))
    if groups == 1 and winograd.suits(x, out, w.shape[0], kernel, stride, padding, dilation):
        u = winograd.convolve(x, w, padding)
        if all_finite(u):
            return u
    u = np.empty_like(x, shape=(n, *out, w.shape[0]), order="C")
    weights = _weight_rows(w, groups).swapaxes(1, 2)

    def part(samples: slice) -> None:
        for block in _blocks(samples, x, out, kernel):
            rows = _window_rows(x[block], kernel, stride, padding, dilation, groups)
            np.matmul(rows, weights, out=_rows(u[block], groups))

    shared(part, n, u.size * prod(w.shape[1:]), WORTH)
    return np.moveaxis(u, -1, 1)


def convolve_weight(
    x: Array, u: Array, kernel: Ints, stride: Ints, padding: Padding, dilation: Ints, groups: int
) -> Array:
    """The gradient of T in w: ``w[o, c, k] = sum over n, i of x[n, c, s*i + d*k - p] * u[n, o, i]``.
    C-contiguous."""
    if 1 < groups == x.shape[1] == u.shape[1]:
        return depthwise.convolve_weight(x, u, kernel, stride, padding, dilation)
    if groups == 1 and winograd.suits(x, u.shape[2:], u.shape[1], kernel, stride, padding, dilation):
        w = winograd.convolve_weight(x, u, padding)
        if all_finite(w):
            return w
    c = x.shape[1] // groups
    u = channels_last(u)

    def part(samples: slice) -> Array:
        w = np.zeros_like(x, shape=(groups, u.shape[-1] // groups, prod(kernel) * c))
        for block in _blocks(samples, x, u.shape[1:-1], kernel):
            rows = _window_rows(x[block], kernel, stride, padding, dilation, groups)
            w += _rows(u[block], groups).swapaxes(1, 2) @ rows
        return w

    w = reduce(np.add, shared(part, x.shape[0], u.size * prod(kernel) * c, WORTH))
    return np.moveaxis(w.reshape(u.shape[-1], *kernel, c), -1, 1).copy()


def convolve_transposed(
    u: Array, w: Array, size: Ints, stride: Ints, padding: Padding, dilation: Ints, groups: int
) -> Array:
    """The gradient of T in x: ``x[n, c, j] = sum over o and s*i + d*k - p = j of w[o, c, k] * u[n, o, i]``.

    There are two ways. In general windows of u are gathered, as in a convolution; where x has few channels
    beside those of u, it is cheaper to multiply first and to add the products up where they belong. This is
    also right for infinity and NaN, which the first way, if there is a stride, would multiply with zeros.
    """
    if 1 < groups == u.shape[1] == w.shape[0] and w.shape[1] == 1:
        return depthwise.convolve_transposed(u, w, size, stride, padding, dilation)
    few = 4 * prod(stride) * w.shape[1] <= w.shape[0] // groups
    way = _scatter if few or (prod(stride) > 1 and not all_finite(u)) else _gather
    return way(u, w, size, stride, padding, dilation, groups)


def _gather(u: Array, w: Array, size: Ints, stride: Ints, padding: Padding, dilation: Ints, groups: int) -> Array:
    """The transposed convolution as a convolution of u with stride 1, whose output channels hold the s
    neighbours in x of each position (W. Shi et al., Real-Time Single Image and Video Super-Resolution Using
    an Efficient Sub-Pixel Convolutional Neural Network, 2016).

    Position ``s*q + r - p`` of x, of phase ``0 <= r < s``, meets the taps ``k = s*m + r`` of the kernel at
    positions ``i = q - m`` of u.
    """
    before = [pair[0] for pair in padding]
    kernel, steps = _phase_kernel(w, stride, dilation, groups)
    first = [p // s for p, s in zip(before, stride, strict=True)]
    stop = [-(-(p + length) // s) for p, length, s in zip(before, size, stride, strict=True)]
    reach = [d * (m - 1) for d, m in zip(steps, kernel.shape[2:], strict=True)]
    around = [(e - f, t - i) for e, f, t, i in zip(reach, first, stop, u.shape[2:], strict=True)]
    phases = convolve(u, kernel, [1] * len(size), around, steps, groups)
    if prod(stride) == 1:
        return phases

    n, c, count = u.shape[0], w.shape[1], phases.shape[2:]
    phases = phases.reshape(n, groups, prod(stride), c, *count)
    x = np.moveaxis(np.empty_like(u, shape=(n, *size, groups * c), order="C"), -1, 1)
    grouped = x.reshape(n, groups, c, *size)
    for number, phase in enumerate(product(*map(range, stride))):
        offset = [s * f + r - p for s, f, r, p in zip(stride, first, phase, before, strict=True)]
        q, j = tap_slices(size, count, offset, stride)
        grouped[j] = phases[:, :, number][q]
    return x


def _phase_kernel(w: Array, stride: Ints, dilation: Ints, groups: int) -> tuple[Array, list[int]]:
    """The kernel ``(groups * prod(s) * C/g, O/g, *M)`` of `_gather`, its taps m reversed, and its dilation."""
    o, c, *kernel = w.shape
    # A stride breaks the pattern of a dilation, so along such an axis zeros are written between the taps.
    spread = [1 if s == 1 else d for s, d in zip(stride, dilation, strict=True)]
    taps = [-(-(d * (k - 1) + 1) // s) for k, d, s in zip(kernel, spread, stride, strict=True)]
    pairs = list(zip(taps, stride, strict=True))
    filled = np.zeros_like(w, shape=(o, c, *(m * s for m, s in pairs)), order="C")
    placed: Index = (..., *(slice(None, d * k, d) for d, k in zip(spread, kernel, strict=True)))
    filled[placed] = w
    split = filled.reshape(groups, o // groups, c, *(length for pair in pairs for length in pair))
    m, r = range(3, split.ndim, 2), range(4, split.ndim, 2)
    phases = split.transpose(0, *r, 2, 1, *m).reshape(-1, o // groups, *taps)
    steps = [d if s == 1 else 1 for s, d in zip(stride, dilation, strict=True)]
    return np.flip(phases, axis=tuple(range(2, phases.ndim))), steps


def _scatter(u: Array, w: Array, size: Ints, stride: Ints, padding: Padding, dilation: Ints, groups: int) -> Array:
    """The transposed convolution as one product for all taps, whose parts are then added up in x."""
    n, _, *count = u.shape
    c, *kernel = w.shape[1:]
    columns = _rows(channels_last(u), groups).swapaxes(1, 2)
    products = _weight_rows(w, groups).swapaxes(1, 2) @ columns
    products = np.moveaxis(products.reshape(groups, *kernel, c, n, *count), 0, len(kernel))
    x = np.zeros_like(u, shape=(groups, c, n, *size), order="C")
    for tap, i, j in each_tap(size, count, kernel, stride, padding, dilation):
        x[j] += products[tap][i]
    images = np.moveaxis(x.reshape(groups * c, n, *size), 0, -1).copy()
    return np.moveaxis(images, -1, 1)


def _rows(x: Array, groups: int) -> Array:
    """The positions of ``x (N, *S, C)`` as rows ``(groups, N * prod(S), C/groups)``; a view if it can be."""
    return x.reshape(prod(x.shape[:-1]), groups, x.shape[-1] // groups).swapaxes(0, 1)


def _weight_rows(w: Array, groups: int) -> Array:
    """The kernels of ``w (O, C/groups, *K)`` as rows ``(groups, O/groups, prod(K) * C/groups)``."""
    rows: Array = channels_last(w).reshape(groups, w.shape[0] // groups, prod(w.shape[1:]))
    return rows


def _window_rows(x: Array, kernel: Ints, stride: Ints, padding: Padding, dilation: Ints, groups: int) -> Array:
    """The windows of x as rows ``(groups, N * prod(out), prod(K) * C/groups)``; a view if it can be."""
    n, c, *size = x.shape
    view = windows(x.reshape(n, groups, c // groups, *size).swapaxes(0, 1), kernel, stride, padding, dilation)
    taps = 2 + len(kernel)
    rows, columns = prod(view.shape[1:taps]), prod(view.shape[taps:])
    run = view.shape[-1] * (kernel[-1] if dilation[-1] == 1 else 1)
    if run < SHORT_RUN and prod(kernel) > 1:
        by_taps = view.transpose(0, *range(taps, view.ndim), *range(1, taps))
        return by_taps.reshape(groups, columns, rows).swapaxes(1, 2)
    return view.reshape(groups, rows, columns)


def _blocks(samples: slice, x: Array, out: Ints, kernel: Ints) -> Iterator[slice]:
    """Cut a part of the batch so that the window matrix of each block holds about `BLOCK` numbers."""
    step = max(1, BLOCK // max(1, prod(out) * prod(kernel) * x.shape[1]))
    for start in range(samples.start, samples.stop, step):
        yield slice(start, min(start + step, samples.stop))
