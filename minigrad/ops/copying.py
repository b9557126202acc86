"""The table of derivatives: the same numbers in another dtype, or in memory of their own."""

from __future__ import annotations

from typing import Any

from minigrad.dtypes import Array, DType, as_dtype
from minigrad.engine.node import array_of
from minigrad.engine.primitive import linear
from minigrad.engine.refusal import DTYPE_NAMES
from minigrad.errors import DTypeError

__all__ = [
    "clone",
]


def _astype(x: Array, *, dtype: DType) -> Array:
    return x.astype(dtype)


def _clone(x: Array) -> Array:
    return x.copy(order="K")


astype = linear("astype(x)", _astype, x=lambda g: g)
clone = linear("clone(x)", _clone, x=lambda g: g)


def _contiguous(x: Array) -> Array:
    return x.copy(order="C")


contiguous = linear("contiguous(x)", _contiguous, x=lambda g: g)


def asked(x: Any, dtype: Any) -> Any:
    """`x` in the dtype that the caller asked for, if any."""
    wanted = x.dtype if dtype is None else as_dtype(dtype)
    return x if x.dtype == wanted else astype(x, dtype=wanted)


def floating(x: Any, name: str, dtype: Any = None) -> Any:
    """`x` in the dtype asked for; DTypeError unless this is a floating point one."""
    if dtype is not None:
        x = asked(x, dtype)
    array = array_of(x)
    if array.dtype.kind != "f":
        kind = DTYPE_NAMES.get(str(array.dtype), "Object")
        why = f"needs a floating point tensor, this one is {x.dtype}; call .float() first"
        raise DTypeError(f"{name}: not implemented for '{kind}': {why}")
    return x
