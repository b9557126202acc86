"""The table of derivatives: the losses that a training step spends time in.

Each is one node where a composition would be five or six, and safe where the composition would overflow. The cross
entropy of a class index needs no one-hot array, and its gradient, softmax(x) with 1 taken off at the class, is one too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.node import plain
from minigrad.engine.observers import aside
from minigrad.engine.primitive import elementwise, general
from minigrad.kernels import rows
from minigrad.kernels.cells import cells
from minigrad.ops.activation import softmax_p
from minigrad.ops.arithmetic import abs, sign
from minigrad.ops.choice import clamp_min, where
from minigrad.ops.elementary import log, log1p, sigmoid
from minigrad.ops.indexing import gather_p
from minigrad.ops.reduction import sum_p
from minigrad.ops.shape import unsqueeze_all

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
    # ln(1 + e ** x) without overflow is max(x, 0) + ln(1 + e ** -|x|). Infinity minus infinity must not arise.
    return np.maximum(-x, 0) + (1 - target) * x + np.log1p(np.exp(-np.abs(x)))


def _huber(x: Array, *, delta: float) -> Array:
    size = np.abs(x)
    bent = np.minimum(size, delta)
    return bent * (size - bent / 2)


def _cross_entropy(x: Array, *, index: Array, dim: int, losses: Array, exps: Array, sums: Array) -> Array:
    return losses


def _softmax_less_class(u: Array, x: Array, *, index: Array, dim: int, exps: Array, sums: Array) -> Array:
    u = u.reshape(index.shape)
    y = rows.scaled(exps, u / sums, dim)  # u * softmax(x)
    y[cells(index, dim)] -= u
    return y


def _through_softmax(g: Any, u: Any, x: Any, dim: int) -> Any:
    """p · (v − Σ p · v), where p = softmax(x) and v = g · u."""
    p, v = softmax_p(x, dim=dim), g * unsqueeze_all(u, dim=(dim,))
    return p * (v - sum_p(p * v, dim=(dim,), keepdim=True))


squared_error = elementwise(
    "squared_error(x, target) = (x - target) ** 2",
    _squared_error,
    x=lambda g, x, target: g * (x - target) * 2,
    target=lambda g, x, target: g * (target - x) * 2,
)

huber = elementwise(
    "huber(x) = x ** 2 / 2 if |x| < delta, else delta * (|x| - delta / 2)",
    _huber,
    x=lambda g, x, delta: g * where(abs(x) < delta, x, delta * sign(x)),
)

# The derivative in x is x - target over x (1 - x), which PyTorch keeps from being smaller than 1e-12.
binary_cross_entropy_p = elementwise(
    "binary_cross_entropy(x, target) = -target * ln x - (1 - target) * ln(1 - x)",
    _bce,
    x=lambda g, x, target: g * ((x - target) / clamp_min(x * (1 - x), 1e-12)),
    target=lambda g, x: g * (clamp_min(log1p(-x), LEAST_LOG) - clamp_min(log(x), LEAST_LOG)),
)

binary_cross_entropy_with_logits_p = elementwise(
    "binary_cross_entropy_with_logits(x, target) = ln(1 + e ** x) - target * x",
    _bce_with_logits,
    x=lambda g, x, target: g * (sigmoid(x) - target),
    target=lambda g, x: -g * x,
)

# `index` is the class of each sample, with 1 for the size of `dim`, where the classes are.
cross_entropy_p = general(
    "cross_entropy(x) = ln sum(e ** x) - x[class]",
    _cross_entropy,
    x=lambda g, x, index, dim, exps, sums: softmax_less_class(g, x, index=index, dim=dim, exps=exps, sums=sums),
)
softmax_less_class = general(
    "softmax_less_class(u, x) = u * (softmax(x) - onehot(class))",
    _softmax_less_class,
    u=lambda g, u_shape, x, index, dim: (
        sum_p(g * softmax_p(x, dim=dim), dim=(dim,), keepdim=False) - gather_p(g, index=index, dim=dim).reshape(u_shape)
    ),
    x=_through_softmax,
)
_losses = aside(rows.cross_entropy)


def cross_entropy(x: Any, index: Array, dim: int) -> Any:
    """The losses of the classes `index`, which has size 1 for `dim`, where `x` has the logits of all classes.

    What the forward pass computes of e ** x is handed to the rule.
    """
    losses, exps, sums = _losses(plain(x), index=index, dim=dim)
    return cross_entropy_p(x, index=index, dim=dim, losses=losses, exps=exps, sums=sums)
