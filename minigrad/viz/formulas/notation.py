"""Formulas and rules in mathematical notation, read from the tables of derivatives themselves.

There is no second copy of a rule anywhere: what is shown is the source of the lambda that runs, found in its file
beside the text that introduces the primitive. A rule that is no expression but a function of several statements is
shown by its docstring or its name.
"""

from __future__ import annotations

import ast
import copy
import functools
import html
import inspect
import linecache
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from minigrad import ops
from minigrad.ops.choice import zero
from minigrad.viz.engine import PRIMITIVES, Operation, Rule
from minigrad.viz.formulas.parse import SILENT, Parser, UnreadableError
from minigrad.viz.formulas.typeset import Term, as_mathml, as_text


@dataclass(frozen=True)
class Expression:
    """The right-hand side of a formula or a rule."""

    tree: ast.expr | None
    """What it says, as Python; None where there are only words."""
    prose: str
    """The words."""
    names: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the functions in the tree are called in public."""
    constants: Mapping[str, float] = field(default_factory=dict, repr=False)
    """The numbers that have a name in the table."""
    helpers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What functions that only the tables know say of themselves: 'slope(a, b)': 'd(a ** b)/da = ...'."""

    note: str = ""
    """Words after the formula: to each element."""
    textbook: bool = False
    """Whether it is written for paper, with indices and products of matrices."""
    words: bool = False
    """Whether the prose is a sentence of the textbook, in which letters stand for values."""

    def text(self, values: Mapping[str, Any] | None = None) -> str:
        """One line of Unicode; the names in `values` that are single numbers are replaced by them."""
        words = f" {self.note}" if self.note else ""
        return self.prose if self.tree is None else as_text(self._term(self.tree, values)) + words

    def mathml(self, values: Mapping[str, Any] | None = None) -> str:
        """A <math> element for HTML, or a <span> where there are only words."""
        if self.tree is None:
            return f"<span>{escaped(self.prose)}</span>"
        words = f" <span>{escaped(self.note)}</span>" if self.note else ""
        return f"<math>{as_mathml(self._term(self.tree, values))}</math>{words}"

    def _term(self, tree: ast.expr, values: Mapping[str, Any] | None) -> Term:
        return Parser({**self.constants, **(values or {})}, self.names, self.textbook).visit(tree)

    def with_constants(self, constants: Mapping[str, Any]) -> Expression:
        """The same with numbers in the place of these names."""
        return replace(self, constants={**self.constants, **constants}) if constants else self

    def renamed(self, names: Mapping[str, str]) -> Expression:
        """The same with other names for values."""
        if self.tree is not None:
            tree = _Renaming(names, self.constants).visit(copy.deepcopy(self.tree))
            return replace(self, tree=tree, constants={})
        if not self.words:
            return self
        letters = "|".join(sorted((name for name in names if len(name) == 1), reverse=True))
        return replace(self, prose=re.sub(rf"(?<!\w)({letters})(?!\w)", lambda found: names[found[0]], self.prose))

    def variables(self) -> list[str]:
        """The names in it that stand for values, in order."""
        if self.tree is None:
            return []
        reader = _Variables()
        reader.visit(self.tree)
        return list(reader.found)


class _Renaming(ast.NodeTransformer):
    """Writes other names for values; a name that is called is that of a function."""

    def __init__(self, names: Mapping[str, str], constants: Mapping[str, float]) -> None:
        self.names = names
        self.constants = constants

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.constants:
            value: Any = self.constants[node.id]
            return ast.Constant(value.item() if hasattr(value, "item") else value)
        bare = node.id.removesuffix("_shape")
        return ast.Name(self.names.get(bare, bare) + node.id[len(bare) :], ast.Load())

    def visit_Call(self, node: ast.Call) -> ast.Call:
        function = node.func if isinstance(node.func, ast.Name) else self.visit(node.func)
        keywords = [ast.keyword(each.arg, self.visit(each.value)) for each in node.keywords]
        return ast.Call(function, [self.visit(each) for each in node.args], keywords)


class _Variables(ast.NodeVisitor):
    """Collects the names that stand for values: not those of functions, and not what goes without saying."""

    def __init__(self) -> None:
        self.found: dict[str, None] = {}

    def visit_Name(self, node: ast.Name) -> None:
        if node.id not in ("math", "np"):
            self.found[node.id] = None

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute):
            self.visit(node.func.value)
        silent = isinstance(node.func, ast.Name) and node.func.id in SILENT
        for each in node.args[:1] if silent else [*node.args, *node.keywords]:
            self.visit(each)


def escaped(text: str) -> str:
    """Text for HTML and XML. A character that has no place there is shown as Python shows it, such as \\x1b."""
    return html.escape(UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], text), quote=False)


UNPRINTABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def written(line: str, constants: Mapping[str, float], where: Mapping[str, str]) -> Expression:
    """A line of the textbook: an expression, perhaps with words after a semicolon, or after a colon words alone."""
    if line.startswith(":"):
        return Expression(None, line[1:].strip(), helpers=where, words=True)
    formula, _, note = line.partition(";")
    tree = ast.parse(formula.strip(), mode="eval").body
    return Expression(tree, "", {}, constants, where, note.strip(), textbook=True)


