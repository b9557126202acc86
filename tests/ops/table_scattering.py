"""Samples: putting elements into an array by position."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from samples import Row, case, distinct, integers

import minigrad as mg

I = np.array


def scattered(x: np.ndarray, src: Any, index: np.ndarray, dim: int) -> np.ndarray:
    out = x.copy()
    for place in np.ndindex(index.shape):
        target = list(place)
        target[dim] = index[place]
        out[tuple(target)] = src[place] if np.ndim(src) else src
    return out


def reduced(
    x: np.ndarray, src: np.ndarray, index: np.ndarray, dim: int, reduce: str, include_self: bool = True
) -> np.ndarray:
    """For each place the list of what comes there, reduced."""
    here: dict[tuple[int, ...], list[float]] = {}
    for place in np.ndindex(index.shape):
        target = list(place)
        target[dim] = index[place]
        here.setdefault(tuple(target), []).append(src[place])
    out = x.copy()
    functions = {
        "sum": sum,
        "prod": math.prod,
        "amax": max,
        "amin": min,
        "mean": lambda values: sum(values) / len(values),
    }
    for place, values in here.items():
        out[place] = functions[reduce](([x[place]] if include_self else []) + values)
    return out


def put_in(x: np.ndarray, values: np.ndarray, index: Any, accumulate: bool = False) -> np.ndarray:
    out = x.copy()
    if accumulate:
        np.add.at(out, index, values)
    else:
        out[index] = values
    return out


def with_slices(x: np.ndarray, source: np.ndarray, dim: int, index: np.ndarray, alpha: float | None) -> np.ndarray:
    """Slices of `source`, times alpha, added; or without an alpha put in the place of the old ones."""
    out = x.copy()
    for k, i in enumerate(index):
        place = (slice(None),) * dim + (i,)
        out[place] = source[(slice(None),) * dim + (k,)] * (1 if alpha is None else alpha) + (
            0 if alpha is None else out[place]
        )
    return out


once = [
    case((4,), (3,), dim=0, index=I([2, 0, 1])),
    case((2, 3), (2, 1), dim=1, index=I([[0], [2]])),
    case((3, 3), (2, 3), dim=0, index=I([[0, 1, 2], [1, 2, 0]])),
    case((2, 2, 2), (1, 2, 2), dim=2, index=I([[[1, 0], [0, 1]]])),
]
often = [
    case((3,), (4,), dim=0, index=I([2, 0, 2, 2])),
    case((2, 3), (2, 2), dim=1, index=I([[0, 0], [2, 1]])),
    case((2, 3), (3, 3), dim=0, index=I([[0, 1, 1], [1, 1, 0], [0, 0, 0]])),
    case((2, 2), (2, 1), dim=0, index=I([[1], [1]])),
]


def with_options(cases: Any, *options: dict[str, Any]) -> Any:
    return [(shapes, {**old, **new}) for shapes, old in cases for new in options]


REDUCTIONS = ("sum", "prod", "mean", "amax", "amin")

ROWS = [
    Row("scatter", scattered, torch=lambda x, src, index, dim: x.scatter(dim, index, src), cases=once),
    Row(
        "scatter",
        scattered,
        torch=lambda x, src, index, dim: x.scatter(dim, index, src),
        cases=once,
        call=lambda x, src, index, dim: mg.scatter(x, dim, mg.tensor(index), src),
    ),
    Row(
        "scatter",
        lambda x, dim, index, value: scattered(x, value, index, dim),
        torch=lambda x, dim, index, value: x.scatter(dim, index, value),
        cases=[
            case((2, 3), dim=1, index=I([[0, 0], [2, 1]]), value=1.5),
            case((3,), dim=0, index=I([], dtype=np.int64), value=2.0),
        ],
        call=lambda x, dim, index, value: mg.scatter(x, dim, mg.tensor(index), value),
    ),
    Row(
        "scatter",
        lambda x, src, dim, index, reduce: reduced(x, src, index, dim, {"add": "sum", "multiply": "prod"}[reduce]),
        cases=with_options(often, {"reduce": "add"}, {"reduce": "multiply"}),
        call=lambda x, src, dim, index, reduce: mg.scatter(x, dim, index, src, reduce=reduce),
    ),
    Row(
        "scatter_add",
        lambda x, src, dim, index: reduced(x, src, index, dim, "sum"),
        torch=lambda x, src, dim, index: x.scatter_add(dim, index, src),
        cases=often,
        call=lambda x, src, dim, index: mg.scatter_add(x, dim, mg.tensor(index), src),
    ),
    Row(
        "scatter_add",  # an index smaller than src: PyTorch takes it, and then fails in backward
        lambda x, src, dim, index: reduced(x, src, index, dim, "sum"),
        cases=[case((3, 3), (2, 3), dim=-1, index=I([[0, 1]]))],
        call=lambda x, src, dim, index: mg.scatter_add(x, dim, mg.tensor(index), src),
    ),
    Row(
        "scatter_reduce",
        lambda x, src, index, dim, reduce: reduced(x, src, index, dim, reduce),
        torch=lambda x, src, index, dim, reduce: x.scatter_reduce(dim, index, src, reduce),
        domain=(distinct(-2.0, 2.0), distinct(-1.9, 2.1)),
        cases=with_options(often, {"reduce": "amax"}, {"reduce": "amin"}),
    ),
    Row(
        "scatter_reduce",
        lambda x, src, index, dim, reduce, include_self: reduced(x, src, index, dim, reduce, include_self),
        torch=lambda x, src, index, dim, reduce, include_self: x.scatter_reduce(
            dim, index, src, reduce, include_self=include_self
        ),
        domain=(distinct(-2.0, 2.0), distinct(-1.9, 2.1)),
        cases=with_options(
            often, *({"reduce": way, "include_self": own} for way in REDUCTIONS for own in (True, False))
        ),
        call=lambda x, src, index, dim, reduce, include_self: mg.scatter_reduce(
            x, dim, mg.tensor(index), src, reduce, include_self=include_self
        ),
    ),
    Row(
        "scatter_reduce",
        lambda x, src, index, dim, reduce: reduced(x, src, index, dim, reduce),
        torch=lambda x, src, index, dim, reduce: x.scatter_reduce(dim, index, src, reduce),
        domain=integers(-3, 4),
        cases=with_options(often, {"reduce": "sum"}, {"reduce": "prod"}, {"reduce": "amax"}, {"reduce": "amin"}),
        call=lambda x, src, index, dim, reduce: mg.scatter_reduce(x, dim, index, src, reduce),
        smooth=False,
    ),
    Row(
        "index_put",
        put_in,
        torch=lambda x, values, index: x.index_put(index, values),
        cases=[
            case((3,), (2,), index=(I([2, 0]),)),
            case((2, 3), (3,), index=(I([0, 1]),)),
            case((2, 3), (2,), index=(I([0, 1]), I([2, 0]))),
            case((2, 3), (), index=(I([[True, False, True], [False, True, True]]),)),
        ],
    ),
    Row(
        "index_put",
        lambda x, values, indices, accumulate: put_in(x, values, indices, accumulate),
        torch=lambda x, values, indices, accumulate: x.index_put(indices, values, accumulate),
        cases=[
            case((3,), (3,), indices=(I([2, 0, 2]),), accumulate=True),
            case((2, 3), (1,), indices=(I([0, 1, 1]), I([2, 0, 0])), accumulate=True),
            case((2, 3), (2, 3), indices=(I([1, 0]),), accumulate=False),
        ],
        call=lambda x, values, indices, accumulate: mg.index_put(x, tuple(map(mg.tensor, indices)), values, accumulate),
    ),
    Row(
        "put",
        lambda x, source, index, accumulate: put_in(x.ravel(), source.ravel(), index.ravel(), accumulate).reshape(
            x.shape
        ),
        torch=lambda x, source, index, accumulate: x.put(index, source, accumulate),
        cases=[
            case((2, 3), (2,), index=I([4, 1]), accumulate=False),
            case((2, 2), (2, 2), index=I([[3, 0], [3, 1]]), accumulate=True),
        ],
        call=lambda x, source, index, accumulate: mg.put(x, mg.tensor(index), source, accumulate),
    ),
    Row(
        "index_add",
        lambda x, source, dim, index, alpha=1: with_slices(x, source, dim, index, alpha),
        torch=lambda x, source, dim, index, alpha=1: x.index_add(dim, index, source, alpha=alpha),
        cases=[
            case((3,), (3,), dim=0, index=I([2, 0, 2])),
            case((2, 3), (2, 2), dim=1, index=I([1, 1]), alpha=-0.5),
            case((2, 3), (0, 3), dim=0, index=I([], dtype=np.int64)),
        ],
        call=lambda x, source, dim, index, alpha=1: mg.index_add(x, dim, mg.tensor(index), source, alpha=alpha),
    ),
    Row(
        "index_copy",
        lambda x, source, dim, index: with_slices(x, source, dim, index, None),
        torch=lambda x, source, dim, index: x.index_copy(dim, index, source),
        cases=[case((3,), (2,), dim=0, index=I([2, 0])), case((2, 3), (2, 2), dim=1, index=I([2, 1]))],
        call=lambda x, source, dim, index: mg.index_copy(x, dim, mg.tensor(index), source),
    ),
    Row(
        "index_fill",
        lambda x, dim, index, value: with_slices(x, np.full(np.take(x, index, dim).shape, value), dim, index, None),
        torch=lambda x, dim, index, value: x.index_fill(dim, index, value),
        cases=[case((3,), dim=0, index=I([2, 0]), value=1.5), case((2, 3), dim=1, index=I([1, 1]), value=-2)],
        call=lambda x, dim, index, value: mg.index_fill(x, dim, mg.tensor(index), value),
    ),
    Row(
        "masked_fill",
        lambda x, value, mask: np.where(mask, value, x),
        torch=lambda x, value, mask: x.masked_fill(mask, value),
        cases=[
            case((2, 3), (), mask=I([True, False, True])),
            case((3,), (), mask=I([[True], [False]])),
            case((), (), mask=I(True)),
            case((0,), (), mask=I([], dtype=bool)),
        ],
        call=lambda x, value, mask: mg.masked_fill(x, mg.tensor(mask), value),
    ),
    Row(
        "masked_fill",
        lambda x, mask, value: np.where(mask, value, x),
        torch=lambda x, mask, value: x.masked_fill(mask, value),
        cases=[case((2, 3), mask=I([True, False, True]), value=-3.0), case((3,), mask=I([True, False, True]), value=2)],
        call=lambda x, mask, value: mg.masked_fill(x, mg.tensor(mask), value),
    ),
    Row(
        "masked_scatter",
        lambda x, source, mask: in_order(x, source, mask),
        torch=lambda x, source, mask: x.masked_scatter(mask, source),
        cases=[
            case((2, 3), (4,), mask=I([[True, False, True], [False, True, True]])),
            case((2, 3), (2, 3), mask=I([True, False, True])),
            case((3,), (2,), mask=I([False, False, False])),
        ],
        call=lambda x, source, mask: mg.masked_scatter(x, mg.tensor(mask), source),
    ),
]


def in_order(x: np.ndarray, source: np.ndarray, mask: np.ndarray) -> np.ndarray:
    out, values = x.copy(), iter(source.ravel())
    for place in np.ndindex(x.shape):
        if np.broadcast_to(mask, x.shape)[place]:
            out[place] = next(values)
    return out
