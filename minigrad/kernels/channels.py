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
from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.kernels.half import in_single
from minigrad.kernels.layout import channels_last
from minigrad.kernels.pieces import PIECE, each_piece, pieces
from minigrad.kernels.products import ones
from minigrad.kernels.threads import shared

LARGE = 1 << 16
"""So many numbers are added up sooner by a product."""


def columns(v: Any, ndim: int) -> Any:
    """Channel numbers (C,) in a shape that broadcasts against (N, C, *S) of `ndim` dimensions."""
    return v.reshape((-1,) + (1,) * (ndim - 2))


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


_add_up: Any = np.add.reduce  # the types of which leave out what may be True or False


def total(x: Array, axes: tuple[int, ...], keepdims: bool = False) -> Any:
    """The sum of floats over some axes; of a large array over all but the second, as a bias has it, in a fraction of
    the time."""
    if x.size >= LARGE and x.ndim > 1 and axes == (0, *range(2, x.ndim)) and not keepdims:
        return channel_sum(x)
    if x.dtype == np.float16:  # soon infinite, or stands still at 2048 ones
        return _add_up(x, axes, np.float32, keepdims=keepdims).astype(x.dtype)
    return _add_up(x, axes, keepdims=keepdims)


@in_single
def product_sum(a: Array, b: Array) -> Array:
    """`channel_sum(a * b)`, the product of a piece at a time."""
    return _summed(np.multiply, [a, b], [])


@in_single
def moment(a: Array, b: Array, m: Array) -> Array:
    """The sum of a * (b - m) over all axes but the second, with a number m for each channel: (C,)."""

    def piece(a: Array, b: Array, m: Array) -> Array:
        product = np.subtract(b, m)
        product *= a
        return product

    return _summed(piece, [a, b], [m])


def statistics(x: Array, eps: float) -> tuple[Array, Array, Array]:
    """The mean of each channel, 1 / sqrt(variance + eps), and the variance.

    The variance is the biased one; it is taken of the centred values, so that it loses no digits. The mean of float16
    is of float32, or they would lose it.
    """
    wide = x.astype(np.float32) if x.dtype == np.float16 else x
    count = wide.dtype.type(max(x.size // max(x.shape[1], 1), 1))
    mean = channel_sum(wide) / count

    def piece(x: Array, mean: Array) -> Array:
        square = np.subtract(x, mean)
        square *= square
        return square

    variance = _summed(piece, [wide], [mean]) / count
    r = 1 / np.sqrt(variance + wide.dtype.type(eps))
    return mean, r.astype(x.dtype, copy=False), variance.astype(x.dtype, copy=False)


@in_single
def normalize(x: Array, mean: Array, scale: Array, shift: Array) -> Array:
    """(x[:, c] - mean[c]) * scale[c] + shift[c]."""

    def piece(out: Array, x: Array, mean: Array, scale: Array, shift: Array) -> None:
        np.subtract(x, mean, out=out)
        out *= scale
        out += shift

    return _combined(piece, [x], [mean, scale, shift])


def add_bias(x: Array, bias: Array) -> Array:
    """x[:, c] + bias[c]."""
    return _combined(lambda out, x, bias: np.add(x, bias, out=out), [x], [bias])


def blend(x: Array, z: Array, a: Array, b: Array, c: Array) -> Array:
    """a[c] * x[:, c] + b[c] * z[:, c] + c[c]."""

    def piece(out: Array, z: Array, x: Array, b: Array, a: Array, c: Array) -> None:
        np.multiply(z, b, out=out)
        out += c
        out += x * a

    return _combined(piece, [z, x], [b, a, c])


def _combined(piece: Callable[..., object], images: list[Array], numbers: list[Array]) -> Array:
    """Call `piece(out, *images, *numbers)` for all pieces, with the channel numbers in shapes that broadcast: an array
    like the first image."""
    out = np.empty_like(images[0])
    if out.size <= PIECE:
        piece(out, *images, *(columns(each, out.ndim) for each in numbers))
        return out
    _, (target, *sources), spread = _runs(out, *images)
    vectors = list(map(spread, numbers))

    def work(cut: slice) -> None:
        piece(target[cut], *(each[cut] for each in sources), *_along(vectors, cut))

    each_piece(work, len(target), prod(target.shape[1:]))
    return out


def _summed(piece: Callable[..., Array], images: list[Array], numbers: list[Array]) -> Array:
    """`channel_sum` of `piece(*images, *numbers)`, which is made of a piece at a time."""
    first = images[0]
    runs = _runs(*images) if first.size > PIECE and first.dtype.kind == "f" else None
    if runs is None or not runs[0]:
        return channel_sum(piece(*images, *(columns(each, first.ndim) for each in numbers)))
    kind, tables, spread = runs
    n, c = first.shape[:2]
    vectors, width = list(map(spread, numbers)), tables[0].shape[1]

    def made(cut: slice) -> Array:
        return piece(*(each[cut] for each in tables), *_along(vectors, cut))

    if kind == "planes":
        totals = np.empty_like(first, shape=n * c)

        def work(cut: slice) -> None:
            np.matmul(made(cut), ones(width, totals.dtype), out=totals[cut])

        each_piece(work, n * c, width)
        return totals.reshape(n, c).sum(0)

    def part(rows: slice) -> Array:
        total = np.zeros_like(first, shape=width)
        for cut in pieces(rows, width):
            product = made(cut)
            total += ones(len(product), total.dtype) @ product
        return total

    return reduce(np.add, shared(part, len(tables[0]), tables[0].size)).reshape(-1, c).sum(0)


def _along(vectors: list[Array], cut: slice) -> list[Array]:
    """What belongs to a piece of the rows: the one row of numbers for all, or those of its rows."""
    return [each if len(each) == 1 else each[cut] for each in vectors]


def _runs(*arrays: Array) -> tuple[str, tuple[Array, ...], Callable[[Array], Array]]:
    """The arrays as tables, with axes joined into long runs along their last; and a function that brings channel
    numbers into a shape that broadcasts against them.

    Of "rows" each run is a row of pixels, and one row of numbers serves all; of "planes" each has its own number. With
    "" there are none: the arrays are as they were.
    """
    n, c, *size = arrays[0].shape
    if all(channels_last(each).flags.c_contiguous for each in arrays):
        *above, width = size or [1]
        rows = (n * prod(above), width * c)
        return "rows", tuple(channels_last(each).reshape(rows) for each in arrays), lambda v: np.tile(v, width)[None]
    if size and all(each.flags.c_contiguous for each in arrays):
        planes = tuple(each.reshape(n * c, prod(size)) for each in arrays)
        return "planes", planes, lambda v: np.tile(v, n)[:, None]
    return "", arrays, lambda v: v.reshape(1, c, *(1 for _ in size))
