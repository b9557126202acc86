"""Numbers beside arrays, as a running program is given them: as arrays without axes, of the dtype of the array beside.

NumPy makes an array of a number at every call, which takes as long as it then computes with some hundred elements.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from minigrad.program.buffers import ufunc_of
from minigrad.program.in_pieces import WRITERS
from minigrad.program.steps import Program, Step, Value

EXACT = 1 << 24
"""Whole numbers up to this one are numbers of float32."""


def with_arrays(program: Program) -> tuple[Program, list[Value]]:
    """The program with such arrays as arguments of its steps; and these arrays, each once."""
    known: dict[tuple[str, Any], Value] = {}
    steps = [_given(step, known) for step in program.steps]
    return dataclasses.replace(program, steps=steps), list(known.values())


def _given(step: Step, known: dict[tuple[str, Any], Value]) -> Step:
    if not (step.name in WRITERS and step.static.keys() <= {"out"}) and ufunc_of(step) is None:
        return step
    numbers = [each for each in step.args if _number(each) is not None]
    dtypes = {each.dtype for each in step.args if isinstance(each, Value) and each.shape}
    if not numbers or len(dtypes) != 1:
        return step
    (dtype,) = dtypes
    args = tuple(_array(each, dtype, known) for each in step.args)
    return dataclasses.replace(step, args=args)


def _number(leaf: Any) -> float | int | None:
    """The number that an argument is known to be."""
    if isinstance(leaf, Value):
        return None if leaf.shape or isinstance(leaf.number, bool) else leaf.number
    return leaf if type(leaf) in (int, float) else None


def _array(leaf: Any, dtype: np.dtype[Any], known: dict[tuple[str, Any], Value]) -> Any:
    """The array for a number, where it is the same number in `dtype` as NumPy would make of it; else the argument."""
    number = _number(leaf)
    if number is None or dtype.kind != "f" or (isinstance(leaf, Value) and leaf.dtype != dtype):
        return leaf
    if isinstance(number, int) and abs(number) > EXACT:
        return leaf
    with np.errstate(over="ignore"):
        array = np.array(number, dtype)
    return known.setdefault((repr(number), dtype), Value((), dtype, "number", constant=array))
