"""Samples: taking elements out by position, and adding them back in."""

from __future__ import annotations

from typing import Any

import numpy as np
from samples import Row, case, integers

import minigrad as mg

I = np.array


def put(g: np.ndarray, index: Any, size: tuple[int, ...]) -> np.ndarray:
    out = np.zeros(size)
    places = np.arange(out.size).reshape(size)[index]
    for place, value in zip(np.ravel(places), np.ravel(np.broadcast_to(g, np.shape(places))), strict=True):
        out.ravel()[place] += value
    return out


def gathered(x: np.ndarray, dim: int, index: np.ndarray) -> np.ndarray:
    out = np.empty(index.shape)
    for place in np.ndindex(index.shape):
        source = list(place)
        source[dim] = index[place]
        out[place] = x[tuple(source)]
    return out


def scattered(g: np.ndarray, index: np.ndarray, dim: int, size: tuple[int, ...]) -> np.ndarray:
    out = np.zeros(size)
    for place in np.ndindex(index.shape):
        target = list(place)
        target[dim] = index[place]
        out[tuple(target)] += g[place]
    return out


def taken(x: np.ndarray, indices: np.ndarray, dim: int | None = None) -> np.ndarray:
    return np.take_along_axis(x, indices, dim) if dim is not None else x.ravel()[indices.ravel()]


views = [
    case((3,), index=1),
    case((3,), index=(slice(None, None, 2),)),
    case((2, 3), index=(slice(None), -1)),
    case((2, 3), index=(None, ..., slice(1, None))),
    case((2, 3, 2), index=(..., 0)),
    case((1, 2, 2, 3), index=(0, slice(1, 2), ..., slice(0, 3, 2))),
    case((), index=...),
    case((), index=None),
    case((0, 3), index=(slice(None), 1)),
]
arrays = [
    case((3,), index=I([2, 0, 2])),
    case((3,), index=I([[0, 1], [1, 1]])),
    case((2, 3), index=(slice(None), I([0, 0, -1]))),
    case((2, 3), index=(I([0, 1, 1]), I([2, 0, 0]))),
    case((2, 3), index=I([True, False])),
    case((2, 3), index=I([[True, False, True], [False, True, True]])),
    case((2, 3, 2), index=(I([1, 0]), slice(None), I([1, 1]))),
    case((2, 3), index=I([], dtype=np.int64)),
]
with_sizes = [
    case((2,), index=(slice(1, 3),), size=(4,)),
    case((2,), index=(slice(None), 1), size=(2, 3)),
    case((3,), index=I([1, 1, 0]), size=(2,)),
    case((2, 3), index=I([1, 1]), size=(3, 3)),
    case((3,), index=(I([0, 1, 1]), I([2, 0, 0])), size=(2, 3)),
    case((2,), index=I([True, False, True]), size=(3,)),
    case((), index=(1,), size=(3,)),
]
along = [
    case((3,), dim=0, index=I([2, 0, 0, 1])),
    case((2, 3), dim=1, index=I([[0], [2]])),
    case((2, 3), dim=0, index=I([[0, 1, 1], [1, 1, 0], [0, 0, 0]])),
    case((3, 3), dim=0, index=I([[0, 2]])),
    case((2, 2, 2), dim=2, index=I([[[1], [0]], [[1], [1]]])),
    case((2, 3), dim=0, index=np.zeros((0, 3), np.int64)),
]


def replaced(x: np.ndarray, v: np.ndarray, index: Any) -> np.ndarray:
    out = np.array(x)
    out[index] = v
    return out


def assigned(x: Any, v: Any, index: Any) -> Any:
    out = x.clone()
    out[index] = v
    return out


def torch_index(x: Any, index: Any) -> Any:
    return x[index]


ROWS = [
    Row("getitem", lambda x, index: np.array(x[index]), torch=torch_index, cases=views + arrays),
    Row("getitem", lambda x, index: np.array(x[index]), torch=torch_index, cases=[*views, *arrays], call=mg.getitem),
    Row(
        "getitem",
        lambda x, index: np.array(x[index]),
        torch=torch_index,
        cases=[case((2, 3), index=([0, 1, 1], [2, 0, 0])), case((3,), index=[2, 2]), case((2, 3), index=[True, False])],
        call=lambda x, index: x[index],
    ),
    Row("putitem", put, cases=with_sizes),
    Row("gather", lambda x, index, dim: gathered(x, dim, index), torch="gather", cases=along),
    Row(
        "gather",
        lambda x, index, dim: gathered(x, dim, index),
        torch=lambda x, index, dim: x.gather(dim, index),
        cases=[case((2, 3), dim=-1, index=I([[0, 0], [2, 1]]))],
        call=lambda x, index, dim: mg.gather(x, dim, mg.from_numpy(index)),
    ),
    Row(
        "scatter_add",
        scattered,
        torch=lambda g, index, dim, size: g.new_zeros(size).scatter_add(dim, index, g),
        cases=[
            case((4,), dim=0, index=I([2, 0, 0, 1]), size=(3,)),
            case((2, 1), dim=1, index=I([[0], [2]]), size=(2, 3)),
            case((3, 3), dim=0, index=I([[0, 1, 1], [1, 1, 0], [0, 0, 0]]), size=(2, 3)),
            case((1, 2), dim=0, index=I([[0, 2]]), size=(3, 3)),
        ],
    ),
    Row(
        "take_along_dim",
        taken,
        torch=lambda x, indices, dim=None: __import__("torch").take_along_dim(x, indices, dim),
        cases=[
            case((2, 3), indices=I([[2], [0]]), dim=1),
            case((2, 3), indices=I([[2, 2]]), dim=-1),
            case((3, 1), indices=I([[0, 1, 0, 2]]), dim=0),
            case((2, 3), indices=I([5, 0, 0])),
            case((1, 3), indices=I([[1], [2]]), dim=1),
        ],
        call=mg.take_along_dim,
    ),
]

