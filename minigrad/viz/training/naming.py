"""What is watched, by name: the names of a dict, or those that the caller's code has for models and optimizers."""

from __future__ import annotations

from collections.abc import Mapping
from types import FrameType, ModuleType
from typing import Any, TypeVar

from minigrad.viz.recording.names import is_name, namespace

Kind = TypeVar("Kind")


def named(given: Any, kind: type[Kind], argument: str, wanted: str, frame: FrameType | None) -> dict[str, Kind]:
    """The objects that an argument of `watch` gives, one or several, each by its name.

    TypeError if one is not of the `kind`, ValueError if there is none or one is there twice.
    """
    if isinstance(given, Mapping):
        found = dict(given)
        for name in found:
            if not isinstance(name, str):
                raise TypeError(f"watch: the names of {argument}s are texts, not {type(name).__name__}")
    else:
        several = list(given) if isinstance(given, (list, tuple)) else [given]
        names = {} if frame is None else names_in(frame)
        found = {}
        for each in several:
            name = names.get(id(each), type(each).__name__)
            while name in found and found[name] is not each:
                name = f"{name}'"
            if name in found:
                raise ValueError(f"watch: {name} is given twice")
            found[name] = each
    for each in found.values():
        if not isinstance(each, kind):
            raise TypeError(f"watch: {argument} must be {wanted}, or a list or dict of them, not {type(each).__name__}")
    if not found:
        raise ValueError(f"watch: there is no {argument} to watch; give at least one")
    return found


def names_in(frame: FrameType) -> dict[int, str]:
    """What the code of a frame calls its objects, by their identity: `net`, or `gan.generator` without the `gan`."""
    names: dict[int, str] = {}
    outer = namespace(frame, globals=True)
    for name, value in outer.items():
        if is_name(name):
            names.setdefault(id(value), name)
    for name, value in outer.items():
        if is_name(name) and hasattr(value, "__dict__") and not isinstance(value, (type, ModuleType)):
            for inner, each in list(vars(value).items()):
                if is_name(inner):
                    names.setdefault(id(each), inner)
    return names
