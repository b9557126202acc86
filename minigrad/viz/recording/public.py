"""Which public function the program called: `conv2d`, where what runs is a convolution and an addition.

People know a call by the name they wrote. The doors of the package (`minigrad.door`) tell observers of each call, and
until it returns all operations belong to it. Methods of the Tensor have no doors, for they are called most; the first
recording puts some there. What a module calls counts from there: the module has a box of its own.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any

from minigrad.ops.dims import NUMPY_NAMES
from minigrad.tensor import Tensor
from minigrad.tensor.methods import Methods
from minigrad.viz.engine import Variable, announced, observers


@dataclass(eq=False, slots=True)
class PublicCall:
    """One call of a public function. Operations that it carries out refer to it."""

    name: str
    arguments: dict[int, str] | None = None
    """What the function calls its tensors, by the identity of their memory; None for a call of one operation."""
    settings: dict[str, Any] | None = None
    """Its other arguments, where they are not the defaults; None for a call of one operation."""


@dataclass(eq=False, slots=True)
class Open:
    """A call that has not returned yet: who called, and with what."""

    call: PublicCall
    behalf: tuple[Any, ...]
    given: tuple[Any, Sequence[Any], dict[str, Any]]
    operations: int = 0

    def describe(self) -> None:
        """Enter what the function was called with."""
        function, args, keywords = self.given
        self.call.arguments, self.call.settings = {}, {}
        signature = _signature(function)
        if hasattr(function, "takes_one_by_one") and len(args) > 2:
            args = (args[0], tuple(args[1:]))
        keywords = {NUMPY_NAMES.get(name, name): value for name, value in keywords.items()}
        try:
            arguments = signature.bind(*args, **keywords).arguments
        except TypeError:  # it understands more than its signature says
            return
        for name, value in arguments.items():
            if isinstance(value, Variable):
                self.call.arguments[id(value.array)] = name
            elif isinstance(value, tuple) and any(isinstance(each, Variable) for each in value):
                continue  # any number of tensors have no names
            elif isinstance(value, (bool, int, float, str, tuple)) and value != signature.parameters[name].default:
                self.call.settings[name] = value


class PublicCalls:
    """The calls that are open in one thread. `behalf` says for whom: a module at work, a backward pass, or nobody."""

    def __init__(self) -> None:
        self._open: list[Open] = []

    def called(self, name: str, given: tuple[Any, Sequence[Any], dict[str, Any]], behalf: tuple[Any, ...]) -> None:
        """A call begins. That a function changes its argument is said of the operations, not by its name."""
        self._open.append(Open(PublicCall(name.removesuffix("_")), behalf, given))

    def returned(self) -> None:
        """The call that began last has ended."""
        self._open.pop()

    def operation(self, behalf: tuple[Any, ...]) -> tuple[PublicCall, ...]:
        """An operation runs: the calls that it belongs to, outermost first."""
        found: list[PublicCall] = []
        for each in reversed(self._open):
            if each.behalf != behalf:
                break
            each.operations += 1
            if each.operations == 2:  # of a call with one operation, its name says enough
                each.describe()
            found.append(each.call)
        return tuple(found[::-1])


_signature = cache(inspect.signature)


@cache
def announce_methods() -> None:
    """Put doors before the methods of the Tensor. The first recording does, and there they stay.

    To set so many attributes of a class takes longer than a small network's whole step, and what Python has learned of
    the class is forgotten; while nobody looks on, a door costs a tenth of a microsecond.
    """
    for name, method in _announcing().items():
        owner = next(each for each in Tensor.__mro__ if name in vars(each))
        setattr(owner, name, method)


def _announcing() -> dict[str, Any]:
    """The methods of the Tensor that are put together from operations, and the properties that are one, with doors."""
    found: dict[str, Any] = {}
    for name in dir(Tensor):
        method = inspect.getattr_static(Tensor, name)
        if isinstance(method, property) and name in vars(Methods):
            found[name] = property(_door(name, method.fget), doc=method.__doc__)
        elif inspect.isfunction(method) and not name.startswith("_") and not _speaks(method):
            found[name] = _door(name, method)
    return found


def _speaks(method: Any) -> bool:
    """Whether observers are told of a call anyway: it is an operation, or an alias, which has a door."""
    return hasattr(method, "family") or hasattr(method, "has_door")


def _door(name: str, method: Any) -> Callable[..., Any]:
    @wraps(method)
    def called(*args: Any, **keywords: Any) -> Any:
        if observers:
            return announced(name, method, args, keywords)
        return method(*args, **keywords)

    return called
