"""Arithmetic with one number per channel: what normalization does to images, and what a bias needs back.

Arrays are (N, C, *S), and each function looks for the long runs in their memory. In channels-last memory a whole row of
pixels is one run, to which the channel numbers are tiled; in channels-first memory a channel's plane is one. Sums are
products with a vector of ones, which BLAS does several times faster than a reduction over scattered axes.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from minigrad.dtypes import Array


def channels_last(x: Array) -> Array:
    """(N, C, *S) as (N, *S, C): the same memory, and far cheaper to ask for than by np.moveaxis."""
    return x.transpose(0, *range(2, x.ndim), 1)


def channel_sum(x: Array) -> Array:
    """The sum over all axes but the second: (C,)."""
    n, c, *size = x.shape
    last = channels_last(x)
    if x.dtype.kind == "f" and last.flags.c_contiguous:
        return np.ones_like(x, shape=x.size // c if c else 0) @ last.reshape(x.size // c if c else 0, c)
    if x.dtype.kind == "f" and x.flags.c_contiguous:
        planes = x.reshape(n * c, prod(size))
        return (planes @ np.ones_like(x, shape=planes.shape[1])).reshape(n, c).sum(0)
    return x.sum(axis=(0, *range(2, x.ndim)))


def standardize(x: Array, eps: float) -> tuple[Array, Array, Array, Array]:
    """Each channel with mean 0 and variance 1: (standardized x, 1 / sqrt(variance + eps), mean, variance).

    The variance is the biased one; it is taken of the centred values, so that it loses no digits.
    """
    count = max(x.size // max(x.shape[1], 1), 1)
    mean = channel_sum(x) / x.dtype.type(count)
    centred = scale_shift(x, None, -mean)
    variance = channel_sum(np.square(centred)) / x.dtype.type(count)
    rstd = 1 / np.sqrt(variance + x.dtype.type(eps))
    return scale_shift(centred, rstd, None, out=centred), rstd, mean, variance


def scale_shift(x: Array, scale: Array | None, shift: Array | None, out: Array | None = None) -> Array:
    """scale[c] * x[:, c] + shift[c], each left out where None; `out` may be x itself."""
    if out is None:
        out = np.empty_like(x)
    source, target, spread = _runs(x, out)
    if scale is not None:
        np.multiply(source, spread(scale), out=target)
        source = target
    if shift is not None:
        np.add(source, spread(shift), out=target)
    return out


def _runs(x: Array, out: Array) -> tuple[Array, Array, Any]:
    """Both arrays with axes joined into long runs, and a function that spreads channel numbers to match."""
    n, c, *size = x.shape
    if size:
        source, target = channels_last(x), channels_last(out)
        if source.flags.c_contiguous and target.flags.c_contiguous:
            rows = (n * prod(size[:-1]), size[-1] * c)
            return source.reshape(rows), target.reshape(rows), lambda numbers: np.tile(numbers, size[-1])
    return x, out, lambda numbers: numbers.reshape(c, *(1 for _ in size))
