"""The table of derivatives: the losses that a training step spends time in, element by element.

Each is one node where a composition would be five or six, and safe where the composition would overflow.
"""

from __future__ import annotations

import numpy as np

from minigrad.autograd.primitive import elementwise
from minigrad.dtypes import Array
from minigrad.ops.arithmetic import clamp_min
from minigrad.ops.exponential import log, log1p, sigmoid

LEAST_LOG = -100.0
"""Logarithms are cut off here, so that a probability of 0 costs much but not infinity."""


def _squared_error(x: Array, target: Array) -> Array:
    error = np.asarray(x - target)
    return np.multiply(error, error, out=error) if error.dtype.kind == "f" else error * error


def _bce(x: Array, target: Array) -> Array:
    yes = np.maximum(np.log(x), LEAST_LOG)
    no = np.maximum(np.log1p(-x), LEAST_LOG)
    return (target - 1) * no - target * yes


def _bce_with_logits(x: Array, target: Array) -> Array:
    # ln(1 + e ** x) without overflow is max(x, 0) + ln(1 + e ** -|x|).
    return np.maximum(x, 0) - x * target + np.log1p(np.exp(-np.abs(x)))


squared_error = elementwise(
    "squared_error(x, target) = (x - target) ** 2",
    _squared_error,
    x=lambda g, x, target: g * (2 * (x - target)),
    target=lambda g, x, target: g * (2 * (target - x)),
)

# The derivative in x is x - target over x (1 - x), which PyTorch keeps from being smaller than 1e-12.
binary_cross_entropy_of = elementwise(
    "binary_cross_entropy(x, target) = -target * ln x - (1 - target) * ln(1 - x)",
    _bce,
    x=lambda g, x, target: g * ((x - target) / clamp_min(x * (1 - x), 1e-12)),
    target=lambda g, x: g * (clamp_min(log1p(-x), LEAST_LOG) - clamp_min(log(x), LEAST_LOG)),
)

binary_cross_entropy_with_logits_of = elementwise(
    "binary_cross_entropy_with_logits(x, target) = ln(1 + e ** x) - target * x",
    _bce_with_logits,
    x=lambda g, x, target: g * (sigmoid(x) - target),
    target=lambda g, x: -g * x,
)
