"""Modified Bessel functions of the first kind, I_n: what the moments of angles are made of.

I_n(x) is the mean of exp(x cos t) cos(n t) over a circle (DLMF 10.32.3). The mean over a few angles at equal distances
is as good, since for periodic functions the trapezoidal rule errs by less than any power of the distance. Far out,
where many angles would be needed, the asymptotic series takes over. Equations are numbered as in the NIST Digital
Library of Mathematical Functions (https://dlmf.nist.gov).
"""

from __future__ import annotations

import math

import numpy as np

from minigrad.dtypes import Array
from minigrad.kernels.erf import in_double

_FAR = 30.0
"""Where the series begins; half its terms would do here."""

_ANGLES = np.arange(17) * (math.pi / 32)
"""A quarter of 64 angles of the circle. The others repeat them, with signs that make cosh and sinh of exp."""

_TERMS = 24


def _mean(x: Array, n: int) -> Array:
    """I_n(x) e^-|x| for |x| up to 30. For n of 0 and 1 all that is added up has one sign, and no digit is lost."""
    wave = np.sinh if n % 2 else np.cosh
    total = np.zeros_like(x)
    for k, angle in enumerate(_ANGLES):
        total += (0.5 if k in (0, 16) else 1) * math.cos(n * angle) * wave(x * math.cos(angle))
    return total / 16 * np.exp(-np.abs(x))


def _series(x: Array, n: int) -> Array:
    """I_n(x) e^-|x| for |x| above 30 (10.40.1)."""
    size = np.abs(x)
    term = np.ones_like(x)
    total = np.ones_like(x)
    for k in range(1, _TERMS):
        term *= ((2 * k - 1) ** 2 - 4 * n**2) / (8 * k * size)
        total += term
    return total / (math.sqrt(2 * math.pi) * np.sqrt(size)) * np.where(x < 0, (-1.0) ** n, 1)


@in_double
def bessel(x: Array, *, n: int, scaled: bool) -> Array:
    """I_n(x), or `scaled` by e^-|x|, which does not overflow; at infinity NaN, as in PyTorch and SciPy, or scaled 0."""
    far = np.abs(x) > _FAR
    y: Array = np.where(far, _series(np.where(far, x, _FAR), n), _mean(np.clip(x, -_FAR, _FAR), n))
    if not scaled:
        half = np.exp(np.abs(x) / 2)  # in two steps: the whole may overflow where the product does not
        y = y * half * half
    return np.where(np.isnan(x), x, y)
