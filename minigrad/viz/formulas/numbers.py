"""How numbers, shapes, sizes and counts are written, wherever a person reads them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def number(value: Any) -> str:
    """A number in at most four significant digits."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, (bool, int)):
        text = str(value)
    elif math.isnan(value):
        text = "NaN"
    elif math.isinf(value):
        text = "∞" if value > 0 else "-∞"
    else:
        text = f"{value:.4g}"
    return text.replace("-", "−")


def scalar(value: Any) -> str | None:
    """A value that is one number, as text."""
    if value is None or (hasattr(value, "dtype") and value.size != 1) or isinstance(value, (tuple, list)):
        return None
    return number(value)


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
