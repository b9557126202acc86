"""Many passes over a large array, piece by piece: each piece stays in the cache from the first pass to the last."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from minigrad.dtypes import Array

PIECE = 2**14
"""Elements of a piece: a few arrays of so many float64 fit into the second cache of a core."""


def in_pieces(function: Callable[[Array], Array], x: Array) -> Array:
    """`function(x)`, which acts on each element by itself and keeps the dtype; x is floating point."""
    if x.size <= PIECE:
        return function(x.reshape(-1)).reshape(x.shape)
    if not (x.flags.c_contiguous or x.flags.f_contiguous):
        x = np.ascontiguousarray(x)
    out = np.empty_like(x)
    source, target = x.ravel(order="K"), out.ravel(order="K")  # views
    for start in range(0, x.size, PIECE):
        target[start : start + PIECE] = function(source[start : start + PIECE])
    return out
