"""How many threads NumPy's own library of linear algebra takes for one product.

NumPy's wheels bring OpenBLAS, whose function for it is found through NumPy itself. Where they are not, as with
Apple's Accelerate, nothing is changed.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable

import numpy as np


def _found(name: str) -> Callable[..., int] | None:
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