slices = [
    case((3,), index=I([2, 0, 2]), dim=0),
    case((2, 3), index=I([1, 1]), dim=1),
    case((2, 3), index=I([0]), dim=0),
    case((2, 3, 2), index=I([2, 0, 2, 1]), dim=1),
    case((1, 2, 2, 3), index=I([2, 2]), dim=3),
    case((2, 3), index=I([], dtype=np.int64), dim=0),
    case((2, 0), index=I([1, 1, 0]), dim=0),
]


def summed(g: np.ndarray, index: np.ndarray, dim: int, size: int) -> np.ndarray:
    out = np.zeros((*g.shape[:dim], size, *g.shape[dim + 1 :]))
    for source, target in enumerate(index):
        out[(slice(None),) * dim + (target,)] += g[(slice(None),) * dim + (source,)]
    return out


ROWS += [
    Row(
        "index_select",
        lambda x, index, dim: np.take(x, index, dim),
        torch=lambda x, index, dim: x.index_select(dim, index),
        cases=slices,
    ),
    Row(
        "index_select",
        lambda x, dim, index: np.take(x, index, dim),
        torch="index_select",
        cases=[case((2, 3), dim=-1, index=I([0, 0, 2]))],
        call=lambda x, dim, index: mg.index_select(x, dim, mg.tensor(index)),
    ),
    Row(
        "index_add",
        summed,
        torch=lambda g, index, dim, size: g.new_zeros(*g.shape[:dim], size, *g.shape[dim + 1 :]).index_add(
            dim, index, g
        ),
        cases=[
            case((3,), index=I([2, 0, 2]), dim=0, size=4),
            case((2, 2), index=I([1, 1]), dim=1, size=3),
            case((2, 4, 2), index=I([2, 0, 2, 1]), dim=1, size=3),
            case((0, 3), index=I([], dtype=np.int64), dim=0, size=2),
        ],
    ),
    Row(
        "take",
        lambda x, index: np.take(x, index),
        torch="take",
        cases=[case((2, 3), index=I([5, 0, 0])), case((3,), index=I([[1, -1], [2, 2]])), case((2, 2), index=I(3))],
        call=lambda x, index: mg.take(x, mg.tensor(index)),
    ),
    Row(
        "masked_select",
        lambda x, mask: np.broadcast_to(x, np.broadcast_shapes(x.shape, mask.shape))[
            np.broadcast_to(mask, np.broadcast_shapes(x.shape, mask.shape))
        ],
        torch="masked_select",
        cases=[
            case((2, 3), mask=I([[True, False, True], [False, True, True]])),
            case((2, 3), mask=I([True, False, True])),
            case((3,), mask=I([[True], [False], [True]])),
            case((3,), mask=I([False, False, False])),
            case((), mask=I(True)),
        ],
        call=lambda x, mask: mg.masked_select(x, mg.tensor(mask)),
    ),
    *(
        Row(
            name,
            np.argwhere,
            torch=name,
            domain=integers(0, 2),
            cases=[case((4,)), case((2, 3)), case((2, 1, 2)), case((0,))],
            call=getattr(mg, name),
            smooth=False,
        )
        for name in ("nonzero", "argwhere")
    ),
    Row(
        "nonzero",
        lambda x: tuple(np.nonzero(np.atleast_1d(x))),
        torch=lambda x: x.nonzero(as_tuple=True),
        domain=integers(0, 2),
        cases=[case((4,)), case((2, 3)), case(())],
        call=lambda x: mg.nonzero(x, as_tuple=True),
        smooth=False,
    ),
    Row(
        "setitem",
        replaced,
        torch=assigned,
        cases=[
            case((3,), (), index=1),
            case((2, 3), (3,), index=(slice(None), slice(None))),
            case((2, 3), (2,), index=(slice(None), -1)),
            case((2, 3), (2, 1), index=(..., slice(0, 3, 2))),
            case((2, 3, 2), (2,), index=0),
            case((3,), (2,), index=I([2, 0])),
            case((2, 3), (2,), index=(I([0, 1]), I([2, 0]))),
            case((3,), (1,), index=I([True, False, True])),
            case((2, 0), (1,), index=0),
        ],
        call=assigned,
    ),
    Row(
        "unravel_index",
        np.unravel_index,
        torch="unravel_index",
        domain=integers(0, 6),
        cases=[case((4,), shape=(2, 3)), case((), shape=(3, 2)), case((2, 2), shape=(6,))],
        call=mg.unravel_index,
        smooth=False,
    ),
]