def forward(operation: Operation) -> Expression:
    """What a primitive computes: of exp, eˣ. Where its name says it all, name and arguments."""
    signature = f"{operation.name}({', '.join(operation.parameters)})"
    return _readable(_parsed(operation.formula or signature), operation.formula or signature, {}, {})


def rule(operation: Operation, argument: str) -> Expression | None:
    """How the gradient `g` of the output reaches an argument: of exp, g · y. None where there is no derivative."""
    first = operation.parameters[0]
    position = 0 if first.startswith("*") else operation.parameters.index(argument)
    found: Rule | None = operation.rules_for(1 if first.startswith("*") else len(operation.parameters))[position]
    if found is None:
        return None
    function = found.formula
    names = {name: operation_.name for name, operation_ in _operations_in(function.__globals__)}
    constants = {name: each for name, each in function.__globals__.items() if isinstance(each, float)}
    name = function.__name__.strip("_")
    if name == "<lambda>":
        tree = _lambda_of(operation, argument, function)
        prose = name if tree is None else ast.unparse(tree)
    elif function is zero:
        tree, prose = ast.Constant(0), "0"
    else:
        tree = _returned_by(function)
        prose = _said_of(argument, function) or f"{name}({', '.join(inspect.signature(function).parameters)})"
    return replace(_readable(tree, prose, names, constants), helpers=_helpers(tree, function.__globals__))


def _said_of(argument: str, function: Any) -> str:
    """What the docstring of a rule says, in its first line; of a rule for several arguments 'a: ...; b: ...'."""
    words = (inspect.getdoc(function) or "").partition("\n")[0].rstrip(".")
    parts = dict(re.findall(r"(?:^|; )(\w+): (.*?)(?=; \w+: |$)", words))
    return str(parts.get(argument, words))


def _helpers(tree: ast.expr | None, names: Mapping[str, Any]) -> dict[str, str]:
    """The functions called in a rule that are no operations, as they are called there, and what they say of themselves.

    Those that belong to the tables alone: a reader has met the others.
    """
    found = {}
    for call in ast.walk(tree) if tree is not None else ():
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id not in SILENT:
            name, function = call.func.id, names.get(call.func.id)
            told = inspect.getdoc(function) if inspect.isfunction(function) and not hasattr(ops, name) else ""
            if told and function is not None and getattr(function, "name", None) not in PRIMITIVES:
                parameters = re.sub(r"(\w+)_shape", r"shape of \1", ", ".join(inspect.signature(function).parameters))
                found[f"{name.strip('_')}({parameters})"] = told.partition("\n")[0].rstrip(".")
    return found


def _operations_in(names: Mapping[str, Any]) -> Iterator[tuple[str, Operation]]:
    """The primitives among the values of a module's variables."""
    for name, each in names.items():
        known = getattr(each, "name", None)
        operation = PRIMITIVES.get(known) if isinstance(known, str) else None
        if operation is not None and operation is each:
            yield name, operation


def _readable(
    tree: ast.expr | None, prose: str, names: Mapping[str, str], constants: Mapping[str, float]
) -> Expression:
    """The expression, without its tree if that has no rules."""
    expression = Expression(tree, prose, names, constants)
    try:
        expression.text()
    except UnreadableError:
        return Expression(None, prose)
    return expression


def _parsed(formula: str) -> ast.expr | None:
    """The tree of a formula in the tables' notation: Python's, but for |x|, 'ln x', '=' and ', else'."""
    text = re.sub(r"\|([^|]+)\|", r"abs(\1)", formula)
    text = re.sub(r"\bln (?=\w)", "~", text)  # binds as a sign does: -t * ln x is (-t) * (ln x)
    text = re.sub(r", else ", " else ", text)
    text = re.sub(r"( if [^,]+?), (?=.* if )", r"\1 else ", text)
    text = re.sub(r"(?<![=<>!])=(?!=)", "==", text)
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError:
        return None
    return _Logarithms().visit(tree)  # type: ignore[no-any-return]


class _Logarithms(ast.NodeTransformer):
    """Turns the sign that stood for 'ln' into a call of it."""

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, ast.Invert):
            return ast.Call(ast.Name("ln", ast.Load()), [node.operand], [])
        return node


@functools.cache
def _calls_in(file: str) -> dict[str, ast.Call]:
    """The calls in a file whose first argument is a text, by that text."""
    source = "".join(linecache.getlines(file))
    found: dict[str, ast.Call] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            found[str(node.args[0].value)] = node
    return found


def _lambda_of(operation: Operation, argument: str, function: Any) -> ast.expr | None:
    """The body of the lambda that is a primitive's rule for an argument, from its file."""
    text = (operation.__doc__ or "").partition("\n")[0]
    call = _calls_in(function.__code__.co_filename).get(text)
    for keyword in call.keywords if call is not None else ():
        if keyword.arg in (argument, argument.partition("[")[0], "all") and isinstance(keyword.value, ast.Lambda):
            return keyword.value.body
    return None


def _returned_by(function: Any) -> ast.expr | None:
    """What a function returns, if that is all it does."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, SyntaxError):
        return None
    statements = [each for each in getattr(tree, "body", []) if not isinstance(each, ast.Expr)]
    if len(statements) == 1 and isinstance(statements[0], ast.Return):
        return statements[0].value
    return None
