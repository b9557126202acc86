"""A program that runs: its text, compiled, with functions beside it that fetch its inputs and deliver its results.

What fetches and what delivers is different for each program and runs at each call, so both are written as text too, as
dataclasses write their methods.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from minigrad.engine.node import Variable
from minigrad.engine.versions import writes
from minigrad.program.running import Running
from minigrad.program.steps import Kernel, Program, Step, Value
from minigrad.program.uncollected import uncollected
from minigrad.random.generator import default_generator

Source: TypeAlias = tuple[str, Any]
"""Where an input comes from: ('array', i) and ('leaf', i), the i-th array or tensor among the arguments; ('tensor', t);
('grad', source), the gradient of a tensor; ('rate', group), the learning rate of an optimizer's group; ('held', a), an
array."""

Effect: TypeAlias = tuple[str, Source, Value | None]
"""What a run leaves behind: ('array', whose, value), or ('grad', whose, value), None where a gradient is forgotten."""


class Runnable:
    """A program as a function of the arguments' leaves, which returns what the program does."""

    def __init__(self, program: Program, sources: Mapping[Value, Source]) -> None:
        used = program.used()
        program.inputs = [each for each in program.inputs if each in used]
        self.inputs = program.inputs
        self._program = program
        self._draws = any(step.draws for step in program.steps)
        self._checks = any(step.name == "check" for step in program.steps)
        if all(each in sources for each in self.inputs):
            self._fetch = fetcher([sources[each] for each in self.inputs], self._draws)
        written = program.written()
        self._written = [sources[each] for each in self.inputs if each.root in written and each in sources]
        self._written = [each for each in self._written if each[0] in ("leaf", "tensor")]

    @functools.cached_property
    def call(self) -> Callable[..., tuple[Any, ...]]:
        """The program itself, a function of its inputs: written when it is first called, as not every one is."""
        with uncollected():
            texts, fixed, kernels = Running(self._program).functions()
            room: dict[str, Any] = {"__name__": "minigrad.program.text", "np": np, **kernels.functions(), **fixed}
            *_, program = [made(text, room, name) for name, text in texts.items()]
            return program  # type: ignore[no-any-return]

    def __call__(self, leaves: list[Any]) -> tuple[Any, ...]:
        if self._draws and self._checks:  # a branch that goes the other way must not have drawn anything
            before = default_generator.numpy.bit_generator.state
        try:
            with np.errstate(all="ignore"):
                results = self.call(*self._fetch(leaves))
        except BaseException:
            if self._draws and self._checks:
                default_generator.numpy.bit_generator.state = before
            raise
        for kind, where in self._written:  # for graphs that have saved what is overwritten
            writes.note((leaves[where] if kind == "leaf" else where).array, "a compiled function")
        return results


def forgetting(program: Program, sources: Mapping[Value, Source], effects: Sequence[Effect]) -> Program:
    """The program with a step that lets go of the gradients that it will replace and does not read: their memory is
    there for what it computes, as where they are forgotten before a forward pass. It comes when no check can fail."""
    read = {id(sources[each][1]) for each in program.used() if sources.get(each, ("",))[0] == "grad"}
    tensors = [
        source[1] for kind, source, _ in effects if kind == "grad" and source[0] == "tensor" and id(source) not in read
    ]
    if tensors:
        position = max((i + 1 for i, step in enumerate(program.steps) if step.name == "check"), default=0)
        step = Step(Kernel("forget", functools.partial(_forget, tensors)), (), {}, ())
        steps = [*program.steps[:position], step, *program.steps[position:]]
        return dataclasses.replace(program, steps=steps)  # the program that is read has no such step
    return program


def _forget(tensors: Sequence[Any]) -> None:
    for each in tensors:
        each._grad = None


def made(text: str, room: dict[str, Any], name: str) -> Any:
    """The function `name` that a text, which we have written ourselves, defines."""
    exec(compile(text, f"<{name}>", "exec"), room)
    return room[name]


def holder(source: Source, room: dict[str, Any]) -> str:
    """An expression for the tensor, or the array, that a source names; `room` gets what the expression needs."""
    kind, where = source
    if kind in ("leaf", "array"):
        return f"leaves[{where}]"
    if kind == "grad":
        return f"{holder(where, room)}._grad"
    name = f"t{len(room)}"
    room[name] = where
    return f"{name}['lr']" if kind == "rate" else name


def fetcher(sources: Sequence[Source], draws: bool = False) -> Callable[[list[Any]], tuple[Any, ...]]:
    """A function that gathers what the sources hold now."""
    room: dict[str, Any] = {"generator": default_generator}
    parts = ["generator.numpy"] if draws else []
    parts += [holder(each, room) + ("" if each[0] in ("rate", "array", "held") else ".array") for each in sources]
    return made(f"def fetch(leaves):\n    return ({''.join(f'{each}, ' for each in parts)})", room, "fetch")  # type: ignore[no-any-return]


def tensors_of(sources: Sequence[Source]) -> Callable[[list[Any]], list[Any]]:
    """A function that gathers the tensors themselves."""
    room: dict[str, Any] = {}
    parts = [holder(each, room) for each in sources]
    return made(f"def tensors(leaves):\n    return [{', '.join(parts)}]", room, "tensors")  # type: ignore[no-any-return]


def deliverer(effects: Sequence[Effect], first: int) -> Callable[[list[Any], Sequence[Any]], None]:
    """A function that puts results, from the one at `first` on, where the run has left them."""
    room: dict[str, Any] = {"wrap": Variable.wrap, "asarray": np.asarray}
    lines = ["def deliver(leaves, results):", "    pass"]
    for kind, source, value in effects:
        place = f"{holder(source, room)}.{'array' if kind == 'array' else '_grad'}"
        if value is None:
            lines.append(f"    {place} = None")
        else:
            new = f"asarray(results[{first}])"
            lines.append(f"    {place} = {new if kind == 'array' else f'wrap({new})'}")
            first += 1
    return made("\n".join(lines), room, "deliver")  # type: ignore[no-any-return]
