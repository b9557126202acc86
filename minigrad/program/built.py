"""What is kept of a traced run: a program that stands for calls of one kind, until what it was built on changes.

A function is traced at least twice, and only one of the programs will run. So a program is simplified when it is
wanted, and a second trace, if it did the same as the first, step by step, is not simplified at all.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from minigrad.program.runnable import Source, fetcher
from minigrad.program.scratch import without_scratch
from minigrad.program.simplify import checks_first, simplify
from minigrad.program.state import PLAIN, State
from minigrad.program.steps import Program, Step, Value, leaves_of, mapped
from minigrad.program.text import Text
from minigrad.program.write import write
from minigrad.random.generator import default_generator

Finish: TypeAlias = Callable[[Program], Callable[[list[Any]], Any]]
"""What makes a function of the arguments' leaves out of a program that has been simplified."""


class Built:
    """A program for calls of one kind: `run`, once it is settled, is a function of the tensors and arrays among the
    arguments."""

    run: Callable[[list[Any]], Any]

    def __init__(
        self,
        traced: Program,
        sources: dict[Value, Source],
        state: State,
        finish: Finish,
        rebuild: Callable[[list[Any], Any], Any],
        unseen: dict[int, Any],
        rest: Any,
    ) -> None:
        self._traced, self._finish, self._rebuild = traced, finish, rebuild
        self.unseen = unseen
        """The arrays that came from nowhere, by identity."""
        self.holds, self.changed = state.test(), state.changed
        self.confirmed = False
        """Whether a second look at the function has found the same."""
        self._sources = sources
        self._rest = rest
        """What tells two runs apart beside their steps: what is no tensor in the answer, and what was left where."""

    @functools.cached_property
    def marks(self) -> list[int]:
        """A number for each step that was traced, and for what is around them: equal for runs that did the same."""
        return _marks(self._traced, self._sources, self._rest)

    @functools.cached_property
    def whole(self) -> Program:
        """The program, simplified."""
        self.marks  # noqa: B018  of what was traced, which is changed now
        return checks_first(simplify(self._traced))

    def settle(self) -> None:
        """Make it ready to run."""
        run, rebuild = self._finish(self.whole), self._rebuild
        self.run = lambda leaves: rebuild(leaves, run(leaves))

    def repeats(self, other: Built) -> bool:
        """Whether this run was the other once more, and neither met an array from nowhere."""
        return not self.unseen and not other.unseen and self.marks == other.marks

    @functools.cached_property
    def source(self) -> str:
        """The text, with all kernels it needs."""
        return write(without_scratch(self.whole)).file()

    def text(self, leaves: list[Any]) -> Text:
        """The text, with copies of the arrays that it would be given now."""
        written = write(without_scratch(self.whole))
        arrays: dict[str, Any] = {}
        for name, value in written.arguments.items():
            if value.constant is not None:
                arrays[name] = value.constant
            elif value in self._sources:
                arrays[name] = fetcher([self._sources[value]])(leaves)[0]
            elif name == "rng":
                arrays[name] = default_generator.numpy
            else:
                arrays[name] = np.ones(value.shape, value.dtype)
        return Text(written, arrays)

    def differs(self, other: Built) -> str:
        """How a second look at the function differed from this one; empty if it did not."""
        for ours, theirs in zip(self.whole.steps, other.whole.steps):
            if ours.name != theirs.name:
                return f"{theirs.line} does something else at each call ({ours.name}, then {theirs.name})"
            if not all(map(_alike, _built_in(ours), _built_in(theirs))):
                return (
                    f"{theirs.line}: {theirs.name} is given an array whose numbers are not the same at each call, "
                    "and nothing says where they come from (random numbers of NumPy's own, a value that was read "
                    "outside of the package). Pass it as an argument"
                )
        same = len(self.whole.steps) == len(other.whole.steps)
        return "" if same else "the function does not do the same at each call"


def _marks(program: Program, sources: dict[Value, Source], rest: Any) -> list[int]:
    numbers: dict[Value, int] = {}

    def in_words(leaf: Any) -> Any:
        if isinstance(leaf, Value):
            if leaf.constant is None:
                return f"value {numbers.setdefault(leaf, len(numbers))}"
            leaf = leaf.constant
        if isinstance(leaf, np.ndarray):
            return f"array {leaf.shape} {leaf.dtype} {hash(leaf.tobytes())}"
        return repr(leaf) if isinstance(leaf, PLAIN) else f"object {id(leaf)}"

    def label(tree: Any) -> Any:
        if type(tree) is Value and tree.constant is None:
            return numbers.setdefault(tree, len(numbers))
        return repr(mapped(in_words, tree))

    found = [hash((label(each), label(sources.get(each)))) for each in program.inputs]
    for step in program.steps:
        shapes = [(label(each), each.shape) for each in step.results]
        found.append(hash((step.name, *map(label, step.args), label(step.static) if step.static else "", *shapes)))
    return [*found, hash((*map(label, program.outputs), label(rest)))]


def _built_in(step: Step) -> list[Any]:
    """What a step has of its own: numbers, and the arrays of fixed values."""
    return [leaf.constant if isinstance(leaf, Value) else leaf for leaf in leaves_of((step.args, step.static))]


def _alike(a: Any, b: Any) -> bool:
    if a is b:
        return True
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    return type(a) is type(b) and not isinstance(a, np.ndarray) and (a == b or a != a)
