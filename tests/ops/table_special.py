"""Samples: the error function and its inverse, the gamma function and its derivatives."""

from __future__ import annotations

import math

import numpy as np
import scipy.special
from samples import UNARY, Row, by_element, case, each, integers, real

import minigrad as mg

tails = [((3,),), ((2, 3),)]
"""A few shapes only, for more ranges of the same function."""


def near_one(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(1 - 10.0 ** -rng.integers(4, 14, shape))


def wide(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Positive numbers of all magnitudes."""
    return np.asarray(10.0 ** rng.uniform(-3, 4, shape))


between_poles = real(-3.7, 3, away_from=(-3, -2, -1, 0), gap=0.25)

ROWS = [
    Row("erf", by_element(math.erf), torch="erf"),
    Row("erf", by_element(math.erf), torch="erf", domain=real(-0.4, 0.4), cases=each(UNARY), call=mg.erf),
    Row("erfc", by_element(math.erfc), torch="erfc"),
    Row("erfc", scipy.special.erfc, torch="erfc", domain=real(2, 12), cases=each(tails), call=mg.erfc),
    Row("erfc", scipy.special.erfc, torch="erfc", domain=real(-9, -2), cases=each(tails), call=mg.erfc),
    Row("erfinv", scipy.special.erfinv, torch="erfinv", domain=real(-0.9, 0.9), single=5e-6),
    Row("erfinv", scipy.special.erfinv, domain=real(-1e-6, 1e-6), cases=each(tails), call=mg.erfinv),
    Row(
        "erfinv",
        scipy.special.erfinv,
        domain=near_one,
        cases=[case((6,))],
        call=lambda x: mg.erfinv(x.detach()),
        smooth=False,
    ),
    Row("lgamma", by_element(math.lgamma), torch="lgamma", domain=real(0.1, 5)),
    Row("lgamma", by_element(math.lgamma), domain=between_poles, call=mg.lgamma, single=2e-5),
    Row(
        "lgamma",
        by_element(math.lgamma),
        domain=wide,
        cases=[case((9,))],
        call=lambda x: mg.lgamma(x.detach()),
        smooth=False,
    ),
    Row("lgamma", by_element(math.lgamma), torch="lgamma", domain=integers(1, 9), call=mg.lgamma, exact=2e-6),
    Row("digamma", scipy.special.digamma, torch="digamma", domain=real(0.3, 5), call=mg.digamma, single=5e-6),
    Row("digamma", scipy.special.digamma, domain=between_poles, call=mg.digamma, single=2e-5),
    Row(
        "digamma",
        scipy.special.digamma,
        domain=wide,
        cases=[case((9,))],
        call=lambda x: mg.digamma(x.detach()),
        smooth=False,
        exact=2e-12,
    ),
    *(
        Row(
            "polygamma",
            lambda x, n: scipy.special.polygamma(n, x),
            torch=None if n == 1 else lambda x, n: x.polygamma(n),  # PyTorch's trigamma is good to 9 digits
            domain=real(0.4, 5),
            cases=each(UNARY[:5], {"n": n}),
            call=lambda x, n: mg.polygamma(n, x),
            single=2e-5,
        )
        for n in range(4)
    ),
    *(
        Row(
            "bessel",
            getattr(scipy.special, name),
            torch=name,
            domain=domain,
            cases=each(shapes),
            call=getattr(mg.special, name),
            single=5e-6,
            covers=(name,),
        )
        for name in ("i0", "i0e", "i1", "i1e")
        for domain, shapes in (
            (real(-4, 4, away_from=(0,)), UNARY),
            (real(25, 35, away_from=(30,)), tails),
            (real(-35, -25, away_from=(-30,)), tails),
        )
    ),
    Row(
        "bessel",
        scipy.special.ive,
        domain=(lambda rng, shape: np.asarray(rng.integers(0, 2, shape).astype(float)), wide),
        cases=[case((9,), (9,))],
        call=lambda n, x: mg.where(n == 0, mg.special.i0e(x.detach()), mg.special.i1e(x.detach())),
        smooth=False,
    ),
    # scipy.special.polygamma has no values below 0 for n > 0: there the recurrence raises them above 0.
    *(
        Row(
            "polygamma",
            lambda x, n: (
                scipy.special.polygamma(n, x + 4)
                - (-1) ** n * math.factorial(n) * sum((x + k) ** (-n - 1.0) for k in range(4))
            ),
            domain=between_poles,
            cases=each(tails, {"n": n}),
            single=1e-3,
            exact=1e-11,
        )
        for n in range(4)
    ),
]
