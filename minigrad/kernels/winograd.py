"""Convolution with kernels of 3 x 3 in fewer multiplications: Winograd's minimal filtering, F(2 x 2, 3 x 3).

(S. Winograd, Arithmetic Complexity of Computations, 1980; A. Lavin and S. Gray, Fast Algorithms for Convolutional
Neural Networks, 2016.) Outputs are taken in tiles of 2 x 2, each of which sees 4 x 4 numbers of x. Three small
matrices, applied along both axes, bring tiles and kernels to 4 x 4 places at which they are multiplied one by one:

    T(x, w, u) = sum over tiles, channels and places of  (B x Bᵀ) (G w Gᵀ) (A u Aᵀ)

That is the trilinear form of `convolution` in other coordinates, with 16 multiplications for each pair of channels
where it has 36, and its gradients come from it in the same way: u is Aᵀ (..) A of the products of the other two, summed
over the channels of x, and w is Gᵀ (..) G of theirs, summed over the tiles.

The matrices hold nothing but 0, 1, -1 and 1/2, and for numbers of one order of magnitude rounding errors are no larger
than those of the sum itself. But an error is as large as the largest number of a tile makes it, in all four outputs.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

import numpy as np

from minigrad.kernels.blocks import across, product_of
from minigrad.kernels.layout import channels_last, contiguous
from minigrad.kernels.threads import shared
from minigrad.kernels.windows import Array, Ints, Padding

BLOCK = 2**19
"""How many numbers of transformed tiles are made at a time: so few that they are still in the cache when used."""

WORTH = 2**21
"""So many multiplications of channels with channels, tile by tile, are worth the transformations."""

Block = tuple[slice, slice]
"""Some samples, and some rows of their tiles."""


def suits(x: Array, size: Ints, o: int, kernel: Ints, stride: Ints, padding: Padding, dilation: Ints) -> bool:
    """Whether a convolution of x with `o` kernels to so many outputs, in one group, can and should go this way."""
    n, c = x.shape[:2]
    if tuple(kernel) != (3, 3) or tuple(stride) != (1, 1) or tuple(dilation) != (1, 1) or x.dtype != np.float32:
        return False
    return min(c, o) >= 16 and min(map(min, padding)) >= 0 and n * size[0] * size[1] * c * o >= 4 * WORTH


_quietly = np.errstate(invalid="ignore", over="ignore")  # what is not finite is computed once more, the other way


@_quietly
def convolve(x: Array, w: Array, padding: Padding) -> Array:
    """``u (N, O, H, W)`` of ``x (N, C, ..)`` and ``w (O, C, 3, 3)``."""
    n, c, *size = x.shape
    o = w.shape[0]
    height, width = (length + before + after - 2 for length, (before, after) in zip(size, padding, strict=True))
    kernels = np.einsum("ai,ocij,bj->abco", _G, w, _G, optimize=True).reshape(16, c, o)
    rows, columns = _half(height), _half(width)
    u = np.empty_like(x, shape=(n, rows, 2, columns, 2, o), order="C")

    def part(samples: slice) -> None:
        for block in _blocks(samples, rows, columns, (c + o) // 2):
            tiles = _tiles_of_x(x, block, columns, padding)
            shape = tiles.shape[:-1]
            _to_outputs(product_of(tiles.reshape(16, -1, c), kernels).reshape(*shape, o), u[block])

    shared(part, n, u.size * c)
    whole = u.reshape(n, 2 * rows, 2 * columns, o)
    return np.moveaxis(np.ascontiguousarray(whole[:, :height, :width]), -1, 1)


@_quietly
def convolve_weight(x: Array, u: Array, padding: Padding) -> Array:
    """``w (O, C, 3, 3)`` of ``x (N, C, ..)`` and ``u (N, O, H, W)``. C-contiguous."""
    c, (n, o, height, width) = x.shape[1], u.shape
    rows, columns = _half(height), _half(width)
    whole = channels_last(u)
    if height % 2 or width % 2 or not whole.flags.c_contiguous:
        whole = np.zeros_like(x, shape=(n, 2 * rows, 2 * columns, o), order="C")
        whole[:, :height, :width] = channels_last(u)
    whole = whole.reshape(n, rows, 2, columns, 2, o)

    def part(samples: slice) -> Array:
        products = np.zeros_like(x, shape=(16, c, o))
        for block in _blocks(samples, rows, columns, (c + o) // 2):
            tiles = _tiles_of_x(x, block, columns, padding).reshape(16, -1, c)
            products += across(tiles, _tiles_of_u(whole[block]).reshape(16, -1, o))
        return products

    products = reduce(np.add, shared(part, n, whole.size * c))
    w: Array = np.einsum("ai,abco,bj->ocij", _G, products.reshape(4, 4, c, o), _G, optimize=True).copy()
    return w


_G = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]], np.float32)


def _half(length: int) -> int:
    """How many tiles of two there are."""
    return -(-length // 2)


def _blocks(samples: slice, rows: int, columns: int, channels: int) -> Iterator[Block]:
    """Cut the tiles of some samples into blocks of about `BLOCK` numbers: rows of tiles, or several samples."""
    row = 16 * columns * channels
    step, height = max(1, BLOCK // (row * rows)), max(1, min(rows, BLOCK // row))
    for start in range(samples.start, samples.stop, step):
        for top in range(0, rows, height):
            yield slice(start, min(start + step, samples.stop)), slice(top, min(top + height, rows))


def _tiles_of_x(x: Array, block: Block, columns: int, padding: Padding) -> Array:
    """B x Bᵀ of the tiles of a block: ``(4, 4, N, rows, columns, C)``."""
    samples, rows = block
    (above, _), (left, _) = padding
    image = contiguous(x[samples])
    n, height, _, c = image.shape
    count = rows.stop - rows.start
    first = 2 * rows.start - above  # the row of the image that the block begins with
    top = min(max(first, 0), height)
    inside = slice(top, max(top, min(first + 2 * count + 2, height)))  # empty for a block that lies in the padding
    # Padded, and its even and odd columns apart: neighbouring tiles then take neighbouring numbers.
    split = np.zeros_like(x, shape=(n, 2 * count + 2, 2, columns + 1, c), order="C")
    for odd in (0, 1):
        start = (odd - left) % 2
        source = image[:, inside, start::2]
        target = split[:, inside.start - first : inside.stop - first, odd, (start + left) // 2 :]
        length = min(source.shape[2], target.shape[2])
        target[:, :, :length] = source[:, :, :length]
    along = np.empty_like(split, shape=(4, n, count, 2, columns + 1, c))
    _b(split[:, 0:-2:2], split[:, 1:-2:2], split[:, 2::2], split[:, 3::2], along)
    tiles = np.empty_like(split, shape=(4, 4, n, count, columns, c))
    even, odds = along[:, :, :, 0], along[:, :, :, 1]
    _b(even[..., :-1, :], odds[..., :-1, :], even[..., 1:, :], odds[..., 1:, :], tiles.swapaxes(0, 1))
    return tiles


def _b(a: Array, b: Array, c: Array, d: Array, out: Array) -> None:
    """B (a, b, c, d)."""
    np.subtract(a, c, out=out[0])
    np.add(b, c, out=out[1])
    np.subtract(c, b, out=out[2])
    np.subtract(b, d, out=out[3])


def _tiles_of_u(u: Array) -> Array:
    """A u Aᵀ of tiles ``(N, rows, 2, columns, 2, O)``: ``(4, 4, N, rows, columns, O)``."""
    n, rows, _, columns, _, o = u.shape
    along = np.empty_like(u, shape=(4, n, rows, columns, 2, o))
    _a(u[:, :, 0], u[:, :, 1], along)
    tiles = np.empty_like(u, shape=(4, 4, n, rows, columns, o))
    _a(along[..., 0, :], along[..., 1, :], tiles.swapaxes(0, 1))
    return tiles


def _a(a: Array, b: Array, out: Array) -> None:
    """A (a, b)."""
    out[0] = a
    np.add(a, b, out=out[1])
    np.subtract(a, b, out=out[2])
    np.negative(b, out=out[3])


def _to_outputs(products: Array, u: Array) -> None:
    """Aᵀ (..) A of products ``(4, 4, N, rows, columns, O)``, written to ``u (N, rows, 2, columns, 2, O)``."""
    along = np.empty_like(products, shape=(2, *products.shape[1:]))
    _a_transposed(products, along)
    _a_transposed(along.swapaxes(0, 1), u.transpose(4, 2, 0, 1, 3, 5))


def _a_transposed(products: Array, out: Array) -> None:
    """Aᵀ along the first axis."""
    a, b, c, d = products
    part = a + b
    np.add(part, c, out=out[0])
    np.subtract(b, c, out=part)
    np.subtract(part, d, out=out[1])
