"""Modules that hold others: in a chain, in a list, by name; and lists and dicts of parameters.

A plain Python list would hide what it holds from `parameters()`; these do not.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, TypeVar

from minigrad.nn.module import Module, bracketed, indented
from minigrad.nn.parameter import Parameter
from minigrad.tensor import Tensor

S = TypeVar("S", bound="_Sequence")


class _Sequence(Module):
    """Children in an order, which can be changed as that of a list."""

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._modules.values())

    def _name_at(self, index: int) -> str:
        try:
            return list(self._modules)[operator.index(index)]
        except IndexError:
            raise IndexError(f"index {index} is out of range for {type(self).__name__} of length {len(self)}") from None

    def _hold(self, modules: Iterable[Module]) -> None:
        """These children, named 0, 1, 2, ..., in the place of those before."""
        modules = list(modules)
        for module in modules:
            _check_module(module)
        self._modules = {str(i): module for i, module in enumerate(modules)}

    def __getitem__(self, index: Any) -> Any:
        return self._modules[self._name_at(index)]

    def __setitem__(self, index: int, module: Module) -> None:
        setattr(self, self._name_at(index), module)

    def __delitem__(self, index: int | slice) -> None:
        kept = list(self)
        del kept[index]
        self._hold(kept)

    def append(self: S, module: Module) -> S:
        """Add a module at the end."""
        return self.extend([module])

    def extend(self: S, modules: Iterable[Module]) -> S:
        """Add modules at the end."""
        modules = list(modules)
        for module in modules:
            _check_module(module)
        for module in modules:
            self.add_module(str(len(self)), module)
        return self

    def insert(self: S, index: int, module: Module) -> S:
        """Put a module before position `index`."""
        changed = list(self)
        changed.insert(index, module)
        self._hold(changed)
        return self

    def pop(self, index: int = -1) -> Any:
        """Take the module at `index` out and return it."""
        module = self[index]
        del self[index]
        return module

    def __iadd__(self: S, modules: Iterable[Module]) -> S:
        return self.extend(modules)


class Sequential(_Sequence):
    """Modules in a chain: each gets what the one before it returns.

    Takes modules, or one dict of them, whose keys are then their names.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__()
        if len(args) == 1 and isinstance(args[0], Mapping):
            for name, module in args[0].items():
                _check_module(module)
                self.add_module(name, module)
        else:
            self._hold(args)

    def forward(self, input: Any) -> Any:
        for module in self._modules.values():
            input = module(input)  # type: ignore[misc]  # a chain has no empty places
        return input

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)(dict(list(self._modules.items())[index]))
        return super().__getitem__(index)

    def __add__(self, other: Sequential) -> Sequential:
        if not isinstance(other, Sequential):
            raise TypeError(f"only a Sequential can be added to a Sequential, not {type(other).__name__}")
        return Sequential(*self, *other)


class ModuleList(_Sequence):
    """A list of modules. It has no forward: the module that owns it says what is done with them."""

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self._hold(modules)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)(list(self)[index])
        return super().__getitem__(index)

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList([*self, *other])

    def __repr__(self) -> str:
        # Neighbours that look the same are printed once, with their number.
        lines, first = [], 0
        for text, run in groupby(map(repr, self)):
            last = first + len(list(run)) - 1
            place = f"({first})" if first == last else f"({first}-{last})"
            times = "" if first == last else f"{last - first + 1} x "
            lines.append(f"{place}: {times}{indented(text)}")
            first = last + 1
        return bracketed(type(self).__name__, [], lines)


