"""Products of matrices in blocks so small that the linear algebra takes them as they lie.

A library of linear algebra first packs the matrices: it copies them, in the order in which it will multiply. That pays
where each number is used many times, which in layers is rare: one of the matrices is long and thin. OpenBLAS, which
NumPy's wheels bring, has kernels for small products that do without, on processors with AVX-512. By those, a product
cut into small blocks takes between a third of the time and nine tenths. NumPy multiplies all blocks in one call.

Which blocks are quicker than the whole depends on how the matrices lie, and was measured: see `_block`.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.kernels import blas

UNPACKED = 10**6 if blas.core() in ("SkylakeX", "Cooperlake", "SapphireRapids") else 0
"""So many multiplications OpenBLAS makes without packing."""

LONG = 1 << 10
"""So many rows are worth bringing what they are multiplied with into another order."""


def multiply(a: Array, b: Array, out: Array) -> None:
    """Write a @ b to `out`: matrices (..., rows, inner) and (..., inner, columns)."""
    if a.shape[-2] >= LONG:
        b = in_rows(b)
    block = _block(a, b)
    if block is None:
        np.matmul(a, b, out=out)
        return
    (rows, inner), columns = a.shape[-2:], b.shape[-1]
    height, width = block
    r, c = rows - rows % height, columns - columns % width
    np.matmul(
        a[..., :r, :].reshape(*a.shape[:-2], r // height, 1, height, inner),
        b[..., :c].reshape(*b.shape[:-2], 1, inner, c // width, width).swapaxes(-2, -3),
        out=out[..., :r, :c].reshape(*out.shape[:-2], r // height, height, c // width, width).swapaxes(-2, -3),
    )
    if c < columns:
        np.matmul(a, b[..., c:], out=out[..., c:])
    if r < rows:
        np.matmul(a[..., r:, :], b[..., :c], out=out[..., r:, :c])


def product_of(a: Array, b: Array) -> Array:
    """a @ b of matrices (..., rows, inner) and (..., inner, columns), with as many dimensions before."""
    result = np.empty_like(a, shape=(*a.shape[:-1], b.shape[-1]), order="C")
    multiply(a, b, result)
    return result


def across(a: Array, b: Array) -> Any:
    """aᵀ @ b of matrices (..., rows, m) and (..., rows, n) that have many rows: blocks of them, added up."""
    (rows, m), n = a.shape[-2:], b.shape[-1]
    most = UNPACKED // max(1, m * n)
    if most < 128 or rows <= most or a.dtype.char not in "fd":
        return a.swapaxes(-1, -2) @ b
    count = -(-rows // most)
    r = rows - rows % count
    blocks = [each[..., :r, :].reshape(*each.shape[:-2], count, r // count, each.shape[-1]) for each in (a, b)]
    total = (blocks[0].swapaxes(-1, -2) @ blocks[1]).sum(axis=-3)
    if r < rows:
        total += a[..., r:, :].swapaxes(-1, -2) @ b[..., r:, :]
    return total


def in_rows(b: Array) -> Array:
    """`b` with rows of neighbouring numbers, if it is so small that `_block` takes all its columns at a time."""
    return b if b.strides[-1] == b.itemsize or 16 * prod(b.shape[-2:]) > UNPACKED else b.copy(order="C")


def _block(a: Array, b: Array) -> tuple[int, int] | None:
    """The rows and columns of the blocks that are quicker than the whole, or None."""
    (rows, inner), columns = a.shape[-2:], b.shape[-1]
    size = rows * inner * columns
    if not UNPACKED or size <= UNPACKED or size * prod(a.shape[:-2]) <= 2 * UNPACKED or a.dtype.char not in "fd":
        return None
    a_in_rows, height, width = a.strides[-1] == a.itemsize, rows, columns
    if b.strides[-1] == b.itemsize:
        if width * inner * (16 if a_in_rows else 64) > UNPACKED:  # too wide for so many rows at a time
            if (rows if a_in_rows else inner) > 64:
                return None
            width = 128
    elif a_in_rows and inner >= max(128, 2 * rows) and 8 * rows * inner <= UNPACKED:
        width = 32 if 32 * 32 * inner <= UNPACKED else 16
        height = 1200 // width  # the kernel for sums along two rows makes no larger ones
    else:
        return None
    height = min(height, UNPACKED // (inner * width)) // 8 * 8
    return (_even(rows, height, 8), _even(columns, width, 16)) if height else None


def _even(count: int, size: int, unit: int) -> int:
    """A size of at most about `size`, in whole units, of which equal parts of `count` can be."""
    parts = -(-count // size)
    return min(count, -(-count // (parts * unit)) * unit)


def _whole(a: Array, b: Array, out: Array) -> None:
    """a @ b, written to `out`."""
    np.matmul(a, b, out=out)


def _whole_across(a: Array, b: Array) -> Any:
    """aᵀ @ b."""
    return a.swapaxes(-1, -2) @ b


# In a program that is written out:
multiply.written_as = _whole  # type: ignore[attr-defined]
across.written_as = _whole_across  # type: ignore[attr-defined]
