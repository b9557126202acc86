"""Simplification: what a person would not write down is left out.

Every rewrite keeps the numbers to the bit, but for the sign of a zero that zeros were added to: nothing is summed or
multiplied in another order. In the order of the functions below: what does nothing (a product with one, a reshape to
the same shape), what is known beforehand, what broadcasting does anyway, what was computed before, and what nobody
needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

import numpy as np

from minigrad.program.beside import join_parts
from minigrad.program.broadcasting import compute_before_stretching, unstretch
from minigrad.program.steps import Program, Step, Value, mapped

COPIES = ("clone", "contiguous", ".copy(", "np.array(", "np.asarray(")
"""Copies, which nobody can tell from the original where nothing is changed in place."""

RESHAPES = ("reshape", "expand", "astype", ".reshape(", ".astype(")
"""Steps that do nothing where shape and dtype stay."""

STATISTICS = {
    "channel_mean": "mean",
    "standardized_rows": "z",
    "inverse_std": "r",
    "inverse_std_of_rows": "r",
    "lstm": "states",
    "gru": "states",
    "cross_entropy": "losses",
    "max_pool": "largest",
    "layer_norm": "output",
    "gelu": "output",
}
"""Steps that give back what they are given: they are there to be differentiated."""

FILLED = {"np.ones_like(": 1, "np.zeros_like(": 0}
"""Calls whose result is one number, everywhere."""


class BranchError(Exception):
    """A branch on a value that has been changed in place."""


def simplify(program: Program) -> Program:
    """The same program without what is not needed."""
    before = -1
    while before != len(program.steps):
        before = len(program.steps)
        _replace(program)
        _once(program)
        join_parts(program)
        _needed(program)
    return program


def _replace(program: Program) -> None:
    """Each step, with its arguments replaced by what stands for them, is kept or gives a value that stands for its."""
    written = program.written()
    stands_for: dict[Value, Value] = {}
    makers: dict[Value, Step] = {}
    kept: list[Step] = []

    for step in program.steps:
        _substitute(step, stands_for)
        fixed = step.writes or step.draws or len(step.results) != 1
        if not fixed and not (written and any(each.root in written for each in (*step.results, *step.reads()))):
            found = _same(step) or _known(step)
            if found is not None:
                _inherit(found, step.results[0])
                stands_for[step.results[0]] = found
                continue
            unstretch(step, makers)
            compute_before_stretching(step, makers)
            before = makers.get(step.args[0]) if step.name == "reshape" and isinstance(step.args[0], Value) else None
            if before is not None and before.name == "reshape":  # two in a row are one
                step.args = before.args
        for result in step.results:
            makers[result] = step
        kept.append(step)
    program.steps = kept
    program.outputs = [stands_for.get(each, each) for each in program.outputs]


def _substitute(step: Step, stands_for: Mapping[Value, Value]) -> None:
    """Replace the arguments of a step by what stands for them."""
    if stands_for and not stands_for.keys().isdisjoint(step.reads()):
        step.args, step.static = mapped(
            lambda leaf: stands_for.get(leaf, leaf) if isinstance(leaf, Value) else leaf, (step.args, step.static)
        )
    for result in step.results:
        if result.whole is not None:
            result.whole = stands_for.get(result.whole, result.whole)
        if result.of is not None:
            result.of = stands_for.get(result.of, result.of)


def _inherit(found: Value, result: Value) -> None:
    """A name that would be lost goes to the value that stands for it."""
    if not found.name and found.of is None and found.constant is None:
        found.name, found.of = result.name, result.of


def _same(step: Step) -> Value | None:
    """The argument that a step gives back unchanged, if it does nothing."""
    name, result = step.name, step.results[0]

    def is_result(value: Any) -> bool:
        return isinstance(value, Value) and value.shape == result.shape and value.dtype == result.dtype

    first = step.args[0] if step.args else None
    if name in RESHAPES or (name in COPIES and not step.args[1:] and step.static.keys() <= {"order"}):
        return first if is_result(first) else None  # the same numbers, in the same shape and dtype
    if name in STATISTICS and isinstance(step.static[STATISTICS[name]], Value):
        return step.static[STATISTICS[name]]  # type: ignore[no-any-return]  # computed already
    if name in ("mul", "np.multiply("):  # 1 * x is x
        for one, other in (step.args, step.args[::-1]):
            if number_of(one) == 1 and is_result(other):
                return other  # type: ignore[no-any-return]
    if name == "div" and number_of(step.args[1]) == 1 and is_result(first):  # x / 1 is x
        return first
    if name == "pow" and number_of(step.args[1]) == 1 and is_result(first):  # x ** 1 is x
        return first
    if name in ("sum", "mean", "amax", "amin") and not step.static["dim"] and is_result(first):
        return first  # over no axes, as of a number
    if name == "permute" and is_result(first) and tuple(step.static.get("dims", ())) == tuple(range(len(result.shape))):
        return first  # axes in their own order
    return None


def _known(step: Step) -> Value | None:
    """The constant that a step computes from constants, where it is small."""
    result = step.results[0]
    if step.name in FILLED and result.shape == ():
        return Value((), result.dtype, constant=np.asarray(FILLED[step.name], result.dtype))
    if step.answer is not None:
        return Value(result.shape, result.dtype, constant=step.answer)
    if isinstance(step.operation, str):
        return None
    if prod(result.shape) > 1 or any(value.constant is None for value in step.reads()):
        return None
    args = mapped(lambda leaf: leaf.constant if isinstance(leaf, Value) else leaf, step.args)
    static = mapped(lambda leaf: leaf.constant if isinstance(leaf, Value) else leaf, step.static)
    with np.errstate(all="ignore"):
        return Value(result.shape, result.dtype, constant=np.asarray(step.operation.run(*map(_array, args), **static)))


def _array(leaf: Any) -> Any:
    return np.asarray(leaf) if isinstance(leaf, np.generic) else leaf


def _once(program: Program) -> None:
    """A value that was computed before is not computed again."""
    written = program.written()
    seen: dict[Any, Step] = {}
    stands_for: dict[Value, Value] = {}
    kept: list[Step] = []
    for step in program.steps:
        _substitute(step, stands_for)
        changed = written and any(each.root in written for each in (*step.results, *step.reads()))
        if not (step.writes or step.draws or changed):
            key = (step.name, *map(_label, step.args), _label(step.static) if step.static else None)
            before = seen.setdefault(key, step)
            if before is not step and len(before.results) == len(step.results):
                for ours, theirs in zip(step.results, before.results):
                    _inherit(theirs, ours)
                    stands_for[ours] = theirs
                continue
        kept.append(step)
    program.steps = kept
    program.outputs = [stands_for.get(each, each) for each in program.outputs]


def _label(leaf: Any) -> Any:
    """What tells the arguments of two steps apart."""
    return leaf if type(leaf) is Value and leaf.constant is None else repr(mapped(_in_words, leaf))


def _in_words(leaf: Any) -> Any:
    if isinstance(leaf, Value):
        number = leaf.number
        return f"value {id(leaf)}" if number is None else f"{leaf.dtype} {leaf.shape} {number!r}"
    return f"array {id(leaf)}" if isinstance(leaf, np.ndarray) and leaf.size > 1 else leaf


def _needed(program: Program) -> None:
    """Steps stay that an output hangs on, and those that change what is not the program's own, or is read later."""
    written = program.written()
    own = written & {result.root for step in program.steps for result in step.results} if written else written
    outside = written - own | {each.root for each in program.inputs}
    needed = set(program.outputs)
    roots = {each.root for each in program.outputs} & written  # whose memory is read
    kept: list[Step] = []
    for step in reversed(program.steps):
        if (
            not needed.isdisjoint(step.results)
            or step.draws
            or step.name == "check"
            or any(each.root in outside or each.root in roots for each in step.writes)
        ):
            reads = [*step.reads(), *step.writes]
            needed.update(reads)
            if written:
                roots.update(each.root for each in reads)
            kept.append(step)
    program.steps = kept[::-1]


