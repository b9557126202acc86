"""What is wrong with an array: NaN, infinities, and in what range the other numbers lie."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np


def at_fault(result: Any, given: Iterable[Any]) -> str:
    """'NaN', or 'an infinite value' where nothing in `given` is infinite; '' if all is well."""
    if not _is_floating(result) or np.isfinite(result).all():
        return ""
    if has_nan(result):
        return "NaN"
    return "" if any(has_infinity(each) for each in given) else "an infinite value"


def has_nan(value: Any) -> bool:
    """Whether a number or an array of them is, or contains, NaN; False for anything else."""
    return math.isnan(value) if isinstance(value, float) else _is_floating(value) and bool(np.isnan(value).any())


def has_infinity(value: Any) -> bool:
    """Whether a number or an array of them is, or contains, an infinity; False for anything else."""
    return math.isinf(value) if isinstance(value, float) else _is_floating(value) and bool(np.isinf(value).any())


def _is_floating(value: Any) -> bool:
    dtype = getattr(value, "dtype", None)
    return dtype is not None and dtype.kind == "f"


def described(value: Any) -> str:
    """Dtype, shape and range of an array, and how many of its elements are NaN or infinite."""
    if not hasattr(value, "dtype"):
        return repr(value)
    text = f"{value.dtype} of shape {tuple(value.shape)}"
    if not _is_floating(value):
        return f"{text}, from {value.min()} to {value.max()}" if value.size else text
    finite = value[np.isfinite(value)]
    if finite.size:
        low, high = finite.min(), finite.max()
        equal = low == high and finite.size == value.size
        text += f", all {low:.4g}" if equal else f", from {low:.4g} to {high:.4g}"
    counts = [(int(np.isnan(value).sum()), "NaN"), (int(np.isinf(value).sum()), "infinite")]
    return text + "".join(f", {count} of {value.size} {kind}" for count, kind in counts if count)
