"""Samples: elements of planes by their places, and windows side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
from samples import Row, case


def places(shape: tuple[int, ...], plane: int, *, last: bool = False) -> np.ndarray:
    """Places in planes, some of them twice; with `last` in channels-last memory."""
    index = np.random.default_rng(7).integers(0, plane, shape)
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(index, 1, -1)), -1, 1) if last else index


def taken(x: np.ndarray, index: np.ndarray) -> np.ndarray:
    y = np.empty(index.shape)
    for n, c, *place in np.ndindex(index.shape):
        y[(n, c, *place)] = x[n, c].ravel()[index[(n, c, *place)]]
    return y


def added(g: np.ndarray, index: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    x = np.zeros((*g.shape[:2], *size))
    for n, c, *place in np.ndindex(g.shape):
        x[n, c].reshape(-1)[index[(n, c, *place)]] += g[(n, c, *place)]
    return x


geometries: list[tuple[Any, ...]] = [
    # x, kernel, (stride, padding, dilation), the numbers of windows
    ((2, 1, 4), (2,), ((1,), ((0, 0),), (1,)), (3,)),
    ((1, 2, 5), (2,), ((2,), ((1, 2),), (3,)), (3,)),
    ((1, 2, 3, 4), (2, 3), ((1, 2), ((0, 1), (2, 0)), (2, 1)), (2, 2)),
    ((1, 1, 2, 2, 3), (1, 2, 2), ((1, 1, 1), ((0, 0), (0, 0), (0, 0)), (1, 1, 2)), (2, 1, 1)),
    ((0, 2, 3), (2,), ((1,), ((0, 0),), (1,)), (2,)),
]


def unfolded(x: np.ndarray, kernel: tuple[int, ...], geometry: Any) -> np.ndarray:
    out = next(each[3] for each in geometries if each[0][1:] == x.shape[1:] and each[2] == geometry)
    y = np.zeros((*x.shape[:2], *kernel, *out))
    for k in np.ndindex(kernel):
        for i in np.ndindex(out):
            at = [s * a + d * b - p for a, b, s, (p, _), d in zip(i, k, *geometry, strict=True)]
            if all(0 <= a < n for a, n in zip(at, x.shape[2:], strict=True)):
                y[(slice(None), slice(None), *k, *i)] = x[(slice(None), slice(None), *at)]
    return y


def folded(windows: np.ndarray, size: tuple[int, ...], geometry: Any) -> np.ndarray:
    x = np.zeros((*windows.shape[:2], *size))
    axes = len(size)
    for n, c, *place in np.ndindex(windows.shape):
        at = [s * a + d * b - p for a, b, s, (p, _), d in zip(place[axes:], place[:axes], *geometry, strict=True)]
        if all(0 <= a < m for a, m in zip(at, size, strict=True)):
            x[(n, c, *at)] += windows[(n, c, *place)]
    return x


ROWS = [
    Row(
        "take_from_planes",
        taken,
        cases=[
            case((2, 2, 4), index=places((2, 2, 3), 4)),
            case((1, 3, 2, 3), index=places((1, 3, 2, 4), 6)),
            case((1, 3, 2, 3), index=places((1, 3, 2, 4), 6, last=True)),
            case((1, 1, 2, 1, 2), index=places((1, 1, 2), 4)),
            case((0, 2, 3), index=places((0, 2, 2), 3)),
        ],
    ),
    Row(
        "add_to_planes",
        added,
        cases=[
            case((2, 2, 3), index=places((2, 2, 3), 4), size=(4,)),
            case((1, 3, 2, 4), index=places((1, 3, 2, 4), 6), size=(2, 3)),
            case((1, 3, 2, 4), index=places((1, 3, 2, 4), 6, last=True), size=(2, 3)),
            case((1, 1, 2), index=places((1, 1, 2), 4), size=(2, 1, 2)),
            case((0, 2, 2), index=places((0, 2, 2), 3), size=(3,)),
        ],
    ),
    Row("unfold_windows", unfolded, cases=[case(x, kernel=k, geometry=g) for x, k, g, _ in geometries]),
    Row(
        "fold_windows",
        folded,
        cases=[case((*x[:2], *k, *out), size=x[2:], geometry=g) for x, k, g, out in geometries],
    ),
]
