"""Samples: powers, exponentials, logarithms and their kin, special functions, conversions."""

from __future__ import annotations

import math

import numpy as np
import scipy.special

import minigrad as mg
from samples import BINARY, UNARY, Row, by_element, each, integers, positive, real

tails = [((3,),), ((2, 3),)]
"""A few shapes only, for more ranges of the same function."""

ROWS = [
    Row("exp", by_element(math.exp), torch="exp"),
    Row("expm1", by_element(math.expm1), torch="expm1"),
    Row("expm1", by_element(math.expm1), torch="expm1", domain=real(-1e-9, 1e-9), cases=each(tails), call=mg.expm1),
    Row("log", by_element(math.log), torch="log", domain=positive, single=5e-6),
    Row("log1p", by_element(math.log1p), torch="log1p", domain=real(-0.6, 2)),
    Row("log1p", by_element(math.log1p), torch="log1p", domain=real(1e-9, 2e-9), cases=each(tails), call=mg.log1p),
    Row("sqrt", by_element(math.sqrt), torch="sqrt", domain=positive),
    Row("rsqrt", by_element(lambda x: 1 / math.sqrt(x)), torch="rsqrt", domain=positive),
    Row("pow", by_element(math.pow), torch="pow", domain=(positive, real(-2, 3)), cases=each(BINARY), single=5e-6),
    Row("sin", by_element(math.sin), torch="sin"),
    Row("cos", by_element(math.cos), torch="cos"),
    Row("tanh", by_element(math.tanh), torch="tanh"),
    Row("sigmoid", by_element(lambda x: 1 / (1 + math.exp(-x))), torch="sigmoid"),
    Row("sigmoid", by_element(lambda x: 1 / (1 + math.exp(-x))), torch="sigmoid", domain=real(-30, 30), cases=each(tails), call=mg.sigmoid),
    Row("erf", by_element(math.erf), torch="erf"),
    Row("erf", by_element(math.erf), torch="erf", domain=real(-0.4, 0.4), cases=each(UNARY), call=mg.erf),
    Row("erfc", by_element(math.erfc), torch="erfc"),
    Row("erfc", scipy.special.erfc, torch="erfc", domain=real(2, 12), cases=each(tails), call=mg.erfc),
    Row("erfc", scipy.special.erfc, torch="erfc", domain=real(-9, -2), cases=each(tails), call=mg.erfc),
    Row("astype", lambda x, dtype: np.array(x), domain=real(), cases=each(UNARY, {"dtype": np.dtype(np.float64)}), single=1e-7),
    Row("clone", lambda x: np.array(x), torch="clone"),
    Row("contiguous", lambda x: np.array(x), torch=lambda x: x.contiguous()),
    # Integers become the default float.
    *(
        Row(name, by_element(function), torch=name, domain=integers(1, 5), call=getattr(mg, name), exact=2e-6)
        for name, function in [("exp", math.exp), ("log", math.log), ("sqrt", math.sqrt), ("sin", math.sin), ("tanh", math.tanh)]
    ),
]
