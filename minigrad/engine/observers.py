"""Looking on: an observer is told of every operation that is carried out, and of every step of a backward pass.

This is how graphs are recorded for drawing, how the first NaN is found and how time is measured. Public functions say
when they are called, modules when they are entered and left, so that an observer knows on whose behalf an operation
runs. While nobody looks on it costs one test of an empty list.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar

from minigrad.engine.hooked import after
from minigrad.engine.mode import mode
from minigrad.engine.node import Variable

if TYPE_CHECKING:
    from minigrad.engine.node import Node
    from minigrad.engine.primitive import Operation


Function = TypeVar("Function", bound=Callable[..., Any])


class Observer:
    """The methods do nothing; a subclass looks at what it cares for."""

    def began(self, what: Operation | Node | Span, args: Sequence[Any]) -> None:
        """Something that takes time begins: a primitive on `args`, the step back of a node, a Span."""

    def ended(self, what: Operation | Node | Span, result: Any) -> None:
        """What began last in this thread, and has not ended yet, has: with `result`, None if by an exception."""

    def forward(self, operation: Operation, args: Sequence[Any], static: dict[str, Any], result: Variable) -> None:
        """`operation(*args, **static)` gave `result`, whose node is None where nothing was recorded."""

    def applied(self, node: Node, args: Sequence[Any], outputs: Sequence[Any]) -> None:
        """A Function has been applied to `args`, gave `outputs`, and left `node`; what forward did has been told."""

    def aside(self, function: Any, args: Sequence[Any], keywords: dict[str, Any], compute: Callable[[], Any]) -> Any:
        """A function that is no primitive is called beside the graph: `compute()` does it. Returns the answer."""
        return compute()

    def rule(self, node: Node, argument: str) -> None:
        """The rule of `node` for one of its arguments comes next; or all have been, and '' stands for what follows."""

    def backward(self, node: Node, g: Any, contributions: Sequence[tuple[Node, Any]]) -> None:
        """The gradient `g` of `node` was complete and gave `contributions` to the nodes of its arguments."""

    def called(self, name: str, function: Any, args: Sequence[Any], keywords: dict[str, Any]) -> None:
        """The public function `name` was called: what follows is done on its behalf, until `returned`."""

    def returned(self) -> None:
        """The public function that was called last has ended, perhaps by an exception."""

    def enter(self, module: Any) -> None:
        """The forward of `module` begins: what follows is done on its behalf, until `leave`."""

    def leave(self, module: Any) -> None:
        """The forward of `module` has ended, perhaps by an exception."""


observers: list[Observer] = []
"""Those who look on now, in all threads."""


class Span:
    """A stretch of work with a name, as a context: what observers are to be told of besides operations.

    `kind` is "pass" for a backward pass, "function" for a Function, "step" for an optimizer's and "closure" for the
    user's function that it calls, "mark" for the user's own.
    """

    __slots__ = ("_told", "kind", "name")

    def __init__(self, name: str, kind: str) -> None:
        self.name, self.kind = name, kind
        self._told: tuple[Observer, ...] = ()

    def __enter__(self) -> None:
        self._told = tuple(observers)
        for observer in self._told:
            observer.began(self, ())

    def __exit__(self, *exception: object) -> None:
        for observer in self._told:
            observer.ended(self, None)


_unseen = contextlib.nullcontext()


def span(name: str, kind: str) -> AbstractContextManager[None]:
    """A Span if somebody looks on."""
    return Span(name, kind) if observers else _unseen


def observed(operation: Operation, args: Sequence[Any], static: dict[str, Any]) -> Any:
    """Carry out a primitive while observers look on. They are told of the result of a call with Variables."""
    told = tuple(observers)
    for observer in told:
        observer.began(operation, args)
    result = None
    mode.observed = True
    try:
        result = operation(*args, **static)
        if isinstance(result, Variable):
            for observer in told:
                observer.forward(operation, args, static, result)
    finally:
        mode.observed = False
        for observer in told:
            observer.ended(operation, result)
    return result


def observed_step(node: Node, g: Any, wanted: set[Node] | None) -> list[tuple[Node, Any]]:
    """Carry the gradient `g` of `node` on while observers look on: what it gives to the nodes of its arguments."""
    told = tuple(observers)
    contributions: list[tuple[Node, Any]] | None = None
    for observer in told:
        observer.began(node, (g,))
    try:
        contributions = pulled(node, g, wanted)
    finally:
        for observer in told:
            observer.ended(node, contributions)
    if node.hooks is not None:
        contributions = after(node.hooks, node, g, contributions)
    for observer in told:
        observer.backward(node, g, contributions)
    return contributions


def pulled(node: Node, g: Any, wanted: set[Node] | None = None) -> list[tuple[Node, Any]]:
    """What the rules of `node` give, one after the other: observers know which comes next."""
    told = tuple(observers)
    shares = node.pull(g, wanted)
    found: list[tuple[Node, Any]] = []
    for target, rule, _ in tuple(node.edges):
        if rule is not None and (wanted is None or target in wanted):
            for observer in told:
                observer.rule(node, rule.argument)
            found.append(next(shares))
    found += shares
    for observer in told:
        observer.rule(node, "")
    return found


def aside(function: Function) -> Function:
    """Let observers know of a function on arrays that computes what primitives are then given, such as statistics."""

    @functools.wraps(function)
    def computed(*args: Any, **keywords: Any) -> Any:
        if not observers:
            return function(*args, **keywords)
        compute: Callable[[], Any] = functools.partial(function, *args, **keywords)
        for observer in tuple(observers):
            compute = functools.partial(observer.aside, function, args, keywords, compute)
        return compute()

    return computed  # type: ignore[return-value]  # wraps keeps the signature


@contextlib.contextmanager
def observing(observer: Observer) -> Iterator[Observer]:
    """Within the block, `observer` is told."""
    observers.append(observer)
    try:
        yield observer
    finally:
        observers.remove(observer)


def announced(name: str, function: Callable[..., Any], args: Sequence[Any], keywords: dict[str, Any]) -> Any:
    """`function(*args, **keywords)`, of which the observers are told that it is the public function `name`."""
    told = list(observers)
    for observer in told:
        observer.called(name, function, args, keywords)
    try:
        return function(*args, **keywords)
    finally:
        for observer in told:
            observer.returned()


@contextlib.contextmanager
def within(module: Any) -> Iterator[None]:
    """Within the block, the observers of its beginning know that `module` is at work."""
    told = list(observers)
    for observer in told:
        observer.enter(module)
    try:
        yield
    finally:
        for observer in told:
            observer.leave(module)
