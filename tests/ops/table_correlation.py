"""Samples: covariances and correlations, and functions of probabilities."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.special
from samples import BINARY, UNARY, Row, by_element, case, each, positive, real

import minigrad as mg


def cov(x: np.ndarray, correction: int = 1, fweights: Any = None, aweights: Any = None) -> np.ndarray:
    return np.cov(x, ddof=correction, fweights=fweights, aweights=aweights)


tails = [((3,),), ((2, 3),)]

COUNTS = np.array([1, 3, 0, 2])

ROWS = [
    Row(
        "cov",
        cov,
        torch="cov",
        cases=[
            case((3, 4)),
            case((4,)),
            case((2, 4), correction=0),
            case((2, 4), fweights=COUNTS),
        ],
        call=mg.cov,
    ),
    Row(
        "cov",
        lambda x, weights, **options: cov(x, aweights=weights, **options),
        torch=lambda x, weights, **options: x.cov(aweights=weights, **options),
        domain=(real(), positive),
        cases=[case((2, 4), (4,), correction=0), case((2, 4), (4,), fweights=COUNTS), case((3,), (3,))],
        call=lambda x, weights, **options: mg.cov(x, aweights=weights, **options),
    ),
    Row("corrcoef", np.corrcoef, torch="corrcoef", cases=[case((3, 4)), case((2, 5))], call=mg.corrcoef),
    Row(
        "entr",
        by_element(lambda x: -math.inf if x < 0 else 0.0 if x == 0 else -x * math.log(x)),
        torch="entr",
        domain=positive,
    ),
    Row(
        "xlog1py",
        by_element(lambda a, b: a * math.log1p(b) if a else 0.0),
        torch="xlog1py",
        domain=(real(), real(-0.8, 2)),
        cases=each(BINARY),
    ),
    Row("ndtr", by_element(lambda x: math.erfc(-x / math.sqrt(2)) / 2), torch="ndtr", call=mg.special.ndtr),
    Row("ndtri", scipy.special.ndtri, torch="ndtri", domain=real(0.02, 0.98), single=1e-5),
    *(
        Row(name, getattr(scipy.special, name), torch=name, domain=domain, cases=each(shapes), single=1e-5)
        for name in ("erfcx", "log_ndtr")
        for domain, shapes in ((real(-3, 3), UNARY), (real(-8, -1.1), tails), (real(5, 9), tails))
    ),
]
