"""The table of derivatives: the windows of an image side by side, and their sum: each the other's adjoint."""

from __future__ import annotations

from typing import Any

from minigrad.dtypes import Array
from minigrad.engine.primitive import linear
from minigrad.kernels import folding


def _unfold(x: Array, *, kernel: tuple[int, ...], geometry: tuple[Any, ...]) -> Array:
    return folding.unfold(x, kernel, *geometry)


def _fold(windows: Array, *, size: tuple[int, ...], geometry: tuple[Any, ...]) -> Array:
    return folding.fold(windows, size, *geometry)


# (N, C, *S) to (N, C, *kernel, *out) and back; `geometry` is (stride, padding, dilation), as the kernels take it.
unfold_windows = linear(
    "unfold_windows(x)",
    _unfold,
    x=lambda g, x_shape, geometry: fold_windows(g, size=x_shape[2:], geometry=geometry),
)
fold_windows = linear(
    "fold_windows(windows)",
    _fold,
    windows=lambda g, windows_shape, geometry: unfold_windows(g, kernel=windows_shape[2 : g.ndim], geometry=geometry),
)
