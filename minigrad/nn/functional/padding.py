"""Padding: more of an array beyond its ends, or less of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.dtypes import float_in_dtype
from minigrad.engine.node import plain
from minigrad.errors import ShapeError, UnsupportedShapeError
from minigrad.ops.dims import sizes
from minigrad.ops.splitting import narrow, pad_p
from minigrad.tensor import Tensor

_MODES = ("constant", "reflect", "replicate", "circular")


def pad(input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor:
    """`input` with `pad` = (before, after) of its last dimension, then of the one before it, and so on.

    Negative numbers cut off. `mode` is "constant", with `value` or 0; "reflect", the inside mirrored at the ends
    without repeating them; "replicate", the ends repeated; or "circular", the other end. ShapeError for more padding
    than there is to repeat.

    >>> F.pad(mg.tensor([[1.0, 2.0, 3.0]]), (2, 1), "reflect")
    tensor([[3., 2., 1., 2., 3., 2.]])
    """
    if mode not in _MODES:
        raise NotImplementedError(f"pad: mode is 'constant', 'reflect', 'replicate' or 'circular', not {mode!r}")
    numbers = sizes((tuple(pad),), "pad")
    if len(numbers) % 2 or len(numbers) > 2 * input.ndim:
        raise ShapeError(f"pad: takes two numbers for each of up to {input.ndim} dimensions, got {numbers}")
    widths = [(0, 0)] * (input.ndim - len(numbers) // 2) + list(zip(numbers[-2::-2], numbers[::-2], strict=True))
    if mode == "constant":
        return _constant(input, widths, value)
    if value is not None:
        raise ValueError(f"pad: value is for mode 'constant', mode {mode!r} takes none")
    if not any(numbers):
        return input.clone()
    for axis, (before, after) in enumerate(widths):
        if before or after:
            index = _index(input.shape[axis], before, after, mode)
            input = input[(slice(None),) * axis + (index,)]
    return input


def _constant(input: Tensor, widths: list[tuple[int, int]], value: float | None) -> Tensor:
    for axis, (before, after) in enumerate(widths):
        if min(before, after) < 0:
            length = input.shape[axis] + min(before, 0) + min(after, 0)
            if length < 0:
                raise ShapeError(
                    f"pad: ({before}, {after}) cuts off more than dimension {axis} of {tuple(input.shape)} has"
                )
            input = narrow(input, axis, max(-before, 0), length)
    around = tuple((max(before, 0), max(after, 0)) for before, after in widths)
    padded = pad_p(input, widths=around) if around else input.clone()
    if not value or not any(map(any, around)):
        return padded
    inside = np.zeros_like(plain(input))
    frame = np.pad(inside, around, constant_values=float_in_dtype(value, inside.dtype, "pad").item())
    return padded + frame


def _index(size: int, before: int, after: int, mode: str) -> Any:
    """Which element of an axis stands at each place of the padded axis."""
    new = size + before + after
    if new < 1 or size == 0:
        raise UnsupportedShapeError(
            f"pad: input (size {size}) is too small for the padding ({before}, {after}): it becomes {new}"
        )
    places = np.arange(-before, size + after)
    if mode == "replicate":
        return np.clip(places, 0, size - 1)
    kept = np.arange(max(-before, 0), size - max(-after, 0))  # what negative padding leaves
    most = {"reflect": size - 1, "circular": len(kept)}[mode]
    if max(before, after) > most:
        wraps = ", or it causes wrapping around more than once" if mode == "circular" else ""
        raise UnsupportedShapeError(
            f"pad: Padding size should be less than the corresponding input dimension{wraps}, but got: padding "
            f"({before}, {after}) for a dimension of size {size} in mode {mode!r}, which pads it by at most {most}"
        )
    if mode == "circular":
        return kept[(places - kept[0]) % len(kept)]
    return size - 1 - np.abs(size - 1 - np.abs(places))
