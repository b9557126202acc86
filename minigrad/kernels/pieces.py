"""Passes over a large array, piece by piece: each piece stays in the cache from the first pass to the last.

Each thread takes a part of the pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import prod

import numpy as np

from minigrad.dtypes import Array
from minigrad.kernels.layout import in_order_of
from minigrad.kernels.threads import shared

PIECE = 1 << 19
"""Elements of a piece: few enough for the caches, and so many that a thread seldom has to wait for the interpreter."""


def pieces(rows: slice, width: int, piece: int | None = None) -> Iterator[slice]:
    """Cut `rows` of so many elements each into pieces of one size, of at most `piece` elements, or `PIECE`."""
    count = rows.stop - rows.start
    step = max(1, (piece or PIECE) // max(1, width))
    step = max(1, -(-count // max(1, -(-count // step))))
    for start in range(rows.start, rows.stop, step):
        yield slice(start, min(start + step, rows.stop))


def each_piece(work: Callable[[slice], object], count: int, width: int) -> None:
    """Call `work(piece)` for the pieces of `count` rows of so many elements each; each thread takes a part of them."""

    def part(rows: slice) -> None:
        for piece in pieces(rows, width):
            work(piece)

    shared(part, count, count * width)


def update_pieces(update: Callable[..., object], arrays: Sequence[Array], numbers: Sequence[float]) -> None:
    """`update(*arrays, *numbers)`, which changes some of the arrays, of one shape, each element by itself."""
    if all(each.flags.c_contiguous for each in arrays):
        arrays = [each.reshape(-1) for each in arrays]
    first = arrays[0]

    def part(rows: slice) -> None:
        for piece in pieces(rows, prod(first.shape[1:])):
            update(*[each[piece] for each in arrays], *numbers)

    shared(part, len(first), first.size)


def in_pieces(function: Callable[..., Array], *arrays: Array) -> Array:
    """`function(*arrays, out=...)`, which acts on each element by itself, for arrays of one shape.

    The result has the dtype of the first, and the order in memory of the last, into which others are brought. As with
    NumPy's own functions, where `out` is None the function makes its result itself.
    """
    first, last = arrays[0], arrays[-1]
    if first.ndim == 0:  # NumPy would answer with a scalar
        return in_pieces(function, *(each.reshape(1) for each in arrays)).reshape(())
    if first.size <= PIECE:
        return function(*(in_order_of(last, each) for each in arrays), out=None)
    out = np.empty_like(last, dtype=first.dtype)
    target, sources = out, arrays
    if first.flags.c_contiguous and all(each.flags.c_contiguous for each in arrays):
        target, sources = out.reshape(-1), tuple(each.reshape(-1) for each in arrays)

    def work(piece: slice) -> None:
        here = target[piece]
        function(*(in_order_of(here, each[piece]) for each in sources), out=here)

    each_piece(work, len(target), prod(target.shape[1:]))
    return out
