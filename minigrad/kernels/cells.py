"""One cell of each row, the rows lying along any axis: the index that gather, scatter and losses of classes share."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy import arange

from minigrad.dtypes import Array

FEW = 1 << 12
"""Up to so many numbers are remembered."""


def cells(index: Array, dim: int) -> tuple[Any, ...]:
    """The index that takes, at each position of `index`, that position with `index` itself along `dim`."""
    last = index.ndim - 1
    place = [(_few if size <= FEW else _numbers)(size, last - axis) for axis, size in enumerate(index.shape)]
    place[dim] = index
    return tuple(place)


def _numbers(size: int, after: int) -> Array:
    """The numbers below `size`, along an axis with so many others after it."""
    return np.arange(size).reshape(-1, *(1,) * after)


@lru_cache(maxsize=64)
def _few(size: int, after: int) -> Array:
    """`_numbers`, remembered, and not to be written to: for a small index to make them takes longer than what follows.

    By a name that a trace does not notice: what is remembered must not belong to one.
    """
    return arange(size).reshape(-1, *(1,) * after)
