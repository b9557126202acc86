"""The table of derivatives: the error function, the gamma function and their kin, entropy."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.primitive import elementwise
from minigrad.ops.choice import mask
from minigrad.ops.elementary import exp, log, log1p
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

# Rational approximations of W. J. Cody, "Rational Chebyshev approximations for the error function", Mathematics of
# Computation 23 (1969): erf(x) = x P(x^2) / Q(x^2) for |x| <= 0.46875, erfc(x) = exp(-x^2) P(x) / Q(x) up to 4, and
# erfc(x) = exp(-x^2) / x (1/sqrt(pi) + P(1/x^2) / (x^2 Q(1/x^2))) beyond. The highest power comes first.
_SMALL = (
    (1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3),
    (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3),
)
_MIDDLE = (
    (
        2.15311535474403846e-8,
        5.64188496988670089e-1,
        8.88314979438837594,
        6.61191906371416295e1,
        2.98635138197400131e2,
        8.81952221241769090e2,
        1.71204761263407058e3,
        2.05107837782607147e3,
        1.23033935479799725e3,
    ),
    (
        1.0,
        1.57449261107098347e1,
        1.17693950891312499e2,
        5.37181101862009858e2,
        1.62138957456669019e3,
        3.29079923573345963e3,
        4.36261909014324716e3,
        3.43936767414372164e3,
        1.23033935480374942e3,
    ),
)
_LARGE = (
    (
        -1.63153871373020978e-2,
        -3.05326634961232344e-1,
        -3.60344899949804439e-1,
        -1.25781726111229246e-1,
        -1.60837851487422766e-2,
        -6.58749161529837803e-4,
    ),
    (
        1.0,
        2.56852019228982242,
        1.87295284992346725,
        5.27905102951428412e-1,
        6.05183413124413191e-2,
        2.33520497626869185e-3,
    ),
)


def _erfc_positive(x: Array) -> Array:
    """erfc for x > 0.46875."""
    middle = np.clip(x, 0.46875, 4.0)
    large = np.maximum(x, 4.0)
    inverse = 1 / (large * large)
    tail = (1 / math.sqrt(math.pi) + inverse * np.polyval(_LARGE[0], inverse) / np.polyval(_LARGE[1], inverse)) / large
    ratio = np.where(x > 4.0, tail, np.polyval(_MIDDLE[0], middle) / np.polyval(_MIDDLE[1], middle))
    # exp(-x^2) loses digits for large x^2: split x into a part whose square is exact and the small rest.
    head = np.trunc(x * 16) / 16
    return np.exp(-head * head) * np.exp(-(x - head) * (x + head)) * ratio


def _near_zero(x: Array) -> Array:
    """erf for |x| <= 0.46875."""
    squared = np.minimum(x * x, 0.46875**2)
    return x * np.polyval(_SMALL[0], squared) / np.polyval(_SMALL[1], squared)


def in_double(function: Callable[..., Array]) -> Callable[..., Array]:
    """The function computed in float64, its result in the dtype of the argument."""

    @functools.wraps(function)
    def run(x: Array, **static: Any) -> Array:
        y = function(x.astype(np.float64, copy=False), **static)
        return y.astype(x.dtype if x.dtype.kind == "f" else np.float64)

    return run


@in_double
def _erf(x: Array) -> Array:
    size = np.abs(x)
    y = np.where(size <= 0.46875, _near_zero(x), np.sign(x) * (1 - _erfc_positive(np.minimum(size, 27.0))))
    return np.where(np.isnan(x), x, y)


@in_double
def _erfc(x: Array) -> Array:
    size = np.abs(x)
    tail = _erfc_positive(np.minimum(size, 27.5))
    y = np.where(size <= 0.46875, 1 - _near_zero(x), np.where(x > 0, tail, 2 - tail))
    return np.where(np.isnan(x), x, y)


@in_double
def _erfinv(x: Array) -> Array:
    """Two steps of Halley's method from the approximation of S. Winitzki (2008), which has three digits."""
    size = np.abs(x)
    rest = 1 - size
    log = np.log(rest * (1 + size))
    half = 2 / (math.pi * 0.147) + log / 2
    y = np.sqrt(np.sqrt(half * half - log / 0.147) - half)
    for _ in range(2):
        error = np.where(size < 0.5, _erf(y) - size, rest - _erfc(y))  # near 1 only erfc has digits left
        step = error / (2 / math.sqrt(math.pi) * np.exp(-y * y))
        y -= step / (1 + y * step)
    return np.copysign(np.where(size == 1, np.inf, y), x)


erf = elementwise("erf(x)", _erf, x=lambda g, x: g * (2 / math.sqrt(math.pi) * exp(-x * x)))
erfc = elementwise("erfc(x) = 1 - erf(x)", _erfc, x=lambda g, x: g * (-2 / math.sqrt(math.pi) * exp(-x * x)))
erfinv = elementwise("erfinv(x)", _erfinv, x=lambda g, y: g * (math.sqrt(math.pi) / 2 * exp(y * y)))


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


@also_in_place
def polygamma(n: int, input: Tensor) -> Tensor:
    """The derivative of order `n` of digamma.

    DLMF 5.15; its derivative is that of order n + 1. ValueError for a negative order.

    >>> mg.polygamma(1, mg.tensor([1.0, 2.0]))
    tensor([1.6449, 0.6449])
    """
    if n < 0:
        raise ValueError(f"polygamma: the order n must not be negative, got {n}")
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
    shifted = input.reshape((*input.shape, 1)) - np.arange(p, dtype=input.dtype) / 2
    return lgamma(shifted).sum(-1) + p * (p - 1) / 4 * math.log(math.pi)


# -- Functions of probabilities, which end well where a logarithm does not ---------------------------------------------


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
    """The share of the standard normal distribution below `input`.

    >>> mg.special.ndtr(mg.tensor([0.0, 1.96]))
    tensor([0.5000, 0.9750])
    """
    return erfc(input * -math.sqrt(0.5)) / 2
