"""The quantile of the normal distribution, and the inverse of erf, which is the same in other units.

M. J. Wichura, Algorithm AS 241: The Percentage Points of the Normal Distribution, Applied Statistics 37, 1988: three
rational functions, each to sixteen digits on a range of its own. Near the ends of the interval a probability has its
digits only as the distance to the nearer end, so it is given by both: its distance `q` from one half, and the `tail`.
"""

from __future__ import annotations

import math

import numpy as np

from minigrad.dtypes import Array
from minigrad.kernels.erf import in_double

# Of numerator and denominator, the highest power first: of q by 0.425^2 - q^2, and of the tail's r by r - 1.6 or r - 5.
_NEAR = (
    (
        2.50908092873012267e3,
        3.34305755835881281e4,
        6.72657709270087009e4,
        4.59219539315498715e4,
        1.37316937655094611e4,
        1.97159095030655144e3,
        1.33141667891784377e2,
        3.38713287279636661,
    ),
    (
        5.22649527885285456e3,
        2.87290857357219427e4,
        3.93078958000927106e4,
        2.12137943015865959e4,
        5.39419602142475111e3,
        6.87187007492057908e2,
        4.23133307016009113e1,
        1.0,
    ),
)
_FAR = (
    (
        7.74545014278341408e-4,
        2.27238449892691846e-2,
        2.41780725177450612e-1,
        1.27045825245236838,
        3.64784832476320461,
        5.76949722146069141,
        4.63033784615654530,
        1.42343711074968358,
    ),
    (
        1.05075007164441684e-9,
        5.47593808499534495e-4,
        1.51986665636164572e-2,
        1.48103976427480075e-1,
        6.89767334985100005e-1,
        1.67638483018380385,
        2.05319162663775882,
        1.0,
    ),
)
_FARTHEST = (
    (
        2.01033439929228813e-7,
        2.71155556874348758e-5,
        1.24266094738807844e-3,
        2.65321895265761230e-2,
        2.96560571828504891e-1,
        1.78482653991729134,
        5.46378491116411437,
        6.65790464350110378,
    ),
    (
        2.04426310338993979e-15,
        1.42151175831644589e-7,
        1.84631831751005468e-5,
        7.86869131145613259e-4,
        1.48753612908506149e-2,
        1.36929880922735805e-1,
        5.99832206555887938e-1,
        1.0,
    ),
)


@np.errstate(all="ignore")
def _quantile(q: Array, tail: Array) -> Array:
    """The place below which a standard normal number is with probability ``1/2 + q``, where ``tail = 1/2 - |q|``."""
    square = q * q
    r = 0.180625 - np.minimum(square, 0.180625)
    y = np.asarray(q * np.polyval(_NEAR[0], r) / np.polyval(_NEAR[1], r))
    outside = ~(square <= 0.180625)
    if outside.any():
        r = np.sqrt(-np.log(tail[outside]))
        far, farther = np.minimum(r, 5) - 1.6, np.maximum(r, 5) - 5
        ends = np.where(
            r <= 5,
            np.polyval(_FAR[0], far) / np.polyval(_FAR[1], far),
            np.polyval(_FARTHEST[0], farther) / np.polyval(_FARTHEST[1], farther),
        )
        y[outside] = np.copysign(np.where(r == np.inf, np.inf, ends), q[outside])
    return y


@in_double
def normal_quantile(p: Array) -> Array:
    """The number below which a standard normal one is with probability p; NaN where p is none."""
    q = np.asarray(p - 0.5)
    return _quantile(q, np.where(q > 0, 1 - p, p))


@in_double
def erfinv(x: Array) -> Array:
    """The inverse of erf."""
    x = np.asarray(x)
    return _quantile(x / 2, (1 - np.abs(x)) / 2) / math.sqrt(2)
