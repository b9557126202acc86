"""Samples: powers, exponentials, logarithms, hyperbolic functions; conversions."""

from __future__ import annotations

import math

import numpy as np
from samples import BINARY, UNARY, Row, by_element, each, integers, positive, real

import minigrad as mg

tails = [((3,),), ((2, 3),)]
"""A few shapes only, for more ranges of the same function."""


def zeros(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.zeros(shape)


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
    Row(
        "float_power",
        by_element(math.pow),
        torch=lambda a, b: a.float_power(b).to(a.dtype),
        domain=(positive, real(-2, 3)),
        cases=each(BINARY),
        call=lambda a, b: mg.float_power(a, b).to(a.dtype),
    ),
    Row("exp2", by_element(lambda x: 2**x), torch="exp2"),
    Row("log2", by_element(math.log2), torch="log2", domain=positive, single=5e-6),
    Row("log10", by_element(math.log10), torch="log10", domain=positive, single=5e-6),
    Row("logit", by_element(lambda x: math.log(x / (1 - x))), torch="logit", domain=real(0.1, 0.9)),
    Row(
        "logit",
        by_element(lambda x, eps: math.log(min(max(x, eps), 1 - eps) / (1 - min(max(x, eps), 1 - eps)))),
        torch="logit",
        domain=real(-0.5, 1.5, away_from=(0.1, 0.9)),
        cases=each(UNARY, {"eps": 0.1}),
        call=mg.logit,
    ),
    Row(
        "xlogy", by_element(lambda a, b: a * math.log(b)), torch="xlogy", domain=(real(), positive), cases=each(BINARY)
    ),
    Row(
        "xlogy",
        by_element(lambda a, b: 0.0),
        torch="xlogy",
        domain=(zeros, positive),
        cases=each(BINARY),
        call=mg.xlogy,
    ),
    Row(
        "logaddexp", by_element(lambda a, b: math.log(math.exp(a) + math.exp(b))), torch="logaddexp", cases=each(BINARY)
    ),
    Row("logaddexp", by_element(max), domain=(real(900, 999), real(-999, -900)), cases=each(BINARY), call=mg.logaddexp),
    Row("logaddexp2", by_element(lambda a, b: math.log2(2**a + 2**b)), torch="logaddexp2", cases=each(BINARY)),
    Row("sinh", by_element(math.sinh), torch="sinh"),
    Row("cosh", by_element(math.cosh), torch="cosh"),
    Row("tanh", by_element(math.tanh), torch="tanh"),
    Row("asinh", by_element(math.asinh), torch="asinh", domain=real(-5, 5), covers=("arcsinh",)),
    Row("acosh", by_element(math.acosh), torch="acosh", domain=real(1.2, 5), covers=("arccosh",)),
    Row("atanh", by_element(math.atanh), torch="atanh", domain=real(-0.9, 0.9), covers=("arctanh",)),
    Row("sigmoid", by_element(lambda x: 1 / (1 + math.exp(-x))), torch="sigmoid"),
    Row(
        "sigmoid",
        by_element(lambda x: 1 / (1 + math.exp(-x))),
        torch="sigmoid",
        domain=real(-30, 30),
        cases=each(tails),
        call=mg.sigmoid,
    ),
    Row(
        "astype",
        lambda x, dtype: np.array(x),
        domain=real(),
        cases=each(UNARY, {"dtype": np.dtype(np.float64)}),
        single=1e-7,
    ),
    Row("clone", lambda x: np.array(x), torch="clone"),
    Row("contiguous", lambda x: np.array(x), torch=lambda x: x.contiguous()),
    # Integers become the default float.
    *(
        Row(name, by_element(function), torch=name, domain=integers(1, 5), call=getattr(mg, name), exact=2e-6)
        for name, function in [("exp", math.exp), ("log", math.log), ("sqrt", math.sqrt), ("tanh", math.tanh)]
    ),
]
