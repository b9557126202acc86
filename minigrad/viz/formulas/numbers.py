"""How numbers, shapes, settings, sizes and counts are written, wherever a person reads them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
LONGEST_INDEX = 16
"""So many letters of an index are a name for it."""


def number(value: Any) -> str:
    """A number in at most four significant digits, or three and a power of ten: 5.64·10⁻⁶."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, (bool, int)):
        text = str(value)
    elif math.isnan(value):
        text = "NaN"
    elif math.isinf(value):
        text = "∞" if value > 0 else "-∞"
    elif value and not 1e-3 <= abs(value) < 1e5:
        factor, power = f"{value:.2e}".split("e")
        text = f"{float(factor):g}·10{str(int(power)).translate(RAISED)}"
    else:
        text = f"{value:.4g}"
    return text.replace("-", "−")


def scalar(value: Any) -> str | None:
    """A value that is one number, as text."""
    if value is None or (hasattr(value, "dtype") and value.size != 1) or isinstance(value, (tuple, list)):
        return None
    return number(value)


def is_number(value: Any) -> bool:
    """Whether a value is a single number."""
    if hasattr(value, "dtype") and hasattr(value, "shape"):
        return bool(math.prod(value.shape) == 1)
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def norm(g: Any) -> float:
    """The Euclidean norm, in double precision."""
    return math.sqrt(float(np.sum(np.square(g, dtype=np.float64))))


def shape_text(shape: tuple[int, ...], dtype: Any) -> str:
    """5×8, or 'scalar'."""
    if not shape:
        return "scalar" if dtype is not None else "number"
    return "×".join(map(str, shape)) if len(shape) > 1 else str(shape[0])


def bytes_text(count: int) -> str:
    """A number of bytes as people say it: 12.5 KiB."""
    size, unit = float(count), "B"
    for larger in ("KiB", "MiB", "GiB"):
        if size < 1024:
            break
        size, unit = size / 1024, larger
    return f"{count} B" if unit == "B" else f"{size:.1f} {unit}"


def count_text(count: int, thing: str) -> str:
    """1 parameter, 2,000 parameters."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def setting(value: Any) -> str:
    """A static parameter as code writes it: an index with its colons."""
    if isinstance(value, slice):
        parts = (value.start, value.stop) if value.step is None else (value.start, value.stop, value.step)
        return ":".join("" if each is None else str(each) for each in parts)
    if type(value) is tuple and len(value) > 1:
        return f"({', '.join(map(setting, value))})"
    return "..." if value is Ellipsis else repr(value)


def is_plain(value: Any) -> bool:
    """Whether a setting is one that people write: a number, a word, a slice, or several of these."""
    if type(value) in (tuple, list):
        return all(map(is_plain, value))
    return value is None or value is Ellipsis or isinstance(value, (bool, int, float, str, slice))


def index_text(index: Any) -> str:
    """An index as code writes it, in its brackets; '[…]' for a long one, or one of arrays."""
    parts = index if type(index) is tuple else (index,)
    text = ", ".join(map(setting, parts)) if is_plain(list(parts)) else ""
    return f"[{text}]" if 0 < len(text) <= LONGEST_INDEX else "[…]"
