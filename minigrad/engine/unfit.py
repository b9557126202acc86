"""Whether an argument is what its signature says: asked when a call has gone wrong and somebody must be told why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

PLAIN: dict[str, tuple[type, ...]] = {
    "bool": (bool, np.bool_),
    "int": (int, np.integer),
    "float": (int, float, np.integer, np.floating),
    "Number": (int, float, np.integer, np.floating),
    "str": (str,),
    "None": (type(None),),
}
"""The types that signatures name, and what fits each."""


def is_tensor_like(value: Any) -> bool:
    """Whether `value` is a tensor, or an array, which counts as one."""
    return hasattr(value, "dtype") and isinstance(getattr(value, "shape", None), tuple)


def unfit(annotation: str, value: Any) -> bool:
    """Whether `value` is none of the types that `annotation` names. What it cannot judge fits."""
    parts = [each.strip() for each in annotation.split(" | ")]
    return all(_is_none_of(part, value) for part in parts)


def _is_none_of(part: str, value: Any) -> bool:
    if part in PLAIN:
        return not isinstance(value, PLAIN[part])
    if part == "Ints":
        return _is_none_of("int", value) and _is_none_of("Sequence[int]", value)
    several = re.fullmatch(r"(?:Sequence|list|tuple)\[(int|float|str)(?:, \.\.\.)?\]", part)
    if several:
        return not isinstance(value, Sequence) or any(_is_none_of(several[1], each) for each in value)
    if part.startswith("Callable["):
        return not callable(value)
    if part.startswith("Iterable["):
        return not (hasattr(value, "__iter__") or hasattr(value, "__getitem__"))
    if part == "Module":
        return not hasattr(value, "named_modules")
    if part == "Tensor":
        return not is_tensor_like(value)
    return False
