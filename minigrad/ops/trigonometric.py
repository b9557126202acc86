"""The table of derivatives: the circular functions, their inverses, and angles."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.engine.primitive import elementwise
from minigrad.ops.arithmetic import abs, where
from minigrad.ops.exponential import sqrt

sin = elementwise("sin(x)", np.sin, x=lambda g, x: g * cos(x))
cos = elementwise("cos(x)", np.cos, x=lambda g, x: -g * sin(x))
tan = elementwise("tan(x) = sin(x) / cos(x)", np.tan, x=lambda g, y: g * (1 + y * y))
asin = arcsin = elementwise("asin(x)", np.arcsin, x=lambda g, x: g / sqrt(1 - x * x))
acos = arccos = elementwise("acos(x)", np.arccos, x=lambda g, x: -g / sqrt(1 - x * x))
atan = arctan = elementwise("atan(x)", np.arctan, x=lambda g, x: g / (1 + x * x))
atan2 = arctan2 = elementwise(
    "atan2(a, b) = the angle of the point (b, a)",
    np.arctan2,
    a=lambda g, a, b: g * b / _squared_distance(a, b),
    b=lambda g, a, b: -g * a / _squared_distance(a, b),
)
hypot = elementwise(
    "hypot(a, b) = (a ** 2 + b ** 2) ** (1/2)", np.hypot, a=lambda g, a, y: g * (a / y), b=lambda g, b, y: g * (b / y)
)
sinc = elementwise("sinc(x) = sin(pi * x) / (pi * x)", np.sinc, x=lambda g, x, y: g * _slope_of_sinc(x, y))


def _squared_distance(a: Any, b: Any) -> Any:
    """a ** 2 + b ** 2, and 1 at the origin, where the angle has no derivative and gets 0."""
    squared = a * a + b * b
    return where(squared == 0, 1, squared)


def _slope_of_sinc(x: Any, y: Any) -> Any:
    """(cos(pi x) - sinc(x)) / x; near 0, where this would lose its digits, the first terms of its series."""
    near = abs(x) < 1e-3
    away = where(near, 1.0, x)
    series = x * (x * x * (math.pi**4 / 30) - math.pi**2 / 3)
    return where(near, series, (cos(math.pi * away) - y) / away)


def deg2rad(input: Any) -> Any:
    """Degrees as radians."""
    return input * (math.pi / 180)


def rad2deg(input: Any) -> Any:
    """Radians as degrees."""
    return input * (180 / math.pi)
