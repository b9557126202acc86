"""What the running thread is doing: whether operations are recorded, and on whose behalf they run.

Recording is on by default and off inside `no_grad`; each thread decides for itself. Every switch here is a context
manager, a decorator, and may be nested and left by an exception.

Ctrl-C may come at the door of any function, also of an `__exit__`, which then puts nothing back. So what people stop
most, backward passes, Functions and functions that a switch decorates, put the mode back in a `finally` of their own.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from minigrad.engine.flags import check_flag
from minigrad.engine.node import Node

if TYPE_CHECKING:
    from typing_extensions import Self

Function = TypeVar("Function", bound=Callable[..., Any])


class Mode(threading.local):
    """The recording state of the running thread."""

    recording: bool = True
    node: Callable[..., Node] = Node
    """What makes the node of a recorded operation; others than Node store saved values in their own way."""
    stage: str = "forward"
    """What operations are done for; see below."""
    walk: Any = None
    """The backward pass that is under way, an object of its own for each, or None."""
    inference: Any = None
    """The mark of what is made in inference mode; None where this is off."""
    in_place: str = ""
    """The operation, such as 'add_', that is changing memory; empty where none is."""
    observed: bool = False
    """Whether the primitive that is called next is one whose beginning observers have been told of."""
    written: bool = False
    """Whether backward passes run their rules on Variables even where no graph is wanted: observers see their steps."""


mode = Mode()

FORWARD, RULE, HISTORY = "forward", "rule", "history"
"""The stages: the user's own computation (in hooks and Functions too), the rules of a derivative, and the history of a
tensor made anew after a change in place."""


class at:  # noqa: N801  read as a preposition: with at(RULE)
    """Within the block, operations are done for `stage`, and with `recording` they are recorded or not."""

    __slots__ = ("before", "recording", "stage")

    def __init__(self, stage: str, recording: bool | None = None) -> None:
        self.stage, self.recording = stage, recording

    def __enter__(self) -> None:
        self.before = mode.stage, mode.recording
        mode.stage = self.stage
        if self.recording is not None:
            mode.recording = self.recording

    def __exit__(self, *exception: object) -> None:
        mode.stage, mode.recording = self.before


class changing:  # noqa: N801
    """Within the block, operations belong to the change in place that `name` makes."""

    __slots__ = ("before", "name")

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        self.before = mode.in_place
        mode.in_place = self.before or self.name

    def __exit__(self, *exception: object) -> None:
        mode.in_place = self.before


def is_grad_enabled() -> bool:
    """True where operations on tensors that need a gradient are recorded.

    >>> with mg.no_grad():
    ...     mg.is_grad_enabled()
    False
    """
    return mode.recording


def _record(value: bool) -> None:
    """Record operations from now on, or not."""
    mode.recording = value


class Switch:
    """Sets `mode.recording` on entry and puts the old value back on exit."""

    value: bool

    def __init__(self) -> None:
        self._before: Any = None  # what was, and what was before: one object can be entered again inside itself

    # Without a call there is no place for Ctrl-C between the two halves of either.

    def __enter__(self) -> None:
        self._before = mode.recording, self._before
        mode.recording = self.value

    def __exit__(self, *exception: object) -> None:
        mode.recording, self._before = self._before

    def _fresh(self) -> Switch:
        return type(self)()

    def __call__(self, function: Function) -> Function:
        if _is_generator(function):
            return self._wrap_generator(function)

        @functools.wraps(function)
        def switched(*args: Any, **kwargs: Any) -> Any:
            before = mode.recording, mode.inference
            try:
                with self._fresh():
                    return function(*args, **kwargs)
            finally:
                mode.recording, mode.inference = before

        return switched  # type: ignore[return-value]  # wraps keeps the signature, which Callable cannot say

    def _wrap_generator(self, function: Function) -> Function:
        # The caller's code runs between two steps of a generator: the switch holds during a step only.
        @functools.wraps(function)
        def switched(*args: Any, **kwargs: Any) -> Any:
            steps = function(*args, **kwargs)
            resume, given = steps.send, None
            while True:
                with self._fresh():
                    try:
                        item = resume(given)
                    except StopIteration as stop:
                        return stop.value
                try:
                    resume, given = steps.send, (yield item)
                except GeneratorExit:
                    with self._fresh():
                        steps.close()
                    raise
                except BaseException as error:
                    resume, given = steps.throw, error

        return switched  # type: ignore[return-value]


def _is_generator(function: Callable[..., Any]) -> bool:
    """Whether a call of `function` makes a generator."""
    return bool(getattr(getattr(function, "__code__", None), "co_flags", 0) & 0x20)  # inspect.CO_GENERATOR


class no_grad(Switch):  # noqa: N801  lower case, as PyTorch spells it: people use it as a function
    """Inside, nothing is recorded and results do not require grad: `with no_grad():` or `@no_grad()`.

    >>> x = mg.tensor([1.0], requires_grad=True)
    >>> with mg.no_grad():
    ...     y = x * 2
    >>> y.requires_grad
    False
    """

    value = False

    @overload
    def __new__(cls) -> Self: ...

    @overload
    def __new__(cls, function: Function) -> Function: ...  # type: ignore[misc]  # `@no_grad` without parentheses

    def __new__(cls, function: Any = None) -> Any:
        return cls()(function) if function is not None else super().__new__(cls)


class enable_grad(Switch):  # noqa: N801
    """Inside, operations are recorded again, also within `no_grad`.

    >>> x = mg.tensor([1.0], requires_grad=True)
    >>> with mg.no_grad(), mg.enable_grad():
    ...     y = x * 2
    >>> y.requires_grad
    True
    """

    value = True

    @overload
    def __new__(cls) -> Self: ...

    @overload
    def __new__(cls, function: Function) -> Function: ...  # type: ignore[misc]

    def __new__(cls, function: Any = None) -> Any:
        return cls()(function) if function is not None else super().__new__(cls)


class set_grad_enabled(Switch):  # noqa: N801
    """Recording on or off by `mode`: at once when called, and until the end of the block when used with `with`.

    >>> with mg.set_grad_enabled(False):
    ...     mg.is_grad_enabled()
    False
    """

    def __init__(self, mode: bool) -> None:
        super().__init__()
        check_flag("set_grad_enabled", "mode", mode)
        self.value = bool(mode)
        self._outside: bool | None = is_grad_enabled()
        _record(self.value)

    def __enter__(self) -> None:
        self._before = mode.recording if self._outside is None else self._outside, self._before
        self._outside = None
        mode.recording = self.value

    def _fresh(self) -> Switch:
        return type(self)(self.value)

    def __call__(self, function: Function) -> Function:
        if self._outside is not None:  # used as a decorator: undo the effect of having been called
            mode.recording = self._outside
            self._outside = None
        return super().__call__(function)
