"""Whether a tensor may be changed in place: asked before anything has been computed or written."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.inference import outside
from minigrad.engine.mode import mode
from minigrad.engine.node import Leaf, Variable
from minigrad.engine.views import BEING_CHANGED, root_of
from minigrad.errors import ShapeError


def check_writable(x: Variable, name: str) -> None:
    """RuntimeError where a change of `x` is not allowed: before anything has been computed."""
    check_history(x, name)
    if not x.array.flags.writeable:
        if overlaps(x.array):
            raise RuntimeError(
                f"{name}: unsupported operation: more than one element of the written-to tensor refers to a single "
                "memory location, as in expanded tensors. Clone it first."
            )
        if root_of(x).array.flags.writeable:  # a part of an expanded tensor: NumPy has locked the whole
            with contextlib.suppress(ValueError):
                x.array.flags.writeable = True
        if not x.array.flags.writeable:
            raise RuntimeError(
                f"{name}: this tensor's memory cannot be written: it comes from a read-only array. Clone it first."
            )


def overlaps(array: Array) -> bool:
    """Whether several elements of `array` may be one number."""
    end = array.itemsize  # of the bytes that the axes looked at so far take
    for step, size in sorted((abs(step), size) for step, size in zip(array.strides, array.shape) if size != 1):
        if step < end:
            return bool(array.size > 1)
        end += step * (size - 1)
    return False


def check_history(x: Variable, name: str) -> None:
    """RuntimeError if `x` is a leaf that requires grad, or a view of one, and operations are recorded.

    Likewise if it was made in inference mode and this is off.
    """
    if outside(x):
        raise RuntimeError(
            f"{name}: Inplace update to inference tensor outside InferenceMode is not allowed. Make a clone to get a "
            "normal tensor before the update."
        )
    if not mode.recording:
        return
    link = x  # of the way from x to its root: a leaf may itself lie in memory that wants no gradient
    while link.origin is not None and not isinstance(link.node, Leaf):
        link = link.origin.source
    if isinstance(link.node, Leaf):
        which = "a leaf Variable" if link is x else "a view of a leaf Variable"
        raise RuntimeError(
            f"{name}: {which} that requires grad is being used in an in-place operation. "
            "Change it within `with no_grad():`, or change a clone."
        )


def check_fits(value: Any, x: Variable, name: str) -> None:
    """ShapeError unless `value` broadcasts to the shape of `x`, which does not change."""
    shape = np.shape(value)
    if len(shape) > x.array.ndim or any(n not in (1, m) for n, m in zip(shape[::-1], x.array.shape[::-1])):
        raise ShapeError(f"{name}: output with shape {x.array.shape} doesn't match the broadcast shape {shape}")


def check_recorded(x: Variable, name: str) -> None:
    """RuntimeError if a change of `x` would have to be recorded and `x` is a view that cannot follow."""
    if x.origin is not None and x.origin.refusal is not None:
        raise RuntimeError(f"{name}: {x.origin.refusal.after(BEING_CHANGED)}")


def has_history(x: Variable, value: Any) -> bool:
    """Whether `x`, something in whose memory it lies, or `value` has been recorded."""
    source: Variable | None = x
    while source is not None:
        if source.node is not None:
            return True
        source = source.origin.source if source.origin else None
    return isinstance(value, Variable) and value.node is not None
