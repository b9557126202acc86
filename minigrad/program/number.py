"""A Python number that has a place in a program: the learning rate, or the count of an optimizer's steps.

It computes as a float does, and each operation is a line of the program. It is no float, so whatever else wants one,
such as `math.sqrt` or a comparison, has to ask, and is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.program.steps import Value
from minigrad.program.tape import current


class Number:
    """A number of a program, with what it is in the run that is traced."""

    def __init__(self, known: float, value: Value) -> None:
        self.known, self.value = known, value

    def __neg__(self) -> Any:
        return _told("number:-a", (self,), -self.known)

    def __array_ufunc__(self, ufunc: np.ufunc, method: Any, *inputs: Any, **keywords: Any) -> Any:
        """Beside a traced array it is an argument like others."""
        for each in (*inputs, *(keywords.get("out") or ())):
            if isinstance(each, np.ndarray) and type(each) is not np.ndarray:
                return type(each).__array_ufunc__(each, ufunc, method, *inputs, **keywords)
        return _asked("an array")(self)


def _told(text: str, args: tuple[Any, ...], answer: float) -> Any:
    tape = current.tape
    return answer if tape is None else tape.call(text, args, {}, answer)


def _operator(name: str, text: str) -> Callable[..., Any]:
    def method(self: Number, other: Any) -> Any:
        if not isinstance(other, Number | int | float) or isinstance(other, np.generic):
            return NotImplemented
        plain = other.known if isinstance(other, Number) else float(other)
        return _told(text, (self, other), getattr(self.known, name)(plain))

    return method


def _asked(how: str) -> Callable[..., Any]:
    def method(self: Number, *others: Any) -> Any:
        tape = current.tape
        if tape is None:
            raise TypeError("a number of a trace that has ended was kept")
        return tape.read(self, how)

    return method


OPERATORS = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**", "floordiv": "//", "mod": "%"}
for _name, _sign in OPERATORS.items():
    setattr(Number, f"__{_name}__", _operator(f"__{_name}__", f"number:a {_sign} b"))
    setattr(Number, f"__r{_name}__", _operator(f"__r{_name}__", f"number:b {_sign} a"))

ASKED = {"__float__": "float()", "__int__": "int()", "__index__": "an index", "__format__": "a text"}
ASKED |= dict.fromkeys(("__lt__", "__le__", "__gt__", "__ge__", "__eq__", "__ne__", "__bool__"), "a comparison")
for _name, _how in ASKED.items():
    setattr(Number, _name, _asked(_how))
Number.__hash__ = object.__hash__  # type: ignore[method-assign]
