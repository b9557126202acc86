"""The table of derivatives, second page: powers, exponentials, logarithms and their kin."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from minigrad.autograd.primitive import elementwise
from minigrad.dtypes import Array
from minigrad.ops.arithmetic import where


def _rsqrt(x: Array) -> Array:
    return 1 / np.sqrt(x)


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


exp = elementwise("exp(x) = e ** x", np.exp, x=lambda g, y: g * y)
expm1 = elementwise("expm1(x) = e ** x - 1", np.expm1, x=lambda g, y: g * (y + 1))
log = elementwise("log(x) = ln x", np.log, x=lambda g, x: g / x)
log1p = elementwise("log1p(x) = ln(1 + x)", np.log1p, x=lambda g, x: g / (1 + x))
sqrt = elementwise("sqrt(x) = x ** (1/2)", np.sqrt, x=lambda g, y: g / (2 * y))
rsqrt = elementwise("rsqrt(x) = x ** (-1/2)", _rsqrt, x=lambda g, y: g * (-0.5 * y * y * y))
pow = elementwise(
    "pow(a, b) = a ** b", operator.pow, a=lambda g, a, b: g * _slope(a, b), b=lambda g, a, y: g * y * _log_or_0(a)
)


def _slope(a: Any, b: Any) -> Any:
    """d(a ** b)/da = b * a ** (b - 1), which is 0 for b = 0 even where a = 0."""
    if isinstance(b, (int, float)):
        return b * a ** (b - 1) if b != 0 else 0 * a
    return b * a ** where(b == 0, 1, b - 1)


def _log_or_0(a: Any) -> Any:
    """log(a), and 0 for a = 0: there 0 ** b does not change with b."""
    return where(a == 0, 0, log(where(a == 0, 1, a)))


sin = elementwise("sin(x)", np.sin, x=lambda g, x: g * cos(x))
cos = elementwise("cos(x)", np.cos, x=lambda g, x: -g * sin(x))
tanh = elementwise("tanh(x) = (e ** x - e ** -x) / (e ** x + e ** -x)", np.tanh, x=lambda g, y: g * (1 - y * y))
sigmoid = elementwise("sigmoid(x) = 1 / (1 + e ** -x)", _sigmoid, x=lambda g, y: g * (y * (1 - y)))
