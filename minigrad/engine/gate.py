"""Who asks the gate: functions, all of a module's, and constructors. It says what was wrong in a call (`refusal`)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from types import FunctionType, ModuleType
from typing import Any, TypeVar, cast

from minigrad.engine.flags import flags_of
from minigrad.engine.numbers import numbers_of
from minigrad.engine.refusal import ERRORS, PACKAGE, answer

F = TypeVar("F", bound=Callable[..., Any])


def gated(function: F, name: str = "", strict: bool = True) -> F:
    """`function`, which asks the gate when a call of it goes wrong; users call it `name`.

    Its flags must be True or False if `strict`; what PyTorch has in Python takes anything for one or the other.
    """
    name = name or function.__name__
    flags, numbers = flags_of(function) if strict else None, numbers_of(function)

    @functools.wraps(function)
    def called(*args: Any, **options: Any) -> Any:
        if numbers is not None and (options or len(args) > numbers.first):
            args = numbers.plain(args, options)
        if flags is not None and (options or len(args) > flags.first):
            flags.check(name, args, options)
        try:
            return function(*args, **options)
        except ERRORS as error:
            raise answer(function, name, args, options, error)  # noqa: B904  it knows where it comes from

    return cast(F, called)


def gate(namespace: dict[str, Any], names: Iterable[str]) -> None:
    """Let the functions of these names in a module ask the gate: those that no door stands before."""
    for name in names:
        function = namespace[name]
        if isinstance(function, FunctionType):
            namespace[name] = opened = gated(function, name, strict=False)
            opened.__name__ = opened.__qualname__ = name
            opened.__module__ = namespace["__name__"]  # where pickle finds it


def functions_of(module: ModuleType) -> list[str]:
    """The names of the public functions that are written in a module."""
    return [
        name
        for name, each in vars(module).items()
        if isinstance(each, FunctionType) and each.__module__ == module.__name__ and not name.startswith("_")
    ]


class Constructed:
    """A base of classes whose constructors ask the gate: those of this package, by the name of what is being made."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        make = vars(cls).get("__init__")
        if make is None or cls.__module__.partition(".")[0] != PACKAGE or make.__code__.co_varnames[:2] == ("self",):
            return

        @functools.wraps(make)
        def made(self: Any, *args: Any, **options: Any) -> None:
            try:
                make(self, *args, **options)
            except ERRORS as error:
                raise answer(make, type(self).__name__, (self, *args), options, error)  # noqa: B904

        cls.__init__ = made  # type: ignore[method-assign]
