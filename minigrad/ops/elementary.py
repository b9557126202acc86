"""The table of derivatives: powers, exponentials and logarithms, the circular and the hyperbolic functions."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from minigrad.dtypes import Array, float64
from minigrad.engine.primitive import elementwise
from minigrad.ops.arithmetic import abs
from minigrad.ops.choice import clamp, mask, where, zero
from minigrad.ops.comparison import isfinite, isnan
from minigrad.ops.public import also_in_place
from minigrad.types import Number, Tensor

__all__ = [
    "acos",
    "acosh",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cos",
    "cosh",
    "deg2rad",
    "exp",
    "exp2",
    "expm1",
    "float_power",
    "hypot",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logaddexp2",
    "logit",
    "pow",
    "rad2deg",
    "rsqrt",
    "sigmoid",
    "sin",
    "sinc",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "xlogy",
]

LN2, LN10 = math.log(2), math.log(10)


def _rsqrt(x: Array) -> Array:
    return 1 / np.sqrt(x)


def _sigmoid(x: Array) -> Array:
    if getattr(x, "dtype", None) == np.float16:  # in which e ** -x is soon infinite
        return np.asarray(1 / (1 + np.exp(np.subtract(0, x, dtype=np.float32)))).astype(np.float16)
    return 1 / (1 + np.exp(0 - x))  # 0 - x, because bools have no -x


def _logit(x: Array) -> Array:
    return np.log(x / (1 - x))


@np.errstate(all="ignore")  # NumPy would warn at lines of its own
def _sinc(x: Array) -> Array:
    if getattr(x, "dtype", None) == np.float16:  # in which pi * x has few digits, or is infinite
        return np.sinc(x.astype(np.float32)).astype(np.float16)
    return np.sinc(x)


def _xlogy(a: Array, b: Array) -> Array:
    return a * np.log(np.where((a == 0) & ~np.isnan(b), 1, b))


def _through_base(g: Any, a: Any, b: Any) -> Any:
    """g * b * a ** (b - 1). For b = 0 this is 0 whatever a is."""
    if isinstance(b, (int, float)):
        return g * (b * a ** (b - 1)) if b != 0 else zero(g)
    constant = (b == 0) & ((a == 0) | isnan(a))
    g = mask(g, (b != 0) | isfinite(g))  # and whatever g is
    return g * (b * where(constant, 1, a) ** (b - 1))


def _through_exponent(g: Any, a: Any, b: Any, y: Any) -> Any:
    """g * y * ln(a). For a = 0 <= b this is 0: 0 ** b does not change with b."""
    if isinstance(a, (int, float)) and a > 0:
        return g * (y * math.log(a))
    constant = (a == 0) & (b >= 0)
    return mask(g * y * log(where(constant, 1, a)), ~constant)


pow = elementwise("pow(a, b) = a ** b", operator.pow, a=_through_base, b=_through_exponent)
sqrt = elementwise("sqrt(x) = x ** (1/2)", np.sqrt, x=lambda g, y: g / (2 * y))
rsqrt = elementwise("rsqrt(x) = x ** (-1/2)", _rsqrt, x=lambda g, y: g * (-0.5 * y * y * y))

exp = elementwise("exp(x) = e ** x", np.exp, x=lambda g, y: g * y)
exp2 = elementwise("exp2(x) = 2 ** x", np.exp2, x=lambda g, y: g * (LN2 * y))
expm1 = elementwise("expm1(x) = e ** x - 1", np.expm1, x=lambda g, y: g * (y + 1))
sigmoid = elementwise("sigmoid(x) = 1 / (1 + e ** -x)", _sigmoid, x=lambda g, y: g * (y * (1 - y)))

log = elementwise("log(x) = ln x", np.log, x=lambda g, x: g / x)
log2 = elementwise("log2(x) = ln x / ln 2", np.log2, x=lambda g, x: g / (LN2 * x))
log10 = elementwise("log10(x) = ln x / ln 10", np.log10, x=lambda g, x: g / (LN10 * x))
log1p = elementwise("log1p(x) = ln(1 + x)", np.log1p, x=lambda g, x: g / (1 + x))
logit_p = elementwise("logit(x) = ln(x / (1 - x))", _logit, x=lambda g, x: g / (x * (1 - x)))
xlogy = elementwise(
    "xlogy(a, b) = 0 if a = 0, else a * ln b",
    _xlogy,
    a=lambda g, a, b: mask(xlogy(g, b), ~((a == 0) & (b <= 0))),
    b=lambda g, a, b: g * a / b,
)
logaddexp = elementwise(
    "logaddexp(a, b) = ln(e ** a + e ** b)",
    np.logaddexp,
    a=lambda g, a, b: g * sigmoid(a - b),
    b=lambda g, a, b: g * sigmoid(b - a),
)
logaddexp2 = elementwise(
    "logaddexp2(a, b) = log2(2 ** a + 2 ** b)",
    np.logaddexp2,
    a=lambda g, a, b: g * sigmoid(LN2 * (a - b)),
    b=lambda g, a, b: g * sigmoid(LN2 * (b - a)),
)

sinh = elementwise("sinh(x) = (e ** x - e ** -x) / 2", np.sinh, x=lambda g, x: g * cosh(x))
cosh = elementwise("cosh(x) = (e ** x + e ** -x) / 2", np.cosh, x=lambda g, x: g * sinh(x))
tanh = elementwise("tanh(x) = sinh(x) / cosh(x)", np.tanh, x=lambda g, y: g * (1 - y * y))
asinh = arcsinh = elementwise("asinh(x)", np.arcsinh, x=lambda g, x: g / sqrt(x * x + 1))
acosh = arccosh = elementwise("acosh(x)", np.arccosh, x=lambda g, x: g / sqrt(x * x - 1))
atanh = arctanh = elementwise("atanh(x)", np.arctanh, x=lambda g, x: g / (1 - x * x))


@also_in_place
def logit(input: Tensor, eps: float | None = None) -> Tensor:
    """ln(x / (1 - x)), the inverse of sigmoid; with `eps` of the input kept between eps and 1 - eps.

    The result is NaN outside [0, 1]; derivative: g / (x (1 - x)).

    >>> mg.logit(mg.tensor([0.5, 0.9]))
    tensor([0.0000, 2.1972])
    """
    if eps is not None:  # beyond 1/2 the bounds cross, and the lower one is asked first
        below = input < eps
        input = clamp(input, eps, 1 - eps)  # where bounds cross, the upper one
        input = input if eps <= 0.5 else where(below, clamp(input, min=eps), input)
    return logit_p(input)


@also_in_place
def float_power(input: Tensor, exponent: Tensor | Number) -> Tensor:
    """input ** exponent, computed and returned in float64.

    >>> mg.float_power(mg.tensor([2, 3]), 2)
    tensor([4., 9.], dtype=minigrad.float64)
    """
    return pow(_double(input), _double(exponent))


float_power.in_place_dtype = float64  # type: ignore[attr-defined]


def _double(x: Any) -> Any:
    return x.astype(float64) if hasattr(x, "astype") else x


# -- The circular functions, their inverses, and angles ----------------------------------------------------------------

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
sinc = elementwise("sinc(x) = sin(pi * x) / (pi * x)", _sinc, x=lambda g, x: g * _slope_of_sinc(x))


def _squared_distance(a: Any, b: Any) -> Any:
    """a ** 2 + b ** 2, and 1 at the origin, where the angle has no derivative and gets 0."""
    squared = a * a + b * b
    return where(squared == 0, 1, squared)


def _slope_of_sinc(x: Any) -> Any:
    """(cos(pi x) - sinc(x)) / x; near 0, where this would lose its digits, the first terms of its series."""
    near = abs(x) < 1e-3
    away = where(near, 1.0, x)
    series = x * (x * x * (math.pi**4 / 30) - math.pi**2 / 3)
    return where(near, series, (cos(math.pi * away) - sinc(away)) / away)


@also_in_place
def deg2rad(input: Tensor) -> Tensor:
    """Degrees as radians.

    >>> mg.deg2rad(mg.tensor([180.0, 90.0]))
    tensor([3.1416, 1.5708])
    """
    return input * (math.pi / 180)


@also_in_place
def rad2deg(input: Tensor) -> Tensor:
    """Radians as degrees.

    >>> mg.rad2deg(mg.tensor([mg.pi, 1.0]))
    tensor([180.0000,  57.2958])
    """
    return input * (180 / math.pi)
