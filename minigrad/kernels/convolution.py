"""Convolution as one trilinear form, and its three gradients.

    T(x, w, u) = sum over n, o, c, i, k of  x[n, c, s*i + d*k - p] * w[o, c, k] * u[n, o, i]

with stride s, dilation d and padding p, and positions i, k of any number of spatial axes. The gradient of T
in u is the convolution of x and w, the gradient in x the transposed convolution of u and w, and the gradient
in w the weight gradient. Each is bilinear in the other two, so they are also each other's derivatives, at
every order:

    <convolve(x, w), u> = <x, convolve_transposed(u, w)> = <w, convolve_weight(x, u)> = T(x, w, u)

All three are matrix products. Two copy the windows of x into the rows of a matrix (K. Chellapilla et al., High
Performance Convolutional Neural Networks for Document Processing, 2006); the transposed convolution does the opposite,
and adds the products up where windows overlap. With groups, channels and kernels fall into groups that do not see each
other, and there is one product per group; where each channel is a group of its own, `depthwise` does without products.
Many kernels of 3 x 3 are multiplied in other coordinates, where less than half of the multiplications are left
(`winograd`).

Shapes are ``x (N, C, *size)``, ``w (O, C / groups, *kernel)`` and ``u (N, O, *out)``; ``stride`` and
``dilation`` hold one number and ``padding`` one pair (before, after) for each spatial axis. Images come back
channels-last in memory (see `windows`), and those that come in so are read without a transposition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from itertools import product
from math import prod

import numpy as np

from minigrad.kernels import depthwise, winograd
from minigrad.kernels.blocks import across, multiply, product_of, row_major
from minigrad.kernels.layout import channels_last
from minigrad.kernels.pieces import pieces
from minigrad.kernels.products import WORTH
from minigrad.kernels.threads import shared
from minigrad.kernels.windows import (
    Array,
    Index,
    Ints,
    Padding,
    all_finite,
    output_size,
    room_to_pad,
    tap_slices,
    windows,
)

BLOCK = 2**19
"""How many numbers of a window matrix are made at a time: so few that they are still in the cache when used, and that
the next ones take their place there."""

SUMS = 2**19
"""How many numbers of a transposed convolution are added up at a time: likewise."""

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
    weights = row_major(_weight_rows(w, groups).swapaxes(1, 2))

    rows_of = _window_rows(x, kernel, stride, padding, dilation, groups)

    def part(samples: slice) -> None:
        for block, rows in rows_of(samples):
            multiply(rows, weights, _rows(u[block], groups))

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
    rows_of = _window_rows(x, kernel, stride, padding, dilation, groups)

    def part(samples: slice) -> Array:
        w = np.zeros_like(x, shape=(groups, u.shape[-1] // groups, prod(kernel) * c))
        for block, rows in rows_of(samples):
            w += across(_rows(u[block], groups), rows)
        return w

    w = reduce(np.add, shared(part, x.shape[0], u.size * prod(kernel) * c, WORTH))
    return np.moveaxis(w.reshape(u.shape[-1], *kernel, c), -1, 1).copy()


def convolve_transposed(
    u: Array, w: Array, size: Ints, stride: Ints, padding: Padding, dilation: Ints, groups: int
) -> Array:
    """The gradient of T in x: ``x[n, c, j] = sum over o and s*i + d*k - p = j of w[o, c, k] * u[n, o, i]``.

    With a stride of 1, and unless x has few channels beside those of u, it is a convolution of u with turned kernels as
    well, which needs no sums.
    """
    if 1 < groups == u.shape[1] == w.shape[0] and w.shape[1] == 1:
        return depthwise.convolve_transposed(u, w, size, stride, padding, dilation)
    if prod(stride) > 1 or 4 * w.shape[1] <= w.shape[0] // groups:
        return _scatter(u, w, size, stride, padding, dilation, groups)
    turned = np.flip(w, axis=tuple(range(2, w.ndim)))
    turned = turned.reshape(groups, -1, *w.shape[1:]).swapaxes(1, 2).reshape(-1, w.shape[0] // groups, *w.shape[2:])
    reach = [d * (k - 1) for d, k in zip(dilation, w.shape[2:], strict=True)]
    around = [
        (r - before, length + before - count)
        for r, (before, _), length, count in zip(reach, padding, size, u.shape[2:], strict=True)
    ]
    return convolve(u, turned, stride, around, dilation, groups)


def _scatter(u: Array, w: Array, size: Ints, stride: Ints, padding: Padding, dilation: Ints, groups: int) -> Array:
    """The transposed convolution as products of u with the kernels, added up in x."""
    n, _, *count = u.shape
    c, *kernel = w.shape[1:]
    x = np.moveaxis(np.zeros_like(u, shape=(n, *size, groups * c), order="C"), -1, 1)
    if not u.size or not w.size:
        return x
    extent = [s * (m - 1) + d * (k - 1) + 1 for s, m, d, k in zip(stride, count, dilation, kernel, strict=True)]
    inside, positions = tap_slices(size, extent, [-before for before, _ in padding], [1] * len(size))
    u = channels_last(u)
    taps = list(_taps(channels_last(w).reshape(groups, -1, *kernel, c), count, stride, dilation))

    def part(samples: slice) -> None:
        for block in pieces(samples, prod(extent) * groups * c, SUMS):
            sums = _sums(u[block], taps, extent, stride[-1], groups, c)
            x[block][positions] = np.moveaxis(sums, -1, 1)[inside]

    shared(part, n, u.size * prod(w.shape[1:]), WORTH)
    return x


def _taps(weights: Array, count: Ints, stride: Ints, dilation: Ints) -> Iterator[tuple[Array, Index]]:
    """The kernels ``(groups, O/groups, *K, C/groups)`` tap by tap, as matrices; and what their products are added to,
    an index of ``(N, *rows, columns, phases)`` where a row of x is cut into columns of as many phases as the stride is
    long.

    As many taps side by side as the stride is long are one product: those of neighbours in u then follow one another
    in x without gaps, and whole rows are added.
    """
    groups, o, *kernel, c = weights.shape
    *steps, step = stride
    *heights, last = kernel
    together = step if dilation[-1] == 1 else 1
    for *tap, k in product(*map(range, heights), range(0, last, together)):
        taps: Index = (slice(None), slice(None), *tap, slice(k, k + together))
        matrices = weights[taps]
        width = matrices.shape[2]
        starts = [d * each for d, each in zip(dilation, tap, strict=False)]
        above = [slice(i, i + s * m, s) for i, s, m in zip(starts, steps, count, strict=False)]
        column, phase = divmod(dilation[-1] * k, step)
        places = (slice(None), *above, slice(column, column + count[-1]), slice(phase, phase + width))
        yield matrices.reshape(groups, o, width * c), places


def _sums(u: Array, taps: list[tuple[Array, Index]], extent: Ints, step: int, groups: int, c: int) -> Array:
    """The products of ``u (N, *out, O)`` with the kernels in `taps`, added up without padding: ``(N, *extent, C)``, the
    last extent rounded up to the stride `step`."""
    rows = _rows(u, groups)
    sums = np.zeros_like(u, shape=(len(u), *extent[:-1], -(-extent[-1] // step), step, groups, c), order="C")
    for matrices, places in taps:
        # Of a single channel matmul makes slow work.
        products = product_of(rows, matrices) if matrices.shape[1] > 1 else np.einsum("grk,gkm->grm", rows, matrices)
        target = sums[places]
        target += np.moveaxis(products.reshape(groups, *target.shape[:-2], c), 0, -2)
    return sums.reshape(len(u), *extent[:-1], -1, groups * c)


def _rows(x: Array, groups: int) -> Array:
    """The positions of ``x (N, *S, C)`` as rows ``(groups, N * prod(S), C/groups)``; a view if it can be."""
    return x.reshape(prod(x.shape[:-1]), groups, x.shape[-1] // groups).swapaxes(0, 1)


def _weight_rows(w: Array, groups: int) -> Array:
    """The kernels of ``w (O, C/groups, *K)`` as rows ``(groups, O/groups, prod(K) * C/groups)``."""
    rows: Array = channels_last(w).reshape(groups, w.shape[0] // groups, prod(w.shape[1:]))
    return rows


def _window_rows(
    x: Array, kernel: Ints, stride: Ints, padding: Padding, dilation: Ints, groups: int
) -> Callable[[slice], Iterator[tuple[slice, Array]]]:
    """The windows of some samples of x as rows, a block at a time: which, and ``(groups, N * prod(out), prod(K) *
    C/groups)``.

    Each block of rows takes the place of the one before, which the cache still has.
    """
    n, c, *size = x.shape
    axes = len(kernel)
    padded, fill = room_to_pad(x.reshape(n, groups, c // groups, *size).swapaxes(0, 1), padding)
    view = windows(padded, kernel, stride, dilation)
    out, columns = prod(view.shape[2 : 2 + axes]), prod(view.shape[2 + axes :])
    run = view.shape[-1] * (kernel[-1] if dilation[-1] == 1 else 1)
    by_taps = run < SHORT_RUN and prod(kernel) > 1
    if by_taps:
        view = view.transpose(0, *range(2 + axes, view.ndim), *range(1, 2 + axes))
    first: Index = (slice(None),) * (2 + axes if by_taps else 1)

    def rows_of(samples: slice) -> Iterator[tuple[slice, Array]]:
        fill((slice(None), samples))
        room = None
        for block in pieces(samples, groups * out * columns, BLOCK):
            part = view[(*first, block)]
            count = (block.stop - block.start) * out
            if prod(kernel) > 1:  # of a kernel of one, the windows may lie there as they are
                room = np.empty_like(part, order="C") if room is None else room
                target = room[(*first, slice(0, block.stop - block.start))]
                np.copyto(target, part)
                part = target
            if by_taps:
                yield block, part.reshape(groups, columns, count).swapaxes(1, 2)
            else:
                yield block, part.reshape(groups, count, columns)

    return rows_of
