"""Samples: norms, moments, order statistics, counts."""

from __future__ import annotations

import importlib
import math
import statistics
from typing import Any

import numpy as np
from samples import UNARY, Row, case, distinct, each, folded, integers, real, reductions

import minigrad as mg

nonzero = real(-2, 2, away_from=(0,), gap=0.3)
inf = math.inf


def with_nans(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    x = rng.permutation(np.linspace(-2, 2, math.prod(shape))).reshape(shape)
    return np.asarray(np.where(rng.random(shape) < 0.3, np.nan, x))


def in_random_order(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Different integers."""
    return np.asarray(rng.permutation(math.prod(shape))).reshape(shape)


def numbers(row: list[float]) -> list[float]:
    return [x for x in row if x == x]


def length(row: list[float], p: float) -> float:
    sizes = [abs(x) for x in row]
    if p == inf:
        return max(sizes)
    if p == -inf:
        return min(sizes)
    if p == 0:
        return float(sum(x != 0 for x in sizes))
    return math.fsum(x**p for x in sizes) ** (1 / p)


def norm(x: np.ndarray, p: Any = 2.0, dim: Any = None, keepdim: bool = False) -> np.ndarray:
    return folded(lambda row: length(row, 2 if p == "fro" else p))(x, dim, keepdim)


def variance(x: np.ndarray, dim: Any = None, keepdim: bool = False, correction: float = 1) -> np.ndarray:
    def of_row(row: list[float]) -> float:
        centre = math.fsum(row) / len(row)
        return math.fsum((each_ - centre) ** 2 for each_ in row) / (len(row) - correction)

    return folded(of_row)(x, dim, keepdim)


def average(x: np.ndarray, dim: Any = None, keepdim: bool = False) -> np.ndarray:
    return folded(lambda row: math.fsum(row) / len(row))(x, dim, keepdim)


def low_median(row: list[float]) -> float:
    return math.nan if numbers(row) != row else statistics.median_low(row)


def low_median_of_numbers(row: list[float]) -> float:
    return statistics.median_low(numbers(row)) if numbers(row) else math.nan


def most_frequent(row: list[float]) -> float:
    return min(set(row), key=lambda x: (-row.count(x), x))


def first_place(row: list[float], value: float) -> int:
    return next(i for i, x in enumerate(row) if x == value or (x != x and value != value))


def last_place(row: list[float], value: float) -> int:
    return len(row) - 1 - row[::-1].index(value)


def value_and_place(find: Any, place: Any = first_place) -> Any:
    def loop(x: np.ndarray, dim: int | None = None, keepdim: bool = False) -> Any:
        values = folded(find)(x, dim, keepdim).astype(x.dtype)
        if dim is None:
            return values
        return values, folded(lambda row: place(row, find(row)))(x, dim, keepdim).astype(np.int64)

    return loop


def value_at(place: float, row: list[float], interpolation: str) -> float:
    low, high = row[math.floor(place)], row[math.ceil(place)]
    chosen = {"lower": low, "higher": high, "nearest": row[round(place)], "midpoint": (low + high) / 2}
    return chosen.get(interpolation, low + (place - math.floor(place)) * (high - low))


def quantile(
    x: np.ndarray,
    q: Any = 0.5,
    dim: Any = None,
    keepdim: bool = False,
    interpolation: str = "linear",
    skip: bool = False,
) -> Any:
    def of_row(row: list[float], share: float) -> float:
        ordered = sorted(numbers(row))
        if not ordered or (len(ordered) < len(row) and not skip):
            return math.nan
        return value_at(share * (len(ordered) - 1), ordered, interpolation)

    shares = np.asarray(q, np.float64)
    results = [
        folded(lambda row, share=share: of_row(row, share))(x, dim, keepdim) for share in shares.ravel().tolist()
    ]
    return np.array(results) if shares.ndim else results[0]


def with_q(function: Any) -> Any:
    """The function with its list q as a vector."""

    def called(x: Any, q: Any = 0.5, **options: Any) -> Any:
        package: Any = importlib.import_module("torch") if type(x).__module__ == "torch" else mg
        return function(package)(x, package.tensor(q, dtype=x.dtype) if isinstance(q, list) else q, **options)

    return called


powers = [
    case(shape, p=p, **options)
    for p in (1, 1.5, 2, 3, inf, -inf, 0)
    for shape, options in [((3,), {}), ((2, 3), {"dim": 1}), ((2, 1, 3), {"dim": (0, 2), "keepdim": True})]
]
moments = [
    case((3,)),
    case((2, 3), dim=-1),
    case((2, 3), dim=0, keepdim=True),
    case((2, 3, 2), dim=(0, 2), correction=0),
    case((4,), dim=0, correction=2),
]
shares = [
    case((4,), q=0.3),
    case((), q=0.3),
    case((2, 5), q=0.25, dim=1),
    case((3, 2), q=0.7, dim=0, keepdim=True),
    case((2, 3), q=0.4, keepdim=True),
    case((2, 3, 2), q=[0.1, 0.5, 0.95], dim=1),
    case((2, 3), q=[0.0, 1.0], keepdim=True),
    *(case((5,), q=[0.1, 0.4, 0.6], interpolation=each_) for each_ in ("lower", "higher", "nearest", "midpoint")),
]
one_dim = [
    case((), dim=0),
    case((3,), dim=-1),
    case((4,), dim=0),
    case((2, 3), dim=0),
    case((2, 3), dim=-1, keepdim=True),
    case((2, 2, 4), dim=1),
]

ROWS = [
    Row(
        "norm",
        norm,
        torch=lambda x, p, dim, keepdim: torch_norm(x, p, dim, keepdim),
        domain=nonzero,
        cases=[each_ for each_ in reductions({"p": 2.0}, {"p": 3.0}, empty=False) if each_[0] != ((),)],
    ),
    Row("norm", norm, torch="norm", domain=nonzero, cases=powers, call=mg.norm),
    Row("norm", norm, torch="norm", cases=[case((2, 3)), case((2, 3), p="fro", dim=(0, -1)), case((0,))], call=mg.norm),
    Row(
        "dist",
        lambda a, b, p=2.0: norm(a - b, p),
        torch="dist",
        domain=(real(0.5, 1), real(-1, -0.5)),
        cases=[case((3,), (3,)), case((2, 3), (3,), p=1.5), case((), ())],
        call=mg.dist,
    ),
    Row(
        "var_mean",
        lambda x, dim=None, keepdim=False, correction=1: (
            variance(x, dim, keepdim, correction),
            average(x, dim, keepdim),
        ),
        torch="var_mean",
        cases=moments,
        call=mg.var_mean,
    ),
    Row(
        "std_mean",
        lambda x, dim=None, keepdim=False, correction=1: (
            np.sqrt(variance(x, dim, keepdim, correction)),
            average(x, dim, keepdim),
        ),
        torch="std_mean",
        domain=distinct(),
        cases=moments,
        call=mg.std_mean,
    ),
    *(
        Row(
            name,
            value_and_place(find),
            torch=name,
            domain=domain,
            cases=[*each(UNARY[:5]), *one_dim],
            call=getattr(mg, name),
        )
        for name, find in (("median", low_median), ("nanmedian", low_median_of_numbers))
        for domain in (distinct(), in_random_order)
    ),
    *(
        Row(
            name,
            value_and_place(find),
            domain=with_nans,
            cases=[case((7,)), case((4, 5), dim=0), case((4, 5), dim=1, keepdim=True)],
            call=lambda x, name=name, **options: getattr(mg, name)(x.detach(), **options),
            smooth=False,
        )
        for name, find in (("median", low_median), ("nanmedian", low_median_of_numbers))
    ),
    Row(
        "mode",
        value_and_place(most_frequent, last_place),
        torch="mode",
        domain=integers(0, 3),
        cases=[case((5,), dim=-1), case((6, 4), dim=0, keepdim=True), case((2, 7, 2), dim=1), case((), dim=0)],
        call=mg.mode,
    ),
    Row(
        "mode", value_and_place(most_frequent, last_place), torch="mode", domain=distinct(), cases=one_dim, call=mg.mode
    ),
    Row(
        "quantile",
        quantile,
        torch=with_q(lambda package: package.quantile),
        domain=distinct(),
        cases=shares,
        call=with_q(lambda package: package.quantile),
    ),
    Row(
        "nanquantile",
        quantile,
        torch=with_q(lambda package: package.nanquantile),
        domain=distinct(),
        cases=shares,
        call=with_q(lambda package: package.nanquantile),
    ),
    *(
        Row(
            name,
            lambda x, name=name, **options: quantile(x, **options, skip=name == "nanquantile"),
            torch=with_q(
                lambda package, name=name: lambda x, q, **options: getattr(package, name)(x.detach(), q, **options)
            ),
            domain=with_nans,
            cases=[case((3, 4), q=0.4, dim=1), case((3, 5), q=[0.2, 0.9], dim=0), case((9,), q=0.5)],
            call=with_q(
                lambda package, name=name: lambda x, q, **options: getattr(package, name)(x.detach(), q, **options)
            ),
            smooth=False,
        )
        for name in ("quantile", "nanquantile")
    ),
    Row(
        "quantile",
        lambda x, q: quantile(x, q),
        torch="quantile",
        domain=(distinct(), real(0.3, 0.4)),
        cases=[case((4,), ()), case((2, 3), (2,))],
        call=mg.quantile,
    ),
    Row(
        "histc",
        lambda x, bins, **ends: np.histogram(x, bins, tuple(ends.values()) or None)[0].astype(np.float64),
        torch=lambda x, **options: x.detach().histc(**options),
        cases=[case((20,), bins=4), case((4, 5), bins=3, min=-1.0, max=1.5)],
        call=lambda x, **options: mg.histc(x.detach(), **options),
        smooth=False,
    ),
    Row(
        "bincount",
        lambda x, minlength=0: np.array([x.tolist().count(i) for i in range(max([minlength, *(x + 1)]))], np.int64),
        torch="bincount",
        domain=integers(0, 6),
        cases=[case((9,)), case((3,), minlength=8), case((0,)), case((0,), minlength=2)],
        call=mg.bincount,
        smooth=False,
    ),
    Row(
        "bincount",
        lambda x, weights: np.array([weights[x == i].sum() for i in range(max(x) + 1)]),
        torch=lambda x, weights: x.bincount(weights.detach()),
        domain=(integers(0, 5), real()),
        cases=[case((9,), (9,))],
        call=lambda x, weights: mg.bincount(x, weights.detach()),
        smooth=False,
    ),
]


def torch_norm(x: Any, p: float, dim: Any, keepdim: bool) -> Any:
    import torch

    return torch.norm(x, p, dim, keepdim)
