"""The source of a kernel and of all that it needs: what goes into a program so that it runs with NumPy alone.

A function is read from its file, and so is each function of the package that it calls, and each number it looks up.
Type hints are left out, and all of a docstring but its first sentence.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import sys
import textwrap
from collections.abc import Iterable
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from minigrad.engine.primitive import PRIMITIVES


class Kernels:
    """Functions to be written into a program, each under a name of its own."""

    def __init__(self, read: bool = True) -> None:
        self._read = read
        self._names: dict[int, str] = {}
        self._taken = {*dir(builtins), "np"}
        self._sources: dict[str, str] = {}
        self._held: list[Any] = []  # what the names are of, so that no identity is used twice
        self.imports: set[str] = set()

    def name_of(self, function: Any, wanted: str = "") -> str:
        """What a function, or a constant of a module, is called in the program; its source is kept."""
        while hasattr(function, "__wrapped__") and (_of_numpy(function) or (self._read and _cached(function))):
            function = function.__wrapped__  # what np.errstate, or a cache, is around
        if self._read:
            function = getattr(function, "written_as", function)
        key = id(function)
        if key not in self._names:
            base = wanted or getattr(function, "__name__", "constant")
            name, count = base, 1
            while name in self._taken:
                count += 1
                name = f"{base}_{count}"
            self._taken.add(name)
            self._names[key] = name
            self._held.append(function)
            self._sources[name] = ""  # a place, before those that it needs take theirs: functions may call each other
            if self._read:
                self._sources[name] = self._source(function, name)
        return self._names[key]

    def avoid(self, names: Iterable[str]) -> None:
        """Names that stand for something else in the program."""
        self._taken.update(names)

    def functions(self) -> dict[str, Any]:
        """The functions themselves, by their names in the program."""
        return {self._names[id(each)]: each for each in self._held}

    def text(self) -> str:
        """All sources."""
        lines = [*sorted(self.imports)]
        return "\n".join(lines) + ("\n\n\n" if lines else "") + "\n\n\n".join(self._sources.values())

    @property
    def empty(self) -> bool:
        """Whether there are none."""
        return not self._sources

    def _source(self, function: Any, name: str) -> str:
        if isinstance(function, np.ufunc):
            return f"{name} = np.{function.__name__}"
        if isinstance(function, type) and issubclass(function, Exception):
            return f"class {name}(Exception):\n    pass"
        if getattr(function, "__module__", "").startswith("numpy"):
            return f"{name} = {function.__module__.replace('numpy', 'np', 1)}.{function.__name__}"
        if not isinstance(function, FunctionType):
            return f"{name} = {function!r}"
        file = function.__code__.co_filename
        if not file.endswith(".py"):
            raise ValueError(f"{name}: its source cannot be read")
        tree = _definition(function)
        _strip(tree)
        cells = function.__closure__ or ()
        names = {**function.__globals__, **dict(zip(function.__code__.co_freevars, _contents(cells), strict=True))}
        bound = _bound(tree)
        renamed = {
            each: self._global(names[each], each)
            for each in _loaded(tree)
            if each not in bound and each in names and not hasattr(builtins, each)
        }
        renamed = {each: self._apart(other, bound) for each, other in renamed.items()}
        tree = _Rename(renamed, self).visit(tree)
        if isinstance(tree, ast.FunctionDef):
            tree.name = name
            tree.decorator_list = []
            return ast.unparse(tree)
        return f"{name} = {ast.unparse(tree)}"

    def _global(self, each: Any, name: str) -> str:
        """What a name of a module's stands for, in the program."""
        if each is np:
            return "np"
        if isinstance(each, ModuleType):
            if each.__name__.startswith("minigrad"):
                return f"{MODULE}{each.__name__}"
            self.imports.add(f"import {each.__name__}")
            return each.__name__
        if isinstance(each, np.ufunc):
            return f"np.{each.__name__}"
        if isinstance(getattr(each, "__self__", None), np.ufunc):  # such as np.add.reduce
            return f"np.{each.__self__.__name__}.{each.__name__}"
        if isinstance(each, (int, float, str, tuple, bool)):
            return self.name_of(each, name)
        if isinstance(each, np.dtype):
            return f"np.dtype({each.name!r})"
        if isinstance(each, type) and issubclass(each, Exception):  # the package's errors are some of Python's
            base = next(base for base in each.__mro__ if base.__module__ == "builtins")
            return self.name_of(each, name) if base is Exception else base.__name__
        home = getattr(each, "__module__", "") or ""
        if isinstance(each, type) or not home.startswith("minigrad"):
            if home in ("builtins", ""):
                return getattr(each, "__qualname__", repr(each))
            public = getattr(each, "__name__", name)
            where = home if hasattr(sys.modules.get(home), public) else type(each).__module__
            if where == "numpy":
                return f"np.{public}"
            where = where.replace("._stride_tricks_impl", ".stride_tricks")
            self.imports.add(f"from {where} import {public}")
            self._taken.add(public)
            return public
        primitive = PRIMITIVES.get(getattr(each, "name", ""))
        if primitive is not None and primitive is each:  # on arrays it does just this
            return self._global(primitive.run, primitive.name)
        return self.name_of(each, "" if getattr(each, "__name__", "<lambda>") != "<lambda>" else name)

    def _apart(self, name: str, bound: set[str]) -> str:
        """A name of the program's, or another for the same where a function has a value of its own of that name."""
        if name not in bound:
            return name
        other = f"{name}_"
        self._taken.add(other)
        self._sources.setdefault(other, f"def {other}(*args, **keywords):\n    return {name}(*args, **keywords)")
        return other

    def of_module(self, module: str, attribute: str) -> str:
        """What `attribute` of a module of the package, such as `folding.unfold`, is called in the program."""
        return self._global(getattr(sys.modules[module], attribute), attribute)


