"""Convolution where every channel has one kernel of its own: as many groups as channels, in and out.

There is nothing to sum over but the taps, so a matrix product with windows would only copy them. Here each tap of all
windows is one multiplication, for a few samples at a time, so that the sums stay in the cache, and on channels-last
memory, where the row of an image is one long run, to which the weights of all channels are tiled. (F. Chollet,
Xception, 2017, is made of such convolutions.)

Shapes are ``x (N, C, *size)``, ``w (C, 1, *kernel)`` and ``u (N, C, *out)``; otherwise as in `convolution`.
"""

from __future__ import annotations

from functools import reduce
from math import prod

import numpy as np

from minigrad.kernels.channels import channels_last
from minigrad.kernels.pieces import each_piece
from minigrad.kernels.threads import shared
from minigrad.kernels.windows import Array, Index, Ints, Padding, each_tap, output_size


def convolve(x: Array, w: Array, stride: Ints, padding: Padding, dilation: Ints) -> Array:
    """``u[n, c, i] = sum over k of x[n, c, s*i + d*k - p] * w[c, 0, k]``."""
    size, kernel = x.shape[2:], w.shape[2:]
    out = list(map(output_size, size, kernel, stride, padding, dilation))
    u = _zeros(x, out)
    taps = [(_tiled(w, tap, i, out), i, j) for tap, i, j in each_tap(size, out, kernel, stride, padding, dilation)]
    _add_products(taps, x, u)
    return u


def convolve_transposed(u: Array, w: Array, size: Ints, stride: Ints, padding: Padding, dilation: Ints) -> Array:
    """``x[n, c, j] = sum over s*i + d*k - p = j of w[c, 0, k] * u[n, c, i]``."""
    x, count = _zeros(u, size), u.shape[2:]
    places = each_tap(size, count, w.shape[2:], stride, padding, dilation)
    taps = [(_tiled(w, tap, i, count), j, i) for tap, i, j in places]
    _add_products(taps, u, x)
    return x


def convolve_weight(x: Array, u: Array, kernel: Ints, stride: Ints, padding: Padding, dilation: Ints) -> Array:
    """``w[c, 0, k] = sum over n, i of x[n, c, s*i + d*k - p] * u[n, c, i]``."""
    axes = list(range(x.ndim))

    def part(samples: slice) -> Array:
        w = np.zeros_like(x, shape=(x.shape[1], 1, *kernel), order="C")
        for tap, i, j in each_tap(x.shape[2:], u.shape[2:], kernel, stride, padding, dilation):
            at: Index = (slice(None), 0, *tap)
            w[at] = np.einsum(x[samples][j], axes, u[samples][i], axes, [1])
        return w

    return reduce(np.add, shared(part, len(x), u.size))


def _zeros(x: Array, size: Ints) -> Array:
    """Zeros ``(N, C, *size)``, channels-last in memory."""
    return np.moveaxis(np.zeros_like(x, shape=(x.shape[0], *size, x.shape[1]), order="C"), -1, 1)


def _last(index: Index) -> Index:
    """An index of the spatial axes, which come last, for ``(N, *S, C)``."""
    return (slice(None), *index[1:], slice(None))


def _tiled(w: Array, tap: tuple[int, ...], inside: Index, count: Ints) -> Array:
    """The weights of one tap, for each channel of each of the windows along the last spatial axis: one long run."""
    at: Index = (slice(None), 0, *tap)
    return np.tile(w[at], len(range(*inside[-1].indices(count[-1]))))


def _add_products(taps: list[tuple[Array, Index, Index]], x: Array, u: Array) -> None:
    """Add to ``u[i]`` the products of ``x[j]`` with the weights of each tap, given as (weights, i, j)."""
    sources, targets = np.ascontiguousarray(channels_last(x)), channels_last(u)

    def work(some: slice) -> None:
        source, target = sources[some], targets[some]
        scratch = np.empty_like(target).reshape(-1)
        for weights, i, j in taps:
            products = source[_last(j)]
            rows = products.reshape(*products.shape[:-2], len(weights))  # a view, unless a stride has left gaps
            product = np.multiply(rows, weights, out=scratch[: rows.size].reshape(rows.shape))
            sums = target[_last(i)]
            sums += product.reshape(sums.shape)

    each_piece(work, len(sources), prod(u.shape[1:]))
