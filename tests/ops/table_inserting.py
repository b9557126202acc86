"""Samples: a part of a tensor replaced, or reduced with what comes to it."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from samples import Row, case, distinct

import minigrad as mg


def assigned(place: Any) -> Any:
    """The reference: a copy with the part that `place` finds in it overwritten."""

    def reference(x: np.ndarray, src: np.ndarray, **options: Any) -> np.ndarray:
        y = x.copy()
        place(y, **options)[...] = src
        return y

    return reference


def sliced(y: np.ndarray, dim: int = 0, start: Any = None, end: Any = None, step: int = 1) -> np.ndarray:
    return np.moveaxis(np.moveaxis(y, dim, 0)[start:end:step], 0, dim)


def diagonal(y: np.ndarray, offset: int = 0, dim1: int = 0, dim2: int = 1) -> np.ndarray:
    found = y.diagonal(offset, dim1, dim2)
    found.flags.writeable = True
    return found


def index_reduce(
    x: np.ndarray, source: np.ndarray, dim: int, index: Any, reduce: str, include_self: bool = True
) -> np.ndarray:
    ways = {"prod": np.prod, "mean": np.mean, "amax": np.max, "amin": np.min}
    rows, more = np.moveaxis(x, dim, 0).copy(), np.moveaxis(source, dim, 0)
    for place in set(index.tolist()):
        come = [more[i] for i in np.flatnonzero(index == place)]
        rows[place] = ways[reduce](np.stack([*([np.moveaxis(x, dim, 0)[place]] if include_self else []), *come]), 0)
    return np.moveaxis(rows, 0, dim)


def reducing(x: Any, source: Any, **options: Any) -> Any:
    if isinstance(x, mg.Tensor):
        return mg.index_reduce(x, source=source, **options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch says that this may change yet
        return x.index_reduce(source=source, **options)


ROWS = [
    Row(
        "select_scatter",
        assigned(lambda y, dim, index: np.moveaxis(y, dim, 0)[index]),
        torch="select_scatter",
        cases=[case((2, 3), (3,), dim=0, index=1), case((2, 3), (2,), dim=-1, index=-2)],
        call=mg.select_scatter,
    ),
    Row(
        "slice_scatter",
        assigned(sliced),
        torch="slice_scatter",
        cases=[
            case((4, 3), (2, 3), start=2),
            case((4, 3), (4, 2), dim=1, start=0, end=3, step=2),
            case((5,), (3,), dim=-1, start=-3),
            case((2, 2), (2, 2)),
        ],
        call=mg.slice_scatter,
    ),
    Row(
        "diagonal_scatter",
        assigned(diagonal),
        torch="diagonal_scatter",
        cases=[
            case((3, 3), (3,)),
            case((3, 4), (3,), offset=1),
            case((3, 2), (2,), offset=-1),
            case((2, 3, 4), (3, 2), dim1=0, dim2=-1),
        ],
        call=mg.diagonal_scatter,
    ),
    *(
        Row(
            "index_reduce",
            index_reduce,
            torch=reducing,
            domain=(distinct(0.5, 2.0), distinct(0.6, 1.9)),
            cases=[
                case((4, 2), (3, 2), dim=0, index=np.array([2, 0, 2]), reduce=reduce),
                case((2, 3), (2, 4), dim=1, index=np.array([1, 1, 0, 1]), reduce=reduce, include_self=False),
                case((3,), (2,), dim=-1, index=np.array([0, 0]), reduce=reduce),
            ],
            call=reducing,
        )
        for reduce in ("prod", "mean", "amax", "amin")
    ),
    Row(
        "split_with_sizes",
        lambda x, split_sizes, dim=0: tuple(np.split(x, np.cumsum(split_sizes)[:-1], dim)),
        torch=lambda x, split_sizes, dim=0: x.split_with_sizes(split_sizes, dim),
        cases=[case((5, 2), split_sizes=[2, 0, 3]), case((2, 3), split_sizes=[1, 2], dim=-1)],
        call=mg.split_with_sizes,
    ),
]
