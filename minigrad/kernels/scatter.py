"""Slices added up by their places: what an embedding, or any index that repeats, does on its way back.

Slices are brought together by place. Most places come a few times: the first slices of all places are taken in one go,
to them all second ones are added in another, and so on, the places that come most often first, so that each turn adds
to a part from the start. Of places that come very often the slices are summed by `reduceat`, which is quick for long
sums and slow for short ones: for an embedding this is ten times faster than `reduceat` alone.
"""

from __future__ import annotations

import numpy as np

from minigrad.dtypes import Array

OFTEN = 8
"""Places that come more often than this are summed each by itself."""


def add_slices(slices: Array, places: Array, size: int) -> Array:
    """Zeros of shape (size, ...) to which each of the slices (n, ...) is added at its place, from 0 to size - 1."""
    out = np.zeros_like(slices, shape=(size, *slices.shape[1:]))
    if not slices.size:
        return out
    slices = np.ascontiguousarray(slices)  # once: `take` would do so each time
    order = _sorting(places, size)
    sorted_places = places[order]
    starts = np.flatnonzero(np.diff(sorted_places, prepend=-1))
    counts = np.diff(starts, append=len(places))

    often = counts > OFTEN
    if often.any():
        members = order[np.repeat(often, counts)]
        begins = np.cumsum(counts[often]) - counts[often]
        out[sorted_places[starts[often]]] = np.add.reduceat(slices[members], begins, axis=0, dtype=slices.dtype)
        starts, counts = starts[~often], counts[~often]
    starts = starts[_sorting(counts, OFTEN + 1)[::-1]]
    sums = slices.take(order[starts], 0)
    for turn in range(1, int(counts.max(initial=0))):
        again = starts[: np.count_nonzero(counts > turn)]
        sums[: len(again)] += slices.take(order[again + turn], 0)
    out[sorted_places[starts]] = sums
    return out


def _sorting(numbers: Array, end: int) -> Array:
    """The order that sorts numbers from 0 to `end` - 1, equal ones as they come; short ones are sorted by counting."""
    return np.argsort(numbers.astype(np.uint16) if end <= 1 << 16 else numbers, kind="stable")