def _cached(function: Any) -> bool:
    """Whether a function remembers its results."""
    return hasattr(function, "cache_info")


def _of_numpy(function: Any) -> bool:
    """Whether NumPy has put something of its own around a function."""
    code = getattr(function, "__code__", None)
    return code is not None and code.co_filename.startswith(np.__path__[0])


MODULE = "module:"
"""Marks a name that stood for a module of the package until its attribute is looked up."""


def _contents(cells: Iterable[Any]) -> list[Any]:
    return [cell.cell_contents for cell in cells]


def _definition(function: FunctionType) -> ast.FunctionDef | ast.Lambda:
    """The tree of a function, or of a lambda among others on its lines."""
    code = function.__code__
    if code.co_name != "<lambda>":
        lines, _ = inspect.getsourcelines(code)
        return ast.parse(textwrap.dedent("".join(lines))).body[0]  # type: ignore[return-value]
    parameters = list(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])
    for each in ast.walk(ast.parse(inspect.getsource(sys.modules[function.__module__]))):
        if isinstance(each, ast.Lambda) and each.lineno == code.co_firstlineno and _named(each) == parameters:
            return each
    raise ValueError(f"line {code.co_firstlineno} of {code.co_filename} has no such lambda")


def _named(tree: ast.Lambda) -> list[str]:
    return [each.arg for each in (*tree.args.args, *tree.args.kwonlyargs)]


def _strip(tree: ast.AST) -> None:
    """Take type hints out, and all but the first line of docstrings."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            for each in (*node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg):
                if each is not None:
                    each.annotation = None
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                first.value.value = " ".join(str(first.value.value).partition("\n\n")[0].split()).partition(". ")[0]
        for name, body in ast.iter_fields(node):
            if isinstance(body, list):
                setattr(node, name, [_plain(each) for each in body])


def _plain(node: Any) -> Any:
    """`x: int = 1` without its hint."""
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return ast.copy_location(ast.Assign([node.target], node.value), node)
    return node


def _bound(tree: ast.AST) -> set[str]:
    """The names that a function gives to its own values."""
    found = {each.arg for each in ast.walk(tree) if isinstance(each, ast.arg)}
    return found | {
        each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load)
    }


def _loaded(tree: ast.AST) -> list[str]:
    return list(dict.fromkeys(each.id for each in ast.walk(tree) if isinstance(each, ast.Name)))


class _Rename(ast.NodeTransformer):
    """Puts the names of the program in the places of a module's."""

    def __init__(self, names: dict[str, str], kernels: Kernels) -> None:
        self.names, self.kernels = names, kernels

    def visit_Name(self, node: ast.Name) -> ast.expr:
        name = self.names.get(node.id)
        return node if name is None else ast.parse(name.replace(":", "__"), mode="eval").body

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name):
            name = self.names.get(node.value.id, "")
            if name.startswith(MODULE):
                return ast.Name(self.kernels.of_module(name.removeprefix(MODULE), node.attr), node.ctx)
        self.generic_visit(node)
        return node
