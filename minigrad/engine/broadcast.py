"""Broadcasting undone: the one place where a gradient takes the shape and the dtype of what it belongs to.

An operation that stretched an axis of size 1 used its one number many times, so the gradient of that number is the sum
of all the shares (unbroadcasting). Rules may therefore ignore broadcasting and type promotion.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.dtypes import DType
from minigrad.errors import ShapeError
from minigrad.kernels.channels import total


def stretched_axes(shape: tuple[int, ...], size: tuple[int, ...]) -> tuple[int, ...]:
    """The axes of `shape` that broadcasting from `size` has added or stretched; ShapeError where it cannot have."""
    added = len(shape) - len(size)
    if shape[max(added, 0) :] == size:  # as with a bias
        return tuple(range(added))
    axes = tuple(axis for axis, length in enumerate(shape) if axis < added or (size[axis - added] == 1 and length != 1))
    if added < 0 or any(shape[axis] != size[axis - added] for axis in range(added, len(shape)) if axis not in axes):
        raise ShapeError(f"shape {tuple(shape)} is no broadcast of {tuple(size)}")
    return axes


def unbroadcast(g: Any, shape: tuple[int, ...], dtype: DType, name: str) -> Any:
    """The gradient `g` of the array `name` in its shape and dtype: summed over stretched axes, cast back."""
    if g.shape != shape:
        try:
            axes = stretched_axes(g.shape, shape)
            g = (total(g, axes) if type(g) is np.ndarray else g.sum(axes)).reshape(shape)
        except ShapeError as error:
            why = f"{error} (got {tuple(g.shape)} but expected shape {shape})"
            raise ShapeError(f"a rule gave {name} a gradient that does not fit: {why}") from None
    return g if g.dtype == dtype else g.astype(dtype)