class ModuleDict(Module):
    """Modules by name, in the order of insertion. It has no forward."""

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __getitem__(self, key: str) -> Any:
        return self._modules[key]

    def __setitem__(self, key: str, module: Module) -> None:
        _check_module(module)
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        del self._modules[key]

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __contains__(self, key: str) -> bool:
        return key in self._modules

    def keys(self) -> Iterable[str]:
        """The names."""
        return self._modules.keys()

    def values(self) -> Iterable[Any]:
        """The modules."""
        return self._modules.values()

    def items(self) -> Iterable[tuple[str, Any]]:
        """The pairs of name and module."""
        return self._modules.items()

    def update(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]]) -> None:
        """Add the modules of a dict, or of pairs of name and module; those of the same names are replaced."""
        for key, module in dict(modules).items():
            self[key] = module

    def pop(self, key: str) -> Any:
        """Take a module out and return it."""
        module = self[key]
        del self[key]
        return module

    def clear(self) -> None:
        """Take all modules out."""
        self._modules.clear()


class ParameterList(Module):
    """A list of parameters; tensors become parameters."""

    def __init__(self, values: Iterable[Tensor] | None = None) -> None:
        super().__init__()
        self.extend(() if values is None else values)

    def __len__(self) -> int:
        return len(self._parameters)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._parameters.values())

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)(list(self)[index])
        return self._parameters[self._name_at(index)]

    def __setitem__(self, index: int, value: Tensor) -> None:
        self._parameters[self._name_at(index)] = _as_parameter(value)

    def _name_at(self, index: int) -> str:
        try:
            return list(self._parameters)[operator.index(index)]
        except IndexError:
            raise IndexError(f"index {index} is out of range for {type(self).__name__} of length {len(self)}") from None

    def append(self, value: Tensor) -> ParameterList:
        """Add a parameter at the end."""
        return self.extend([value])

    def extend(self, values: Iterable[Tensor]) -> ParameterList:
        """Add parameters at the end."""
        for parameter in [_as_parameter(value) for value in values]:
            self.register_parameter(str(len(self)), parameter)
        return self

    def __iadd__(self, values: Iterable[Tensor]) -> ParameterList:
        return self.extend(values)

    def __repr__(self) -> str:
        return bracketed(type(self).__name__, [], _described(self._parameters))


class ParameterDict(Module):
    """Parameters by name, in the order of insertion; tensors become parameters."""

    def __init__(self, parameters: Mapping[str, Tensor] | Iterable[tuple[str, Tensor]] | None = None) -> None:
        super().__init__()
        if parameters is not None:
            self.update(parameters)

    def __getitem__(self, key: str) -> Any:
        return self._parameters[key]

    def __setitem__(self, key: str, value: Tensor) -> None:
        self.register_parameter(key, _as_parameter(value))

    def __delitem__(self, key: str) -> None:
        del self._parameters[key]

    def __len__(self) -> int:
        return len(self._parameters)

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __contains__(self, key: str) -> bool:
        return key in self._parameters

    def keys(self) -> Iterable[str]:
        """The names."""
        return self._parameters.keys()

    def values(self) -> Iterable[Any]:
        """The parameters."""
        return self._parameters.values()

    def items(self) -> Iterable[tuple[str, Any]]:
        """The pairs of name and parameter."""
        return self._parameters.items()

    def update(self, parameters: Mapping[str, Tensor] | Iterable[tuple[str, Tensor]]) -> None:
        """Add the parameters of a dict, or of pairs of name and parameter; those of the same names are replaced."""
        for key, value in dict(parameters).items():
            self[key] = value

    def pop(self, key: str) -> Any:
        """Take a parameter out and return it."""
        value = self[key]
        del self[key]
        return value

    def clear(self) -> None:
        """Take all parameters out."""
        self._parameters.clear()

    def __repr__(self) -> str:
        return bracketed(type(self).__name__, [], _described(self._parameters))


def _check_module(module: Any) -> None:
    if not isinstance(module, Module):
        raise TypeError(f"{type(module).__name__} is not a Module subclass")


def _as_parameter(value: Any) -> Parameter:
    return value if isinstance(value, Parameter) else Parameter(value)


def _described(parameters: Mapping[str, Parameter | None]) -> list[str]:
    """A line for each parameter, with its size where the numbers would be too many."""
    return [
        f"({name}): Parameter containing: [minigrad.{each.dtype} of size {'x'.join(map(str, each.shape))}]"
        for name, each in parameters.items()
        if each is not None
    ]
