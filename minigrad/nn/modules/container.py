"""Modules that hold others: in a chain, in a list, by name.

A plain Python list would hide what it holds from `parameters()`; these do not.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from itertools import groupby
from typing import Any, TypeVar

from minigrad.nn.modules.module import Module, bracketed, indented
from minigrad.tensor import Tensor

L = TypeVar("L", bound="OrderedContainer")


class Container(Module):
    """A module whose entries, all in one of its tables, are modules (or in subclasses parameters)."""

    @property
    def _entries(self) -> MutableMapping[str, Any]:
        return self._modules

    def _admitted(self, value: Any) -> Any:
        """The value as an entry, None being a place for one; TypeError if it cannot be one."""
        if not isinstance(value, Module) and value is not None:
            raise TypeError(f"{type(value).__name__} is not a Module subclass")
        return value

    def _set(self, name: str, value: Any) -> None:
        self._enter("_modules", name, value)

    def __len__(self) -> int:
        return len(self._entries)


class OrderedContainer(Container):
    """Entries in an order, which can be changed as that of a list."""

    def __iter__(self) -> Iterator[Any]:
        return iter(self._entries.values())

    def _name_at(self, index: int) -> str:
        try:
            return list(self._entries)[operator.index(index)]
        except IndexError:
            raise IndexError(f"index {index} is out of range for {type(self).__name__} of length {len(self)}") from None

    def _hold(self, values: Iterable[Any]) -> None:
        """These entries, named 0, 1, 2, ..., in the place of those before."""
        entries = {str(i): self._admitted(value) for i, value in enumerate(values)}
        self._entries.clear()
        self._entries.update(entries)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)(list(self)[index])  # what subclasses are made of
        return self._entries[self._name_at(index)]

    def __setitem__(self, index: int, value: Any) -> None:
        self._entries[self._name_at(index)] = self._admitted(value)

    def __delitem__(self, index: int | slice) -> None:
        kept = list(self)
        del kept[index]
        self._hold(kept)

    def append(self: L, value: Any) -> L:
        """Add an entry at the end."""
        return self.extend([value])

    def extend(self: L, values: Iterable[Any]) -> L:
        """Add entries at the end."""
        for value in [self._admitted(each) for each in values]:
            self._set(str(len(self)), value)
        return self

    def insert(self: L, index: int, value: Any) -> L:
        """Put an entry before position `index`."""
        changed = list(self)
        if not -len(changed) <= index <= len(changed):
            raise IndexError(f"Index out of range: {index}, for {len(changed)} entries")
        changed.insert(index, value)
        self._hold(changed)
        return self

    def pop(self, index: int = -1) -> Any:
        """Take the entry at `index` out and return it."""
        value = self[index]
        del self[index]
        return value

    def __iadd__(self: L, values: Iterable[Any]) -> L:
        return self.extend(values)


class NamedContainer(Container):
    """Entries by name, in the order of insertion."""

    def __init__(self, entries: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None) -> None:
        """Enter the first entries.

        Args:
            entries: what is in it in the beginning: a dict, or pairs of name and entry (default None: nothing).
        """
        super().__init__()
        if entries is not None:  # a class of one's own may extend `update` with what it has not made yet
            self.update(entries)

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def __getitem__(self, key: str) -> Any:
        return self._entries[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._set(key, self._admitted(value))

    def __delitem__(self, key: str) -> None:
        del self._entries[key]

    def keys(self) -> Iterable[str]:
        """The names."""
        return self._entries.keys()

    def values(self) -> Iterable[Any]:
        """The entries."""
        return self._entries.values()

    def items(self) -> Iterable[tuple[str, Any]]:
        """The pairs of name and entry."""
        return self._entries.items()

    def update(self, entries: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> None:
        """Add the entries of a dict, or of pairs of name and entry; those of the same names are replaced."""
        for key, value in dict(entries).items():
            self[key] = value

    def pop(self, key: str) -> Any:
        """Take an entry out and return it."""
        return self._entries.pop(key)

    def clear(self) -> None:
        """Take all entries out."""
        self._entries.clear()


class Sequential(OrderedContainer):
    """Modules in a chain: each gets what the one before it returns.

    Args:
        args: the modules, which are then named 0, 1, 2, ...; or one dict of them, whose keys are their names. TypeError
            for what is no module.

    >>> model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
    >>> model(mg.zeros(4, 2)).shape
    minigrad.Size([4, 1])
    """

    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], Mapping):
            for name, module in args[0].items():
                self._set(name, self._admitted(module))
        else:
            self._hold(args)

    def forward(self, input: Any) -> Tensor:  # for type checkers: of another type only where the last module's is
        for module in self._modules.values():
            input = module(input)
        return input

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)(dict(list(self._modules.items())[index]))
        return super().__getitem__(index)

    def __add__(self, other: Sequential) -> Sequential:
        if not isinstance(other, Sequential):
            raise TypeError(f"only a Sequential can be added to a Sequential, not {type(other).__name__}")
        return Sequential(*self, *other)

    def __mul__(self, other: int) -> Sequential:
        """The chain `other` times over: the same modules, not copies."""
        return Sequential(*self._times(other))

    __rmul__ = __mul__

    def __imul__(self, other: int) -> Sequential:
        return self.extend(self._times(other)[len(self) :])

    def _times(self, other: int) -> list[Any]:
        if not isinstance(other, int):
            raise TypeError(f"unsupported operand type(s) for *: {type(self).__name__} and {type(other).__name__}")
        if other <= 0:
            raise ValueError(f"Non-positive multiplication factor {other} for {type(self).__name__}")
        return list(self) * other


class ModuleList(OrderedContainer):
    """A list of modules. It has no forward: the module that owns it says what is done with them.

    Args:
        modules: what is in it in the beginning (default None: nothing).

    >>> len(nn.ModuleList([nn.Linear(2, 2) for _ in range(3)]))
    3
    """

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        self._hold(() if modules is None else modules)

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList([*self, *other])

    def __repr__(self) -> str:
        # Neighbours that look the same are printed once, with their number.
        lines, first = [], 0
        for text, run in groupby(map(repr, self)):
            count = len(list(run))
            place = f"({first}): " if count == 1 else f"({first}-{first + count - 1}): {count} x "
            lines.append(place + indented(text))
            first += count
        return bracketed(type(self).__name__, [], lines)


class ModuleDict(NamedContainer):
    """Modules by name. It has no forward: the module that owns it says what is done with them.

    >>> list(nn.ModuleDict({"hidden": nn.Linear(2, 8), "output": nn.Linear(8, 1)}))
    ['hidden', 'output']
    """
