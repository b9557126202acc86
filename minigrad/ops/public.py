"""The face of the table: what users see of an operation, made from the line that defines it.

A page lists its public operations in `__all__`. `publish` goes through the pages and gives every primitive among them
what the function it stands for would have if it were written out: PyTorch's names for the arguments, a signature, the
line of the table as its source, and documentation (put together when somebody reads it). The methods of the Tensor and
the operations in place follow from the same list, in `minigrad.tensor`.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar, cast

from minigrad.engine.primitive import Operation
from minigrad.types import Type

F = TypeVar("F", bound=Callable[..., Any])

PUBLIC: dict[str, Any] = {}
"""Every public operation by its names."""

NAMES = {
    "pow": ("input", "exponent"),
    "clamp_min": ("input", "min"),
    "clamp_max": ("input", "max"),
}
"""What PyTorch calls the arguments, where it is not `input`, or `input` and `other`."""


def also_in_place(function: F) -> F:
    """Mark a composed operation that has a form in place, which writes its result into the first argument."""
    function.in_place = "writes"  # type: ignore[attr-defined]
    return function


def factors_first(*factors: str) -> Callable[[F], F]:
    """Let callers give the factors of a sum before what they multiply, as programs did before they had keywords.

    `x.add_(0.1, y)` is `x.add_(y, alpha=0.1)`, and `addmm(0.5, x, 2, a, b)` is `addmm(x, a, b, beta=0.5, alpha=2)`.
    """

    def allow(function: F) -> F:
        count = function.__code__.co_argcount

        @functools.wraps(function)
        def called(*args: Any, **options: Any) -> Any:
            if len(args) > count:
                numbers = [each for each in args if isinstance(each, (int, float))]
                if len(args) - count == len(numbers) <= len(factors):
                    args = tuple(each for each in args if not isinstance(each, (int, float)))
                    options |= zip(factors, numbers)
            return function(*args, **options)

        return cast(F, called)

    return allow


def reshapes_in_place(function: F) -> F:
    """Mark an operation whose form in place gives the first argument another shape and leaves its numbers alone."""
    function.in_place = "reshapes"  # type: ignore[attr-defined]
    return function


def first_argument(function: Callable[..., Any]) -> str:
    """What the first argument of a public operation is called."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function.__code__.co_varnames[0]


PAGES = ("minigrad.ops.", "minigrad.random.draws")
"""Where public operations are defined."""


def publish() -> None:
    """Enter the operations of all pages that have been read in PUBLIC, and give the primitives their face."""
    for module in [each for name, each in sys.modules.items() if name.startswith(PAGES)]:
        for name in getattr(module, "__all__", ()):
            operation = PUBLIC[name] = getattr(module, name)
            if hasattr(operation, "family"):
                show(operation)


class Documentation(str):
    """The documentation of a primitive. It knows what it is about and is put together when it is read."""

    _of: Any

    def __new__(cls, primitive: Operation) -> Documentation:
        signature = f"{primitive.name}({', '.join(primitive.parameters)})"
        self = super().__new__(cls, f"{signature} = {primitive.formula}" if primitive.formula else signature)
        self._of = primitive
        return self

    def __str__(self) -> str:
        from minigrad.ops.documentation import text_of

        return text_of(self._of)

    def expandtabs(self, tabsize: Any = 8) -> str:
        """The text, for those who read documentation: `help`, `inspect`, `doctest` and Sphinx all begin with this."""
        return str(self)


def show(primitive: Operation) -> None:
    """Give a primitive the face of a function that is written out."""
    names = NAMES.get(primitive.name, ("input", "other")[: len(primitive.parameters)])
    primitive.keywords.update((name, i) for i, name in enumerate(names))
    file, line = primitive.defined
    if sys.version_info < (3, 13):  # where `inspect` looks upwards for a line with a lambda
        rules: list[Any] = list(primitive.rules.values())
        line = next((each.__code__.co_firstlineno for each in rules if _is_lambda(each)), line)
    code = _TEMPLATES[len(names)].__code__
    code = code.replace(co_name=primitive.name, co_varnames=names, co_filename=file, co_firstlineno=line)
    face = FunctionType(code, {}, primitive.name)
    face.__module__, face.__qualname__ = primitive.__module__, primitive.name
    others = dict.fromkeys(names[1:], Type("Tensor | Number"))
    face.__annotations__ = {names[0]: Type("Tensor"), **others, "return": Type("Tensor")}
    primitive.__wrapped__ = face  # type: ignore[attr-defined]  # where `inspect` looks for signature and source
    primitive.__doc__ = Documentation(primitive)


def _is_lambda(rule: Any) -> bool:
    return getattr(rule, "__name__", "") == "<lambda>"


def _one(input: Any) -> None: ...


def _two(input: Any, other: Any) -> None: ...


_TEMPLATES = {1: _one, 2: _two}
"""Code objects with as many arguments as a public primitive has."""
