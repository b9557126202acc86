"""Lines alike are written once: however long a program is that only runs, few of its lines differ in more than names.

A step is written with holes where the names of values stand, and the next one that is like it, with arguments of the
same shapes and dtypes, is the same text with other names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.program.names import Names
from minigrad.program.steps import Step, Value

HOLE = re.compile("‹([0-9]+)›")


class UnlikeError(Exception):
    """An argument of a kind that no two steps are told apart by."""


class Patterns:
    """The lines of a program that runs; `write` writes one, `written` is the memory that is changed in place."""

    def __init__(self, names: Names, written: set[Value], write: Callable[[Step], str]) -> None:
        self._names, self._written, self._write = names, written, write
        self._known: dict[Any, str] = {}

    def line(self, step: Step, over: Value | None) -> str:
        """The text of a step without its results, which `write` writes over the argument `over`, if not None."""
        holes: dict[Value, int] = {}
        try:
            key = self._kind(step, over, holes)
        except UnlikeError:
            return self._write(step)
        pattern = self._known.get(key)
        if pattern is None:
            self._names.holes = {value: f"‹{number}›" for value, number in holes.items()}
            text = self._write(step).replace("{", "{{").replace("}", "}}")
            self._names.holes = {}
            pattern = self._known[key] = HOLE.sub(r"{\1}", text)
        return pattern.format(*[self._names[value] for value in holes])

    def _kind(self, step: Step, over: Value | None, holes: dict[Value, int]) -> Any:
        """What steps have in common that are written alike; the values with names are put into `holes`."""
        args = [self._label(each, holes) for each in step.args]
        static = [(key, self._label(each, holes)) for key, each in step.static.items()] if step.static else ()
        results = [(each.shape, each.dtype, not each.shape and each.root in self._written) for each in step.results]
        writes_over = -1 if over is None else holes[over]
        return (step.name, id(step.operation), writes_over, *args, *static, *results)

    def _label(self, leaf: Any, holes: dict[Value, int]) -> Any:
        kind = type(leaf)
        if kind is Value:
            if leaf in self._names:
                hole = holes.setdefault(leaf, len(holes))
                return leaf.shape, leaf.dtype, hole, None if leaf.constant is None else repr(leaf.number)
            return leaf.shape, leaf.dtype, repr(leaf.number)
        if kind is tuple or kind is list:
            return (kind, *[self._label(each, holes) for each in leaf])
        if kind is slice:
            return (slice, *[self._label(each, holes) for each in (leaf.start, leaf.stop, leaf.step)])
        if leaf is None or isinstance(leaf, (int, float, str, np.dtype)):
            return kind, repr(leaf)
        raise UnlikeError
