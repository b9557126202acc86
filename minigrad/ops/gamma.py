"""The table of derivatives: the logarithm of the gamma function, and its derivatives of every order.

Each is an asymptotic series, good to all digits of float64 for arguments of 10 and more. Smaller ones are raised there
by the recurrence, those below 1/2 come from 1 - x by the reflection formula. The equations are numbered as in the NIST
Digital Library of Mathematical Functions (https://dlmf.nist.gov), chapter 5.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.primitive import elementwise
from minigrad.ops.special import in_double

# The Bernoulli numbers B_2, B_4, ..., B_16.
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)
_RAISED = 10


def _reflected(x: Array) -> tuple[Array, Array]:
    """The larger of x and 1 - x, at least 1/2; and the distance of x from the nearest integer, the period of sin."""
    return np.where(x < 0.5, 1 - x, x), x - np.round(x)


@in_double
def _lgamma(x: Array) -> Array:
    upper, rest = _reflected(x)
    raised = upper < _RAISED
    product = np.ones_like(x)
    for k in range(_RAISED):  # 5.5.1: gamma(z + 1) = z gamma(z)
        product *= np.where(raised, upper + k, 1)
    z = np.where(raised, upper + _RAISED, upper)
    y = (z - 0.5) * (np.log(z) - 1) - 0.5 + math.log(2 * math.pi) / 2 - np.log(product)  # 5.11.1
    for k, bernoulli in enumerate(_BERNOULLI, start=1):
        y += bernoulli / (2 * k * (2 * k - 1) * z ** (2 * k - 1))
    # 5.5.3: gamma(x) gamma(1 - x) = pi / sin(pi x)
    return np.where(x < 0.5, np.log(math.pi / np.abs(np.sin(math.pi * rest))) - y, y)


@in_double
def _polygamma(x: Array, *, n: int) -> Array:
    upper, rest = _reflected(x)
    z = upper + _RAISED + n
    # 5.15.9, and 5.11.2 where n = 0
    y = math.factorial(n) / (2 * z ** (n + 1)) + (math.factorial(n - 1) / z**n if n else -np.log(z))
    for k in range(_RAISED + n):  # 5.15.5
        y += math.factorial(n) / (upper + k) ** (n + 1)
    for k, bernoulli in enumerate(_BERNOULLI, start=1):
        y += bernoulli * (math.factorial(2 * k + n - 1) / math.factorial(2 * k)) / z ** (2 * k + n)
    y *= (-1) ** (n + 1)
    # 5.15.6, with the n-th derivative of cot t as a polynomial in cot t: the first is -(1 + cot t ** 2)
    leading, *others = [1.0, 0.0]
    for _ in range(n):
        leading, *others = -np.polymul([1.0, 0.0, 1.0], np.polyder([leading, *others]))
    if n % 2 == 0:  # at negative integers the limits from both sides differ
        rest = np.where((rest == 0) & (x < 0), np.nan, rest)
    cot = 1 / np.tan(math.pi * rest)
    slope = leading
    for coefficient in others:
        slope = slope * cot + coefficient
    return np.where(x < 0.5, (-1) ** n * y - math.pi ** (n + 1) * slope, y)


lgamma = elementwise("lgamma(x) = ln |gamma(x)|", _lgamma, x=lambda g, x: g * digamma(x))
polygamma_of = elementwise(
    "polygamma(x) = the derivative of order n + 1 of lgamma(x)",
    _polygamma,
    x=lambda g, x, n: g * polygamma_of(x, n=n + 1),
)


def digamma(input: Any) -> Any:
    """The derivative of lgamma."""
    return polygamma_of(input, n=0)


def polygamma(n: int, input: Any) -> Any:
    """The derivative of order `n` of digamma."""
    if n < 0:
        raise ValueError(f"polygamma: the order n must not be negative, got {n}")
    return polygamma_of(input, n=n)


def mvlgamma(input: Any, p: int) -> Any:
    """The logarithm of the multivariate gamma function of dimension `p`, for arguments above (p - 1) / 2."""
    if p < 1:
        raise RuntimeError(f"mvlgamma: p has to be greater than or equal to 1, got {p}")
    shifted = input.reshape((*input.shape, 1)) - np.arange(p, dtype=input.dtype) / 2
    return lgamma(shifted).sum(-1) + p * (p - 1) / 4 * math.log(math.pi)
