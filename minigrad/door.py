"""How functions of the package are entered: what all of them understand beside their own arguments.

A door stands before each function that is put together from others, where users find it. It takes `out=`, the tensor
that the result is written into, it tells observers of the call, and when that goes wrong it asks the gate
(`engine.refusal`) whether an argument is no tensor. Inside, functions call each other without doors; an operation of
the tables needs none, the engine does all this. An alias has a door of its own, so that errors have the name that was
called.
"""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any

import numpy as np

from minigrad.dtypes import can_cast
from minigrad.engine.flags import flags_of
from minigrad.engine.mode import mode
from minigrad.engine.node import Variable, array_of
from minigrad.engine.numbers import numbers_of
from minigrad.engine.observers import announced, observers
from minigrad.engine.refusal import ERRORS, answer, cannot_become, not_a_tensor
from minigrad.engine.versions import writes
from minigrad.ops.formats import in_format
from minigrad.tensor.in_place import check_writable
from minigrad.tensor.methods import Methods
from minigrad.types import show_types

DOORS: dict[tuple[Any, str], Callable[..., Any]] = {}
"""The door of each function that has one, by its name there: an alias has a door of its own."""

IGNORED = ("layout", "pin_memory", "names")
"""What PyTorch's constructors of tensors take besides, and what changes nothing here."""


RANGES = ("arange", "linspace", "logspace", "range")
"""What fills an `out` of as many elements in whatever shape it has."""


def door(function: Callable[..., Any], name: str, makes: bool = False) -> Callable[..., Any]:
    """`function`, which users call `name`, with what all functions understand; `makes`: a constructor of tensors."""
    flags, numbers = flags_of(function), numbers_of(function)

    @functools.wraps(function)
    def called(*args: Any, **options: Any) -> Any:
        if numbers is not None and (options or len(args) > numbers.first):
            args = numbers.plain(args, options)
        if flags is not None and (options or len(args) > flags.first):
            flags.check(name, args, options)
        try:
            if options:
                if makes:
                    for each in IGNORED:
                        options.pop(each, None)
                    if "memory_format" in options:
                        return _laid(options.pop("memory_format"), called(*args, **options))
                if "out" in options:
                    if (
                        makes
                        and isinstance(options["out"], Variable)
                        and "dtype" in inspect.signature(function).parameters
                    ):
                        options.setdefault("dtype", options["out"].array.dtype)
                    return into(options.pop("out"), function, args, options)
            if observers:
                return announced(name, function, args, options)
            return function(*args, **options)
        except ERRORS as error:
            raise answer(function, name, args, options, error)  # noqa: B904  it knows where it comes from

    called.__name__ = called.__qualname__ = name
    called.has_door = True  # type: ignore[attr-defined]
    return called


def _laid(memory_format: Any, made: Any) -> Any:
    """What a constructor has made, in the order of a memory format."""
    if memory_format is not None:
        made.array = in_format(made.array, memory_format)
    return made


def open_doors(namespace: dict[str, Any], names: Iterable[str], makes: bool = False) -> None:
    """Put a door before each of the functions of these names in a module. Of operations, only aliases need one."""
    show_types(namespace, names)
    for name in names:
        function = namespace[name]
        if not isinstance(function, FunctionType) or hasattr(function, "has_door"):
            continue
        if hasattr(function, "family") and name == function.__name__:
            continue
        if (function, name) not in DOORS:
            opened = DOORS[function, name] = door(function, name, makes)
            opened.__module__ = namespace["__name__"]  # where pickle finds it
            if name != function.__name__ and vars(Methods).get(name) is function:
                setattr(Methods, name, opened)
        namespace[name] = DOORS[function, name]


def into(out: Any, function: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """`function(*args, **options)`, written into `out`; nothing is recorded, and what wants a gradient is refused."""
    name = function.__name__
    outs = out if isinstance(out, (tuple, list)) else (out,)
    for each in outs:
        if not (each is None or isinstance(each, Variable)):
            raise not_a_tensor(name, "out", 1, each)
    if mode.recording:
        for each in (*args, *options.values(), *outs):
            for one in each if isinstance(each, (tuple, list)) else (each,):
                if isinstance(one, Variable) and one.node is not None:
                    raise RuntimeError(
                        f"{name}(): functions with out=... arguments don't support automatic differentiation, but one "
                        "of the arguments requires grad."
                    )
    return written(out, announced(name, function, args, options), name)


def written(out: Any, result: Any, name: str) -> Any:
    """A result copied into `out`, a tensor or as many as there are results; None stands for a new one."""
    if out is None:
        return result
    if isinstance(result, tuple):
        if not isinstance(out, (tuple, list)) or len(out) != len(result):
            raise TypeError(f"{name}(): argument 'out' must be tuple of {len(result)} Tensors, one for each result")
        parts = [written(*pair, name) for pair in zip(out, result)]
        return type(result)(*parts) if hasattr(result, "_fields") else tuple(parts)
    if not isinstance(out, Variable):
        raise not_a_tensor(name, "out", 1, out)
    array = array_of(result)
    if not can_cast(array.dtype, out.array.dtype) and name != "bernoulli":  # its 0 and 1 are numbers of any dtype
        raise cannot_become(name, array.dtype, out.array.dtype)
    if name in RANGES and out.array.size == array.size:
        array = array.reshape(out.array.shape)
    if out.array.shape != array.shape:
        if out.array.size:
            warnings.warn(
                f"{name}: An output with one or more elements was resized since it had shape {out.array.shape}, which "
                f"does not match the required output shape {array.shape}. The out tensor will be resized; give one of "
                "that shape, or without elements.",
                UserWarning,
                stacklevel=4,
            )
        with_memory: Any = out
        with_memory.resize_(array.shape)
    check_writable(out, name)
    np.copyto(out.array, array, casting="unsafe")
    writes.note(out.array, name)
    return out


Variable.into = into
