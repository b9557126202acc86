"""Arithmetic with one number per channel: what normalization does to images, and what a bias needs back.

Arrays are (N, C, *S), and each function looks for the long runs in their memory. In channels-last memory a whole row of
pixels is one run, to which the channel numbers are tiled; in channels-first memory a channel's plane is one. The passes
go over pieces that stay in the cache, shared among the threads. Sums are products with a vector of ones, which BLAS
does several times faster than a reduction over scattered axes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from math import prod

import numpy as np

from minigrad.dtypes import Array
from minigrad.kernels.half import in_single
from minigrad.kernels.layout import channels_last
from minigrad.kernels.pieces import PIECE, each_piece, pieces
from minigrad.kernels.products import ones
from minigrad.kernels.threads import shared


@in_single
def channel_sum(x: Array) -> Array:
    """The sum over all axes but the second: (C,)."""
    n, c, *size = x.shape
    if x.dtype.kind != "f" or not x.size:
        return x.sum(axis=(0, *range(2, x.ndim)))
    last = channels_last(x)
    if last.flags.c_contiguous:
        rows = last.reshape(x.size // c, c)
        weights = ones(len(rows), x.dtype)
        if x.size <= PIECE:
            return weights @ rows
        return reduce(np.add, shared(lambda part: weights[part] @ rows[part], len(rows), x.size))
    if x.flags.c_contiguous:
        planes = x.reshape(n * c, prod(size))
        return (planes @ ones(planes.shape[1], x.dtype)).reshape(n, c).sum(0)
    return x.sum(axis=(0, *range(2, x.ndim)))


@in_single
def product_sum(a: Array, b: Array) -> Array:
    """`channel_sum(a * b)`, the product of a piece at a time."""
    first, second = channels_last(a), channels_last(b)
    in_rows = a.ndim == 2 or (first.flags.c_contiguous and second.flags.c_contiguous)
    if a.dtype.kind != "f" or a.size <= PIECE or not in_rows:
        return channel_sum(a * b)
    c = a.shape[1]
    rows, others = first.reshape(-1, c), second.reshape(-1, c)
    weights = ones(max(1, PIECE // c), a.dtype)

    def part(some: slice) -> Array:
        total = np.zeros_like(a, shape=c)
        for piece in pieces(some, c):
            product = rows[piece] * others[piece]
            total += weights[: len(product)] @ product
        return total

    return reduce(np.add, shared(part, len(rows), a.size))


@in_single
def standardize(x: Array, eps: float) -> tuple[Array, Array, Array, Array]:
    """Each channel with mean 0 and variance 1: (standardized x, 1 / sqrt(variance + eps), mean, variance).

    The variance is the biased one; it is taken of the centred values, so that it loses no digits.
    """
    count = max(x.size // max(x.shape[1], 1), 1)
    mean = channel_sum(x) / x.dtype.type(count)
    centred = scale_shift(x, None, -mean)
    variance = product_sum(centred, centred) / x.dtype.type(count)
    rstd = 1 / np.sqrt(variance + x.dtype.type(eps))
    return scale_shift(centred, rstd, None, out=centred), rstd, mean, variance


def scale_shift(x: Array, scale: Array | None, shift: Array | None, out: Array | None = None) -> Array:
    """scale[c] * x[:, c] + shift[c], each left out where None; `out` may be x itself."""

    def piece(out: Array, x: Array, scale: Array | None, shift: Array | None) -> None:
        if scale is not None:
            x = np.multiply(x, scale, out=out)
        if shift is not None:
            np.add(x, shift, out=out)

    return _combined(piece, np.empty_like(x) if out is None else out, [x], [scale, shift])


def blend(x: Array, z: Array, a: Array, b: Array, c: Array) -> Array:
    """a[c] * x[:, c] + b[c] * z[:, c] + c[c]."""

    def piece(out: Array, x: Array, z: Array, a: Array, b: Array, c: Array) -> None:
        np.multiply(z, b, out=out)
        out += c
        out += x * a

    return _combined(piece, np.empty_like(z), [x, z], [a, b, c])


def _combined(piece: Callable[..., None], out: Array, images: list[Array], numbers: list[Array | None]) -> Array:
    """Call `piece(out, *images, *numbers)` for all pieces, with the channel numbers in shapes that broadcast."""
    if out.size <= PIECE:
        column = (-1, *(1 for _ in out.shape[2:]))
        piece(out, *images, *(None if each is None else each.reshape(column) for each in numbers))
        return out
    (target, *sources), spread = _runs(out, *images)
    vectors = [None if each is None else spread(each) for each in numbers]

    def work(cut: slice) -> None:
        along = [each if each is None or len(each) == 1 else each[cut] for each in vectors]
        piece(target[cut], *(each[cut] for each in sources), *along)

    each_piece(work, len(target), prod(target.shape[1:]))
    return out


def _runs(*arrays: Array) -> tuple[tuple[Array, ...], Callable[[Array], Array]]:
    """The arrays with axes joined into long runs along their last, and a function that spreads channel numbers to them.

    It gives one row for all rows of an array, or one for each.
    """
    n, c, *size = arrays[0].shape
    if size and all(channels_last(each).flags.c_contiguous for each in arrays):
        rows = (n * prod(size[:-1]), size[-1] * c)
        return tuple(channels_last(each).reshape(rows) for each in arrays), lambda v: np.tile(v, size[-1])[None]
    if size and all(each.flags.c_contiguous for each in arrays):
        return tuple(each.reshape(n * c, prod(size)) for each in arrays), lambda v: np.tile(v, n)[:, None]
    return arrays, lambda v: v.reshape(1, c, *(1 for _ in size))
