"""Samples: diagonals and triangles of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
from samples import Row, case

import minigrad as mg


def triangle(lower: bool) -> Any:
    """The elements below, or above, a diagonal, one at a time."""

    def cut(x: np.ndarray, diagonal: int = 0) -> np.ndarray:
        out = np.zeros_like(x)
        for place in np.ndindex(x.shape):
            above = place[-1] - place[-2]
            if above <= diagonal if lower else above >= diagonal:
                out[place] = x[place]
        return out

    return cut


def embedded(x: np.ndarray, offset: int = 0, dim1: int = -2, dim2: int = -1, size: Any = None) -> np.ndarray:
    """Zeros with the last dimension of x on a diagonal of two new ones, one element at a time."""
    ndim = x.ndim + 1
    n = x.shape[-1] + abs(offset)
    shape = [*x.shape[:-1]]
    for axis in sorted((dim1 % ndim, dim2 % ndim)):
        shape.insert(axis, n)
    out = np.zeros(size or shape)
    for place in np.ndindex(x.shape):
        *batch, i = place
        target = list(batch)
        pair = {dim1 % ndim: i - min(offset, 0), dim2 % ndim: i + max(offset, 0)}
        for axis in sorted(pair):
            target.insert(axis, pair[axis])
        out[tuple(target)] = x[place]
    return out


def torch_embedded(g: Any, offset: int, dim1: int, dim2: int, size: tuple[int, ...]) -> Any:
    import torch

    return torch.zeros(size, dtype=g.dtype).diagonal_scatter(g, offset, dim1, dim2)


triangles = [
    case((2, 3), diagonal=0),
    case((3, 2), diagonal=1),
    case((3, 3), diagonal=-1),
    case((2, 2, 3), diagonal=0),
    case((1, 2, 2, 2), diagonal=5),
    case((2, 2), diagonal=-3),
    case((0, 2), diagonal=0),
]
planes = [
    case((2, 3), offset=0, dim1=0, dim2=1),
    case((3, 2), offset=-1, dim1=0, dim2=1),
    case((2, 3), offset=1, dim1=0, dim2=1),
    case((2, 1, 3), offset=0, dim1=2, dim2=0),
    case((1, 2, 2, 3), offset=1, dim1=1, dim2=3),
    case((2, 2), offset=2, dim1=0, dim2=1),
    case((0, 2), offset=0, dim1=0, dim2=1),
]

ROWS = [
    Row("tril", triangle(True), torch="tril", cases=triangles, covers=("tril_indices",)),
    Row("triu", triangle(False), torch="triu", cases=triangles, covers=("triu_indices",)),
    Row("tril", triangle(True), torch="tril", cases=[case((2, 3)), case((2, 3), diagonal=-1)], call=mg.tril),
    Row("triu", triangle(False), torch="triu", cases=[case((2, 3)), case((2, 3), diagonal=-1)], call=mg.triu),
    Row(
        "diagonal",
        lambda x, offset, dim1, dim2: np.array(np.diagonal(x, offset, dim1, dim2)),
        torch="diagonal",
        cases=planes,
    ),
    Row(
        "diagonal",
        lambda x, **o: np.array(np.diagonal(x, o.get("offset", 0), o.get("dim1", 0), o.get("dim2", 1))),
        torch="diagonal",
        cases=[
            case((2, 3)),
            case((2, 3, 2), offset=1, dim1=-1, dim2=-2),
            case((3, 3), offset=-1),
            case((2, 2), offset=7),
            case((2, 2), offset=-7),
        ],
        call=mg.diagonal,
    ),
    Row(
        "linalg.diagonal",
        lambda x, offset=0: np.array(np.diagonal(x, offset, -2, -1)),
        torch=lambda x, offset=0: __import__("torch").linalg.diagonal(x, offset=offset),
        cases=[case((2, 3, 2)), case((2, 2), offset=1)],
        call=mg.linalg.diagonal,
    ),
    Row(
        "diag_embed",
        embedded,
        torch=torch_embedded,
        cases=[
            case((2,), offset=0, dim1=0, dim2=1, size=(2, 3)),
            case((2,), offset=1, dim1=0, dim2=1, size=(3, 3)),
            case((1, 2), offset=-1, dim1=2, dim2=0, size=(2, 1, 3)),
            case((0,), offset=0, dim1=0, dim2=1, size=(0, 2)),
        ],
    ),
    Row(
        "diag_embed",
        embedded,
        torch="diag_embed",
        cases=[
            case((2,)),
            case((2, 3)),
            case((2,), offset=-2),
            case((2, 2), offset=1, dim1=0, dim2=-2),
            case((0,)),
            case((2, 2), dim1=2, dim2=0),
        ],
        call=mg.diag_embed,
    ),
    Row("diag", np.diag, torch="diag", cases=[case((3,)), case((2, 3))], call=mg.diag),
    Row(
        "diag",
        lambda x, diagonal: np.diag(x, diagonal),
        torch="diag",
        cases=[
            case((2,), diagonal=1),
            case((2,), diagonal=-1),
            case((2, 3), diagonal=1),
            case((3, 3), diagonal=-2),
            case((2, 3), diagonal=3),
        ],
        call=mg.diag,
    ),
    Row("diagflat", np.diagflat, torch="diagflat", cases=[case(()), case((2,)), case((2, 2))], call=mg.diagflat),
    Row(
        "diagflat",
        lambda x, offset: np.diagflat(x, offset),
        torch="diagflat",
        cases=[case((2, 1), offset=1)],
        call=mg.diagflat,
    ),
    Row(
        "trace", np.trace, torch="trace", cases=[case((3, 3)), case((2, 3)), case((3, 1)), case((0, 0))], call=mg.trace
    ),
]
