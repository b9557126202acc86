"""The table of derivatives: functions of probabilities, which end well where a logarithm or a quotient does not.

They are public as functions of `minigrad.special` alone.
"""

from __future__ import annotations

import math

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.primitive import elementwise
from minigrad.kernels import erf as kernels
from minigrad.kernels.normal_quantile import normal_quantile
from minigrad.ops.choice import mask
from minigrad.ops.elementary import exp, log
from minigrad.ops.special import erfc
from minigrad.types import Tensor

__all__: list[str] = []


def _entr(x: Array) -> Array:
    y = -x * np.log(np.where(x > 0, x, 1))
    return np.where(x < 0, -np.inf, y).astype(y.dtype, copy=False)


def _xlog1py(a: Array, b: Array) -> Array:
    return a * np.log1p(np.where((a == 0) & ~np.isnan(b), 0, b))


entr = elementwise("entr(x) = 0 if x = 0, else -x * ln x", _entr, x=lambda g, x: -g * (log(x) + 1))
xlog1py = elementwise(
    "xlog1py(a, b) = 0 if a = 0, else a * ln(1 + b)",
    _xlog1py,
    a=lambda g, a, b: mask(xlog1py(g, b), (a != 0) | (b > -1)),
    b=lambda g, a, b: g * a / (b + 1),
)
erfcx = elementwise("erfcx(x)", kernels.erfcx, x=lambda g, x, y: g * (2 * x * y - 2 / math.sqrt(math.pi)))
log_ndtr = elementwise(
    "log_ndtr(x)", kernels.log_ndtr, x=lambda g, x: g * (math.sqrt(2 / math.pi) / erfcx(x * -math.sqrt(0.5)))
)
ndtri = elementwise("ndtri(x)", normal_quantile, x=lambda g, y: g * (math.sqrt(2 * math.pi) * exp(y * y / 2)))


def ndtr(input: Tensor) -> Tensor:
    """The share of the standard normal distribution below `input`.

    >>> mg.special.ndtr(mg.tensor([0.0, 1.96]))
    tensor([0.5000, 0.9750])
    """
    return erfc(input * -math.sqrt(0.5)) / 2
