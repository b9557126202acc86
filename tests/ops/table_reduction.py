"""Samples: many numbers to one, along some dimensions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from samples import UNARY, Row, case, distinct, each, folded, integers, real, reductions

import minigrad as mg

nonzero = real(-2, 2, away_from=(0,), gap=0.3)


def some_zeros(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(rng.uniform(0.5, 2, shape) * rng.integers(0, 2, shape))


def with_nans(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(np.where(rng.random(shape) < 0.3, np.nan, rng.uniform(-2, 2, shape)))


def average(row: list[float]) -> float:
    return math.fsum(row) / len(row) if row else math.nan


def log_of_sum(row: list[float]) -> float:
    return math.log(math.fsum(map(math.exp, row))) if row else -math.inf


def spread(
    x: np.ndarray, dim: Any = None, unbiased: bool | None = None, keepdim: bool = False, correction: float = 1
) -> Any:
    less = correction if unbiased is None else int(unbiased)

    def variance(row: list[float]) -> float:
        centre = average(row)
        return math.fsum((each_ - centre) ** 2 for each_ in row) / (len(row) - less)

    return folded(variance)(x, dim, keepdim)


def deviations(x: np.ndarray, dim: Any, keepdim: bool, degrees: float) -> Any:
    def variance(row: list[float]) -> float:
        return math.fsum((each_ - average(row)) ** 2 for each_ in row) / degrees

    return folded(variance)(x, dim, keepdim)


def position(best: Any) -> Any:
    def loop(x: np.ndarray, dim: Any = None, keepdim: bool = False) -> np.ndarray:
        return folded(lambda row: row.index(best(row)))(x, dim, keepdim).astype(np.int64)

    return loop


def value_and_position(best: Any) -> Any:
    def loop(x: np.ndarray, dim: Any = None, keepdim: bool = False) -> Any:
        values = folded(best)(x, dim, keepdim)
        return values if dim is None else (values, position(best)(x, dim, keepdim))

    return loop


def overall(function: Any) -> Any:
    """torch's reductions over tuples of axes, where no axis means none (PyTorch takes it for all)."""
    return lambda x, dim, keepdim: function(x, dim, keepdim) if dim else x.clone()


public = [
    *each(UNARY[:5]),
    case((), dim=0),
    case((3,), dim=-1),
    case((2, 3), dim=1, keepdim=True),
    case((2, 3), dim=(-1, 0)),
    case((2, 1, 3), dim=(0, -1), keepdim=True),
    case((2, 1, 2, 2), dim=(1, 3)),
    case((2, 3), dim=[0]),
]
"""What the functions take that stand before the primitives: negative dims, lists, none."""
one_dim = [
    case((), dim=0),
    case((3,), dim=-1),
    case((2, 3), dim=0),
    case((2, 3), dim=-1, keepdim=True),
    case((2, 2, 2), dim=1),
]
nothing = [case((0,)), case((2, 0), dim=1), case((2, 0), dim=0), case((0, 3), dim=(0, 1))]

