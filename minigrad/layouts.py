"""The names of layouts of memory: `strided`, which all tensors have, and PyTorch's memory formats, orders of axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import named


class layout:  # noqa: N801  PyTorch's name
    """How the numbers of a tensor are kept. Here all are `strided`: one place in memory for each."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"{named.package}.{self.name}"


class memory_format:  # noqa: N801  PyTorch's name
    """An order of axes in memory; one with a number of dimensions, `ndim`, has the channels last, and others none."""

    def __init__(self, name: str, ndim: int | None = None) -> None:
        self.name, self.ndim = name, ndim

    def order(self, array: Any) -> Any:
        """`array` with its axes in the order in which they would stand in memory."""
        return array if self.ndim != array.ndim else np.moveaxis(array, 1, -1)

    def __repr__(self) -> str:
        return f"{named.package}.{self.name}"


strided = layout("strided")
OTHERS = {
    name: layout(name) for name in ["sparse_coo", "sparse_csr", "sparse_csc", "sparse_bsr", "sparse_bsc", "jagged"]
}
"""Layouts that no tensor has, by their names in PyTorch: programs compare with them."""
contiguous_format, preserve_format = memory_format("contiguous_format"), memory_format("preserve_format")
legacy_contiguous_format = contiguous_format
channels_last, channels_last_3d = memory_format("channels_last", 4), memory_format("channels_last_3d", 5)


def format_of(array: Any) -> memory_format:
    """The memory format that results should have of what lies as `array` does: channels last where its steps are so."""
    if array.flags.c_contiguous or array.ndim not in (4, 5) or 0 in array.shape:
        return contiguous_format
    reach, steps = 0, array.strides
    for axis in (1, *reversed(range(2, array.ndim)), 0):
        if steps[axis] < reach or (axis == 0 and reach == steps[1]):
            return contiguous_format
        reach = steps[axis] * (array.shape[axis] if array.shape[axis] > 1 else 1)
    return channels_last if array.ndim == 4 else channels_last_3d
