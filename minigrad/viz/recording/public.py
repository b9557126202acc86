"""Which public function the program called: `conv2d`, where what runs is a convolution, a reshape and an addition.

People know a call by the name they wrote. Between their line and the operation lie frames of the package; the frames of
functions with a public name say which calls the operation belongs to, from outside inwards. What a module's `forward`
calls counts from there: the module has a box of its own.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import CodeType, FrameType
from typing import Any

from minigrad.viz.engine import Variable, is_own

NAMESPACES = ("minigrad", "minigrad.nn.functional", "minigrad.linalg", "minigrad.special")
TYPES = (("minigrad", "Tensor"),)


@dataclass(eq=False, slots=True)
class PublicCall:
    """One call of a public function. Operations that it carries out refer to it."""

    name: str
    arguments: dict[int, str] | None = None
    """What the function calls its tensors, by the identity of their memory; None for a call of one operation."""
    settings: dict[str, Any] | None = None
    """Its other arguments, where they are not the defaults; None for a call of one operation."""


@cache
def functions() -> dict[CodeType, tuple[str, Any]]:
    """The public functions and methods by their code: the name, and the function."""
    found: dict[CodeType, tuple[str, Any]] = {}
    spaces: list[Any] = [import_module(each) for each in NAMESPACES]
    spaces += [getattr(import_module(module), kind) for module, kind in TYPES]
    for space in spaces:
        for name in dir(space):
            value = inspect.getattr_static(space, name) if isinstance(space, type) else getattr(space, name)
            value = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
            function = inspect.unwrap(value) if callable(value) else None
            if name.startswith("_") or not inspect.isfunction(function) or ".autograd" in str(function.__module__):
                continue
            code = function.__code__
            if is_own(code.co_filename) and (code not in found or name == code.co_name):  # of aliases, its own name
                found[code] = name, function
    return found


class PublicCalls:
    """Follows the calls of one thread; `look_up` says which ones an operation belongs to."""

    def __init__(self) -> None:
        self._running: list[tuple[FrameType, PublicCall]] = []  # of the operation before; a frame is known by identity

    def look_up(self, frame: FrameType | None) -> tuple[FrameType | None, tuple[PublicCall, ...]]:
        """The user's frame around `frame`, and the public calls between them, outermost first."""
        kinds = _kinds
        found: list[FrameType] = []
        inside = True
        while frame is not None:
            code = frame.f_code
            kind = kinds.get(code)
            if kind is None:
                kind = kinds[code] = _kind(code)
            if kind is not INNER:
                if kind is USERS:
                    break
                if kind is FORWARD:
                    inside = False
                elif inside:
                    found.append(frame)
            frame = frame.f_back
        running = self._running
        depth = 0
        for each in reversed(found):
            if depth >= len(running) or running[depth][0] is not each:
                running = [*running[:depth], (each, PublicCall(_kinds[each.f_code][0]))]
            elif running[depth][1].arguments is None:
                _describe(running[depth][1], each)  # of a call with one operation, that says enough
            depth += 1
        self._running = running = running[:depth]
        return frame, tuple([call for _, call in running])

    def forget(self) -> None:
        """Let go of all frames."""
        self._running = []


_kinds: dict[CodeType, Any] = {}
USERS, FORWARD, INNER = "the user's", "a module's forward", "the package's own"


def _kind(code: CodeType) -> Any:
    """What a frame is: one of the words above, or the public function that runs in it."""
    if not is_own(code.co_filename):
        return USERS
    if code.co_name == "forward":
        return FORWARD
    return functions().get(code, INNER)


def _describe(call: PublicCall, frame: FrameType) -> None:
    """Enter what the function was called with."""
    local = frame.f_locals
    call.arguments, call.settings = {}, {}
    for name, default in _parameters(_kinds[frame.f_code][1]):
        value = local.get(name)
        if isinstance(value, Variable):
            call.arguments[id(value.array)] = name
        elif isinstance(value, (bool, int, float, str, tuple)) and value != default:
            call.settings[name] = value


@cache
def _parameters(function: Any) -> list[tuple[str, Any]]:
    return [(each.name, each.default) for each in inspect.signature(function).parameters.values()]
