"""Scratch arrays left out: in a program to read, what is written over a scratch array is a value of its own.

An optimizer writes `np.multiply(lr, m, out=scratch)` and `w -= scratch` to save memory. A hand writes `w -= lr * m`.
"""

from __future__ import annotations

import dataclasses

from minigrad.program.simplify import simplify
from minigrad.program.steps import Program, Step, Value, mapped

MAKERS = ("np.empty_like(", "np.empty(")
"""What scratch arrays are made by."""


def without_scratch(program: Program) -> Program:
    """The same program, in which steps that write over the whole of a scratch array make values instead."""
    scratch = _scratch(program)
    if not scratch:
        return program
    now: dict[Value, Value] = {}  # what each scratch array holds
    steps: list[Step] = []
    for step in program.steps:
        if any(each in scratch for each in step.results):
            continue
        args, static = mapped(
            lambda leaf: now.get(leaf, leaf) if isinstance(leaf, Value) else leaf, (step.args, step.static)
        )
        if _over(step) in scratch:
            (target,) = step.writes
            now[target] = Value(target.shape, target.dtype)
            steps.append(dataclasses.replace(step, args=args, static={}, results=(now[target],), writes=()))
        else:
            steps.append(dataclasses.replace(step, args=args, static=static))
    return simplify(Program(list(program.inputs), steps, list(program.outputs)))


def _scratch(program: Program) -> set[Value]:
    """The arrays that are made empty, and only ever written over as a whole by functions of NumPy's."""
    found = {result for step in program.steps if step.name in MAKERS for result in step.results}
    found -= {each.root for each in program.outputs}
    full: set[Value] = set()  # those that have been written over
    for step in program.steps:
        over = _over(step)
        reads = list(step.reads())
        if over is not None:
            reads.remove(over)  # as what is written over
        touched = {each.root for each in (*step.results, *reads, *step.writes)} & found
        for each in touched:
            viewed = any(other.root is each and other is not each for other in (*step.results, *reads, *step.writes))
            early = each not in full and any(other is each for other in reads)
            if viewed or early or (each in step.writes and over is not each):
                found.discard(each)
        if over is not None:
            full.add(over)
    return found


def _over(step: Step) -> Value | None:
    """The array that a step writes over as a whole with what it would otherwise make, to the bit."""
    out = step.static.get("out")
    if len(step.writes) != 1 or out is not step.writes[0] or len(step.static) != 1 or step.results:
        return None
    arrays = [each for each in step.args if isinstance(each, Value) and each.dtype is not None]
    plain = all(isinstance(each, (Value, int, float)) and type(each).__module__ != "numpy" for each in step.args)
    alike = all(each.dtype == out.dtype for each in arrays) and any(each.shape == out.shape for each in arrays)
    return out if plain and alike and out.dtype.kind == "f" else None
