"""Results of several tensors by name, which print under the name of the function that they are of, as in PyTorch."""

from __future__ import annotations

import functools
from typing import Any, TypeVar, cast

from minigrad import named

R = TypeVar("R")


def result_of(name: str, kind: type[R]) -> type[R]:
    """The `kind` of named tuple that the function `name` returns: `minigrad.return_types.max(values=..., ...)`."""
    return cast("type[R]", _made(name, cast(Any, kind)))


@functools.cache
def _made(name: str, kind: Any) -> Any:
    def shown(self: Any) -> str:
        parts = ",\n".join(f"{each}={getattr(self, each)!r}" for each in self._fields)
        return f"{named.package}.return_types.{name}(\n{parts})"

    return type(name, (kind,), {"__slots__": (), "__repr__": shown, "__reduce__": _reduced, "__module__": __name__})


def _reduced(self: Any) -> Any:
    return _remade, (type(self).__name__, type(self).__mro__[1], tuple(self))


def _remade(name: str, kind: Any, parts: tuple[Any, ...]) -> Any:
    return _made(name, kind)(*parts)
