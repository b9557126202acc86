"""Interpolation and adaptive averaging, as one small matrix for each axis.

Changing the length of an axis by a fixed linear rule is the product with a matrix ``(out, in)``, and over
several axes the rules of this file act on each axis by itself. So an image is resized by one matrix product
an axis, and the adjoint is the same with the matrices transposed.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import DTypeLike

from minigrad.kernels.windows import Array, Ints, all_finite


def interpolation_matrix(
    mode: str,
    n_in: int,
    n_out: int,
    align_corners: bool = False,
    scale: float | None = None,
    dtype: DTypeLike = np.float32,
) -> Array:
    """The matrix ``(n_out, n_in)`` that interpolates an axis: nearest, nearest-exact, linear or cubic.

    Samples are the centres of cells of equal width. With ``align_corners``, of which the nearest modes know
    nothing, the first and the last samples of both axes coincide instead. ``scale`` is the ratio of the
    lengths where that is not ``n_out / n_in``; nearest and linear ignore it, as PyTorch does for images, on
    an axis that keeps its length. Beyond its ends the axis repeats its first and last sample. Cubic is the
    convolution of R. Keys, Cubic Convolution Interpolation for Digital Image Processing, 1981, with a = -3/4.
    """
    keeps = n_in == n_out and mode in ("nearest", "linear")
    step = n_in / n_out if scale is None or keeps else 1 / scale
    cells = np.arange(n_out)
    if mode in ("nearest", "nearest-exact"):
        # Which of two cells owns a position on their border is a matter of rounding. PyTorch rounds, for
        # images of any dtype, in single precision.
        shift = np.float32(0.5 if mode == "nearest-exact" else 0)
        position = (cells.astype(np.float32) + shift) * np.float32(step)
        taps = {0: np.ones(n_out)}
    else:
        if align_corners:
            position = cells * ((n_in - 1) / max(1, n_out - 1))
        else:
            position = (cells + 0.5) * step - 0.5
        t = position - np.floor(position)
        taps = linear_taps(t) if mode == "linear" else cubic_taps(t)
    matrix = np.zeros((n_out, n_in))
    start = np.floor(position).astype(np.int64)
    for tap, weight in taps.items():
        matrix[cells, np.clip(start + tap, 0, n_in - 1)] += weight
    return matrix.astype(dtype)


def antialiased_matrix(
    mode: str, n_in: int, n_out: int, align_corners: bool, scale: float | None, dtype: DTypeLike = np.float32
) -> Array:
    """The matrix ``(n_out, n_in)`` of linear or cubic interpolation that lets no fine detail fold over.

    Where an axis becomes shorter, the filter is stretched by the same factor, so that each sample of the result is a
    weighted average of all those of the input that fall on it. As in Pillow, whose cubic filter has a = -1/2, samples
    beyond the ends count nothing, and the weights are scaled to sum 1.
    """
    if align_corners:
        step = (n_in - 1) / (n_out - 1) if n_out > 1 else 0.0
    else:
        step = n_in / n_out if scale is None else 1 / scale
    stretch = max(step, 1.0)
    matrix = np.zeros((n_out, n_in))
    for i in range(n_out):
        centre, reach = step * (i + 0.5), stretch * (1 if mode == "linear" else 2)
        start, stop = max(int(centre - reach + 0.5), 0), min(int(centre + reach + 0.5), n_in)
        distance = np.abs((np.arange(start, stop) - centre + 0.5) / stretch)
        weights = np.maximum(1 - distance, 0) if mode == "linear" else cubic_filter(distance, a=-0.5)
        matrix[i, start:stop] = weights / weights.sum()
    return matrix.astype(dtype)


def cubic_filter(distance: Array, a: float) -> Array:
    """Keys' kernel at distances from its centre."""
    near = ((a + 2) * distance - (a + 3)) * distance * distance + 1
    far = a * (((distance - 5) * distance + 8) * distance - 4)
    return np.where(distance < 1, near, np.where(distance < 2, far, 0))


def linear_taps(t: Array) -> dict[int, Array]:
    """The weights of the samples 0 and 1 at a distance t between them."""
    return {0: 1 - t, 1: t}


def cubic_taps(t: Array, a: float = -0.75) -> dict[int, Array]:
    """The weights of the samples -1 to 2 at a distance t from sample 0: Keys' kernel, in two polynomials."""

    def near(distance: Array) -> Array:
        return ((a + 2) * distance - (a + 3)) * distance * distance + 1

    def far(distance: Array) -> Array:
        return a * (((distance - 5) * distance + 8) * distance - 4)

    return {-1: far(1 + t), 0: near(t), 1: near(1 - t), 2: far(2 - t)}


def adaptive_average_matrix(n_in: int, n_out: int, dtype: DTypeLike = np.float32) -> Array:
    """The matrix ``(n_out, n_in)`` whose row i averages the samples under cell i of n_out equal cells."""
    matrix = np.zeros((n_out, n_in))
    for i in range(n_out):
        start, stop = i * n_in // n_out, -(-(i + 1) * n_in // n_out)
        matrix[i, start:stop] = 1 / (stop - start)
    return matrix.astype(dtype)


def _without_zeros(matrix: Array, rows: Array) -> Array:
    """`matrix @ rows` where the rows hold infinity or NaN, which a weight of 0 would carry to samples far away."""
    y = np.zeros_like(rows, shape=(rows.shape[0], len(matrix), rows.shape[2]))
    for i, weights in enumerate(matrix):
        (near,) = np.nonzero(weights)
        y[:, i] = np.einsum("j,bja->ba", weights[near], rows[:, near])
    return y


def apply_along_axes(x: Array, matrices: Sequence[Array], axes: Ints) -> Array:
    """Multiply each of the axes of x by its matrix ``(out, in)``. The memory order of x is kept."""
    order = sorted(range(x.ndim), key=lambda axis: -abs(x.strides[axis]))
    y = x.transpose(order)
    for matrix, axis in zip(matrices, axes, strict=True):
        place = order.index(axis % x.ndim)
        before, (length, *after) = y.shape[:place], y.shape[place:]
        rows = y.reshape(prod(before), length, prod(after))
        product = (rows[..., 0] @ matrix.T)[..., None] if prod(after) == 1 else matrix @ rows
        if not all_finite(product):
            product = _without_zeros(matrix, rows)
        y = product.reshape(*before, len(matrix), *after)
    return y.transpose([order.index(axis) for axis in range(x.ndim)])
