"""Samples: what is asked of complex numbers, of real ones."""

from __future__ import annotations

import math

from samples import Row, by_element, real

import minigrad as mg

nonzero = real(-2.0, 2.0, away_from=(0,), gap=0.3)

ROWS = [
    Row("angle", by_element(lambda x: math.pi if x < 0 else 0.0), torch="angle", domain=nonzero, single=1e-6),
    Row("isreal", by_element(lambda x: True, "?"), torch="isreal", smooth=False),
    Row("real", by_element(lambda x: x), torch="real", call=mg.real, covers=("conj",)),
    Row("resolve_conj", by_element(lambda x: x), call=mg.resolve_conj, covers=("resolve_neg", "conj_physical")),
]
