"""Samples: order. The references sort lists of Python numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from samples import Row, case, distinct, integers

import minigrad as mg


def by_line(choose: Callable[[list[float]], list[int]]) -> Any:
    """Which places of each line along `dim` are chosen: the pair (values, indices)."""

    def find(x: np.ndarray, dim: int = -1) -> tuple[np.ndarray, np.ndarray]:
        if x.ndim == 0:
            return x, np.zeros((), np.int64)
        lines = np.moveaxis(x, dim, -1)
        count = len(choose([0.0] * lines.shape[-1]))
        places = np.empty((*lines.shape[:-1], count), np.int64)
        for line in np.ndindex(lines.shape[:-1]):
            places[line] = choose(lines[line].tolist())
        places = np.moveaxis(places, -1, dim)
        return np.take_along_axis(x, places, dim), places

    return find


def order(values: list[float], descending: bool = False) -> list[int]:
    return sorted(range(len(values)), key=lambda i: -values[i] if descending else values[i])


def sort(x: np.ndarray, dim: int = -1, descending: bool = False, stable: bool = True) -> Any:
    return by_line(lambda values: order(values, descending))(x, dim)


def topk(x: np.ndarray, k: int, dim: int = -1, largest: bool = True) -> Any:
    return by_line(lambda values: order(values, largest)[:k])(x, dim)


def kthvalue(x: np.ndarray, k: int, dim: int = -1, keepdim: bool = False) -> Any:
    values, places = by_line(lambda values: order(values)[k - 1 : k])(x, dim)
    return (values, places) if keepdim or not x.ndim else (values.squeeze(dim), places.squeeze(dim))


def searched(row: np.ndarray, values: np.ndarray, right: bool = False) -> np.ndarray:
    out = np.empty(values.shape, np.int64)
    for place in np.ndindex(values.shape):
        line = row if row.ndim == 1 else row[place[:-1]]
        out[place] = sum(each <= values[place] if right else each < values[place] for each in line)
    return out


def increasing(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.sort(rng.integers(-4, 5, shape) / 2, -1)


def halves(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(rng.integers(-4, 5, shape) / 2)


def uniques(values: list[Any], consecutive: bool) -> tuple[list[Any], list[int], list[int]]:
    """The different values, the place of each among them, and how often each occurs."""
    if consecutive:
        found = [v for i, v in enumerate(values) if i == 0 or v != values[i - 1]]
        inverse: list[int] = []
        for i, v in enumerate(values):
            inverse.append(0 if i == 0 else inverse[-1] + (v != values[i - 1]))
    else:
        keys = [tuple(v) if isinstance(v, list) else v for v in values]
        found = sorted(set(keys))
        inverse = [found.index(key) for key in keys]
    return found, inverse, [inverse.count(i) for i in range(len(found))]


def unique(consecutive: bool) -> Any:
    def flat(x: np.ndarray) -> tuple[np.ndarray, ...]:
        values, inverse, counts = uniques(x.ravel().tolist(), consecutive)
        return np.array(values), np.array(inverse, np.int64).reshape(x.shape), np.array(counts, np.int64)

    return flat


def unique_rows(consecutive: bool) -> Any:
    def rows(x: np.ndarray, dim: int) -> tuple[np.ndarray, ...]:
        moved = np.moveaxis(x, dim, 0)
        values, inverse, counts = uniques(moved.reshape(len(moved), -1).tolist(), consecutive)
        table = np.array(values).reshape(-1, *moved.shape[1:])
        return np.moveaxis(table, 0, dim), np.array(inverse, np.int64), np.array(counts, np.int64)

    return rows


lines = [case(()), case((3,)), case((2, 3)), case((3, 2), dim=0), case((2, 3, 2), dim=-2), case((0,)), case((2, 0))]


def with_options(cases: Any, **options: Any) -> Any:
    return [(shapes, {**old, **options}) for shapes, old in cases]


ROWS = [
    Row(
        "sort",
        sort,
        torch="sort",
        domain=distinct(),
        cases=[*lines, *with_options(lines, descending=True)],
        call=mg.sort,
    ),
    Row(
        "sort",
        sort,
        torch="sort",
        domain=integers(0, 3),
        cases=[case((9,), stable=True), case((9,), stable=True, descending=True), case((3, 4), dim=0, stable=True)],
        call=mg.sort,
        smooth=False,
    ),
    Row(
        "argsort",
        lambda x, **o: sort(x, **o)[1],
        torch="argsort",
        domain=distinct(),
        cases=[*lines, case((2, 3), descending=True)],
        call=mg.argsort,
        smooth=False,
    ),
    Row(
        "msort",
        lambda x: sort(x, 0)[0],
        torch="msort",
        domain=distinct(),
        cases=[case((3,)), case((3, 2)), case((2, 2, 2))],
        call=mg.msort,
    ),
    Row(
        "topk",
        topk,
        torch="topk",
        domain=distinct(),
        cases=[
            case((4,), k=2),
            case((2, 3), k=3),
            case((3, 2), k=1, dim=0),
            case((2, 3), k=2, dim=-1, largest=False),
            case((), k=1),
            case((3,), k=0),
        ],
        call=mg.topk,
    ),
    Row(
        "kthvalue",
        kthvalue,
        torch="kthvalue",
        domain=distinct(),
        cases=[
            case((4,), k=2),
            case((2, 3), k=3),
            case((3, 2), k=1, dim=0),
            case((2, 3), k=2, keepdim=True),
            case((), k=1),
        ],
        call=mg.kthvalue,
    ),
    Row(
        "searchsorted",
        searched,
        torch=lambda row, values, right=False: __import__("torch").searchsorted(
            row.contiguous(), values.contiguous(), right=right
        ),
        domain=(increasing, halves),
        cases=[
            case((5,), (3,)),
            case((5,), (2, 2), right=True),
            case((5,), ()),
            case((2, 4), (2, 3)),
            case((2, 4), (2, 3), right=True),
            case((2, 1, 4), (2, 1, 2)),
            case((0,), (2,)),
            case((3,), (0,)),
        ],
        call=mg.searchsorted,
        smooth=False,
    ),
    Row(
        "bucketize",
        lambda x, boundaries, right=False: searched(boundaries, x, right),
        torch=lambda x, boundaries, right=False: __import__("torch").bucketize(x.contiguous(), boundaries, right=right),
        domain=(halves, increasing),
        cases=[case((3,), (5,)), case((2, 3), (4,), right=True), case((), (3,))],
        call=mg.bucketize,
        smooth=False,
    ),
    *(
        Row(
            name,
            unique(consecutive),
            torch=lambda x, name=name: getattr(__import__("torch"), name)(x, return_inverse=True, return_counts=True),
            domain=halves,
            cases=[case((7,)), case((2, 4)), case((0,))],
            call=lambda x, name=name: getattr(mg, name)(x, return_inverse=True, return_counts=True),
            smooth=False,
        )
        for name, consecutive in {"unique": False, "unique_consecutive": True}.items()
    ),
    *(
        Row(
            name,
            unique_rows(consecutive),
            torch=lambda x, dim, name=name: getattr(__import__("torch"), name)(
                x, return_inverse=True, return_counts=True, dim=dim
            ),
            domain=lambda rng, shape: np.asarray(rng.integers(0, 2, shape), np.float64),
            cases=[case((6, 2), dim=0), case((2, 5), dim=-1), case((4, 1, 2), dim=0)],
            call=lambda x, dim, name=name: getattr(mg, name)(x, return_inverse=True, return_counts=True, dim=dim),
            smooth=False,
        )
        for name, consecutive in {"unique": False, "unique_consecutive": True}.items()
    ),
    Row(
        "unique",
        lambda x: unique(False)(x)[0],
        torch="unique",
        domain=integers(0, 3),
        cases=[case((7,)), case((1,))],
        call=mg.unique,
        smooth=False,
    ),
]
