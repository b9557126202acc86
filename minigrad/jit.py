"""What programs for PyTorch's compiler of scripts call. Nothing is compiled here: a function is returned as it is."""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import Any, TypeVar

from minigrad.nn.modules.module import Module

T = TypeVar("T")

Final = typing.Final
"""The type of attributes that a script does not change: no promise is made of it here."""

Dict, List, Optional, Tuple = typing.Dict, typing.List, typing.Optional, typing.Tuple  # noqa: UP006
BroadcastingList1 = BroadcastingList2 = BroadcastingList3 = List
"""Types that `torch.jit.annotations` hands on, for programs of the years when scripts had no others."""


class ScriptModule(Module):
    """The class of modules that are compiled: here a module like any other; only what derives from it is one."""


class ScriptFunction:
    """The class of compiled functions, of which there are none."""


def script(obj: T, optimize: Any = None, _frames_up: int = 0, _rcb: Any = None, example_inputs: Any = None) -> T:
    """The function or module itself."""
    return obj


def trace(func: T, example_inputs: Any = None, *args: Any, **options: Any) -> T:
    """The function or module itself; it is not run."""
    return func


def freeze(mod: T, preserved_attrs: Any = None, optimize_numerics: bool = True) -> T:
    """The module itself."""
    return mod


def unused(fn: T) -> T:
    """The function itself."""
    return fn


def export(fn: T) -> T:
    """The function itself."""
    return fn


def script_method(fn: T) -> T:
    """The function itself."""
    return fn


def interface(obj: T) -> T:
    """The class itself."""
    return obj


def ignore(drop: Any = False, **options: Any) -> Any:
    """The function itself, with parentheses or without."""
    return drop if callable(drop) else _same


def script_if_tracing(fn: T) -> T:
    """The function itself."""
    return fn


_script_if_tracing = _overload = _overload_method = script_if_tracing


def is_scripting() -> bool:
    """False."""
    return False


def is_tracing() -> bool:
    """False."""
    return False


def annotate(the_type: Any, the_value: T) -> T:
    """The value itself."""
    return the_value


def isinstance(obj: Any, target_type: Any) -> bool:
    """As Python's."""
    import builtins

    return builtins.isinstance(obj, target_type)


def _same(fn: Callable[..., Any]) -> Callable[..., Any]:
    return fn
