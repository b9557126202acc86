"""An index as users write it, and as NumPy takes it: arrays for tensors, the numbers before the rest."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from minigrad.engine.node import Variable
from minigrad.errors import PlaceError


def has_arrays(index: Any) -> bool:
    """Whether a plain index names elements by an array, and does not only cut."""
    return any(isinstance(part, np.ndarray) for part in (index if isinstance(index, tuple) else (index,)))


def numbers_apart(index: Any) -> tuple[Any, Any]:
    """A plain index in two steps, the numbers before the rest; None for the first where one step does the same."""
    parts = index if isinstance(index, tuple) else (index,)
    numbers = [part for part in parts if isinstance(part, (int, np.integer))]
    if not numbers or not has_arrays(parts):
        return None, index
    first = tuple(whole for part in parts for whole in _numbers_only(part))
    return first, tuple(part for part in parts if not isinstance(part, (int, np.integer)))


def _numbers_only(part: Any) -> list[Any]:
    """What a part of an index becomes when only its numbers are to be taken."""
    if part is None:
        return []
    if isinstance(part, np.ndarray):
        return [slice(None)] * (part.ndim if part.dtype.kind == "b" else 1)
    return [slice(None)] if isinstance(part, slice) else [part]


def plain_index(index: Any) -> Any:
    """The index with arrays in the place of tensors, and lists as the arrays they mean.

    A list that holds more than numbers stands for a tuple, as in PyTorch: its parts are for one dimension each.
    """
    if isinstance(index, list) and len(index) < 32 and any(map(_names_dimension, index)):
        warnings.warn(
            "Using a non-tuple sequence for multidimensional indexing is deprecated; use x[tuple(seq)], not x[seq]",
            stacklevel=4,
        )
        index = tuple(index)
    return tuple(map(_plain_part, index)) if isinstance(index, tuple) else _plain_part(index)


def _names_dimension(part: Any) -> bool:
    return part is None or part is ... or isinstance(part, (list, tuple, slice, Variable, np.ndarray))


def _plain_part(index: Any) -> Any:
    if isinstance(index, Variable):
        index = index.array
    if isinstance(index, list):
        try:
            index = np.asarray(index if index else np.empty(0, np.int64))
        except ValueError:  # NumPy's of rows that differ
            raise PlaceError("index: a list used as an index has integers, or rows of equal length of them") from None
    if isinstance(index, (str, bytes)) or (isinstance(index, np.ndarray) and index.dtype.kind in "US"):
        raise TypeError(f"index: a tensor has places, which numbers say, and no names: got {index!r}")
    if isinstance(index, np.ndarray) and index.ndim == 0 and index.dtype.kind == "i":
        return int(index)
    if isinstance(index, np.ndarray):
        if index.dtype == np.uint8:
            warnings.warn("indexing with dtype uint8 is deprecated, please use a dtype bool instead", stacklevel=4)
            index = index != 0
        if index.dtype not in (np.int64, np.int32, np.bool_):
            raise PlaceError(f"tensors used as indices must be long, int, byte or bool tensors, not {index.dtype}")
    # A node keeps the index: its own copy, which nobody can change before the backward pass.
    return index.copy() if isinstance(index, np.ndarray) else index
