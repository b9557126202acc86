"""Products of matrices in blocks so small that the linear algebra takes them as they lie.

A library of linear algebra first packs the matrices: it copies them, in the order in which it will multiply. That pays
where each number is used many times, which in layers is rare: one of the matrices is long and thin. OpenBLAS, which
NumPy's wheels bring, has kernels for small products that do without, on processors with AVX-512. By those, a product
cut into small blocks takes between a third of the time and nine tenths. NumPy multiplies all blocks in one call.

Which blocks are quicker than the whole depends on how the matrices lie, and was measured: see `_block`.
"""

from __future__ import annotations

from functools import lru_cache
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
    (rows, inner), columns = a.shape[-2:], b.shape[-1]
    size, block = rows * inner * columns, None
    if 0 < UNPACKED < size and size * prod(a.shape[:-2]) > 2 * UNPACKED and a.dtype.char in "fd":
        if rows >= LONG:
            b = row_major(b)
        block = _block(rows, inner, columns, a.strides[-1] == a.itemsize, b.strides[-1] == b.itemsize, UNPACKED)
    if block is None:
        np.matmul(a, b, out=out)
        return
    height, width = block
    r, c = rows - rows % height, columns - columns % width
    np.matmul(
        a[..., :r, :].reshape(*a.shape[:-2], r // height, 1, height, inner),
        b[..., :c].reshape(*b.shape[:-2], 1, inner, c // width, width).swapaxes(-2, -3),
        out=out[..., :r, :c].reshape(*out.shape[:-2], r // height, height, c // width, width).swapaxes(-2, -3),
    )
    if c < columns:
        multiply(a, b[..., c:], out[..., c:])
    if r < rows:
        multiply(a[..., r:, :], b[..., :c], out[..., r:, :c])


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
        return product_of(a.swapaxes(-1, -2), b)
    count = -(-rows // most)
    r = rows - rows % count
    blocks = [each[..., :r, :].reshape(*each.shape[:-2], count, r // count, each.shape[-1]) for each in (a, b)]
    total = (blocks[0].swapaxes(-1, -2) @ blocks[1]).sum(axis=-3)
    if r < rows:
        total += a[..., r:, :].swapaxes(-1, -2) @ b[..., r:, :]
    return total


def row_major(b: Array) -> Array:
    """`b` with rows of neighbouring numbers, if it is so small that `_block` takes all its columns at a time."""
    return b if b.strides[-1] == b.itemsize or 16 * prod(b.shape[-2:]) > UNPACKED else b.copy(order="C")


@lru_cache(maxsize=1024)
def _block(
    rows: int, inner: int, columns: int, a_in_rows: bool, b_in_rows: bool, unpacked: int
) -> tuple[int, int] | None:
    """The rows and columns of the blocks that are quicker than the whole, or None; whether numbers of a row are
    neighbours."""
    height, width = rows, columns
    if b_in_rows and columns * inner * (16 if a_in_rows else 64) > unpacked:  # too wide for so many rows at a time
        narrow = columns <= 128 and a_in_rows
        if 24 * 64 * inner <= unpacked and (rows <= 1024 or narrow):
            height, width = 24, 64
        elif 12 * 64 * inner <= unpacked and narrow:
            height, width = 12, 64
        else:
            return None
    elif a_in_rows and not b_in_rows:
        if inner < max(128, 2 * rows) or 8 * rows * inner > unpacked:
            return None
        width = min(columns, 32 if 32 * 32 * inner <= unpacked else 16)
        height = 1200 // width  # the kernel for sums along two rows makes no larger ones
    elif not b_in_rows:
        return None
    height = min(height, unpacked // (inner * width))
    if height < 8 or width > columns:
        return None
    return (_even(rows, height) if a_in_rows else min(rows, height)), width


def _even(count: int, size: int) -> int:
    """At most `size`, and more than half of it, such that parts of `count` leave least over."""
    size = min(size, count)
    return min(range(size, size // 2, -1), key=lambda each: count % each)


def _whole(a: Array, b: Array, out: Array) -> None:
    """a @ b, written to `out`."""
    np.matmul(a, b, out=out)


def _whole_across(a: Array, b: Array) -> Any:
    """aᵀ @ b."""
    return a.swapaxes(-1, -2) @ b


# In a program that is written out:
multiply.written_as = _whole  # type: ignore[attr-defined]
across.written_as = _whole_across  # type: ignore[attr-defined]
