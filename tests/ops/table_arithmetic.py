"""Samples: arithmetic and choice, element by element."""

from __future__ import annotations

import math

import numpy as np
from samples import BINARY, UNARY, Row, bools, by_element, case, each, integers, real

import minigrad as mg

nonzero = real(-2.0, 2.0, away_from=(0,), gap=0.3)
between = real(-1.9, 1.9, away_from=(-1, -0.5, 0, 0.5, 1))


def halves(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """A few different numbers, so that equal ones come up."""
    return np.asarray(rng.integers(-2, 3, shape) / 2)


def clamped(x: float, min: float = -math.inf, max: float = math.inf) -> float:
    return max if x > max or min > max else min if x < min else x


SCALED = [
    ("add", lambda a, b, alpha=1: a + alpha * b, ()),
    ("sub", lambda a, b, alpha=1: a - alpha * b, ("subtract",)),
    ("rsub", lambda a, b, alpha=1: b - alpha * a, ()),
]

ROWS = [
    Row("add", by_element(lambda a, b: a + b), torch="add", cases=each(BINARY)),
    Row("sub", by_element(lambda a, b: a - b), torch="sub", cases=each(BINARY)),
    Row("mul", by_element(lambda a, b: a * b), torch="mul", cases=each(BINARY), covers=("multiply",)),
    Row("div", by_element(lambda a, b: a / b), torch="div", domain=(real(), nonzero), cases=each(BINARY)),
    Row("neg", by_element(lambda x: -x), torch="neg", covers=("negative",)),
    Row("square", by_element(lambda x: x**2), torch="square"),
    Row("reciprocal", by_element(lambda x: 1 / x), torch="reciprocal", domain=nonzero),
    Row("abs", by_element(abs), torch="abs", domain=nonzero, covers=("absolute",)),
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
        by_element(clamped),
        torch="clamp",
        domain=between,
        call=mg.clamp,
        covers=("clip",),
        cases=[
            *each(UNARY, {"min": -0.5, "max": 0.5}),
            *(case((2, 3), **bounds) for bounds in ({"min": 0.5}, {"max": -0.5}, {"min": 1.0, "max": -1.0})),
        ],
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
    Row(
        "floor_divide",
        by_element(lambda a, b: a // b),
        torch="floor_divide",
        domain=(real(-5, 5), real(-2, 2, away_from=(0,), gap=0.4)),
        cases=each(BINARY),
        smooth=False,
    ),
    Row(
        "floor_quotient",
        by_element(lambda a, b: a // b),
        torch=lambda a, b: a.div(b, rounding_mode="floor"),
        domain=(real(-4.8, -4.2), real(1.6, 2.0)),
        cases=each(BINARY),
    ),
    Row(
        "trunc_quotient",
        by_element(lambda a, b: float(math.trunc(a / b))),
        torch=lambda a, b: a.div(b, rounding_mode="trunc"),
        domain=(real(-4.8, -4.2), real(1.6, 2.0)),
        cases=each(BINARY),
    ),
    *(
        Row(
            "div",
            by_element(lambda a, b, rounding_mode=None, turn=turn: float(turn(a / b))),
            torch="div",
            domain=(real(-4.8, -4.2), real(1.6, 2.0)),
            cases=[case((2, 3), (3,), rounding_mode=mode), case((), (2,), rounding_mode=mode)],
            call=mg.div,
            covers=("divide", "true_divide"),
        )
        for mode, turn in ((None, float), ("floor", math.floor), ("trunc", math.trunc))
    ),
    Row(
        "div",
        by_element(
            lambda a, b, rounding_mode: math.floor(a / b) if rounding_mode == "floor" else math.trunc(a / b), "q"
        ),
        torch="div",
        domain=(integers(-9, 9), integers(-4, 0)),
        cases=each(BINARY, {"rounding_mode": "floor"}, {"rounding_mode": "trunc"}),
        call=mg.div,
    ),
    Row(
        "fmod",
        by_element(math.fmod),
        torch="fmod",
        domain=(real(-4.8, -4.2), real(1.6, 2.0)),
        cases=each(BINARY),
    ),
    Row(
        "fmod",
        by_element(math.fmod, "q"),
        torch="fmod",
        domain=(integers(-9, 9), integers(1, 4)),
        call=mg.fmod,
        cases=each(BINARY),
    ),
    *(
        Row(
            name,
            by_element(function),
            torch=name,
            cases=each(BINARY, {}, {"alpha": 2.5}),
            call=getattr(mg, name),
            covers=covers,
        )
        for name, function, covers in SCALED
    ),
    Row(
        "addcmul",
        by_element(lambda x, a, b, value=1: x + value * a * b),
        torch="addcmul",
        cases=[case((3,), (3,), (3,)), case((2, 3), (3,), (2, 1), value=-0.5)],
        call=mg.addcmul,
    ),
    Row(
        "addcdiv",
        by_element(lambda x, a, b, value=1: x + value * a / b),
        torch="addcdiv",
        domain=(real(), real(), nonzero),
        cases=[case((3,), (3,), (3,)), case((2, 3), (3,), (2, 1), value=-0.5)],
        call=mg.addcdiv,
    ),
    Row(
        "lerp",
        by_element(lambda a, b, weight: (1 - weight) * a + weight * b),
        torch="lerp",
        cases=[case((3,), (3,), (3,)), case((2, 3), (3,), (2, 1))],
        call=mg.lerp,
    ),
    Row(
        "lerp",
        by_element(lambda a, b, weight: (1 - weight) * a + weight * b),
        torch="lerp",
        cases=each(BINARY, {"weight": 0.25}),
        call=mg.lerp,
    ),
    Row("positive", by_element(lambda x: x), torch="positive", call=lambda x: mg.positive(x * 1)),
    Row("fmax", by_element(max), torch="fmax", domain=(between, real(0.02, 0.04)), cases=each(BINARY)),
    Row("fmin", by_element(min), torch="fmin", domain=(between, real(0.02, 0.04)), cases=each(BINARY)),
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
    Row(
        "add", by_element(lambda a, b: a + b, "q"), torch="add", domain=integers(-5, 5), call=mg.add, cases=each(BINARY)
    ),
    Row(
        "mul", by_element(lambda a, b: a * b, "q"), torch="mul", domain=integers(-5, 5), call=mg.mul, cases=each(BINARY)
    ),
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
