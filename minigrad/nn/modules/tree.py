"""Walks over the tree of modules: each attribute that is a module is a child, and has a path such as "net.0"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from minigrad.nn.modules.registry import TABLES, Registry
from minigrad.nn.parameter import Parameter
from minigrad.tensor import Tensor

if TYPE_CHECKING:
    from minigrad.nn.modules.module import Module


class Tree(Registry):
    """What a Module knows of the modules below it, and of their parameters and buffers."""

    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """This module and all below it, with paths such as "net.0"; each once unless `remove_duplicate` is False."""
        memo = set() if memo is None else memo
        if not remove_duplicate:
            for module, path, entering in self._walk(prefix and f"{prefix}.", closed=lambda each: each in memo):
                if entering and module not in memo:
                    yield path[:-1], module
            return
        waiting: list[tuple[str, Any]] = [(prefix, self)]  # no recursion: a tree may be thousands of modules deep
        while waiting:
            path, module = waiting.pop()
            if module in memo:
                continue
            memo.add(module)
            yield path, module
            children = [(joined(path, name), child) for name, child in module._modules.items() if child is not None]
            waiting += reversed(children)

    def _walk(
        self,
        prefix: str = "",
        closed: Callable[[Any], bool] = lambda module: False,
        below: Callable[[Any], Iterable[tuple[str, Any]]] = lambda module: module._modules.items(),
    ) -> Iterator[tuple[Any, str, bool]]:
        """Each module with its path and a dot, before those below it (True), and again after them (False).

        One that is `closed` comes once, and nothing below it. RecursionError for a module that lies within itself.
        """
        waiting: list[tuple[Any, str, bool]] = [(self, prefix, True)]
        around: set[int] = set()
        while waiting:
            module, path, entering = waiting.pop()
            if entering and id(module) in around:
                raise RecursionError(f"{type(self).__name__}: the module at {path[:-1]!r} contains itself")
            yield module, path, entering
            if not entering:
                around.discard(id(module))
            elif not closed(module):
                around.add(id(module))
                waiting.append((module, path, False))
                children = [(name, child) for name, child in below(module) if child is not None]
                waiting += [(child, f"{path}{name}.", True) for name, child in reversed(children)]

    def modules(self) -> Iterator[Module]:
        """This module and all below it, each once."""
        return (module for _, module in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules directly below this one, each once, with their names."""
        seen: set[Module | None] = {None}
        for name, child in self._modules.items():
            if child not in seen:
                seen.add(child)
                yield name, child

    def children(self) -> Iterator[Module]:
        """The modules directly below this one, each once."""
        return (child for _, child in self.named_children())

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """The parameters, with paths such as "net.0.weight"; each once unless `remove_duplicate` is False."""
        return self._named("_parameters", prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """The parameters of this module and, with `recurse`, of those below it, each once: what an optimizer takes."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """The buffers, with their paths."""
        return self._named("_buffers", prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """The buffers of this module and, with `recurse`, of those below it, each once."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def _named(self, table: str, prefix: str, recurse: bool, remove_duplicate: bool) -> Iterator[tuple[str, Any]]:
        """The entries of one table of each module of the tree."""
        modules = self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate) if recurse else [(prefix, self)]
        seen: set[int] = set()
        for path, module in modules:
            for name, value in module.__dict__[table].items():
                if value is not None and id(value) not in seen:
                    if remove_duplicate:
                        seen.add(id(value))
                    yield joined(path, name), value

    def get_submodule(self, target: str) -> Module:
        """The module at a path such as "net.0"; the empty path is this module."""
        module: Any = self
        for name in target.split(".") if target else ():
            child = module._modules.get(name)
            if child is None:
                raise AttributeError(f"{type(module).__name__} has no module {name!r}, asked for by {target!r}")
            module = child
        return module

    def set_submodule(self, target: str, module: Module, strict: bool = False) -> None:
        """Put `module` at a path such as "net.0"; with `strict`, only where there is one already."""
        path, _, name = target.rpartition(".")
        if not name:
            raise ValueError("set_submodule: cannot set the submodule without a target name")
        if not isinstance(module, Tree):
            raise ValueError(f"set_submodule: {module!r:.60} is not an nn.Module, found {type(module).__name__}")
        parent: Any = self.get_submodule(path)
        if strict or hasattr(parent, name):
            self.get_submodule(target)  # an error where there is none, or something else
        setattr(parent, name, module)

    def get_parameter(self, target: str) -> Parameter:
        """The parameter at a path such as "net.0.weight"."""
        return self._get("_parameters", target)

    def get_buffer(self, target: str) -> Tensor:
        """The buffer at a path such as "net.1.running_mean"."""
        return self._get("_buffers", target)

    def _get(self, table: str, target: str) -> Any:
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        value = module.__dict__[table].get(name)
        if value is None:
            raise AttributeError(f"{type(module).__name__} has no {TABLES[table][0]} {name!r}, asked for by {target!r}")
        return value


def joined(path: str, name: str) -> str:
    """The path of `name` below `path`."""
    return f"{path}.{name}" if path else name
