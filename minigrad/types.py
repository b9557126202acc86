"""The names of types that signatures use on every floor.

Operations are written below the Tensor and know nothing of it: they run on arrays and Tensors alike. What users hand to
them and get from them are Tensors, and their signatures say so. For type checkers alone the name is imported here; at
run time it stands for anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from minigrad.tensor.tensor import Tensor as Tensor
else:
    Tensor = Any

Number: TypeAlias = bool | int | float
"""A Python number: it takes the dtype of the tensors it meets."""

Device: TypeAlias = Any
"""A device, or what `device` makes one of: a name, or None for the usual one."""

Indices: TypeAlias = "Tensor | np.ndarray[Any, Any]"
"""Positions, or a condition: integers or bools through which nothing is differentiated."""

Ints: TypeAlias = int | Sequence[int]
"""One number for every axis, or one for each."""

Dims: TypeAlias = int | Sequence[int] | None
"""One dimension, several, or all."""

DTypeLike: TypeAlias = Any
"""A dtype, or what `numpy.dtype` takes for one."""

_int, _float, _bool, _size = int, float, bool, Sequence[int]
_device = _dtype = Any
"""PyTorch's names for types in signatures, which libraries write in theirs."""


class Type(str):
    """The name of a type in a signature, which `help()` shows without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def show_types(namespace: dict[str, Any], names: Iterable[str]) -> None:
    """Let `help()` show types without quotes: of functions, methods of classes, and all in modules, of these names.

    Each package calls it for what it offers.
    """
    for name in names:
        value = namespace[name]
        if isinstance(value, ModuleType):
            for each in [each for each in vars(value).values() if not isinstance(each, ModuleType)]:
                _show(each)
        else:
            _show(value)


def _show(value: Any) -> None:
    if isinstance(value, type):
        for each in value.__mro__:
            if each.__module__.startswith("minigrad.") and each not in _shown:
                _shown.add(each)
                for method in vars(each).values():
                    _show_function(getattr(method, "fget", None) or getattr(method, "__func__", method))
    else:
        _show_function(value)


def _show_function(function: Any) -> None:
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    if isinstance(function, FunctionType) and any(type(each) is str for each in function.__annotations__.values()):
        function.__annotations__ = {name: Type(each) for name, each in function.__annotations__.items()}


_shown: set[type] = set()
"""The classes that have been gone through."""
