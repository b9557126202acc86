"""What the user's code calls things: the line that runs an operation, and the names of variables and modules.

A graph knows only numbers. That one of them is the `loss`, and another the weight of `generator.3`, stands in the
program: in the local variables of its functions, in the tree of its modules. Here they are read off from outside, by
looking at the stack; nothing is asked of the program.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator, Mapping
from types import CodeType, FrameType
from typing import Any

from minigrad.nn.modules.module import Module
from minigrad.viz.engine import Variable

_stores: dict[CodeType, dict[int, tuple[str, ...]]] = {}


def assigned_at(code: CodeType, line: int) -> tuple[str, ...]:
    """The variables that are assigned on one line of a function."""
    lines = _stores.get(code)
    if lines is None:
        found: dict[int, list[str]] = {}
        here = code.co_firstlineno
        for instruction in dis.get_instructions(code):
            starts = instruction.starts_line
            if starts is not None and starts is not False:
                here = getattr(instruction, "line_number", None) or int(starts)
            if instruction.opname.startswith("STORE_") and isinstance(instruction.argval, str):
                found.setdefault(here, []).append(instruction.argval)
        lines = _stores[code] = {each: tuple(names) for each, names in found.items()}
    return lines.get(line, ())


def is_name(name: str) -> bool:
    """Whether a variable is one that people read: no private one, and none that a tool has put there."""
    return name.isidentifier() and not name.startswith("_")


def namespace(frame: FrameType, globals: bool = False) -> dict[str, Any]:
    """What the code of a frame can name: its local variables, and if asked for the global ones of its module.

    In a method of an object that holds models, such as a trainer, the attributes of `self` count as if they were local;
    a module's own `self` says nothing of its place in the whole.
    """
    local = dict(frame.f_locals)
    first = frame.f_code.co_varnames[0] if frame.f_code.co_argcount else ""
    own = local.get(first)
    if isinstance(own, Module):
        del local[first]
    elif first == "self":
        local = {**getattr(own, "__dict__", {}), **local}
    return {**frame.f_globals, **local} if globals else local


def variables_in(names: Mapping[str, Any]) -> Iterator[tuple[str, Variable]]:
    """The tensors that have a name of their own, and then those in short lists, tuples and dicts that have one."""
    kinds = (Variable, list, tuple, dict)
    readable: dict[str, Any] = {
        name: value for name, value in names.items() if isinstance(value, kinds) and is_name(name)
    }
    for name, value in readable.items():
        if isinstance(value, Variable):
            yield name, value
    for name, value in readable.items():
        if type(value) in (list, tuple) and len(value) <= 64:
            yield from ((f"{name}[{i}]", each) for i, each in enumerate(value) if isinstance(each, Variable))
        elif type(value) is dict and len(value) <= 64:
            yield from ((f"{name}[{key!r}]", each) for key, each in value.items() if isinstance(each, Variable))


def modules_in(names: Mapping[str, Any]) -> dict[Module, str]:
    """The modules that have a name, with all below them, by their qualified names.

    Of several names the one from furthest outside: gan.generator.3 and not generator.3.
    """
    found: dict[Module, str] = {}
    for name, value in names.items():
        if isinstance(value, Module) and is_name(name):
            for path, module in value.named_modules(prefix=name):
                if module not in found or path.count(".") > found[module].count("."):
                    found[module] = path
    return found


def parameters_in(modules: Mapping[Module, str]) -> dict[int, tuple[str, bool]]:
    """Of the parameters and buffers of `modules`, by the identity of their memory: the qualified name, and whether it
    is a parameter."""
    found: dict[int, tuple[str, bool]] = {}
    for module, path in modules.items():
        for table in (module._parameters, module._buffers):
            for name, value in table.items():
                if value is not None:
                    found.setdefault(id(value.array), (f"{path}.{name}" if path else name, table is module._parameters))
    return found
