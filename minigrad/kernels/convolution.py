"""Convolution as one trilinear form, and its three gradients.

    T(x, w, u) = sum over n, o, c, i, k of  x[n, c, s*i + d*k - p] * w[o, c, k] * u[n, o, i]

with stride s, dilation d and padding p, and positions i, k of any number of spatial axes. The gradient of T in u is the
convolution of x and w, the gradient in x the transposed convolution of u and w, and the gradient in w the weight
gradient. Each is bilinear in the other two, so they are also each other's derivatives, at every order:

    <convolve(x, w), u> = <x, convolve_transposed(u, w)> = <w, convolve_weight(x, u)> = T(x, w, u)

All three are matrix products with the windows of an array copied into the rows of a matrix (K. Chellapilla et al., High
Performance Convolutional Neural Networks for Document Processing, 2006). With groups, channels and kernels fall into
groups that do not see each other, and the products are stacks of one product per group.

Shapes are ``x (N, C, *size)``, ``w (O, C / groups, *kernel)``, ``u (N, O, *out)``; ``stride`` and ``dilation`` hold one
number and ``padding`` one pair (before, after) for each spatial axis. Images come back channels-last in memory (see
`windows`), and those that come in so are read without a transposition.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

import numpy as np

from minigrad.kernels.windows import Array, Padding, output_size, tap_slices, windows

BLOCK = 2**21
"""How many numbers of a window matrix are made at a time: few enough to stay in the cache until they are used."""

SHORT_RUN = 12
"""Windows of shorter runs of contiguous numbers are copied tap by tap, not window by window: long loops again."""


def convolve(
    x: Array,
    w: Array,
    stride: Sequence[int],
    padding: Padding,
    dilation: Sequence[int],
    groups: int,
) -> Array:
    """The gradient of T in u: ``u[n, o, i] = sum over c, k of x[n, c, s*i + d*k - p] * w[o, c, k]``."""
    n, _, *size = x.shape
    kernel = w.shape[2:]
    out = [output_size(*axis) for axis in zip(size, kernel, stride, padding, dilation)]
    u = np.empty_like(x, shape=(n, *out, w.shape[0]), order="C")
    weights = _weight_rows(w, groups).swapaxes(1, 2)
    for block in _blocks(x, out, kernel):
        rows = _window_rows(x[block], kernel, stride, padding, dilation, groups)
        np.matmul(rows, weights, out=_rows(u[block], groups))
    return np.moveaxis(u, -1, 1)


def convolve_weight(
    x: Array,
    u: Array,
    kernel: Sequence[int],
    stride: Sequence[int],
    padding: Padding,
    dilation: Sequence[int],
    groups: int,
) -> Array:
    """The gradient of T in w: ``w[o, c, k] = sum over n, i of x[n, c, s*i + d*k - p] * u[n, o, i]``, C-contiguous."""
    channels = x.shape[1] // groups
    u = np.moveaxis(u, 1, -1)
    w = np.zeros_like(x, shape=(groups, u.shape[-1] // groups, prod(kernel) * channels))
    for block in _blocks(x, u.shape[1:-1], kernel):
        rows = _window_rows(x[block], kernel, stride, padding, dilation, groups)
        w += _rows(u[block], groups).swapaxes(1, 2) @ rows
    return np.moveaxis(w.reshape(u.shape[-1], *kernel, channels), -1, 1).copy()


def convolve_transposed(
    u: Array,
    w: Array,
    size: Sequence[int],
    stride: Sequence[int],
    padding: Padding,
    dilation: Sequence[int],
    groups: int,
) -> Array:
    """The gradient of T in x: ``x[n, c, j] = sum over o and s*i + d*k - p = j of w[o, c, k] * u[n, o, i]``.

    Two ways lead there. From few channels of u to many of x, windows of u are gathered, as in a convolution; from many
    to few, it is cheaper to multiply first and to add up the products where they belong.
    """
    few = 4 * prod(stride) * w.shape[1] <= u.shape[1] // groups
    return (_scatter if few else _gather)(u, w, size, stride, padding, dilation, groups)


def _gather(
    u: Array,
    w: Array,
    size: Sequence[int],
    stride: Sequence[int],
    padding: Padding,
    dilation: Sequence[int],
    groups: int,
) -> Array:
    """The transposed convolution as a convolution of u with stride 1, whose output channels are the s positions of x
    that lie between two of u (W. Shi et al., Real-Time Single Image and Video Super-Resolution Using an Efficient
    Sub-Pixel Convolutional Neural Network, 2016).

    Position ``s*q + r - p`` of x, of phase ``0 <= r < s``, meets tap ``k = s*m + r`` of the kernel at ``i = q - m``.
    """
    n, o, *count = u.shape
    c = w.shape[1]
    # Between strides the taps of a dilated kernel fall into no such pattern, but those of a kernel with zeros do.
    spread = [1 if s == 1 else d for s, d in zip(stride, dilation)]
    taps = [-(-(d * (k - 1) + 1) // s) for k, d, s in zip(w.shape[2:], spread, stride)]
    filled = np.zeros_like(w, shape=(o, c, *(m * s for m, s in zip(taps, stride))), order="C")
    filled[(..., *(slice(None, d * k, d) for k, d in zip(w.shape[2:], spread)))] = w
    # (groups, O/g, C/g, m1, s1, m2, s2, ...) -> (groups, s1, s2, ..., C/g, O/g, m1, m2, ...), with m reversed
    axes = range(len(size))
    split = filled.reshape(groups, o // groups, c, *(e for pair in zip(taps, stride) for e in pair))
    phases = split.transpose(0, *(4 + 2 * a for a in axes), 2, 1, *(3 + 2 * a for a in axes))
    phases = np.flip(phases.reshape(-1, o // groups, *taps), axis=tuple(2 + a for a in axes))

    steps = [d if s == 1 else 1 for s, d in zip(stride, dilation)]
    first = [before // s for (before, _), s in zip(padding, stride)]
    last = [-(-(before + j) // s) for (before, _), j, s in zip(padding, size, stride)]
    around = [(d * (m - 1) - f, q - i) for d, m, f, q, i in zip(steps, taps, first, last, count)]
    y = convolve(u, phases, [1] * len(size), around, steps, groups)
    if prod(stride) == 1:
        return y

    y = np.moveaxis(y, 1, -1).reshape(n, *(q - f for q, f in zip(last, first)), groups, *stride, c)
    x = np.empty_like(u, shape=(n, *size, groups, c), order="C")
    for phase in product(*map(range, stride)):
        offsets = [s * f + r - before for s, f, r, (before, _) in zip(stride, first, phase, padding)]
        slices = [tap_slices(*axis) for axis in zip(size, y.shape[1:], offsets, stride)]
        q, j = zip(*slices)
        x[(slice(None), *j)] = y[(slice(None), *q, slice(None), *phase)]
    return np.moveaxis(x.reshape(n, *size, groups * c), -1, 1)


def _scatter(
    u: Array,
    w: Array,
    size: Sequence[int],
    stride: Sequence[int],
    padding: Padding,
    dilation: Sequence[int],
    groups: int,
) -> Array:
    """The transposed convolution as one product for all taps, each of which is then added in its place in x."""
    n, _, *count = u.shape
    c, *kernel = w.shape[1:]
    products = _weight_rows(w, groups).swapaxes(1, 2) @ _rows(np.moveaxis(u, 1, -1), groups).swapaxes(1, 2)
    products = products.reshape(groups, *kernel, c, n, *count)
    x = np.zeros_like(u, shape=(groups, c, n, *size), order="C")
    for tap in product(*map(range, kernel)):
        offsets = [d * k - before for d, k, (before, _) in zip(dilation, tap, padding)]
        i, j = zip(*(tap_slices(*axis) for axis in zip(size, count, offsets, stride)))
        x[(..., *j)] += products[(slice(None), *tap)][(..., *i)]
    x = x.reshape(groups * c, n, *size)
    return np.moveaxis(np.moveaxis(x, 0, -1).copy(), -1, 1)


def _rows(x: Array, groups: int) -> Array:
    """The positions of ``x`` ``(N, *S, C)`` as rows ``(groups, N * prod(S), C / groups)``; a view where it can be."""
    return x.reshape(prod(x.shape[:-1]), groups, x.shape[-1] // groups).swapaxes(0, 1)


def _weight_rows(w: Array, groups: int) -> Array:
    """The kernels of ``w`` ``(O, C / groups, *K)`` as rows ``(groups, O / groups, prod(K) * C / groups)``."""
    return np.moveaxis(w, 1, -1).reshape(groups, w.shape[0] // groups, prod(w.shape[1:]))


def _window_rows(
    x: Array,
    kernel: Sequence[int],
    stride: Sequence[int],
    padding: Padding,
    dilation: Sequence[int],
    groups: int,
) -> Array:
    """The windows of ``x`` as rows ``(groups, N * prod(out), prod(K) * C / groups)``; a view where it can be."""
    n, c, *size = x.shape
    view = windows(x.reshape(n, groups, c // groups, *size).swapaxes(0, 1), kernel, stride, padding, dilation)
    axes = len(kernel)
    rows, columns = prod(view.shape[1 : 2 + axes]), prod(view.shape[2 + axes :])
    run = view.shape[-1] * (kernel[-1] if dilation[-1] == 1 else 1)
    if run < SHORT_RUN and prod(kernel) > 1:
        by_taps = view.transpose(0, *range(2 + axes, view.ndim), *range(1, 2 + axes))
        return by_taps.reshape(groups, columns, rows).swapaxes(1, 2)
    return view.reshape(groups, rows, columns)


def _blocks(x: Array, out: Sequence[int], kernel: Sequence[int]) -> Iterator[slice]:
    """Cut the batch so that the window matrix of each part holds about `BLOCK` numbers."""
    samples = max(1, BLOCK // max(1, prod(out) * prod(kernel) * x.shape[1]))
    for start in range(0, x.shape[0], samples):
        yield slice(start, start + samples)
