"""Samples: the circular functions, their inverses, and angles."""

from __future__ import annotations

import math

import scipy.special
from samples import BINARY, Row, by_element, case, each, integers, real

import minigrad as mg

inside = real(-0.9, 0.9)
nonzero = real(-2.0, 2.0, away_from=(0,), gap=0.3)


def sine_over_angle(x: float) -> float:
    return math.sin(math.pi * x) / (math.pi * x) if x else 1.0


ROWS = [
    Row("sin", by_element(math.sin), torch="sin"),
    Row("sin", by_element(math.sin), torch="sin", domain=integers(-3, 4), call=mg.sin, exact=2e-6),
    Row("cos", by_element(math.cos), torch="cos"),
    Row("tan", by_element(math.tan), torch="tan", domain=real(-1.2, 1.2)),
    Row("asin", by_element(math.asin), torch="asin", domain=inside, covers=("arcsin",)),
    Row("acos", by_element(math.acos), torch="acos", domain=inside, covers=("arccos",)),
    Row("atan", by_element(math.atan), torch="atan", domain=real(-9, 9), covers=("arctan",)),
    Row("atan2", by_element(math.atan2), torch="atan2", domain=nonzero, cases=each(BINARY), covers=("arctan2",)),
    Row(
        "atan2",
        by_element(math.atan2),
        torch="atan2",
        domain=integers(-3, 4),
        cases=each(BINARY),
        call=mg.atan2,
        exact=2e-6,
    ),
    Row("hypot", by_element(math.hypot), torch="hypot", domain=nonzero, cases=each(BINARY)),
    Row("sinc", by_element(sine_over_angle), torch="sinc", domain=nonzero),
    Row(
        "sinc",
        by_element(sine_over_angle),
        domain=real(-2e-3, 2e-3),
        cases=[case((5,)), case((2, 3))],
        call=mg.sinc,
    ),
    Row(
        "sinc",
        lambda x: scipy.special.spherical_jn(0, math.pi * x),
        domain=lambda rng, shape: 0 * rng.random(shape),
        cases=[case((3,))],
        call=mg.sinc,
    ),
    Row("deg2rad", by_element(math.radians), torch="deg2rad", domain=real(-360, 360), call=mg.deg2rad),
    Row("rad2deg", by_element(math.degrees), torch="rad2deg", call=mg.rad2deg),
    Row("deg2rad", by_element(math.radians), torch="deg2rad", domain=integers(-360, 361), call=mg.deg2rad, exact=2e-6),
]
