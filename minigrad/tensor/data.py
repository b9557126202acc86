"""The arrays of what users hand over as data: numbers, nested lists of them, arrays and tensors.

Python's floats take the default dtype, arrays and tensors keep theirs, and what stands together is promoted.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.dtypes import Array, DType, as_dtype, check_numbers, check_range, get_default_dtype, promote_types
from minigrad.engine.node import Variable
from minigrad.errors import DTypeError, RangeError
from minigrad.ops.dims import DIMS, sizes_of_memory
from minigrad.storage import Storage
from minigrad.tensor.memory import Size


def array_of_data(data: Any, dtype: Any, name: str, copy: bool) -> Array:
    """The array of `data` in `dtype`, or the one that its numbers make together; `copy` gives it memory of its own.

    `name` is that of the function that asks. TypeError for what is no array of numbers, ValueError for ragged lists.
    """
    target = None if dtype is None else as_dtype(dtype)
    if isinstance(data, Variable):
        data = data.array
    elif isinstance(data, Storage):
        data = data.numbers(target, name)
    if isinstance(data, (np.ndarray, np.generic)):
        check_numbers(data.dtype)
        target = as_dtype(data.dtype) if target is None else target
        return np.array(data, dtype=target) if copy else np.asarray(data, dtype=target)
    bare = _bare(data)
    try:
        array = np.array(bare)
    except ValueError as error:
        raise ValueError(f"{name}: {_ragged(bare)}the rows of nested lists must have equal lengths ({error})") from None
    if array.dtype.kind == "O" and all(isinstance(each, (int, float)) for each in array.flat):  # beyond all integers
        if target is not None and target.kind == "b":
            array = array.astype(np.bool_)
        elif any(isinstance(each, float) for each in array.flat) or (target is not None and target.kind == "f"):
            array = array.astype(np.float64)
    if array.dtype.kind not in "biuf" or (array.dtype == np.uint64 and (target is None or target.kind in "iu")):
        if array.dtype == np.uint64 or all(isinstance(each, (int, float)) for each in array.flat):
            raise RangeError(f"{name}: Overflow when unpacking long: an integer that does not fit into int64")
        raise DTypeError(
            f"{name}: Could not infer dtype of {type(data).__name__}: cannot make a tensor of {array.dtype} values"
        )
    if target is None:
        target = functools.reduce(promote_types, _dtypes(data)) if array.size else get_default_dtype()
    if target.kind in "iu":
        check_range(array, target, name)
    return array.astype(target, copy=False)


def _ragged(rows: Any) -> str:
    """Which of some nested lists is not as long as the first one beside it."""
    level, depth = [rows], 0
    while level:
        wanted = len(level[0])
        for each in level:
            if len(each) != wanted:
                return f"expected sequence of length {wanted} at dim {depth} (got {len(each)}): "
        level = [row for each in level for row in each if isinstance(row, (list, tuple))]
        depth += 1
    return ""


def _bare(data: Any, depth: int = 0) -> Any:
    """Nested lists with arrays in the place of tensors."""
    if isinstance(data, Variable):
        return data.array
    if isinstance(data, Sequence) and not set(map(type, data)) <= {bool, int, float}:
        if depth > DIMS:
            raise ValueError(f"a tensor has up to {DIMS} dimensions, these lists are deeper")
        return data if isinstance(data, str) else [_bare(each, depth + 1) for each in data]
    return data


def _dtypes(data: Any) -> set[DType]:
    """The dtypes of what nested lists hold: that of an array or tensor is its own, Python's floats are the default."""
    if isinstance(data, Sequence):
        kinds = set(map(type, data))
        if not kinds <= {bool, int, float}:
            return set[DType]().union(*map(_dtypes, data))
    elif hasattr(data, "dtype"):
        return {as_dtype(data.dtype)}
    else:
        kinds = {type(data)}
    return {np.dtype(bool if kind is bool else int) if issubclass(kind, int) else get_default_dtype() for kind in kinds}


def array_or_memory(data: tuple[Any, ...], dtype: DType, name: str) -> Array:
    """What the older forms give: for sizes, or a Size, memory of that shape; for other data a copy of it."""
    if len(data) == 1 and not isinstance(data[0], (int, np.integer, Size)):
        return array_of_data(data[0], dtype, name, copy=True)
    return np.empty(sizes_of_memory(data or (0,), name), dtype)
