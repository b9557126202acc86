"""Samples: arithmetic and choice, element by element."""

from __future__ import annotations

import math

import numpy as np

import minigrad as mg
from samples import BINARY, UNARY, Row, bools, by_element, case, each, integers, real

nonzero = real(-2.0, 2.0, away_from=(0,), gap=0.3)
between = real(-1.9, 1.9, away_from=(-1, -0.5, 0, 0.5, 1))


def halves(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """A few different numbers, so that equal ones come up."""
    return np.asarray(rng.integers(-2, 3, shape) / 2)


def clamped(x: float, low: float, high: float) -> float:
    return high if x > high or low > high else low if x < low else x


def halves_to_even(x: float, decimals: int = 0) -> float:
    return float(round(x, decimals)) if decimals else float(round(x))


ROWS = [
    Row("add", by_element(lambda a, b: a + b), torch="add", cases=each(BINARY)),
    Row("sub", by_element(lambda a, b: a - b), torch="sub", cases=each(BINARY)),
    Row("mul", by_element(lambda a, b: a * b), torch="mul", cases=each(BINARY)),
    Row("div", by_element(lambda a, b: a / b), torch="div", domain=(real(), nonzero), cases=each(BINARY)),
    Row("neg", by_element(lambda x: -x), torch="neg"),
    Row("square", by_element(lambda x: x**2), torch="square"),
    Row("reciprocal", by_element(lambda x: 1 / x), torch="reciprocal", domain=nonzero),
    Row("abs", by_element(abs), torch="abs", domain=nonzero),
    Row("sign", by_element(lambda x: math.copysign(1, x)), torch="sign", domain=nonzero),
    Row(
        "prefer",
        by_element(lambda a, b: 1.0 if a > b else 0.5 if a == b else 0.0),
        domain=halves,
        cases=each(BINARY),
        smooth=False,
    ),
    Row("maximum", by_element(max), torch="maximum", domain=(between, real(0.02, 0.04)), cases=each(BINARY)),
    Row("minimum", by_element(min), torch="minimum", domain=(between, real(0.02, 0.04)), cases=each(BINARY)),
    Row(
        "clamp_min",
        by_element(max),
        torch=lambda x, low: x.clamp(min=low),
        domain=(between, real(0.02, 0.04)),
        cases=each(BINARY),
    ),
    Row(
        "clamp_max",
        by_element(min),
        torch=lambda x, high: x.clamp(max=high),
        domain=(between, real(0.02, 0.04)),
        cases=each(BINARY),
    ),
    Row(
        "clamp",
        by_element(lambda x, min=-math.inf, max=math.inf: clamped(x, min, max)),
        torch="clamp",
        domain=between,
        call=mg.clamp,
        cases=each(UNARY, {"min": -0.5, "max": 0.5})
        + [case((2, 3), min=0.5), case((2, 3), max=-0.5), case((2, 3), min=1.0, max=-1.0)],
    ),
    Row(
        "where",
        by_element(lambda condition, a, b: a if condition else b),
        torch="where",
        domain=(bools, real(), real()),
        cases=[
            case((), (), ()),
            case((3,), (3,), (3,)),
            case((2, 1), (1, 3), ()),
            case((3,), (2, 3), (2, 1)),
            case((), (2, 1, 2), (2, 1)),
            case((2, 0), (1,), (2, 1)),
        ],
    ),
    Row(
        "mask",
        by_element(lambda g, keep: g if keep else 0.0),
        torch=lambda g, keep: g * keep,
        domain=(real(), bools),
        cases=each(BINARY),
    ),
    Row("floor", by_element(math.floor), torch="floor", domain=between),
    Row("ceil", by_element(math.ceil), torch="ceil", domain=between),
    Row("trunc", by_element(math.trunc), torch="trunc", domain=between),
    Row(
        "round",
        by_element(halves_to_even),
        torch="round",
        domain=real(-3, 3, away_from=(-2.5, -1.5, -0.5, 0.5, 1.5, 2.5)),
        cases=each(UNARY, {"decimals": 0}) + [case((2, 3), decimals=1), case((2, 3), decimals=-1)],
    ),
    Row(
        "floor_divide",
        by_element(lambda a, b: a // b),
        torch="floor_divide",
        domain=(real(-5, 5), real(-2, 2, away_from=(0,), gap=0.4)),
        cases=each(BINARY),
        smooth=False,
    ),
    Row(
        "remainder",
        by_element(lambda a, b: a % b),
        torch="remainder",
        domain=(real(0.2, 0.9), real(1.1, 2.0)),
        cases=each(BINARY),
    ),
    Row(
        "remainder",
        by_element(lambda a, b: a - b * math.floor(a / b)),
        torch="remainder",
        domain=(real(-0.9, -0.2), real(1.1, 2.0)),
        call=mg.remainder,
        cases=each(BINARY),
    ),
    # Integers: the same values, and no gradient.
    Row("add", by_element(lambda a, b: a + b, "q"), torch="add", domain=integers(-5, 5), call=mg.add, cases=each(BINARY)),
    Row("mul", by_element(lambda a, b: a * b, "q"), torch="mul", domain=integers(-5, 5), call=mg.mul, cases=each(BINARY)),
    Row("maximum", by_element(max, "q"), torch="maximum", domain=integers(-3, 3), call=mg.maximum, cases=each(BINARY)),
    Row("clamp_min", by_element(max, "q"), domain=integers(-3, 3), call=mg.clamp_min, cases=each(BINARY)),
    Row("neg", by_element(lambda x: -x, "q"), torch="neg", domain=integers(-3, 3), call=mg.neg),
    Row("abs", by_element(abs, "q"), torch="abs", domain=integers(-3, 3), call=mg.abs),
    Row("sign", by_element(lambda x: (x > 0) - (x < 0), "q"), torch="sign", domain=integers(-2, 3), call=mg.sign),
    Row(
        "floor_divide",
        by_element(lambda a, b: a // b, "q"),
        torch="floor_divide",
        domain=(integers(-9, 9), integers(1, 4)),
        call=mg.floor_divide,
        cases=each(BINARY),
    ),
    Row(
        "remainder",
        by_element(lambda a, b: a % b, "q"),
        torch="remainder",
        domain=(integers(-9, 9), integers(-4, -1)),
        call=mg.remainder,
        cases=each(BINARY),
    ),
]
