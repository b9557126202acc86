"""Numbers where a function takes numbers: those of NumPy's, and of classes derived from int or float, become Python's.

NumPy's have a dtype, which a Python number has not: an np.float64 makes float64 of what it is multiplied by, and an
np.int8 runs over where two sizes of 100 are added. Rules are given them for arrays without dimensions, and so this is
asked where users call. Which arguments are numbers, their annotations say.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

KINDS = frozenset(
    [
        *("int", "int | None", "float", "float | None", "Number", "int | Tensor", "int | Tensor | None"),
        *("float | Tensor", "Tensor | float", "float | Tensor | None", "Tensor | Number", "Tensor | Number | None"),
        *("Ints", "Ints | None", "Dims", "int | Sequence[int]", "int | Sequence[int] | None", "Sequence[int]"),
        *("Sequence[int] | None", "float | Sequence[float] | None", "OutputSize", "Ints | str"),
    ]
)
"""The annotations of what is a number, or several, if it is no tensor."""

USUAL = frozenset([int, float, bool, type(None), str])


class Numbers:
    """The numbers among the parameters of one function: where they stand."""

    def __init__(self, places: dict[str, int]) -> None:
        self.first = min(places.values())
        self.places = places

    def plain(self, args: tuple[Any, ...], options: dict[str, Any]) -> tuple[Any, ...]:
        """The arguments with Python's numbers in their places; those in `options` are exchanged there."""
        count = len(args)
        for name, place in self.places.items():
            if place < count:
                if type(args[place]) not in USUAL:
                    args = (*args[:place], plain_number(args[place]), *args[place + 1 :])
            elif name in options and type(options[name]) not in USUAL:
                options[name] = plain_number(options[name])
        return args


def numbers_of(function: Callable[..., Any]) -> Numbers | None:
    """What `function` has of them, if anything."""
    own: Any = inspect.unwrap(function)
    kinds, code = getattr(own, "__annotations__", {}), own.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    places = {name: place for place, name in enumerate(names) if str(kinds.get(name)) in KINDS}
    return Numbers(places) if places else None


def plain_number(value: Any) -> Any:
    """`value`, or each number of a list or tuple of them, as Python has it; anything else as it is."""
    if type(value) in (tuple, list):
        return value if USUAL.issuperset(map(type, value)) else type(value)(map(plain_number, value))
    if isinstance(value, np.generic) or (type(value) is np.ndarray and value.ndim == 0):
        return value.item() if value.dtype.kind in "biuf" and value.dtype.itemsize <= 8 else value
    kind = next((each for each in (bool, int, float) if isinstance(value, each)), None)
    return value if kind is None else kind(value)
