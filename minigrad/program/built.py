"""What is kept of a traced run: a program that stands for calls of one kind, until what it was built on changes."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.program.runnable import Source, fetcher
from minigrad.program.scratch import without_scratch
from minigrad.program.state import State
from minigrad.program.steps import Program, Step, Value, leaves_of
from minigrad.program.text import Text
from minigrad.program.write import write
from minigrad.random.generator import default_generator


class Built:
    """A program for calls of one kind: `run` is it, a function of the tensors and arrays among the arguments."""

    def __init__(
        self,
        whole: Program,
        sources: dict[Value, Source],
        state: State,
        run: Callable[..., Any],
        unseen: dict[int, Any],
    ) -> None:
        self.whole, self.run = whole, run
        self.unseen = unseen
        """The arrays that came from nowhere, by identity."""
        self.holds, self.changed = state.test(), state.changed
        self.confirmed = False
        """Whether a second look at the function has found the same."""
        self._sources = sources

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


def _built_in(step: Step) -> list[Any]:
    """What a step has of its own: numbers, and the arrays of fixed values."""
    return [leaf.constant if isinstance(leaf, Value) else leaf for leaf in leaves_of((step.args, step.static))]


def _alike(a: Any, b: Any) -> bool:
    if a is b:
        return True
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    return type(a) is type(b) and not isinstance(a, np.ndarray) and (a == b or a != a)