ROWS = [
    Row("sum", folded(math.fsum), torch=overall(lambda x, d, k: x.sum(d, k)), cases=reductions()),
    Row("sum", folded(math.fsum), torch="sum", cases=public + nothing, call=mg.sum),
    Row("sum", lambda x: np.asarray(sum(x.ravel().tolist())), torch="sum", domain=integers(-9, 9), call=mg.sum),
    Row("mean", folded(average), torch=overall(lambda x, d, k: x.mean(d, k)), cases=reductions(empty=False)),
    Row("mean", folded(average), torch="mean", cases=public, call=mg.mean),
    Row(
        "var", spread, torch="var", cases=[*public[1:3], *public[6:], case((2, 3), dim=1, unbiased=False)], call=mg.var
    ),
    Row(
        "var",
        spread,
        torch="var",
        cases=[case((4,), dim=0, correction=2), case((1,), dim=0, correction=0)],
        call=mg.var,
    ),
    Row(
        "var",
        lambda x, dim, keepdim, degrees: deviations(x, dim, keepdim, degrees),
        cases=reductions({"degrees": 1.5}, empty=False),
    ),
    Row(
        "std",
        lambda x, dim, keepdim, degrees: np.sqrt(deviations(x, dim, keepdim, degrees)),
        domain=distinct(),
        cases=[
            case((2, 3), dim=(1,), keepdim=True, degrees=2.0),
            case((2, 3, 2), dim=(0, 2), keepdim=False, degrees=3),
        ],
    ),
    Row(
        "std",
        lambda *args, **options: np.sqrt(spread(*args, **options)),
        torch="std",
        domain=distinct(),
        cases=[
            case((3,)),
            case((2, 3), dim=-1),
            case((3, 2), dim=0, keepdim=True),
            case((2, 3), dim=(0, 1), unbiased=False),
        ],
        call=mg.std,
    ),
    Row(
        "amax",
        folded(max),
        torch=overall(lambda x, d, k: x.amax(d, k)),
        domain=distinct(),
        cases=reductions(empty=False),
    ),
    Row("amax", folded(max), torch="amax", domain=distinct(), cases=public, call=lambda x, **o: mg.amax(x, **o)),
    Row(
        "amin",
        folded(min),
        torch=overall(lambda x, d, k: x.amin(d, k)),
        domain=distinct(),
        cases=reductions(empty=False),
    ),
    Row("amin", folded(min), torch="amin", domain=distinct(), cases=public, call=mg.amin),
    Row("max", value_and_position(max), torch="max", domain=distinct(), cases=each(UNARY[:5]) + one_dim, call=mg.max),
    Row("min", value_and_position(min), torch="min", domain=distinct(), cases=each(UNARY[:5]) + one_dim, call=mg.min),
    Row(
        "argmax",
        position(max),
        torch="argmax",
        domain=distinct(),
        cases=each(UNARY[:5]) + one_dim,
        call=mg.argmax,
        smooth=False,
    ),
    Row(
        "argmin",
        position(min),
        torch="argmin",
        domain=distinct(),
        cases=each(UNARY[:5]) + one_dim,
        call=mg.argmin,
        smooth=False,
    ),
    Row(
        "prod",
        folded(math.prod),
        torch=lambda x, dim, keepdim: x.prod(dim[0], keepdim),
        domain=nonzero,
        cases=[
            case(shape, dim=(d,), keepdim=k)
            for shape, d in [((3,), 0), ((2, 3), 1), ((2, 2, 2), 1), ((0, 2), 0)]
            for k in (False, True)
        ],
    ),
    Row("prod", folded(math.prod), torch="prod", domain=nonzero, cases=[*each(UNARY), *one_dim], call=mg.prod),
    Row("prod", folded(math.prod), torch="prod", domain=some_zeros, cases=each(UNARY[1:5]) + one_dim[1:], call=mg.prod),
    Row("prod", lambda x: np.asarray(math.prod(x.ravel().tolist())), torch="prod", domain=integers(1, 4), call=mg.prod),
    Row(
        "logsumexp", folded(log_of_sum), torch=overall(lambda x, d, k: x.logsumexp(d, k)), cases=reductions(empty=False)
    ),
    Row(
        "logsumexp",
        folded(log_of_sum),
        torch="logsumexp",
        cases=[*one_dim, case((2, 3), dim=(0, -1)), case((0, 2), dim=0)],
        call=mg.logsumexp,
    ),
    Row(
        "logsumexp",
        folded(log_of_sum),
        torch="logsumexp",
        domain=integers(-3, 3),
        cases=one_dim,
        call=mg.logsumexp,
        exact=2e-6,
    ),
    *(
        Row(
            name,
            folded(lambda row, function=function: function([x for x in row if x == x])),
            torch=name,
            domain=domain,
            cases=[case((7,)), case((3, 4), dim=0), case((3, 4), dim=(0, 1), keepdim=True)],
            call=getattr(mg, name),
        )
        for name, function in (("nansum", math.fsum), ("nanmean", average))
        for domain in (real(), with_nans)
    ),
    Row(
        "count_nonzero",
        lambda x, dim=None: folded(lambda row: float(len(row) - row.count(0)))(x, dim).astype(np.int64),
        torch="count_nonzero",
        domain=integers(-1, 2),
        cases=[*each(UNARY), case((2, 3), dim=-1), case((2, 3, 2), dim=(0, 2))],
        call=mg.count_nonzero,
        smooth=False,
    ),
    Row(
        "aminmax",
        lambda x, dim=None, keepdim=False: (folded(min)(x, dim, keepdim), folded(max)(x, dim, keepdim)),
        torch="aminmax",
        domain=distinct(),
        cases=[*each(UNARY[:5]), case((), dim=0), case((2, 3), dim=-1), case((2, 3), dim=0, keepdim=True)],
        call=mg.aminmax,
    ),
    # No dimension means all.
    *(
        Row(
            name,
            lambda x, dim, function=function: np.asarray(function(x.ravel().tolist())),
            torch=name,
            domain=distinct(),
            cases=[case((2, 3), dim=()), case((), dim=())],
            call=getattr(mg, name),
        )
        for name, function in (("sum", math.fsum), ("mean", average), ("amax", max))
    ),
    # NumPy's names for dim and keepdim.
    *(
        Row(
            name,
            lambda x, axis, keepdims, function=function: folded(function)(x, axis, keepdims),
            torch=name,
            domain=distinct(),
            cases=[case((2, 3), axis=-1, keepdims=True), case((2, 3), axis=0, keepdims=False)],
            call=getattr(mg, name),
        )
        for name, function in (("sum", math.fsum), ("mean", average), ("amax", max))
    ),
]
