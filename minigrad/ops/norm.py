"""The table of derivatives: the length of vectors.

A norm has no derivative at zero. The gradient there is 0, a subgradient, and never NaN: in PyTorch's way, so that a
vector of zeros does not spoil a training run.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.primitive import general
from minigrad.ops.arithmetic import abs, sign, where
from minigrad.ops.dims import Dims, normalized, numpy_names, reduced
from minigrad.ops.exponential import pow
from minigrad.ops.extremum import amax, amin
from minigrad.ops.reduction import floating, lifted, sum


def _norm(x: Array, *, p: float, dim: tuple[int, ...], keepdim: bool) -> Array:
    if p == 2:
        return np.sqrt(np.square(x).sum(axis=dim, keepdims=keepdim))
    return (np.abs(x) ** p).sum(axis=dim, keepdims=keepdim) ** (1 / p)


def _direction(x: Any, y: Any, p: float) -> Any:
    """The gradient of the norm y of x: sign(u) |u| ** (p - 1), where u = x / y has norm 1."""
    u = x / where(y == 0, math.inf, y)
    if p == 2:
        return u
    return sign(u) * pow(where(u == 0, 1, abs(u)), p - 1)


norm_over = general(
    "norm(x) = sum(|x| ** p) ** (1/p)",
    _norm,
    x=lambda g, x, y, p, dim, keepdim: lifted(g, dim, keepdim) * _direction(x, lifted(y, dim, keepdim), p),
)


@numpy_names
def norm(input: Any, p: Any = "fro", dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """The p-norm over `dim`: (sum |input| ** p) ** (1/p), "fro" being p = 2.

    inf and -inf give the largest and the smallest absolute value, 0 the number of elements that are not zero.
    """
    input = floating(input, "norm", dtype)
    p = 2.0 if p is None or p == "fro" else p
    if isinstance(p, str):
        raise ValueError(f"norm: p is a number, inf, -inf or 'fro', not {p!r}")
    if p == math.inf:
        return amax(abs(input), dim, keepdim)
    if p == -math.inf:
        return amin(abs(input), dim, keepdim)
    if p == 0:
        return sum(sign(input) * sign(input), dim, keepdim)
    return norm_over(input, p=float(p), dim=reduced(dim, input.ndim, "norm"), keepdim=keepdim)


def dist(input: Any, other: Any, p: float = 2) -> Any:
    """The p-norm of input - other."""
    return norm(input - other, p)


def renorm(input: Any, p: float, dim: int, maxnorm: float) -> Any:
    """`input` with each slice along `dim` whose p-norm exceeds `maxnorm` brought down to it."""
    axis = normalized(dim, input.ndim, "renorm")
    lengths = norm(input, p, [each for each in range(input.ndim) if each != axis], True)
    return input * where(lengths > maxnorm, maxnorm / (lengths + 1e-7), 1.0)  # PyTorch's 1e-7
