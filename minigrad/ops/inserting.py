"""A tensor with a part of it replaced: what a view of it would be assigned, as a new tensor."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.errors import ShapeError
from minigrad.ops.arrangement import movedim
from minigrad.ops.dims import normalized
from minigrad.ops.replacing import replaced
from minigrad.ops.splitting import along, select
from minigrad.ops.triangular import diagonal


def select_scatter(input: Any, src: Any, dim: int, index: int) -> Any:
    """`input` with `src` as its slice `index` along `dim`."""
    _fits("select_scatter", src, select(input, dim, index))
    return replaced(input, src, index=along(normalized(dim, input.ndim, "select_scatter"), index))


def slice_scatter(
    input: Any, src: Any, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Any:
    """`input` with `src` as its part start:end:step along `dim`."""
    part = along(normalized(dim, input.ndim, "slice_scatter"), slice(start, end, step))
    _fits("slice_scatter", src, input[part])
    return replaced(input, src, index=part)


def diagonal_scatter(input: Any, src: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    """`input` with `src` as the diagonal that `diagonal` takes."""
    _fits("diagonal_scatter", src, diagonal(input, offset, dim1, dim2))
    rows = np.arange(src.shape[-1]) + max(-offset, 0)
    y = replaced(movedim(input, (dim1, dim2), (-2, -1)), src, index=(..., rows, rows + offset))
    return movedim(y, (-2, -1), (dim1, dim2))


def _fits(name: str, src: Any, part: Any) -> None:
    if tuple(src.shape) != tuple(part.shape):
        raise ShapeError(
            f"{name}: expected src to have the size of the part that it replaces, {tuple(part.shape)}, "
            f"got {tuple(src.shape)}"
        )
