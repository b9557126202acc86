"""Samples: questions about elements. Small integers, so that equal ones come up; nothing requires grad."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from samples import BINARY, UNARY, Row, bools, by_element, case, each, integers

import minigrad as mg


def some_special(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return rng.choice(np.array([0.0, -1.5, np.inf, -np.inf, np.nan]), shape)


def small_floats(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(rng.integers(-1, 2, shape)).astype(np.float64)


def ones(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.ones(shape)


def torch_answer(name: str, a: Any, b: Any) -> Any:
    import torch

    return torch.tensor(getattr(torch, name)(a, b))


COMPARISONS = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
LOGICAL = {
    "logical_and": lambda a, b: bool(a) and bool(b),
    "logical_or": lambda a, b: bool(a) or bool(b),
    "logical_xor": lambda a, b: bool(a) != bool(b),
}
ALIASES = {
    "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal",
}  # fmt: skip
SHIFTS = {"bitwise_left_shift": operator.lshift, "bitwise_right_shift": operator.rshift}
BITWISE = {"bitwise_and": operator.and_, "bitwise_or": operator.or_, "bitwise_xor": operator.xor}
SPECIAL = {"isnan": lambda x: x != x, "isinf": lambda x: abs(x) == float("inf"), "isfinite": lambda x: x - x == 0}
SPECIAL |= {"isposinf": lambda x: x == float("inf"), "isneginf": lambda x: x == -float("inf")}

ROWS = [
    *(
        Row(
            name,
            by_element(f, "?"),
            torch=name,
            domain=small_floats,
            cases=each(BINARY),
            smooth=False,
            covers=(ALIASES.get(name, name),),
        )
        for name, f in (COMPARISONS | LOGICAL).items()
    ),
    Row("logical_not", by_element(operator.not_, "?"), torch="logical_not", domain=small_floats, smooth=False),
    *(
        Row(name, by_element(f, "?"), torch=name, domain=bools, cases=each(BINARY), smooth=False)
        for name, f in BITWISE.items()
    ),
    *(
        Row(
            name,
            by_element(f, "q"),
            torch=name,
            domain=integers(-8, 8),
            cases=each(BINARY),
            smooth=False,
            call=getattr(mg, name),
        )
        for name, f in BITWISE.items()
    ),
    Row("bitwise_not", by_element(operator.not_, "?"), torch="bitwise_not", domain=bools, smooth=False),
    Row(
        "bitwise_not",
        by_element(operator.invert, "q"),
        torch="bitwise_not",
        domain=integers(-8, 8),
        smooth=False,
        call=mg.bitwise_not,
    ),
    *(
        Row(
            name,
            by_element(f, "q"),
            torch=name,
            domain=(integers(-8, 8), integers(0, 4)),
            cases=each(BINARY),
            smooth=False,
        )
        for name, f in SHIFTS.items()
    ),
    *(Row(name, by_element(f, "?"), torch=name, domain=some_special, smooth=False) for name, f in SPECIAL.items()),
    *(
        Row(
            name,
            lambda a, b: np.asarray(a.shape == b.shape and bool((a == b).all())),
            torch=lambda a, b, name=name: torch_answer(name, a, b),
            domain=domain,
            cases=[case((3,), (3,)), case((0,), (0,)), case((), ())],
            smooth=False,
            call=lambda a, b, name=name: mg.tensor(getattr(mg, name)(a, b)),
        )
        for name in ("equal", "allclose")
        for domain in (small_floats, ones)
    ),
    Row(
        "isin",
        lambda x, among, invert=False: by_element(lambda each_: (each_ in among) != invert, "?")(x),
        torch="isin",
        domain=integers(0, 6),
        cases=[case((9,), (3,)), case((2, 3), (2, 2), invert=True), case((), (2,))],
        smooth=False,
        call=mg.isin,
    ),
    Row(
        "isclose",
        by_element(lambda a, b, rtol=1e-5, atol=1e-8: abs(a - b) <= atol + rtol * abs(b), "?"),
        torch="isclose",
        domain=small_floats,
        cases=[*each(BINARY), case((3, 3), (3,), atol=1.0), case((3, 3), (3,), rtol=2.0)],
        smooth=False,
        call=mg.isclose,
    ),
    *(
        Row(
            name,
            lambda x, dim=None, keepdim=False, f=f: np.asarray(f(x != 0, axis=dim, keepdims=keepdim)),
            torch=name,
            domain=small_floats,
            cases=[*each(UNARY), case((2, 3), dim=0), case((2, 3), dim=-1, keepdim=True), case((2, 1, 3), dim=(0, 2))],
            smooth=False,
            call=getattr(mg, name),
        )
        for name, f in {"all": np.logical_and.reduce, "any": np.logical_or.reduce}.items()
    ),
]
