"""Where the hooks of modules are kept: in one table a module, in the order in which they are called, and one for all.

PyTorch has a table for each kind of hook. Programs look into these, clear and replace them, so they are here as views.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any, NamedTuple


class Hook(NamedTuple):
    """A function of the user, and when and how it is called."""

    kind: str
    call: Callable[..., Any]
    with_kwargs: bool = False
    always_call: bool = False


Hooks = dict[int, Hook]

everywhere: Hooks = {}
"""The hooks of all modules."""

registrations: Hooks = {}
"""Those that see what is entered into the tables of all modules; their kinds are the names of the tables."""


def of_kind(kind: str, own: Hooks) -> list[Hook]:
    """The hooks of one kind: of all modules, then of the module whose are `own`."""
    return [hook for hook in (*everywhere.values(), *own.values()) if hook.kind == kind]


class HooksOfKind(MutableMapping[int, Callable[..., Any]]):
    """The functions of one kind among the hooks of a module, under PyTorch's name for them."""

    def __init__(self, hooks: Hooks, kind: str) -> None:
        self.hooks, self.kind = hooks, kind

    def __getitem__(self, number: int) -> Callable[..., Any]:
        return self.hooks[number].call

    def __setitem__(self, number: int, call: Callable[..., Any]) -> None:
        self.hooks[number] = Hook(self.kind, call)

    def __delitem__(self, number: int) -> None:
        del self.hooks[number]

    def __iter__(self) -> Iterator[int]:
        return iter([number for number, hook in self.hooks.items() if hook.kind == self.kind])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __repr__(self) -> str:
        return repr(OrderedDict(self))


def hooks_of_kind(kind: str) -> Any:
    """An attribute with the hooks of a kind, which programs look through, clear and replace."""

    def replace(self: Any, given: Mapping[int, Callable[..., Any]]) -> None:
        found = HooksOfKind(self._hooks, kind)
        found.clear()
        found.update(given)

    return property(lambda self: HooksOfKind(self._hooks, kind), replace)
