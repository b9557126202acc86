"""The table of derivatives: the error function, the gamma function and their kin."""

from __future__ import annotations

import math

import numpy as np

from minigrad.dtypes import Array, get_default_dtype, is_floating
from minigrad.engine.primitive import elementwise
from minigrad.errors import ArgumentError
from minigrad.kernels import erf as kernels
from minigrad.kernels import normal_quantile
from minigrad.kernels.erf import in_double
from minigrad.ops.elementary import exp
from minigrad.ops.public import also_in_place
from minigrad.types import Tensor

__all__ = [
    "digamma",
    "erf",
    "erfc",
    "erfinv",
    "lgamma",
    "mvlgamma",
    "polygamma",
]

erf = elementwise("erf(x)", kernels.erf, x=lambda g, x: g * (2 / math.sqrt(math.pi) * exp(-x * x)))
erfc = elementwise("erfc(x) = 1 - erf(x)", kernels.erfc, x=lambda g, x: g * (-2 / math.sqrt(math.pi) * exp(-x * x)))
erfinv = elementwise(
    "erfinv(x)", normal_quantile.erfinv, x=lambda g, x: g * (math.sqrt(math.pi) / 2 * exp(erfinv(x) ** 2))
)


# -- The logarithm of the gamma function, and its derivatives of every order -------------------------------------------
#
# Each is an asymptotic series, good to all digits of float64 for arguments of 10 and more. Smaller ones are raised
# there by the recurrence, those below 1/2 come from 1 - x by the reflection formula. The equations are numbered as in
# the NIST Digital Library of Mathematical Functions (https://dlmf.nist.gov), chapter 5.

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
    y = np.where((x == 1) | (x == 2), 0.0, y)  # exactly
    # 5.5.3: gamma(x) gamma(1 - x) = pi / sin(pi x)
    y = np.where(x < 0.5, np.log(math.pi / np.abs(np.sin(math.pi * rest))) - y, y)
    return np.where(np.isinf(x), np.inf, y)


MOST = 150
"""The highest order of polygamma: its last term has the factorial of n + 21, and that of 171 is infinite."""


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
    if n == 0:  # at 0 the limit from the side that its sign says; at negative integers the two differ
        rest = np.where(x == 0, np.copysign(rest, x), np.where((rest == 0) & (x < 0), np.nan, rest))
    cot = 1 / np.tan(math.pi * rest)
    slope = leading
    for coefficient in others:
        slope = slope * cot + coefficient
    return np.where(x < 0.5, (-1) ** n * y - math.pi ** (n + 1) * slope, y)


lgamma = elementwise("lgamma(x) = ln |gamma(x)|", _lgamma, x=lambda g, x: g * digamma(x))
polygamma_p = elementwise(
    "polygamma(x) = the derivative of order n + 1 of lgamma(x)",
    _polygamma,
    x=lambda g, x, n: g * polygamma_p(x, n=n + 1),
)


@also_in_place
def digamma(input: Tensor) -> Tensor:
    """The derivative of lgamma.

    DLMF 5.2.2. At 0 it is -∞, at negative integers NaN; integers become floats.

    >>> mg.digamma(mg.tensor([1.0, 2.0]))
    tensor([-0.5772,  0.4228])
    """
    return polygamma_p(input, n=0)


def polygamma(n: int, input: Tensor) -> Tensor:
    """The derivative of order `n` of digamma.

    DLMF 5.15; its derivative is that of order n + 1. ValueError for a negative order, and for one whose terms no
    float64 holds.

    >>> mg.polygamma(1, mg.tensor([1.0, 2.0]))
    tensor([1.6449, 0.6449])
    """
    if n < 0:
        raise ArgumentError(f"polygamma(n, x) does not support negative n. Got {n}")
    if n > MOST:
        raise ValueError(f"polygamma: the order n must be at most {MOST}, where its terms fit a float64, got {n}")
    return polygamma_p(input, n=n)


@also_in_place
def mvlgamma(input: Tensor, p: int) -> Tensor:
    """The logarithm of the multivariate gamma function of dimension `p`, for arguments above (p - 1) / 2.

    DLMF 35.3. RuntimeError for p below 1.

    >>> mg.mvlgamma(mg.tensor([2.0, 3.0]), 2)
    tensor([0.4516, 1.5502])
    """
    if p < 1:
        raise RuntimeError(f"mvlgamma: p has to be greater than or equal to 1, got {p}")
    kind = input.dtype if is_floating(input.dtype) else get_default_dtype()
    shifted = input.reshape((*input.shape, 1)) - np.arange(p, dtype=kind) / 2
    return lgamma(shifted).sum(-1) + p * (p - 1) / 4 * math.log(math.pi)
