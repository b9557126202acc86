"""`minigrad.compile`: a function that is traced when it is first called, and afterwards runs as the program it was."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar, overload

import numpy as np

from minigrad.dtypes import get_default_dtype
from minigrad.engine.mode import mode
from minigrad.engine.node import Node, Variable
from minigrad.engine.observers import Span, observers
from minigrad.program.build import build
from minigrad.program.built import Built
from minigrad.program.simplify import BranchError
from minigrad.program.state import State
from minigrad.program.steps import leaves_of
from minigrad.program.tape import current
from minigrad.program.text import Text
from minigrad.program.trace import CannotCompileError
from minigrad.program.uncollected import uncollected
from minigrad.program.write import ChangedError

P = ParamSpec("P")
R = TypeVar("R")

LIMIT = 16
"""So many programs are kept for one function; more would mean that something changes with every call."""


_tracing = threading.Lock()
"""Held while a function is traced, which lends arrays of its own to tensors that all threads may see."""


class Compiled(Generic[P, R]):
    """A function, and the programs that stand for it: one for each combination of shapes, dtypes and options."""

    def __init__(self, function: Callable[P, R], limit: int = LIMIT) -> None:
        functools.update_wrapper(self, function, updated=())
        self.function = function
        self.limit = limit
        self._programs: dict[Any, list[Built]] = {}
        self._last: Built | None = None
        self._spoiled = self._different = 0
        self.traces = 0
        """How often the function itself has run."""

    @property
    def source(self) -> str:
        """The program that ran last, or was traced last, as a file that runs with NumPy alone."""
        if self._last is None:
            raise RuntimeError("compile: there is no program yet; call the function first")
        return self._last.source

    def program(self, *args: Any, **kwargs: Any) -> Text:
        """The program that stands for such a call, with the arrays that it would be given; RuntimeError without one."""
        leaves: list[Any] = []
        for each in self._programs.get(self._key(args, kwargs, leaves), ()):
            if each.holds():
                return each.text(leaves)
        raise RuntimeError("compile: there is no program for such a call yet; make it first")

    @staticmethod
    def _key(args: tuple[Any, ...], kwargs: dict[str, Any], leaves: list[Any]) -> Any:
        positional = described(args, leaves)
        return positional, described(kwargs, leaves) if kwargs else None, mode.recording, get_default_dtype()

    def __getattr__(self, name: str) -> Any:
        if name == "function":
            raise AttributeError(name)
        return getattr(self.function, name)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else functools.partial(self, instance)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        if current.tape is not None or mode.node is not Node:  # part of a trace, or of a checkpoint
            return self.function(*args, **kwargs)
        leaves: list[Any] = []
        key = self._key(args, kwargs, leaves)
        known = self._programs.get(key)
        if known is not None:
            for each in known:
                if each.confirmed and each.holds():
                    self._last = each
                    try:
                        if observers:
                            name = getattr(self.function, "__name__", type(self.function).__name__)
                            with Span(f"compiled {name}", "function"):
                                return each.run(leaves)  # type: ignore[no-any-return]
                        return each.run(leaves)  # type: ignore[no-any-return]
                    except ChangedError:
                        continue
        return self._traced(key, args, kwargs)  # type: ignore[no-any-return]

    def _traced(self, key: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run the function itself, and keep what it did as a program, unless another thread is at that."""
        if not _tracing.acquire(blocking=False):
            return self.function(*args, **kwargs)
        try:
            with uncollected():
                return self._looked_at(key, args, kwargs)
        finally:
            _tracing.release()

    def _looked_at(self, key: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        known = self._programs.setdefault(key, [])
        self.traces += 1
        waiting = next((each for each in known if not each.confirmed and each.holds()), None)
        if sum(map(len, self._programs.values())) >= self.limit and waiting is None:
            raise CannotCompileError(self._too_many(known))
        objects = [each for each in leaves_of((args, kwargs)) if not isinstance(each, Variable | np.ndarray)]
        state = State(self.function, *objects)
        before = {} if waiting is None else waiting.unseen
        built, answer = build(self.function, args, kwargs, state, before)
        self._last = built
        changed = state.changed()
        if changed:  # such as the state of an optimizer, which its first step makes: the next call sees it
            self._spoiled += 1
            if self._spoiled > 4:
                raise CannotCompileError(f"compile: the function changes {changed} with every call")
            return answer
        if waiting is not None and waiting.repeats(built):
            self._last = waiting
            waiting.confirmed = True
            self._different = 0
            return answer
        try:
            built.settle()
        except BranchError as error:
            raise CannotCompileError(f"compile: {error}; branch before it, or outside of the function") from None
        if waiting is not None:
            known.remove(waiting)
            difference = waiting.differs(built)
            if difference:
                self._different += 1
                if self._different > 1:
                    raise CannotCompileError(f"compile: {difference}")
            else:
                built.confirmed = True
                self._different = 0
        known.append(built)
        return answer

    def _too_many(self, known: list[Built]) -> str:
        why = next((each.changed() for each in reversed(known) if each.changed()), "shapes, dtypes or options")
        return (
            f"compile: there are {self.limit} programs for this function already, and another would be needed because "
            f"of {why}. Pass what changes as a tensor, or raise the limit: compile(function, limit=...)"
        )


def described(tree: Any, leaves: list[Any]) -> Any:
    """What a program depends on in its arguments; the tensors and arrays among them are put into `leaves`."""
    if isinstance(tree, Variable):
        for number, each in enumerate(leaves):
            if each is tree:  # given twice: what changes one changes the other
                return number
        leaves.append(tree)
        array, node = tree.array, tree.node
        kind = 0 if node is None else 1 if node.operation is None and not node.edges else 2
        return (array.shape, array.dtype, kind, getattr(tree, "_grad", None) is None)
    if isinstance(tree, np.ndarray):
        leaves.append(tree)
        return ("array", tree.shape, tree.dtype)
    if isinstance(tree, (tuple, list)):
        return (type(tree), *[described(each, leaves) for each in tree])
    if isinstance(tree, dict):
        return (dict, *[(key, described(each, leaves)) for key, each in tree.items()])
    try:
        hash(tree)
    except TypeError:
        return ("object", id(tree))
    return (type(tree), tree)


@overload
def compile(function: Callable[P, R], *, limit: int = LIMIT, **options: Any) -> Compiled[P, R]: ...


@overload
def compile(
    function: None = None, *, limit: int = LIMIT, **options: Any
) -> Callable[[Callable[P, R]], Compiled[P, R]]: ...


def compile(function: Any = None, *, limit: int = LIMIT, **options: Any) -> Any:
    """`function` as a program: traced when it is called, and run from then on as straight-line NumPy.

    Args:
        function: a function, or a Module. Left out, `compile` decorates: `@minigrad.compile(limit=4)`.
        limit: how many programs are kept, for different shapes, dtypes, options and states (default 16).
        options: PyTorch's (fullgraph, dynamic, backend, mode); without effect.

    The first two calls for given shapes, dtypes and options run the function itself and note what it does; where both
    did the same, the program stands for it. A program reads tensors anew at each call, those in the closure too:
    parameters, buffers, the state of optimizers and their learning rates. It draws random numbers anew, and changes in
    place what the function changes. Gradients pass through a call as through a single operation; a function that calls
    `backward` and `step` itself is a program as a whole.

    What Python alone does, such as counting or printing, happens in those first calls only. A value that becomes a
    Python number (`.item()`), an `autograd.Function`, hooks, and results whose shape depends on values are refused:
    CannotCompileError says which line. A branch on a value is taken as it was, and checked at each call; where it
    would go the other way, the function is traced anew.

    >>> @mg.compile
    ... def f(x):
    ...     return (x * 2 + 1).tanh()
    >>> [f(mg.tensor([0.0, 1.0])) for _ in range(3)][-1]
    tensor([0.7616, 0.9951])
    """
    if function is None:
        return lambda each: compile(each, limit=limit)
    if not callable(function):
        raise TypeError(f"compile: takes a function or a Module, not {type(function).__name__}")
    return Compiled(function, limit)
