"""The error function, and the Gaussian error linear unit that is made of it.

In float32 erf is the hyperbolic tangent, which NumPy is quick at, of a polynomial; in float64 it is Cody's three
rational functions. Either way the passes go over pieces that stay in the cache, which for large arrays is several times
faster than whole passes.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.kernels.pieces import in_pieces

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


# erf(x) = tanh(x P(x^2)) for |x| <= 4.2, beyond which erf is 1 in float32: the polynomial of this degree with the least
# relative error of erf, 1e-7 (by Lawson's weights on linearized least squares). The highest power comes first.
_SINGLE = (
    1.41852938350e-7,
    -5.66848888173e-6,
    8.76374142161e-5,
    -6.19784907037e-4,
    -1.91830491787e-4,
    1.02769055644e-1,
    1.12837927432,
)


def _scaled(x: Array) -> Array:
    """exp(x^2) erfc(x) for x > 0.46875."""
    middle = np.clip(x, 0.46875, 4.0)
    large = np.maximum(x, 4.0)
    inverse = 1 / (large * large)
    tail = (1 / math.sqrt(math.pi) + inverse * np.polyval(_LARGE[0], inverse) / np.polyval(_LARGE[1], inverse)) / large
    return np.where(x > 4.0, tail, np.polyval(_MIDDLE[0], middle) / np.polyval(_MIDDLE[1], middle))


def _exp_square(x: Array, sign: int) -> Array:
    """exp(± x^2), which loses digits for large x^2: x is split into a part whose square is exact and the small rest."""
    head = np.trunc(x * 16) / 16
    return np.exp(sign * head * head) * np.exp(sign * (x - head) * (x + head))


def _erfc_positive(x: Array) -> Array:
    """erfc for x > 0.46875."""
    return _exp_square(x, -1) * _scaled(x)


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
def _erf_double(x: Array) -> Array:
    size = np.abs(x)
    y = np.where(size <= 0.46875, _near_zero(x), np.sign(x) * (1 - _erfc_positive(np.minimum(size, 27.0))))
    return np.where(np.isnan(x), x, y)


@in_double
def erfc(x: Array) -> Array:
    """1 - erf(x), without cancellation where erf is near 1."""
    size = np.abs(x)
    tail = _erfc_positive(np.minimum(size, 27.5))
    y = np.where(size <= 0.46875, 1 - _near_zero(x), np.where(x > 0, tail, 2 - tail))
    return np.where(np.isnan(x), x, y)


@in_double
def erfcx(x: Array) -> Array:
    """exp(x^2) erfc(x), which for large x is about 1 / (sqrt(pi) x) where its factors overflow and vanish."""
    grown = _exp_square(np.clip(x, -27.5, 0.46875), 1)
    y = np.where(x <= 0.46875, grown * erfc(np.minimum(x, 0.46875)), _scaled(np.maximum(x, 0.46875)))
    return np.where(np.isnan(x), x, y)


@in_double
def log_ndtr(x: Array) -> Array:
    """The logarithm of the share of the standard normal distribution below x, also where that is 0 in float64."""
    z = x * math.sqrt(0.5)
    low = np.log(erfcx(-np.minimum(z, 0)) / 2) - np.minimum(z, 0) ** 2
    return np.where(x < -1, low, np.log1p(-erfc(z) / 2))


def _argument(z: Array, coefficients: tuple[float, ...], out: Array | None = None) -> Array:
    """The polynomial P(z), the highest power first."""
    y = np.multiply(z, np.float32(coefficients[0]), out=out)
    for each in coefficients[1:-1]:
        y += np.float32(each)
        y *= z
    y += np.float32(coefficients[-1])
    return y


def _erf_single(x: Array, out: Array | None) -> Array:
    """erf in float32, to four units in the last place."""
    x = x.clip(np.float32(-4.2), np.float32(4.2), out=out)
    x *= _argument(x * x, _SINGLE)
    return np.tanh(x, out=x)


def _erf_piece(x: Array, out: Array | None = None) -> Array:
    if x.dtype == np.float32:
        return _erf_single(x, out)
    return np.positive(_erf_double(x), out=out)


def erf(x: Array) -> Array:
    """2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x."""
    return in_pieces(_erf_piece, x) if x.dtype.kind == "f" else _erf_double(x)


# The same for erf(x / sqrt 2), as the distribution function Phi(x) = (1 + erf(x / sqrt 2)) / 2 of the normal
# distribution needs it: the scale is in the coefficients.
_OF_PHI = tuple(each * 0.5 ** (len(_SINGLE) - i - 0.5) for i, each in enumerate(_SINGLE))
_LARGEST_SQUARE = 2 * 4.2**2


def _erf_of_phi(x: Array, square: Array, out: Array | None = None) -> Array:
    """erf(x / sqrt 2); `square`, which is x * x, is used up."""
    if x.dtype != np.float32:
        return np.positive(_erf_double(x * x.dtype.type(math.sqrt(0.5))), out=out)
    square.clip(np.float32(0), np.float32(_LARGEST_SQUARE), out=square)
    y = _argument(square, _OF_PHI, out)
    y *= x
    return np.tanh(y, out=y)


def _gelu_piece(x: Array, phi: Array, out: Array | None) -> Array:
    _erf_of_phi(x, x * x, phi)
    phi *= x.dtype.type(0.5)
    phi += x.dtype.type(0.5)
    return np.multiply(x, phi, out=out)


def gelu(x: Array) -> tuple[Array, Array]:
    """x Phi(x), and Phi(x)."""
    phi = np.empty_like(x)
    return in_pieces(_gelu_piece, x, phi), phi


def _gelu_back_piece(g: Array, x: Array, phi: Array, out: Array | None) -> Array:
    slope = np.multiply(x, x, out=out)
    slope *= x.dtype.type(-0.5)
    np.exp(slope, out=slope)
    slope *= x.dtype.type(1 / math.sqrt(2 * math.pi))
    slope *= x
    slope += phi
    slope *= g
    return slope


def gelu_back(g: Array, x: Array, phi: Array) -> Array:
    """g times the derivative of x Phi(x): Phi(x) + x phi(x), with phi the density of the normal distribution."""
    if np.shape(g) != np.shape(x):
        return gelu_back(np.ones_like(x), x, phi) * g
    return in_pieces(_gelu_back_piece, g, x, phi)
