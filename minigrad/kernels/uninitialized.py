"""Memory that nothing has been written to: as it comes, or filled, for programs that are to do the same each time.

Whoever reads it by mistake then reads NaN, or the largest number of its dtype, and not what happened to lie there.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.dtypes import Array


class Filling:
    """Whether memory is filled: where a program wants deterministic algorithms, unless it wants this apart."""

    deterministic = False
    """What `use_deterministic_algorithms` was last told."""
    wanted = True
    """What `utils.deterministic.fill_uninitialized_memory` says."""


def uninitialized(array: Array) -> Array:
    """An array that `np.empty` and the like have made, filled where that is wanted."""
    if Filling.deterministic and Filling.wanted:
        array.fill(unlikely(array.dtype))
    return array


def unlikely(dtype: Any) -> Any:
    """NaN, True, or the largest integer."""
    return np.nan if dtype.kind == "f" else True if dtype.kind == "b" else np.iinfo(dtype).max
