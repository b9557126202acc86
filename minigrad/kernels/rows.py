"""Passes along the rows of a large array, some rows at a time: they stay in the cache, and each thread takes a part."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from minigrad.dtypes import Array
from minigrad.kernels.pieces import PIECE, each_piece


def over_rows(function: Callable[..., object], *arrays: Array) -> None:
    """Call `function(*arrays)`, which acts on each row, along the last axis, by itself, for some rows at a time.

    The arrays are (..., D), or (..., 1) with a number for each row.
    """
    first = arrays[0]
    alike = all(each.flags.c_contiguous and each.shape[:-1] == first.shape[:-1] for each in arrays)
    if first.size <= PIECE or first.ndim < 2 or not alike:
        function(*arrays)
        return
    width = first.shape[-1]
    tables = [each.reshape(first.size // width, -1) for each in arrays]

    each_piece(lambda piece: function(*(each[piece] for each in tables)), len(tables[0]), width)


def in_rows(function: Callable[..., Array], *arrays: Array) -> Array:
    """`function(*arrays, out=...)` by `over_rows`: a new array like the first."""
    if arrays[0].size <= PIECE:
        return function(*arrays, out=None)
    result = np.empty_like(arrays[0])
    over_rows(lambda out, *rows: function(*rows, out=out), result, *arrays)
    return result


def softmax(x: Array, axis: int, scale: Array | None = None) -> Array:
    """e ** x / Σ e ** x along an axis, times `scale`, which has size 1 there."""

    def piece(x: Array, *scale: Array, out: Array | None, axis: int = -1) -> Array:
        y = np.subtract(x, x.max(axis=axis, keepdims=True, initial=-np.inf), out=out)
        np.exp(y, out=y)
        total = y.sum(axis=axis, keepdims=True)
        y *= (scale[0] if scale else 1) / total
        return y

    arrays = (x,) if scale is None else (x, np.ascontiguousarray(scale))
    return in_rows(piece, *arrays) if axis in (-1, x.ndim - 1) else piece(*arrays, out=None, axis=axis)


def vecdot(x: Array, y: Array, axis: int) -> Array:
    """Σ x y along an axis, which stays with size 1, for arrays of one shape."""
    if axis != x.ndim - 1:
        return (x * y).sum(axis=axis, keepdims=True)
    total = np.empty_like(x, shape=(*x.shape[:-1], 1))
    over_rows(lambda x, y, total: np.vecdot(x, y, out=total[..., 0]), x, y, total)
    return total


def log_softmax(x: Array, axis: int) -> Array:
    """x - ln Σ e ** x along an axis."""

    def piece(x: Array, out: Array | None, axis: int = -1) -> Array:
        y = np.subtract(x, x.max(axis=axis, keepdims=True, initial=-np.inf), out=out)
        y -= np.log(np.exp(y).sum(axis=axis, keepdims=True))
        return y

    return in_rows(piece, x) if axis in (-1, x.ndim - 1) else piece(x, None, axis)


def log_sum_exp(x: Array, axis: int) -> tuple[Array, Array]:
    """max x and ln Σ e ** (x - max x) along an axis, which stays with size 1: the two make ln Σ e ** x together."""
    if axis != x.ndim - 1:
        largest = x.max(axis=axis, keepdims=True, initial=-np.inf)
        return largest, np.log(np.exp(x - largest).sum(axis=axis, keepdims=True))
    largest, rest = (np.empty_like(x, shape=(*x.shape[:-1], 1)) for _ in range(2))

    def piece(x: Array, largest: Array, rest: Array) -> None:
        x.max(axis=-1, keepdims=True, initial=-np.inf, out=largest)
        y = x - largest
        np.log(np.exp(y, out=y).sum(axis=-1, keepdims=True, out=rest), out=rest)

    over_rows(piece, x, largest, rest)
    return largest, rest


def mean(x: Array, y: Array) -> Array:
    """The mean of the products of x and y along each row, (..., 1)."""
    return np.vecdot(x, y)[..., None] / x.dtype.type(max(x.shape[-1], 1))


def _ones(x: Array) -> Array:
    return np.ones(x.shape[-1], x.dtype)


def standardize_rows(x: Array, eps: float) -> tuple[Array, Array]:
    """Each row with mean 0 and variance 1, and 1 / sqrt(variance + eps), (..., 1).

    The variance is the biased one; it is taken of the centred values, so that it loses no digits.
    """
    r = np.empty_like(x, shape=(*x.shape[:-1], 1))

    def piece(x: Array, r: Array, out: Array | None) -> Array:
        z = np.subtract(x, mean(x, _ones(x)), out=out)
        r[...] = 1 / np.sqrt(mean(z, z) + x.dtype.type(eps))
        z *= r
        return z

    return in_rows(piece, x, r), r


def scale_shift(z: Array, weight: Array, bias: Array) -> Array:
    """weight * z + bias, with one number of each for every column."""

    def piece(z: Array, out: Array | None) -> Array:
        y = np.multiply(z, weight, out=out)
        y += bias
        return y

    return in_rows(piece, z)


def projection(v: Array, z: Array, r: Array) -> Array:
    """r * (v - mean(v) - z * mean(v * z)), for each row."""

    def piece(v: Array, z: Array, r: Array, out: Array | None) -> Array:
        y = np.multiply(z, mean(v, z), out=out)
        np.subtract(v, y, out=y)
        y -= mean(v, _ones(v))
        y *= r
        return y

    return in_rows(piece, v, z, r)
