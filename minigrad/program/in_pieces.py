"""Which steps of a running program go over large arrays together, piece by piece: an optimizer's update of a parameter.

An update makes a dozen passes over arrays of the parameter's size. Each pass over a whole array would fetch it from
main memory again. So consecutive steps that act on each element by itself are one function, which is called for one
piece after the other, and for several at once by the threads. Each number is what it would be.
"""

from __future__ import annotations

from math import prod

from minigrad.kernels.pieces import PIECE
from minigrad.program.steps import Program, Step, Value

MAKERS = ("np.empty_like(", "np.multiply(", "np.add(", "np.subtract(", "np.divide(", "np.square(", "np.sqrt(")
"""Steps whose result may be a temporary of one piece."""

WRITERS = frozenset(
    ["np.add(", "np.subtract(", "np.multiply(", "np.divide(", "np.square(", "np.sqrt(", "np.maximum(", "np.minimum("]
)
"""Functions of NumPy's that act on each element by itself, and may write into one of their arguments."""


MOST = 10
"""So many arrays are gone over together, of which pieces have to fit the cache."""


def groups(program: Program, last: dict[Value, int]) -> dict[int, int]:
    """The runs of such steps, by their beginning: where each ends. `last` says where a value is read for the last
    time, the end of the program for an output."""
    found: dict[int, int] = {}
    start = 0
    while start < len(program.steps):
        stop = _end(program, start)
        inside = [each for step in program.steps[start:stop] for each in step.results]
        if stop - start > 2 and all(last.get(each, start) < stop for each in inside):
            found[start] = stop
        start = max(stop, start + 1)
    return found


def _end(program: Program, start: int) -> int:
    """Where the steps end that can be taken together with the one at `start`; there, if it is not of the kind."""
    shape: tuple[int, ...] | None = None
    values: set[Value] = set()
    for position in range(start, len(program.steps)):
        step = program.steps[position]
        mine = _arrays(step)
        if not mine or len({each.shape for each in mine}) > 1 or prod(mine[0].shape) <= PIECE:
            return position
        together = values | set(mine)
        overlap = len({each.root for each in together}) < len(together)
        if shape not in (None, mine[0].shape) or overlap or len(together) > MOST:
            return position
        shape, values = mine[0].shape, together
    return len(program.steps)


def _arrays(step: Step) -> list[Value]:
    """The arrays that a step acts on element by element; none if it is not of the kind."""
    if not isinstance(step.operation, str):  # as most are
        return []
    out = step.static.get("out")
    written = step.name in WRITERS and set(step.static) == {"out"} and step.writes == (out,)
    made = step.name in MAKERS and not step.static and len(step.results) == 1 and not step.writes
    if not (written or made) or step.draws:
        return []
    arrays = [each for each in (*step.args, *step.results, out) if isinstance(each, Value) and each.shape]
    plain = all(isinstance(each, Value | int | float) for each in step.args)
    return arrays if plain and not any(each.constant is not None for each in arrays) else []
