"""Random numbers of the gamma distribution with their gradient, and its cumulative distribution function.

A sample x of shape parameter α is a function of α and of u = P(α, x), its place among all samples, where P is the
regularized incomplete gamma function. With u held, dx/dα = −(∂P/∂α) / (∂P/∂x): implicit reparameterization
(Figurnov, Mohamed and Mnih 2018, Implicit Reparameterization Gradients, equation 5). Here the sample is y = log x,
which has digits left where a small α makes x itself vanish.

Up to α = 1000, P is a series (NIST Digital Library of Mathematical Functions, 8.7.1):

    P(α, x) = x^α e^(−x) S / Γ(α + 1)   with   S = Σₙ xⁿ / ((α + 1) ⋯ (α + n))

and so dy/dα = −((y − ψ(α + 1)) S + dS/dα) / α. What is lost to cancellation is about 1e−16 / (1 − u), relative to the
gradient: all digits of float32 even for one sample in a billion. Beyond, the Cornish-Fisher expansion of a quantile by
the normal one, z, is as good (Abramowitz and Stegun 1964, 26.4.14 and 26.2.49).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.function import Function, once_differentiable
from minigrad.dtypes import Array
from minigrad.ops import digamma, erf, lgamma
from minigrad.random import stream
from minigrad.tensor import Tensor

_LARGE = 1000.0
_quiet = np.errstate(all="ignore")  # both formulas are computed everywhere, also where only the other one holds

# x = α + √α z + Σₖ α^(−k/2) _CORNISH_FISHER[k](z), with the highest power of z first.
_CORNISH_FISHER = [
    np.array([1, 0, -1]) / 3,
    np.array([1, 0, -7, 0]) / 36,
    np.array([-3, 0, -7, 0, 16]) / 810,
    np.array([9, 0, 256, 0, -433, 0]) / 38880,
]


class LogGamma(Function):
    """y = log x, with x drawn from the gamma distribution of shape parameter α and rate 1."""

    @staticmethod
    def forward(ctx: Any, alpha: Any, generator: Any = None) -> Any:
        a = alpha.array.astype(np.float64)
        # x = x' u^(1/α) with x' of α + 1 (Marsaglia and Tsang 2000, A Simple Method for Generating Gamma Variables, 6)
        draw = stream(generator)
        y = np.log(draw.standard_gamma(a + 1)) - draw.standard_exponential(a.shape) / a
        result = Tensor.wrap(np.asarray(y, alpha.dtype))
        ctx.save_for_backward(alpha, result)
        return result

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, g: Any) -> Any:
        alpha, y = (each.array.astype(np.float64) for each in ctx.saved_tensors)
        return Tensor.wrap(np.asarray(g.array * log_slope(alpha, y), g.dtype)), None


class CumulativeGamma(Function):
    """P(α, x), the probability of at most x."""

    @staticmethod
    def forward(ctx: Any, alpha: Any, x: Any) -> Any:
        ctx.save_for_backward(alpha, x)
        p = cumulative(alpha.array.astype(np.float64), x.array.astype(np.float64))
        return Tensor.wrap(np.asarray(p, np.result_type(alpha.dtype, x.dtype)))

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, g: Any) -> Any:
        alpha, x = (each.array.astype(np.float64) for each in ctx.saved_tensors)
        y = np.log(x)
        density = np.exp((alpha - 1) * y - x - lgamma(alpha))
        by_alpha = -density * x * log_slope(alpha, y)
        return tuple(Tensor.wrap(np.asarray(g.array * each, g.dtype)) for each in (by_alpha, density))


@_quiet
def cumulative(alpha: Array, x: Array) -> Array:
    """P(α, x) in float64."""
    y = np.log(x)
    s, _ = _series(np.minimum(alpha, _LARGE), x)
    small = np.exp(alpha * y - np.minimum(x, _bound(alpha)) - lgamma(alpha + 1)) * s
    small = np.where(x < _bound(alpha), np.minimum(small, 1), 1)
    z, _ = _normal_place(alpha, x)
    return np.where(alpha <= _LARGE, small, (1 + erf(z / np.sqrt(2))) / 2)


@_quiet
def log_slope(alpha: Array, y: Array) -> Array:
    """dy/dα of a sample y = log x, in float64."""
    x = np.exp(y)
    s, s_slope = _series(np.minimum(alpha, _LARGE), x)
    small = -((np.minimum(y, np.log(_bound(alpha))) - digamma(alpha + 1)) * s + s_slope) / alpha
    _, x_slope = _normal_place(alpha, x)
    return np.where(alpha <= _LARGE, small, x_slope / x)


def _bound(alpha: Array) -> Array:
    """Where all of the distribution lies below, to float64's precision."""
    return alpha + 12 * np.sqrt(alpha) + 40


def _series(alpha: Array, x: Array) -> tuple[Array, Array]:
    """S and dS/dα."""
    x = np.minimum(x, _bound(alpha))
    term = s = np.ones_like(x)
    s_slope, harmonic = np.zeros_like(x), np.zeros_like(x)
    n = 0
    while (term * np.maximum(harmonic, 1) > 1e-17 * s).any():
        n += 1
        term = term * (x / (alpha + n))
        harmonic = harmonic + 1 / (alpha + n)
        s = s + term
        s_slope = s_slope - term * harmonic
    return s, s_slope


def _normal_place(alpha: Array, x: Array) -> tuple[Array, Array]:
    """The z of a normal sample in the same place as x, for large α; and the slope dx/dα with z held."""
    alpha = np.maximum(alpha, _LARGE)
    root = np.sqrt(alpha)
    z = 3 * root * (np.cbrt(x / alpha) - 1 + 1 / (9 * alpha))  # Wilson and Hilferty 1931
    for _ in range(3):  # Newton's method
        error, slope = alpha + root * z - x, root
        for k, polynomial in enumerate(_CORNISH_FISHER):
            error = error + np.polyval(polynomial, z) / root**k
            slope = slope + np.polyval(np.polyder(polynomial), z) / root**k
        z = z - error / slope
    x_slope = 1 + z / (2 * root)
    for k, polynomial in enumerate(_CORNISH_FISHER):
        x_slope = x_slope - k / 2 * np.polyval(polynomial, z) / root ** (k + 2)
    return z, x_slope
