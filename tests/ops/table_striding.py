"""Samples: the memory of a tensor seen in other steps, and its adjoint."""

from __future__ import annotations

from typing import Any

import numpy as np
from samples import Row, case

import minigrad as mg


def seen(x: Any, size: tuple[int, ...], stride: tuple[int, ...]) -> Any:
    flat = x.reshape(-1)
    out = np.empty(size, x.dtype)
    for index in np.ndindex(*size):
        out[index] = flat[sum(i * step for i, step in zip(index, stride, strict=True))]
    return out


def added(g: Any, size: tuple[int, ...], places: Any, inside: Any) -> Any:
    out = np.zeros(int(np.prod(size)), g.dtype)
    for index in np.ndindex(*places.shape):
        if inside[index]:
            out[places[index]] += g[index]
    return out.reshape(size)


places, inside = np.array([[0, 1, 1], [3, 0, 5]]), np.array([[True, True, True], [True, False, True]])

ROWS = [
    Row(
        "as_strided",
        seen,
        torch=lambda x, size, stride: x.reshape(-1).as_strided(size, stride),
        cases=[
            case((6,), size=(2, 3), stride=(1, 2)),
            case((2, 3), size=(3, 2), stride=(1, 3)),
            case((4,), size=(3, 2), stride=(1, 1)),
            case((3,), size=(2, 3), stride=(0, 1)),
            case((2,), size=(), stride=()),
            case((2,), size=(0, 2), stride=(1, 1)),
        ],
        call=lambda x, size, stride: mg.as_strided(mg.reshape(mg.clone(x), (-1,)), size, stride),
    ),
    Row("strided_sum", added, cases=[case((2, 3), size=(2, 3), places=places, inside=inside)]),
    Row(
        "strided_take",
        lambda x, places, inside: np.where(inside, x.reshape(-1)[places], 0),
        cases=[case((2, 3), places=places, inside=inside), case((6,), places=places, inside=inside)],
    ),
]
