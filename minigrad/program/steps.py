"""A program before it is text: steps, the values between them, and what comes out.

A step is one line: an operation of the tables, or a call of NumPy's, on values and numbers. Steps are plain records;
what makes them is beside this file (`recorded`, `trace`), and so is what changes them (`simplify`) and what writes them
down (`write`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from minigrad.autograd.place import Place
from minigrad.engine.primitive import Operation


@dataclass(eq=False, slots=True)
class Value:
    """An array of a program: given to it, fixed in it, or the result of one of its steps."""

    shape: tuple[int, ...]
    dtype: Any
    name: str = ""
    """What the user's code calls it; empty if it has no name."""
    constant: Any = None
    """The array of a value that is fixed; None of any other."""
    of: Value | None = None
    """Of a gradient: the value whose gradient it is."""
    whole: Value | None = None
    """Of a view: the value in whose memory it lies."""
    says: str = ""
    """What a person should know of it, such as the qualified name of a parameter."""

    @property
    def root(self) -> Value:
        """The value that owns the memory."""
        value = self
        while value.whole is not None:
            value = value.whole
        return value

    @property
    def number(self) -> float | int | bool | None:
        """The number that a constant of one element is, or None."""
        if self.constant is None or np.size(self.constant) != 1:
            return None
        return np.asarray(self.constant).item()  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Kernel:
    """A function of the package that is no primitive: what computes statistics, or the places of maxima."""

    name: str
    run: Callable[..., Any]
    family: str = ""


@dataclass(eq=False, slots=True)
class Step:
    """One line of a program: `results = operation(*args, **static)`."""

    operation: Operation | Kernel | str
    """A primitive, or a kernel; or NumPy's own, as it is called: 'np.argmax(', '.reshape(', '[]', '[]='."""
    args: tuple[Any, ...]
    """Values, numbers, and trees of them."""
    static: dict[str, Any]
    results: tuple[Value, ...]
    part: str = "forward"
    """The section: 'forward', 'backward', or 'update'."""
    scope: str = ""
    """On whose behalf: the module, such as '0: Linear'."""
    rule: str | Callable[[], str] = ""
    """Of a step of the backward pass: the rule that it follows, or what tells it."""
    place: Place | None = None
    """Where in the user's code."""
    writes: tuple[Value, ...] = ()
    """What it changes in place."""
    draws: bool = False
    """Whether it takes random numbers."""
    unpacks: bool = False
    """Whether it gives a tuple, of which the results are the parts."""
    answer: Any = None
    """Of a step that makes a small array out of nothing: this array."""

    @property
    def line(self) -> str:
        """The line of the user's code, with its place, as an error names it."""
        return "" if self.place is None else f"{self.place}, `{self.place.text}`"

    @property
    def name(self) -> str:
        """What it is called: of a primitive its name, else how NumPy's is written."""
        return self.operation if isinstance(self.operation, str) else self.operation.name

    @property
    def family(self) -> str:
        """The family of a primitive; empty for NumPy's own."""
        return "" if isinstance(self.operation, str) else self.operation.family

    def reads(self) -> list[Value]:
        """The values among the arguments and the keywords, in order."""
        found: list[Value] = []
        for each in self.args:  # most of which are values
            if type(each) is Value:
                found.append(each)
            else:
                _gather(each, found)
        if self.static:
            _gather(self.static, found)
        return found


@dataclass(eq=False)
class Program:
    """Steps in order, from what is given to what comes out."""

    inputs: list[Value] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    outputs: list[Value] = field(default_factory=list)
    aliases: list[bool] = field(default_factory=list)
    """For each output: whether it lies in the memory of an input or of an output before it, as what ran has left it."""

    def note_aliases(self) -> None:
        """Look at the memory of the outputs, which is not known any more when copies have been left out."""
        taken = {each.root for each in self.inputs}
        for each in self.outputs:
            self.aliases.append(each.root in taken)
            taken.add(each.root)

    def written(self) -> set[Value]:
        """The owners of all memory that some step changes in place."""
        return {value.root for step in self.steps for value in step.writes}

    def used(self) -> set[Value]:
        """All that some step reads or changes, and the outputs."""
        return {each for step in self.steps for each in (*step.reads(), *step.writes)} | set(self.outputs)

    def uses(self) -> dict[Value, int]:
        """How often each value is read; once more for an output."""
        found: dict[Value, int] = {}
        for step in self.steps:
            for value in step.reads():
                found[value] = found.get(value, 0) + 1
        for value in self.outputs:
            found[value] = found.get(value, 0) + 1
        return found


def values_in(tree: Any) -> list[Value]:
    """The values in a tree of tuples, lists, dicts and slices, in order."""
    found: list[Value] = []
    _gather(tree, found)
    return found


def _gather(tree: Any, found: list[Value]) -> None:
    kind = type(tree)
    if kind is Value:
        found.append(tree)
    elif kind is int or kind is float or kind is bool:
        pass  # most of what there is besides
    elif isinstance(tree, (tuple, list)):
        for each in tree:
            _gather(each, found)
    elif isinstance(tree, dict):
        for each in tree.values():
            _gather(each, found)
    elif isinstance(tree, slice):
        _gather((tree.start, tree.stop, tree.step), found)


def mapped(function: Callable[[Any], Any], tree: Any) -> Any:
    """A tree of tuples, lists, dicts and slices with `function` of each leaf in its place."""
    if isinstance(tree, (tuple, list)):
        parts = [mapped(function, each) for each in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)
    if isinstance(tree, dict):
        return {key: mapped(function, each) for key, each in tree.items()}
    if isinstance(tree, slice):
        return slice(*(mapped(function, each) for each in (tree.start, tree.stop, tree.step)))
    return function(tree)


def leaves_of(tree: Any) -> list[Any]:
    """The leaves of a tree of tuples, lists, dicts and slices, in order."""
    found: list[Any] = []
    mapped(found.append, tree)
    return found
