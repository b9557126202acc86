"""Products of matrices: NumPy's, and those of large ones shared out to the threads.

NumPy's library of linear algebra has threads of its own, which wait for each other by spinning. They are quick on a
machine that does nothing else, many times slower beside a busy process, and in the way of all work that is shared out
between two products. So a product is cut here, as everything else is: by the rows or columns of what comes out.
"""

from __future__ import annotations

from functools import lru_cache
from math import prod

import numpy as np
from numpy import ones as new_ones

from minigrad.dtypes import Array, DType
from minigrad.kernels.blocks import UNPACKED, multiply
from minigrad.kernels.threads import shared

WORTH = 1 << 22
"""So many multiplications are worth a thread: some 0.1 ms."""
FEW = 1 << 12
"""So few ones are kept: to make them takes as long as the product."""


def matmul(a: Array, b: Array) -> Array:
    """a @ b for any number of dimensions, as np.matmul."""
    if a.shape[-1:] == (1,) and a.ndim > 1 < b.ndim and a.dtype == b.dtype:  # BLAS takes ten times as long
        return a * b
    size = a.size * b.shape[-1]
    if size < 2 * (UNPACKED or WORTH) or a.dtype != b.dtype or min(a.ndim, b.ndim) < 2:
        return np.matmul(a, b)
    if b.ndim == 2:
        return _matrix(a, b)
    return _stack(a, b) if size >= 2 * WORTH else np.matmul(a, b)


def _matrix(a: Array, b: Array) -> Array:
    """(..., n, m) with (m, p): all rows in one product."""
    if a.ndim > 2:
        return _matrix(a.reshape(prod(a.shape[:-1]), a.shape[-1]), b).reshape(*a.shape[:-1], b.shape[-1])
    y = np.empty_like(a, shape=(a.shape[0], b.shape[1]), order="C")
    if a.shape[0] >= b.shape[1]:
        shared(lambda rows: multiply(a[rows], b, y[rows]), a.shape[0], a.size * b.shape[1], WORTH)
    else:
        shared(lambda columns: multiply(a, b[:, columns], y[:, columns]), b.shape[1], a.size * b.shape[1], WORTH)
    return y


def _stack(a: Array, b: Array) -> Array:
    """Stacks of matrices, each product by itself."""
    shape = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = np.broadcast_to(a, shape + a.shape[-2:]), np.broadcast_to(b, shape + b.shape[-2:])
    y = np.empty_like(a, shape=(*shape, a.shape[-2], b.shape[-1]), order="C")
    shared(lambda part: multiply(a[part], b[part], y[part]), shape[0], a.size * b.shape[-1], WORTH)
    return y


def with_each(a: Array, matrices: Array, out: Array) -> None:
    """Write a @ each of the matrices to `out`."""
    size = a.size * len(matrices) * matrices.shape[-1]
    shared(lambda some: multiply(a, matrices[some], out[some]), len(matrices), size, WORTH)


with_each.written_as = multiply.written_as  # type: ignore[attr-defined]


def ones(count: int, dtype: DType) -> Array:
    """A vector of ones, not to be written to: a product with it is a sum, which BLAS has sooner than a reduction."""
    return _few_ones(count, dtype) if count <= FEW else np.ones(count, dtype)


@lru_cache(maxsize=64)
def _few_ones(count: int, dtype: DType) -> Array:
    return new_ones(count, dtype)  # by a name that a trace does not notice: what is remembered belongs to none
