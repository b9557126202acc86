"""What is public: every name that users can write, on the page of the reference where it is told of.

Names of the same thing (`asin` and `arcsin`) make one entry. A form in place (`sin_`) belongs to the entry of what it
is a form of, and so does a method that is the function of its name.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import minigrad as mg
from minigrad.ops.public import PUBLIC

PAGES: dict[str, list[str]] = {
    "tensor": ["minigrad.Tensor"],
    "operations": ["minigrad: operations"],
    "package": ["minigrad: the rest", "minigrad.random"],
    "linalg": ["minigrad.linalg", "minigrad.special"],
    "autograd": [
        "minigrad.autograd",
        "minigrad.autograd.function",
        "minigrad.autograd.graph",
        "minigrad.autograd.forward_ad",
    ],
    "func": ["minigrad.func", "minigrad.autograd.functional"],
    "modules": ["minigrad.nn", "minigrad.nn.modules.module", "minigrad.nn.modules.lazy", "minigrad.nn.parameter"],
    "functional": ["minigrad.nn.functional", "minigrad.nn.grad"],
    "nn": ["minigrad.nn.init", "minigrad.nn.utils", "minigrad.nn.utils.rnn", "minigrad.nn.utils.parametrize",
           "minigrad.nn.utils.parametrizations"],
    "optim": ["minigrad.optim", "minigrad.optim.lr_scheduler", "minigrad.optim.swa_utils", "minigrad.optim.optimizer"],
    "distributions": ["minigrad.distributions", "minigrad.distributions.transforms",
                      "minigrad.distributions.constraints", "minigrad.distributions.constraint_registry",
                      "minigrad.distributions.relaxed", "minigrad.distributions.utils"],
    "data": ["minigrad.utils.data", "minigrad.utils.checkpoint", "minigrad.utils.hooks", "minigrad.datasets",
             "minigrad.io"],
    "viz": ["minigrad.viz"],
    "profiler": ["minigrad.profiler", "minigrad.autograd.profiler"],
    "others": ["minigrad.amp", "minigrad.accelerator", "minigrad.backends", "minigrad.compiler", "minigrad.cpu",
               "minigrad.cuda", "minigrad.distributed", "minigrad.fx", "minigrad.jit", "minigrad.utils.model_zoo"],
}  # fmt: skip
"""The modules by page; an entry is where its first name is."""


@dataclass
class Entry:
    """One thing of the package under all its names."""

    value: Any
    names: list[str]
    """The first is the one that it is told of under."""
    page: str
    section: str
    in_place: list[str] = field(default_factory=list)
    """The names of the forms in place, which have no entry of their own."""
    methods: list[str] = field(default_factory=list)
    """The methods of the Tensor that are this function."""

    @property
    def home(self) -> str:
        """The module of its first name."""
        return self.section.partition(": ")[0]

    @property
    def all_names(self) -> list[str]:
        """Every name that leads here."""
        return [*self.names, *self.in_place, *self.methods]

    @property
    def plain(self) -> Any:
        """The function that is written out, within what stands before it."""
        return plain(self.value)


def plain(value: Any) -> Any:
    """A function without its wrappers."""
    value = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
    return inspect.unwrap(value) if callable(value) else value


def public(module: str) -> Iterator[tuple[str, Any]]:
    """The public names of a module or of the Tensor, and what they stand for."""
    home, _, part = module.partition(": ")
    if home == "minigrad.Tensor":
        for name in dir(mg.Tensor):
            if not name.startswith("_"):
                yield name, inspect.getattr_static(mg.Tensor, name)
        return
    owner = importlib.import_module(home)
    listed = getattr(owner, "__all__", None)
    for name in listed or dir(owner):
        value = getattr(owner, name)
        foreign = not listed and home != "minigrad" and getattr(value, "__module__", home) != home
        if name.startswith("_") or foreign or isinstance(value, (types.ModuleType, TypeVar)):
            continue
        if not part or (name.removesuffix("_") in PUBLIC or name in PUBLIC) == (part == "operations"):
            yield name, value


@functools.cache
def entries() -> list[Entry]:
    """All entries, in the order of the pages."""
    found: list[Entry] = []
    by_identity: dict[int, Entry] = {}
    late: list[tuple[str, str, Any]] = []
    for page, modules in PAGES.items():
        for module in modules:
            home = module.partition(": ")[0]
            for name, value in public(module):
                form = home == "minigrad" and name.endswith("_") and "in place:" in text(value)
                if form or home == "minigrad.Tensor":
                    late.append((module, name, value))
                    continue
                known = by_identity.get(id(plain(value))) if not isinstance(value, (int, float, str)) else None
                if known is None:
                    known = Entry(value, [], page, module)
                    by_identity[id(plain(value))] = known
                    found.append(known)
                known.names.append(f"{home}.{name}")
    for each in found:
        own = getattr(each.plain, "__name__", "")
        each.names.sort(key=lambda name: (name.rpartition(".")[0] != each.home, name.rpartition(".")[2] != own))
    aliases = {name: each for each in found for name in each.names}
    for module, name, value in late:
        home = module.partition(": ")[0]
        full = f"{home}.{name}"
        owner = by_identity.get(id(plain(value))) or aliases.get(f"minigrad.{name}" if _is_form(name, value) else "")
        base = aliases.get(f"{home.removesuffix('.Tensor')}.{name.removesuffix('_')}")
        if "in place:" in text(value) and base is not None:
            base.in_place.append(full)
        elif owner is not None:
            owner.methods.append(full)
        else:
            found.append(Entry(value, [full], page_of(module), module))
    return found


def _is_form(name: str, value: Any) -> bool:
    """Whether a method says the same as the function of its name."""
    function = getattr(mg, name, None)
    return callable(function) and text(function) == text(value) != ""


def page_of(module: str) -> str:
    """The page that a module is on."""
    return next(page for page, modules in PAGES.items() if module in modules)


def text(value: Any) -> str:
    """The docstring, as people read it."""
    return inspect.getdoc(value) or ""


@functools.cache
def addresses() -> dict[str, str]:
    """Where each public name stands, from the root of the build."""
    return {name: f"reference/{each.page}.html#{name}" for each in entries() for name in each.all_names}


def source_of(value: Any) -> tuple[Path, int] | None:
    """The file and the line where something is defined; None where it is no function and no class."""
    if hasattr(value, "defined"):
        return Path(value.defined[0]), value.defined[1]
    inner = plain(value)
    if inspect.isclass(inner):
        try:
            return Path(inspect.getsourcefile(inner) or ""), inspect.getsourcelines(inner)[1]
        except (OSError, TypeError):
            return None
    code = getattr(inner, "__code__", None)
    return (Path(code.co_filename), code.co_firstlineno) if code is not None else None
