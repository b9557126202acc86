"""Nested objects as JSON and a set of arrays.

What JSON has stands for itself: None, True, numbers, strings, lists. Everything else is an object with one
name that says what it is: {"tuple": [...]}, {"dict": [[key, value], ...]}, {"array": "encoder.weight"}. The
arrays themselves are gathered beside the structure under names made of their place in it. Reading such a
structure back builds these types and no others, so a file from a stranger can hold wrong numbers but no
code.
"""

from __future__ import annotations

import base64
import math
import re
import warnings
from argparse import Namespace
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from minigrad.sharing import from_numpy
from minigrad.tensor import Tensor

Json: TypeAlias = Any
Place: TypeAlias = "tuple[Any, ...]"
"""The keys and positions that lead from the object to a part of it."""

KEY_TYPES = (str, int, float, bool, type(None))
FORMS = [
    {"tensor", "requires_grad"},
    *({name} for name in ("array", "scalar", "float", "bytes", "tuple", "dict", "namespace")),
]
"""The names in the objects that stand for what JSON has not."""


class Encoder:
    """Turns an object into JSON; `arrays` holds, by name, the arrays that were met.

    Arrays that are the same memory are kept once, however many tensors show them.
    """

    def __init__(self) -> None:
        self.arrays: dict[str, np.ndarray[Any, Any]] = {}
        self._names: dict[Any, str] = {}

    def encode(self, value: Any, place: Place = ()) -> Json:
        """The JSON of `value`, found at `place`; TypeError names the place of what cannot be saved."""
        match value:
            case np.generic():  # before float and str, of which np.float64 and np.str_ are subclasses
                return {"scalar": self._store(np.asarray(value), place)}
            case None | bool() | int() | str():
                return value
            case float():
                return value if math.isfinite(value) else {"float": str(value)}
            case bytes():
                return {"bytes": base64.b64encode(value).decode("ascii")}
            case list():
                return self._encode_all(value, place)
            case tuple():
                return {"tuple": self._encode_all(value, place)}
            case dict():
                return {"dict": [self._encode_item(key, each, place) for key, each in value.items()]}
            case Tensor():
                name = self._store(np.asarray(value.array), place)
                return {"tensor": name, "requires_grad": value.requires_grad}
            case np.ndarray():
                return {"array": self._store(value, place)}
            case Namespace():
                return {"namespace": [self._encode_item(key, each, place) for key, each in vars(value).items()]}
        if hasattr(value, "state_dict"):
            warnings.warn(
                f"save: {_shown(place)}: of {_described(value)} its state_dict() is saved, for load_state_dict: a file "
                "holds numbers, not code",
                stacklevel=3 + len(place),
            )
            return self.encode(value.state_dict(), place)
        raise TypeError(f"save: {_shown(place)}: cannot save {_described(value)}")

    def _encode_all(self, values: list[Any] | tuple[Any, ...], place: Place) -> list[Json]:
        return [self.encode(value, (*place, index)) for index, value in enumerate(values)]

    def _encode_item(self, key: Any, value: Any, place: Place) -> list[Json]:
        if isinstance(key, np.generic) or not isinstance(key, KEY_TYPES):
            raise TypeError(
                f"save: {_shown(place)}: cannot save the key {key!r}, {_described(key)}; "
                "keys are strings, numbers, booleans or None"
            )
        return [self.encode(key, place), self.encode(value, (*place, key))]

    def _store(self, array: np.ndarray[Any, Any], place: Place) -> str:
        if array.dtype.hasobject:
            raise TypeError(f"save: {_shown(place)}: cannot save an array of dtype {array.dtype}")
        memory = (array.__array_interface__["data"][0], array.shape, array.strides, array.dtype)
        if memory not in self._names:
            name = self._free_name(place)
            self._names[memory] = name
            self.arrays[name] = array  # which also keeps its memory from being used again
        return self._names[memory]

    def _free_name(self, place: Place) -> str:
        plain = [re.sub(r"[^\w.-]", "_", str(key))[:100] for key in place]
        stem = ".".join(plain)[:200] or "array"
        name, count = stem, 1
        while name in self.arrays:
            count += 1
            name = f"{stem}-{count}"
        return name


def decode(structure: Json, array: Callable[[str], np.ndarray[Any, Any]]) -> Any:
    """The object that `structure` describes; `array` gives the array of a name, the same one every time.

    ValueError for anything that `encode` does not write.
    """
    if isinstance(structure, dict) and structure.keys() not in FORMS:
        raise ValueError(f"it describes an unknown part, {structure!r:.80}")
    match structure:
        case None | bool() | int() | float() | str():
            return structure
        case list():
            return [decode(each, array) for each in structure]
        case {"tensor": str(name), "requires_grad": bool(requires_grad)}:
            return from_numpy(array(name)).requires_grad_(requires_grad)
        case {"array": str(name)}:
            return array(name)
        case {"scalar": str(name)} if array(name).ndim == 0:
            return array(name)[()]
        case {"float": "nan" | "inf" | "-inf" as value}:
            return float(value)
        case {"bytes": str(value)}:
            return base64.b64decode(value, validate=True)
        case {"tuple": list(values)}:
            return tuple(decode(each, array) for each in values)
        case {"dict": list(items)}:
            return _decode_dict(items, array)
        case {"namespace": list(items)}:
            return Namespace(**_decode_dict(items, array))
    raise ValueError(f"it describes an unknown part, {structure!r:.80}")


def _decode_dict(items: list[Json], array: Callable[[str], np.ndarray[Any, Any]]) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key, value in items:
        key = decode(key, array)
        if isinstance(key, np.generic) or not isinstance(key, KEY_TYPES):
            raise ValueError(f"a dict has {_described(key)} for a key")
        if key in found:
            raise ValueError(f"a dict has the key {key!r} twice")
        found[key] = decode(value, array)
    return found


def _shown(place: Place) -> str:
    return "state" + "".join(f"[{key!r}]" for key in place)


def _described(value: Any) -> str:
    name = type(value).__name__
    return f"an {name}" if name[0].lower() in "aeiou" else f"a {name}"
