"""What a function reaches beside its arguments: tensors of its closure, its modules, its optimizers; and what it
decides by.

A program reads the tensors anew at each call. All else that the function can see, numbers, flags, which object a name
stands for, was built into the program when it was traced. So each of these is noted as a guard, and the guards are
compiled into one test, which runs before the program does.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from minigrad.engine.node import Leaf, Variable
from minigrad.errors import GraphError
from minigrad.nn.modules.hook_table import everywhere
from minigrad.nn.modules.module import Module
from minigrad.optim.hooks import of_all_steps
from minigrad.optim.optimizer import Optimizer
from minigrad.program.rules import has_hooks

PLAIN = (int, float, str, bytes, bool, type(None), np.dtype, np.generic)
"""What is compared by its value."""

LONGEST = 10_000
"""Longer lists and dicts are not looked through."""


class State:
    """The tensors and numbers that a function, and objects among its arguments, reach, by name; and the guards on its
    way to them."""

    def __init__(self, *roots: Any) -> None:
        self.roots = roots
        self.tensors: dict[int, tuple[str, Any]] = {}
        """By identity: name and tensor."""
        self.rates: list[dict[str, Any]] = []
        """The groups of optimizers, whose learning rate is read at each call."""
        self.modules: dict[int, str] = {}
        """The names of modules, by identity."""
        self.guards: list[tuple[str, tuple[Any, ...], str]] = []
        """Tests: an expression with `{0}`, `{1}` for the objects; and what it is that should not change."""
        self._seen: dict[int, Any] = {}
        waiting: list[tuple[str, Any]] = [("", each) for each in roots]
        while waiting:
            waiting[:0] = self._visit(*waiting.pop(0))
        if self.modules:
            self._guard("not {0}", (everywhere,), "the hooks of all modules")

    def _visit(self, name: str, each: Any) -> list[tuple[str, Any]]:
        if isinstance(each, (*PLAIN, ModuleType, type, BuiltinFunctionType, np.ufunc)) or id(each) in self._seen:
            return []
        self._seen[id(each)] = each
        if isinstance(each, Variable):
            return self._tensor(name, each)
        if isinstance(each, FunctionType):
            return list(self._function(each)) if not (each.__module__ or "").startswith("minigrad.") else []
        if isinstance(each, MethodType):
            return [(name, each.__self__), (name, each.__func__)]
        if isinstance(each, functools.partial):
            return [(name, each.func), (name, list(each.args)), (name, each.keywords)]
        if isinstance(each, dict):
            return list(self._dict(name, each))
        if isinstance(each, (list, tuple)):
            return list(self._list(name, each))
        if hasattr(each, "__dict__") and not type(each).__module__.startswith(("numpy", "builtins")):
            return list(self._object(name, each))
        return []

    def _tensor(self, name: str, each: Any) -> list[tuple[str, Any]]:
        if each.node is not None and has_hooks(each.node):
            raise GraphError(f"compile: {name or 'a tensor'} has a hook on its gradient, which a program cannot call")
        self.tensors[id(each)] = (name, each)
        array = each.array
        self._guard(
            "{0}.array.shape == {1} and {0}.array.dtype == {2}", (each, array.shape, array.dtype), f"{name}'s shape"
        )
        test = "is None" if each.node is None else "is not None"
        self._guard(f"{{0}}.node {test}", (each,), f"whether {name} requires grad")
        if each.node is not None:
            test = "{0}.node.hooks is None" if each.node.hooks is None else "not {1}({0}.node)"
            self._guard(test, (each, has_hooks), f"the hooks on the gradient of {name}")
        if isinstance(each.node, Leaf):
            self._guard("not {0}.node.after", (each,), f"the hooks on the gradient of {name}")
            grad = getattr(each, "_grad", None)
            self._guard(f"{{0}}._grad is {'not ' * (grad is not None)}None", (each,), f"whether {name} has a gradient")
        return []

    def _function(self, each: FunctionType) -> Iterator[tuple[str, Any]]:
        """Closure, defaults, and the global names that the code mentions."""
        for name, cell in zip(each.__code__.co_freevars, each.__closure__ or ()):
            yield from self._cell(name, cell)
        for name in _names_in(each.__code__):
            if name in each.__globals__:
                value = each.__globals__[name]
                if not isinstance(value, ModuleType | type) and not _is_package(value):
                    yield from self._entry(name, each.__globals__, name)
        yield "", list(each.__defaults__ or ())
        yield "", dict(each.__kwdefaults__ or {})

    def _cell(self, name: str, cell: CellType) -> Iterator[tuple[str, Any]]:
        try:
            value = cell.cell_contents
        except ValueError:
            return
        self._same("{0}.cell_contents", cell, value, name)
        yield name, value

    def _dict(self, name: str, each: dict[Any, Any]) -> Iterator[tuple[str, Any]]:
        self._guard("len({0}) == {1}", (each, len(each)), f"the size of {name}")
        if len(each) <= LONGEST:
            for key in each:
                yield from self._entry(f"{name}.{key}" if isinstance(key, str) else name, each, key)

    def _entry(self, name: str, each: dict[Any, Any], key: Any) -> Iterator[tuple[str, Any]]:
        self._same("{0}[{2}]", each, each[key], name, key)
        yield name.lstrip("."), each[key]

    def _list(self, name: str, each: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(each, list):
            self._guard("len({0}) == {1}", (each, len(each)), f"the length of {name}")
        if len(each) <= LONGEST:
            for i, value in enumerate(each):
                if isinstance(each, list):
                    self._same("{0}[{2}]", each, value, f"{name}[{i}]", i)
                yield f"{name}[{i}]", value

    def _object(self, name: str, each: Any) -> Iterator[tuple[str, Any]]:
        if "__wrapped__" in vars(each):  # another compiled function, or what else stands for one
            yield name, each.__wrapped__
            return
        if isinstance(each, Module):
            if each._hooks or everywhere:
                raise GraphError(f"compile: {name or type(each).__name__} has hooks, which a program cannot call")
            self._guard("not {0}._hooks", (each,), f"the hooks of {name or type(each).__name__}")
            self.modules[id(each)] = name
            yield name, type(each).forward
            for table in (each._parameters, each._buffers, each._modules):
                yield name, table
            skipped: tuple[str, ...] = ("_parameters", "_buffers", "_modules", "_hooks")
        elif isinstance(each, Optimizer):
            yield from self._optimizer(each)
            return
        else:
            skipped = ()
            for method in ("__call__", "forward"):
                yield name, getattr(type(each), method, None)
        for key, value in vars(each).items():
            if key not in skipped:
                self._same("{0}[{2}]", vars(each), value, f"{name}.{key}", key)
                yield f"{name}.{key}".lstrip("."), value

    def _optimizer(self, each: Optimizer) -> Iterator[tuple[str, Any]]:
        for hooks in (each._hooks, of_all_steps):
            if any(hooks.values()):
                raise GraphError(f"compile: a {type(each).__name__} has hooks, which a program cannot call")
            self._guard("not any({0}.values())", (hooks,), "the hooks of an optimizer")
        self._guard("len({0}) == {1}", (each.param_groups, len(each.param_groups)), "the groups of an optimizer")
        for group in each.param_groups:
            for key, value in group.items():
                if key == "lr" and type(value) is float:
                    self.rates.append(group)
                elif key != "initial_lr":
                    self._same("{0}[{2}]", group, value, f"an optimizer's {key}", key)
                yield key, value
        self._same("{0}.state", each, each.state, "the state of an optimizer")
        for parameter, state in list(each.state.items()):
            name = self.tensors.get(id(parameter), ("", None))[0]
            yield f"{name}.state", state
        self._guard("len({0}) == {1}", (each.state, len(each.state)), "the state of an optimizer")

    def _same(self, place: str, holder: Any, value: Any, name: str, key: Any = None) -> None:
        """Guard that a place holds what it holds now."""
        test = f"{place} == {{1}}" if isinstance(value, PLAIN) else f"{place} is {{1}}"
        if isinstance(value, float) and value != value:  # NaN is not equal to itself
            test = f"{place} != {place}"
        self._guard(test, (holder, value, key), f"what {name.lstrip('.')} is")

    def _guard(self, test: str, objects: tuple[Any, ...], what: str) -> None:
        self.guards.append((test, objects, what))

    def test(self) -> Callable[[], bool]:
        """A function that says whether all is as it was."""
        room: dict[str, Any] = {}
        parts = [_named(test, objects, room) for test, objects, _ in self.guards] or ["True"]
        lines = ["def test():", "    try:", "        return (", *(f"            {each} and" for each in parts)]
        lines += ["            True", "        )", "    except (KeyError, IndexError, AttributeError, ValueError):"]
        lines += ["        return False"]
        exec("\n".join(lines), room)
        return room["test"]  # type: ignore[no-any-return]

    def changed(self) -> str:
        """What is not as it was, in words; empty if nothing."""
        for test, objects, what in self.guards:
            room: dict[str, Any] = {}
            text = _named(test, objects, room)
            try:
                fine = bool(eval(text, room))
            except (KeyError, IndexError, AttributeError, ValueError):
                fine = False
            if not fine:
                return what
        return ""


def _named(test: str, objects: tuple[Any, ...], room: dict[str, Any]) -> str:
    """A test with names, which `room` knows, for its objects."""
    names = []
    for each in objects:
        name = f"o{id(each)}"
        room[name] = each
        names.append(name)
    return test.format(*names)


def _names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _names_in(each)


def _is_package(value: Any) -> bool:
    """Whether it is a function of the package's own, or of NumPy's."""
    home = getattr(value, "__module__", "") or ""
    return callable(value) and not isinstance(value, Module | MethodType) and home.startswith(("minigrad", "numpy"))
