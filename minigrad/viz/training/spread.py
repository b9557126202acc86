"""The distribution of an array in a few numbers, taken so quickly that a training step hardly notices.

Norm and extremes are of all numbers. Quantiles and histogram are of some two thousand, evenly picked: from so many a
quantile is right to about a hundredth of the distribution, and sorting them takes microseconds.
"""

from __future__ import annotations

import math
from string import ascii_letters, digits
from typing import Any

import numpy as np

from minigrad.dtypes import Array

PICKED = 2048
BINS = 24
LEVELS = (0.01, 0.16, 0.5, 0.84, 0.99)
"""The median, and what one and some two standard deviations around it would be for a normal distribution."""
CODES = digits + ascii_letters
"""How full a bin of the histogram is: its share of the fullest, in one letter of 62."""

Row = list[Any]
"""[lowest, the five quantiles, highest, root mean square, how many are not finite, histogram]; None for what is not."""


def spread(array: Array) -> Row | None:
    """The distribution of the numbers in `array`; None if it has none, or they are integers.

    The histogram goes from the lowest to the highest of the five quantiles, and its outermost bins hold what is beyond.
    """
    if array.dtype.kind != "f" or not array.size:
        return None
    flat = array.ravel(order="K")
    low, high = float(flat.min()), float(flat.max())
    values = picked(flat, PICKED)
    broken = 0
    if not (math.isfinite(low) and math.isfinite(high)):
        finite = flat[np.isfinite(flat)]
        broken = array.size - finite.size
        if not finite.size:
            return [*[None] * 8, broken, ""]
        low, high, values, flat = float(finite.min()), float(finite.max()), picked(finite, PICKED), finite
    values = np.sort(values).astype(np.float64)
    quantiles = values[[round(level * (len(values) - 1)) for level in LEVELS]]
    numbers = [low, *quantiles.tolist(), high, rms(flat)]
    return [*map(rounded, numbers), broken, _histogram(values, quantiles[0], quantiles[-1])]


def picked(flat: Array, most: int) -> Array:
    """At most some `most` of the numbers, evenly; the step is odd, so that no channel of a power of two is left out."""
    return flat[:: len(flat) // most | 1] if len(flat) > most else flat


def rms(flat: Array) -> float:
    """The root of the mean of the squares of a vector."""
    if flat.dtype.itemsize < 4:
        flat = flat.astype(np.float32)
    with np.errstate(over="ignore"):
        squares = float(np.dot(flat, flat))
    if not math.isfinite(squares):  # too large for the dtype, not for the mean
        largest = float(np.abs(flat).max())
        return largest * rms(flat / largest) if math.isfinite(largest) else math.inf
    return math.sqrt(squares / flat.size)


def rounded(value: float) -> float:
    """Four significant digits are enough for a chart."""
    return float(f"{value:.4g}")


def silent(array: Array) -> float | None:
    """The share of units that gave 0 for every sample; None where no number is 0.

    The units are along dimension 1, or along the last, whichever has more of them silent: channels stand there.
    """
    if array.ndim < 2 or not array.size:
        return None
    active = array != 0
    if active.all():
        return None
    shares = [
        1 - float(active.any(axis=tuple(each for each in range(array.ndim) if each != unit)).mean())
        for unit in {1, array.ndim - 1}
    ]
    return rounded(max(shares))


def _histogram(values: Array, low: float, high: float) -> str:
    if high <= low:
        return CODES[-1] * BINS
    places = ((values - low) * (BINS / (high - low))).clip(0, BINS - 1).astype(np.intp)
    counts = np.bincount(places, minlength=BINS)
    levels = -(-counts * (len(CODES) - 1) // counts.max())  # rounded up: what is there is seen
    return "".join([CODES[level] for level in levels])
