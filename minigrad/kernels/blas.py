"""NumPy's own library of linear algebra: how many threads it takes for one product, and what processor it is for.

NumPy's wheels bring OpenBLAS, whose functions are found through NumPy itself. Where they are not, as with Apple's
Accelerate, nothing is changed and nothing known.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np


def _found(name: str) -> Callable[..., Any] | None:
    """OpenBLAS's function `name`, under whichever of its spellings NumPy's build has."""
    try:
        library = ctypes.CDLL(np._core._multiarray_umath.__file__)  # type: ignore[attr-defined]  # and what it is linked to
    except (AttributeError, OSError):
        return None
    spellings = (f"{prefix}{name}{suffix}" for prefix in ("scipy_", "") for suffix in ("64_", "_64", ""))
    return next((getattr(library, each) for each in spellings if hasattr(library, each)), None)


_set = _found("openblas_set_num_threads")


def set_num_threads(count: int) -> None:
    """Let one product take up to `count` threads."""
    if _set is not None:
        _set(count)


def core() -> str:
    """The kind of processor whose kernels are in use, as OpenBLAS calls it."""
    get: Any = _found("openblas_get_corename")
    if get is None:
        return ""
    get.restype = ctypes.c_char_p
    return bytes(get() or b"").decode()
