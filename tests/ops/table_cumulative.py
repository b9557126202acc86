"""Samples: running sums, products and extrema, differences and integrals along one dimension."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from samples import Row, bools, case, distinct, integers, real

import minigrad as mg

nonzero = real(-2, 2, away_from=(0,), gap=0.3)


def some_zeros(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(rng.uniform(0.5, 2, shape) * rng.integers(0, 2, shape))


def along_rows(function: Callable[[list[float]], list[float]]) -> Callable[..., np.ndarray]:
    """A function of a list, applied to each row along `dim`."""

    def loop(x: np.ndarray, dim: int = -1) -> np.ndarray:
        if x.ndim == 0:
            return np.asarray(function([x.item()])[0])
        rows = np.moveaxis(x, dim, -1)
        results = [function(row.tolist()) for row in rows.reshape(math.prod(rows.shape[:-1]), rows.shape[-1])]
        size = len(results[0]) if results else rows.shape[-1]
        dtype = x.dtype if x.dtype.kind != "b" else np.int64
        return np.moveaxis(np.array(results, dtype).reshape(*rows.shape[:-1], size), -1, dim)

    return loop


def running(function: Callable[[list[float]], float]) -> Callable[..., np.ndarray]:
    """The function of the first element, of the first two, ..."""
    return along_rows(lambda row: [function(row[: i + 1]) for i in range(len(row))])


def from_the_end(function: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """With `reverse`, the function from the other end."""

    def loop(x: np.ndarray, dim: int, reverse: bool) -> np.ndarray:
        return np.flip(function(np.flip(x, dim), dim), dim) if reverse else function(x, dim)

    return loop


def log_of_sum(row: list[float]) -> float:
    return math.log(math.fsum(map(math.exp, row)))


def value_and_last_place(best: Callable[[list[float]], float]) -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    def place(row: list[float]) -> float:
        return len(row) - 1 - row[::-1].index(best(row))

    def loop(x: np.ndarray, dim: int) -> tuple[np.ndarray, np.ndarray]:
        return running(best)(x, dim), running(place)(x, dim).astype(np.int64)

    return loop


def recurrence(a: np.ndarray, b: np.ndarray, dim: int, reverse: bool) -> np.ndarray:
    if reverse:
        return np.flip(recurrence(np.flip(a, dim), np.flip(b, dim), dim, False), dim)
    factors, rows = np.moveaxis(a, dim, 0), np.moveaxis(b, dim, 0)
    steps = itertools.accumulate(zip(factors, rows, strict=True), lambda y, ab: (0, ab[1] + ab[0] * y[1]))
    return np.moveaxis(np.array([y for _, y in steps]).reshape(rows.shape), 0, dim)


def steps(x: np.ndarray, n: int = 1, dim: int = -1) -> np.ndarray:
    for _ in range(n):
        x = along_rows(lambda row: [b - a for a, b in itertools.pairwise(row)])(x, dim)
    return x


def trapezoids(y: list[float], x: list[float]) -> list[float]:
    return [(x[i] - x[i - 1]) * (y[i] + y[i - 1]) / 2 for i in range(1, len(y))]


def area(y: np.ndarray, x: np.ndarray | None = None, dx: float = 1.0, dim: int = -1) -> np.ndarray:
    return running_area(y, x, dx, dim).take(-1, dim)


def running_area(y: np.ndarray, x: np.ndarray | None = None, dx: float = 1.0, dim: int = -1) -> np.ndarray:
    n = y.shape[dim]
    points = np.arange(n) * dx if x is None else x
    if points.ndim == 1:
        points = np.broadcast_to(points, np.moveaxis(y, dim, -1).shape)
    else:
        points = np.moveaxis(np.broadcast_to(points, y.shape), dim, -1)
    rows = np.moveaxis(y, dim, -1)
    out = np.empty((*rows.shape[:-1], n - 1))
    for place in np.ndindex(rows.shape[:-1]):
        out[place] = list(itertools.accumulate(trapezoids(rows[place].tolist(), points[place].tolist())))
    return np.moveaxis(out, -1, dim)


shapes = [((3,), 0), ((1,), 0), ((2, 3), 0), ((2, 3), 1), ((2, 3, 2), 1), ((0,), 0), ((2, 0), 1), ((2, 0), 0)]
primitive = [case(shape, dim=dim, reverse=reverse) for shape, dim in shapes for reverse in (False, True)]
public = [case((), dim=0), *(case(shape, dim=dim) for shape, dim in shapes), case((2, 3, 2), dim=-2)]
two = [case((), dim=-1), case((4,), dim=0), case((2, 3), dim=0), case((2, 3), dim=-1), case((2, 3, 2), dim=1)]


def turned(function: Any) -> Any:
    """PyTorch's running function from the other end."""
    return lambda x, dim, reverse: function(x.flip(dim), dim).flip(dim) if reverse else function(x, dim)


