"""Memory used again: an element-wise step of a running program writes over an argument that nobody needs any more.

Where a temporary dies and the result has its shape and dtype, `np.multiply(a, b, out=a)` saves an allocation, and with
large arrays the fresh pages of it. Only memory that the program has made itself is taken, none that an output, an
input, or a view that is still to be read lies in.
"""

from __future__ import annotations

import numpy as np

from minigrad.program.steps import Program, Step, Value

FRESH = frozenset(
    """matmul linear affine outer_sum softmax softmax_back log_softmax convolve convolve_transposed convolve_weight
    batch_norm layer_norm add_bias widen""".split()  # noqa: SIM905
)
"""Operations, besides the element-wise ones, whose result is always memory of its own."""


def reused(program: Program) -> dict[int, Value]:
    """By the identity of a step: the argument whose memory its result may take."""
    last = _last_uses(program)
    fresh: set[Value] = set()
    found: dict[int, Value] = {}
    for position, step in enumerate(program.steps):
        if len(step.results) != 1 or step.writes or step.draws:
            continue
        result = step.results[0]
        if ufunc_of(step) is not None:
            for arg in step.args:
                if isinstance(arg, Value) and arg in fresh and last[arg.root] == position and _alike(arg, result):
                    found[id(step)] = arg
                    fresh.discard(arg)
                    break
        if result.shape and result.whole is None and (step.family == "elementwise" or step.name in FRESH):
            fresh.add(result)
    return found


def last_reads(program: Program) -> dict[int, tuple[list[Value], list[Value]]]:
    """By the position of a step: the earlier results that it reads for the last time, and those of its own that nobody
    reads."""
    made: dict[Value, int] = {}
    last: dict[Value, int] = {}
    for position, step in enumerate(program.steps):
        made.update(dict.fromkeys(step.results, position))
        last.update((each, position) for each in (*step.reads(), *step.writes) if each in made)
    found: dict[int, tuple[list[Value], list[Value]]] = {}
    outputs = set(program.outputs)
    for value, position in made.items():
        if value not in outputs:
            found.setdefault(last.get(value, position), ([], []))[value not in last].append(value)
    return found


def ufunc_of(step: Step) -> np.ufunc | None:
    """The function of NumPy's that an element-wise primitive is, if it is one, on arrays that need no promotion."""
    if step.family != "elementwise" or isinstance(step.operation, str):
        return None
    run = getattr(step.operation.run, "__wrapped__", step.operation.run)
    dtypes = {each.dtype for each in step.args if isinstance(each, Value) and each.number is None}
    return run if isinstance(run, np.ufunc) and dtypes == {step.results[0].dtype} else None


def _alike(arg: Value, result: Value) -> bool:
    return arg.shape == result.shape and arg.dtype == result.dtype


def _last_uses(program: Program) -> dict[Value, int]:
    """Where memory is read for the last time, through whatever view, by its owner; beyond the end for outputs."""
    found: dict[Value, int] = {}
    for position, step in enumerate(program.steps):
        for value in (*step.reads(), *step.results, *step.writes):
            found[value.root] = position
    for value in (*program.outputs, *program.inputs):
        found[value.root] = len(program.steps)
    return found
