"""Samples: rounding, and the parts of a number."""

from __future__ import annotations

import math

import numpy as np
from samples import BINARY, UNARY, Row, by_element, case, each, integers, real

import minigrad as mg

between = real(-1.9, 1.9, away_from=(-1, -0.5, 0, 0.5, 1))
nonzero = real(-2.0, 2.0, away_from=(0,), gap=0.3)


def halves_to_even(x: float, decimals: int = 0) -> float:
    return float(round(x, decimals)) if decimals else float(round(x))


def signed_zeros(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(rng.choice(np.array([0.0, -0.0, 1.5, -1.5]), shape))


def not_all_finite(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(rng.choice(np.array([1.5, -0.5, np.inf, -np.inf, np.nan]), shape))


def finite(x: float, nan: float = 0.0, posinf: float = 9.0, neginf: float = -9.0) -> float:
    return nan if math.isnan(x) else posinf if x == math.inf else neginf if x == -math.inf else x


ROWS = [
    Row("floor", by_element(math.floor), torch="floor", domain=between),
    Row("ceil", by_element(math.ceil), torch="ceil", domain=between),
    Row("trunc", by_element(math.trunc), torch="trunc", domain=between, covers=("fix",)),
    *(
        Row(name, by_element(int, "q"), torch=name, domain=integers(-5, 5), call=getattr(mg, name))
        for name in ("floor", "ceil", "trunc", "round")
    ),
    Row(
        "round",
        by_element(halves_to_even),
        torch="round",
        domain=real(-3, 3, away_from=(-2.5, -1.5, -0.5, 0.5, 1.5, 2.5)),
        cases=[*each(UNARY, {"decimals": 0}), case((2, 3), decimals=1), case((2, 3), decimals=-1)],
    ),
    Row("frac", by_element(lambda x: math.modf(x)[0]), torch="frac", domain=between),
    Row("sgn", by_element(lambda x: math.copysign(1, x)), torch="sign", domain=nonzero, call=mg.sgn),
    Row(
        "signbit",
        by_element(lambda x: math.copysign(1, x) < 0, "?"),
        torch="signbit",
        domain=signed_zeros,
        smooth=False,
    ),
    Row("copysign", by_element(math.copysign), torch="copysign", domain=nonzero, cases=each(BINARY)),
    Row(
        "heaviside",
        by_element(lambda x, values: values if x == 0 else float(x > 0)),
        domain=(nonzero, real()),
        cases=each(BINARY),
    ),
    Row(
        "heaviside",
        by_element(lambda x, values: values if x == 0 else float(x > 0)),
        torch=lambda x, values: x.detach().heaviside(values.detach()),
        domain=signed_zeros,
        cases=[case((4,), (4,)), case((3, 4), (4,))],
        call=lambda x, values: mg.heaviside(x.detach(), values.detach()),
        smooth=False,
    ),
    Row(
        "ldexp",
        by_element(lambda x, power: x * 2.0**power),
        torch="ldexp",
        cases=each(BINARY),
        call=mg.ldexp,
    ),
    Row(
        "ldexp",
        by_element(
            lambda x, power: math.ldexp(x, power)
        ),  # PyTorch's gradient is 0 where the integer power is negative
        domain=(real(), integers(-4, 5)),
        cases=[case((), ()), case((3,), (3,)), case((2, 3), (3,))],
        call=mg.ldexp,
    ),
    Row(
        "nan_to_num",
        by_element(lambda x, **options: x),
        torch="nan_to_num",
        cases=each(UNARY, {"nan": 0.0, "posinf": None, "neginf": None}),
    ),
    Row(
        "nan_to_num",
        by_element(finite),
        torch="nan_to_num",
        domain=not_all_finite,
        cases=[case((7,), nan=2.0, posinf=9.0, neginf=-9.0), case((3, 4), posinf=5.0, neginf=-7.0)],
        call=lambda x, **options: mg.nan_to_num(x.detach(), **options),
        smooth=False,
    ),
    Row("nextafter", by_element(math.nextafter), cases=each(BINARY), single=1e-6),
    Row(
        "mantissa",
        by_element(lambda x: math.frexp(x)[0]),
        torch=lambda x: x.frexp().mantissa,
        domain=real(0.3, 7, away_from=(0.5, 1, 2, 4)),
        call=lambda x: mg.frexp(x).mantissa,
        covers=("frexp", "scale"),
    ),
    Row(
        "frexp",
        by_element(lambda x: math.frexp(x)[1], "i"),
        torch=lambda x: x.frexp().exponent,
        domain=real(-7, 7),
        call=lambda x: mg.frexp(x).exponent,
        smooth=False,
    ),
]