ROWS = [
    Row("cumsum", from_the_end(running(math.fsum)), torch=turned(lambda x, d: x.cumsum(d)), cases=primitive),
    Row("cumsum", running(math.fsum), torch="cumsum", cases=public, call=mg.cumsum),
    Row("cumsum", running(sum), torch="cumsum", domain=integers(-9, 9), cases=two, call=mg.cumsum),
    Row("cumsum", running(sum), torch="cumsum", domain=bools, cases=two[1:], call=mg.cumsum),
    Row(
        "cumprod",
        from_the_end(running(math.prod)),
        torch=turned(lambda x, d: x.cumprod(d)),
        domain=nonzero,
        cases=primitive,
    ),
    Row("cumprod", running(math.prod), torch="cumprod", domain=some_zeros, cases=public, call=mg.cumprod),
    Row("cumprod", running(math.prod), torch="cumprod", domain=integers(-3, 4), cases=two, call=mg.cumprod),
    Row(
        "recurrence",
        recurrence,
        cases=[case(shape, shape, dim=dim, reverse=reverse) for shape, dim in shapes for reverse in (False, True)],
    ),
    Row("logcumsumexp", running(log_of_sum), torch="logcumsumexp", cases=public[1:9]),
    Row("logcumsumexp", running(log_of_sum), torch="logcumsumexp", cases=public, call=mg.logcumsumexp),
    Row(
        "logcumsumexp",
        running(log_of_sum),
        torch="logcumsumexp",
        domain=real(-300, 300),
        cases=two,
        call=mg.logcumsumexp,
    ),
    Row("cummax", value_and_last_place(max), torch="cummax", domain=distinct(), cases=two, call=mg.cummax),
    Row("cummin", value_and_last_place(min), torch="cummin", domain=distinct(), cases=two, call=mg.cummin),
    Row("cummax", value_and_last_place(max), torch="cummax", domain=integers(-1, 2), cases=two, call=mg.cummax),
    Row("cummin", value_and_last_place(min), torch="cummin", domain=integers(-1, 2), cases=two, call=mg.cummin),
    Row(
        "diff",
        steps,
        torch="diff",
        cases=[
            case((4,)),
            case((1,)),
            case((2, 4), n=2),
            case((2, 3), dim=0),
            case((3, 2, 2), dim=-3, n=3),
            case((3,), n=0),
        ],
        call=mg.diff,
    ),
    Row(
        "diff",
        lambda x, before, after, dim=-1: steps(np.concatenate([before, x, after], dim), 1, dim),
        torch=lambda x, before, after, dim=-1: x.diff(dim=dim, prepend=before, append=after),
        cases=[case((3,), (1,), (2,)), case((2, 3), (1, 3), (2, 3), dim=0)],
        call=lambda x, before, after, dim=-1: mg.diff(x, dim=dim, prepend=before, append=after),
    ),
    Row(
        "diff",
        lambda x, dim=-1: steps(x.astype(int), 1, dim) != 0,
        torch="diff",
        domain=bools,
        cases=[case((5,)), case((3, 2), dim=0)],
        call=mg.diff,
    ),
    *(
        Row(
            name,
            function,
            torch=name,
            cases=[case((4,)), case((2, 3), dx=0.5), case((3, 2), dim=0), case((2, 3, 2), dim=1, dx=2.0)],
            call=getattr(mg, name),
            covers=covers,
        )
        for name, function, covers in (
            ("trapezoid", area, ("trapz",)),
            ("cumulative_trapezoid", running_area, ()),
        )
    ),
    *(
        Row(
            name,
            function,
            torch=name,
            cases=[case((4,), (4,)), case((2, 3), (3,)), case((2, 3), (2, 3), dim=0), case((3, 2), (3,), dim=0)],
            call=getattr(mg, name),
        )
        for name, function in (("trapezoid", area), ("cumulative_trapezoid", running_area))
    ),
    *(
        Row(
            "gradient",
            lambda x, spacing=(1,), dim=None, edge_order=1: np.gradient(x, *spacing, axis=dim, edge_order=edge_order),
            torch="gradient",
            cases=cases,
            call=mg.gradient,
        )
        for cases in (
            [case((4,)), case((2,)), case((4,), edge_order=2), case((3,), edge_order=2)],
            [case((3, 4)), case((3, 4), dim=1), case((3, 4), spacing=(0.5, 2.0)), case((5, 3), edge_order=2)],
        )
    ),
]
