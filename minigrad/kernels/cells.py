"""One cell of each row, the rows lying along any axis: the index that gather, scatter and losses of classes share."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.dtypes import Array


def cells(index: Array, dim: int) -> tuple[Any, ...]:
    """The index that takes, at each position of `index`, that position with `index` itself along `dim`."""
    place = [np.arange(size).reshape(-1, *(1,) * (index.ndim - 1 - axis)) for axis, size in enumerate(index.shape)]
    place[dim] = index
    return tuple(place)
