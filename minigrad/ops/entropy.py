"""The table of derivatives: functions of probabilities, which end well where a logarithm does not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.primitive import elementwise
from minigrad.ops.arithmetic import mask
from minigrad.ops.exponential import log, log1p
from minigrad.ops.special import erfc


def _entr(x: Array) -> Array:
    y = -x * np.log(np.where(x > 0, x, 1))
    return np.where(x < 0, -np.inf, y).astype(y.dtype, copy=False)


def _xlog1py(a: Array, b: Array) -> Array:
    return a * np.log1p(np.where((a == 0) & ~np.isnan(b), 0, b))


entr = elementwise("entr(x) = 0 if x = 0, else -x * ln x", _entr, x=lambda g, x: -g * (log(x) + 1))
xlog1py = elementwise(
    "xlog1py(a, b) = 0 if a = 0, else a * ln(1 + b)",
    _xlog1py,
    a=lambda g, a, b: mask(g * log1p(b), (a != 0) | (b > -1)),
    b=lambda g, a, b: g * a / (b + 1),
)


def ndtr(input: Any) -> Any:
    """The share of the standard normal distribution below `input`."""
    return erfc(input * -math.sqrt(0.5)) / 2
