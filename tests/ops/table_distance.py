"""Samples: distances between all rows, and matrices normalized by row."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
from samples import Row, case, integers, real

import minigrad as mg

FAR = (real(0.5, 2.0), real(-2.0, -0.5))  # apart in each coordinate, as |x| has a kink at 0


def length(row: Any, p: float) -> float:
    sizes = [abs(x) for x in row]
    if p == math.inf:
        return max(sizes)
    if p == 0:
        return float(sum(x != 0 for x in sizes))
    return math.fsum(x**p for x in sizes) ** (1 / p)


def cdist(a: np.ndarray, b: np.ndarray, p: float = 2.0, compute_mode: str = "", by_product: bool = False) -> np.ndarray:
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = (np.broadcast_to(x, (*batch, *x.shape[-2:])) for x in (a, b))
    out = np.zeros((*batch, a.shape[-2], b.shape[-2]))
    for place in np.ndindex(out.shape):
        *head, i, j = place
        out[place] = length((a[(*head, i)] - b[(*head, j)]).tolist(), p)
    return out


def renorm(x: np.ndarray, p: float, dim: int, maxnorm: float) -> np.ndarray:
    out = x.copy()
    for i in range(x.shape[dim]):
        index = [slice(None)] * x.ndim
        index[dim] = i
        size = length(x[tuple(index)].ravel().tolist(), p)
        if size > maxnorm:
            out[tuple(index)] *= maxnorm / (size + 1e-7)
    return out


def pdist(x: np.ndarray, p: float = 2.0) -> np.ndarray:
    return np.array([length((a - b).tolist(), p) for a, b in itertools.combinations(x, 2)])


CDIST = [
    case((2, 3), (4, 3)),
    case((2, 1, 4, 3), (5, 2, 3)),
    case((3, 2), (28, 2)),
    case((2, 3), (4, 3), compute_mode="use_mm_for_euclid_dist"),
    case((28, 2), (3, 2), compute_mode="donot_use_mm_for_euclid_dist"),
    case((0, 3), (2, 3)),
    *(case((2, 3), (4, 3), p=p) for p in (1.0, 1.5, 3.0, math.inf)),
    case((2, 1, 2, 3), (5, 1, 3), p=1.0),
]
PDIST = [case((4, 3)), case((3, 2), p=1.0), case((4, 3), p=3.0), case((3, 5), p=math.inf)]

ROWS = [
    Row(
        "cdist",
        cdist,
        domain=FAR,
        cases=[
            case((2, 3), (4, 3), by_product=False),
            case((2, 3), (4, 3), by_product=True),
            case((2, 2, 3), (2, 1, 3), by_product=True),
            case((0, 3), (2, 3), by_product=False),
        ],
        exact=1e-11,
        single=1e-5,
    ),
    *(
        row
        for beside_torch in (True, False)  # PyTorch has first derivatives only
        for row in (
            Row(
                "cdist",
                cdist,
                torch="cdist" if beside_torch else None,
                domain=FAR,
                cases=CDIST,
                call=mg.cdist,
                twice=not beside_torch,
                exact=1e-11,
                single=1e-5,
            ),
            Row(
                "pdist",
                pdist,
                torch="pdist" if beside_torch else None,
                cases=PDIST,
                call=mg.pdist,
                twice=not beside_torch,
            ),
        )
    ),
    Row(
        "renorm",
        renorm,
        torch="renorm",
        domain=real(0.5, 1.5),
        cases=[
            case((3, 4), p=2.0, dim=0, maxnorm=1.9),
            case((3, 4), p=1.0, dim=1, maxnorm=2.5),
            case((2, 3, 2), p=3.0, dim=-1, maxnorm=1.0),
        ],
        call=mg.renorm,
    ),
    *(
        Row(
            name,
            lambda a, b, name=name: np.vectorize(getattr(math, name), otypes=[np.int64])(a, b),
            torch=name,
            domain=integers(-12, 13),
            cases=[case((), ()), case((3,), (3,)), case((2, 1, 3), (4, 1))],
            smooth=False,
        )
        for name in ("gcd", "lcm")
    ),
]
