"""Arrays for a page: all of a small one, of a large one its statistics and a picture of a few kilobytes.

A picture is either a heat map, coarser than the array where that is large (each cell is the mean of a block), or, for
what has the shape of images, the images. An array that occurs several times is there once.
"""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np

from minigrad.dtypes import Array

ALL_NUMBERS = 64
"""Up to so many elements an array is given in full."""
CELLS = 32
"""A heat map has at most so many rows and columns."""
TILES, TILE = 16, 16
"""Of an array with more than two dimensions so many planes are shown, each with so many rows and columns at most."""
IMAGES, PIXELS = 9, 48
"""The same for images."""
BROKEN, GAP = 254, 255
"""The codes for what is not finite, and for the space between tiles."""


class Arrays:
    """The arrays of one page."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self._known: dict[Any, int] = {}

    def add(self, value: Any, image: bool = False) -> int | None:
        """The number of an array in `entries`; None for no array. With `image` it is one if it has the shape of one."""
        if value is None:
            return None
        array = np.asarray(value)
        image = image and _is_image(array)
        key = (array.shape, array.dtype.str, array.tobytes(), image)
        if key not in self._known:
            self._known[key] = len(self.entries)
            self.entries.append(summary(array, image))
        return self._known[key]


def summary(array: Array, image: bool = False) -> dict[str, Any]:
    """What a page tells of one array, ready for JSON."""
    described: dict[str, Any] = {"shape": list(array.shape), "dtype": str(array.dtype)}
    if array.size <= ALL_NUMBERS:
        described["numbers"] = [shortest(each) for each in array.ravel()]
    if array.size <= 1:
        return described
    values = array.astype(np.float64)
    finite = values[np.isfinite(values)]
    described["broken"] = int(array.size - finite.size)
    if finite.size:
        kind = array.dtype.type if array.dtype.kind == "f" else np.float64
        described |= {
            "low": shortest(finite.min()),
            "high": shortest(finite.max()),
            "mean": shortest(kind(finite.mean())),
        }
    described["picture"] = _photograph(values) if image else heat_map(values)
    return described


def shortest(value: Any) -> float | int | str:
    """A number in its shortest form that reads back the same in its dtype; JSON has no infinity and no NaN."""
    if isinstance(value, (bool, np.bool_, int, np.integer)):
        return int(value)
    if not np.isfinite(value):
        return str(float(value))
    return float(str(value))


def _is_image(array: Array) -> bool:
    """(…, 1 or 3 channels, height, width), both at least 8."""
    return array.ndim in (3, 4) and array.shape[-3] in (1, 3) and min(array.shape[-2:]) >= 8 and array.size > 0


def heat_map(values: Array) -> dict[str, Any]:
    """An array of floats as a heat map, ready for JSON."""
    values = values.squeeze() if values.ndim > 2 else values
    planes = values.reshape((-1, *values.shape[-2:])) if values.ndim > 2 else np.atleast_2d(values)[None]
    shown = _chosen(planes)
    cells = CELLS if values.ndim <= 2 else TILE
    size = (cells, cells) if values.ndim != 1 else (1, 2 * cells)
    blocks = np.stack([coarse(planes[each], *size) for each in shown])
    finite = np.isfinite(blocks)
    scale = float(np.abs(blocks[finite]).max()) if finite.any() else 0.0
    safe = np.where(finite, blocks, 0) / (scale or 1)
    codes = np.where(finite, np.rint(127 + 126 * safe), BROKEN).astype(np.uint8)
    grid = _side_by_side(codes)
    described = {"kind": "heat", "rows": grid.shape[0], "cols": grid.shape[1], "scale": scale, "codes": _text(grid)}
    rows, cols = (math.ceil(n / most) for n, most in zip(planes.shape[1:], size))
    if rows * cols > 1:
        described["cell"] = [rows, cols]
    if values.ndim > 2:
        described["planes"] = [len(shown), len(planes)]
        described["which"] = shown if len(shown) < len(planes) else []
    return described


def _chosen(planes: Array) -> list[int]:
    """The planes to show of many: some from the first to the last, or, if all is zero there, those that are not."""
    count = len(planes)
    spread = [int(each) for each in np.linspace(0, count - 1, min(count, TILES)).round()]
    if count > TILES and not np.any(planes[spread]):
        largest = np.argsort(-np.abs(planes).max(axis=(1, 2), initial=0), kind="stable")
        return sorted(int(each) for each in largest[:TILES])
    return spread


def _photograph(values: Array) -> dict[str, Any]:
    pictures = values.reshape((-1, *values.shape[-3:]))[:IMAGES]
    total = math.prod(values.shape[:-3])
    blocks = np.stack([np.stack([coarse(plane, PIXELS, PIXELS) for plane in each]) for each in pictures])
    low, high = blocks.min(), blocks.max()
    codes = np.nan_to_num((blocks - low) / ((high - low) or 1) * 255).astype(np.uint8)
    grid = np.stack([_side_by_side(codes[:, channel], gap=0) for channel in range(codes.shape[1])], axis=-1)
    rows, cols, channels = grid.shape
    return {
        "kind": "image", "rows": rows, "cols": cols, "channels": channels, "codes": _text(grid),
        "planes": [len(pictures), total],
    }  # fmt: skip


def coarse(plane: Array, rows: int, cols: int) -> Array:
    """A matrix of at most so many rows and columns, of the means of blocks."""
    for axis, most in enumerate((rows, cols)):
        size = plane.shape[axis]
        if size > most:
            edges = np.linspace(0, size, most + 1).astype(int)
            counts = np.diff(edges).reshape((-1, 1) if axis == 0 else (1, -1))
            plane = np.add.reduceat(plane, edges[:-1], axis=axis) / counts
    return plane


def _side_by_side(tiles: Array, gap: int = GAP) -> Array:
    """Matrices of one size in a grid, about as wide as high, with a line between them."""
    count, rows, cols = tiles.shape
    if count == 1:
        return tiles[0]
    across = math.ceil(math.sqrt(count * rows / cols))
    down = math.ceil(count / across)
    grid = np.full((down * (rows + 1) - 1, across * (cols + 1) - 1), gap, np.uint8)
    for position, tile in enumerate(tiles):
        top, left = (position // across) * (rows + 1), (position % across) * (cols + 1)
        grid[top : top + rows, left : left + cols] = tile
    return grid


def _text(codes: Array) -> str:
    return base64.b64encode(np.ascontiguousarray(codes).tobytes()).decode()
