"""Sums of float16, computed in float32: of ordinary numbers they are soon infinite, or stand still at 2048 ones."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.dtypes import Array

HALF = np.dtype(np.float16)


def in_single(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function computed in float32 where its first array is of float16, and the results cast back."""

    @functools.wraps(function)
    def run(first: Array, *others: Any) -> Any:
        if first.dtype is not HALF:
            return function(first, *others)
        wide = [each.astype(np.float32) if isinstance(each, np.ndarray) else each for each in (first, *others)]
        y = function(*wide)
        return tuple(each.astype(np.float16) for each in y) if isinstance(y, tuple) else y.astype(np.float16)

    return run
