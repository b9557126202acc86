"""Numbers that a mask keeps, the others 0.

The bits of a number, as a whole number, times 0 or 1: as fast as a multiplication of floats, which would make NaN of
infinity times 0, where np.where on a random mask takes ten times as long.
"""

from __future__ import annotations

import numpy as np

from minigrad.dtypes import Array


def masked(g: Array, keep: Array, out: Array | None = None) -> Array:
    """g where `keep`, else 0, for floats of any width."""
    bits = f"i{g.dtype.itemsize}"
    return np.multiply(g.view(bits), keep, out=None if out is None else out.view(bits)).view(g.dtype)
