"""Arguments of several dtypes: when they are to be brought to one, and how. Nearly all calls have no need of it.

PyTorch's rules differ from NumPy's, so an operation whose result is not of the dtype of its tensors is looked at again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.dtypes import DType, check_numbers, promoted
from minigrad.engine.node import Variable


def mixed(args: Sequence[Any], positions: Sequence[int], dtype: DType) -> bool:
    """Whether a Variable among the numbers has another dtype than the result. Answers to questions are bools anyway.

    TypeError for an array beside them that holds no numbers, of which NumPy would answer questions too.
    """
    for position in positions:
        arg = args[position]
        if isinstance(arg, Variable):
            if dtype.kind != "b" and arg.array.dtype != dtype:
                return True
        elif hasattr(arg, "dtype"):
            check_numbers(arg.dtype)
    return False


def promote(arrays: list[Any], positions: Sequence[int], floating: bool) -> None:
    """Give the arrays at `positions` the dtype that they make together."""
    together = promoted([arrays[position] for position in positions], floating)
    for position, array in zip(positions, together, strict=True):
        arrays[position] = array


WITH_RULES = (np.matrix, np.ma.MaskedArray)
"""Arrays that have rules of their own: products of matrices, sums of what is not masked."""


def plain_arrays(arrays: Sequence[Any]) -> list[Any]:
    """The same, of arrays with rules of their own the numbers alone."""
    return [np.asarray(each) if isinstance(each, WITH_RULES) else each for each in arrays]