def own_memory(program: Program, count: int) -> Program:
    """Of the first `count` outputs, those that would be an input, a fixed array or another output are copied, unless
    they are known to be aliases."""
    taken: set[Value] = set(program.inputs)
    for position, value in enumerate(program.outputs[:count]):
        alias = value.constant is None and position < len(program.aliases) and program.aliases[position]
        if not alias and (value.root in taken or value.constant is not None):
            copy = Value(value.shape, value.dtype)
            name = ".copy(" if value.constant is None else "np.array("
            program.steps.append(Step(name, (value,), {}, (copy,), part="update"))
            program.outputs[position] = value = copy
        taken.add(value.root)
    return program


def checks_first(program: Program) -> Program:
    """Branches are checked before anything outside is changed, so that a program can be left without a trace.

    Each check that comes later is moved forward with all it hangs on. BranchError where that is not possible.
    """
    given = set(program.inputs)
    written = program.written()
    first = next((i for i, s in enumerate(program.steps) if any(each.root in given for each in s.writes)), None)
    if first is None or not any(step.name == "check" for step in program.steps[first:]):
        return program
    makers = {result: step for step in program.steps[first:] for result in step.results}
    wanted: set[int] = set()
    waiting = [step for step in program.steps[first:] if step.name == "check"]
    while waiting:
        step = waiting.pop()
        if id(step) not in wanted:
            wanted.add(id(step))
            if step.draws or any(each.root in written for each in step.reads()):
                raise BranchError(f"{step.line} decides on a value after something was changed in place")
            waiting += [makers[each] for each in step.reads() if each in makers]
    early = [step for step in program.steps[first:] if id(step) in wanted]
    late = [step for step in program.steps[first:] if id(step) not in wanted]
    program.steps = [*program.steps[:first], *early, *late]
    return program


def number_of(leaf: Any) -> Any:
    """The number that an argument is, or None."""
    if isinstance(leaf, Value):
        return leaf.number
    if isinstance(leaf, (int, float, np.generic)):
        return leaf
    return leaf.item() if isinstance(leaf, np.ndarray) and leaf.size == 1 else None
