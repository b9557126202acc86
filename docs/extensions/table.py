"""The rows of the table of derivatives, read from the operations themselves: nothing here is written by hand.

A primitive tells its formula, its family, its rules and what they save. An operation that is composed of primitives
has no rule; what it is made of is seen by running the example of its docstring.
"""

from __future__ import annotations

import ast
import contextlib
import doctest
import functools
import importlib
import inspect
import io
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import minigrad as mg
from minigrad import ops, viz
from minigrad.engine.primitive import PRIMITIVES, Operation
from minigrad.ops.public import PUBLIC
from minigrad.viz.formulas import notation
from minigrad.viz.formulas.textbook import TEXTBOOK

COMPOSED = "composed"


@dataclass
class Row:
    """An operation in the table."""

    name: str
    names: list[str]
    """Under which names users find it; none for one that only rules and layers call."""
    family: str
    file: str
    line: int
    code: str
    """The line of the table, or for a composed operation nothing."""
    sentence: str = ""
    formula: str = ""
    """As HTML, like all that follows."""
    rules: dict[str, str] = field(default_factory=dict)
    """For each argument how the gradient g reaches it; empty where nothing flows back."""
    where: dict[str, str] = field(default_factory=dict)
    """What letters and functions in the rules are."""
    arrays: list[str] = field(default_factory=list)
    """The arrays that are kept for the backward pass."""
    others: list[str] = field(default_factory=list)
    """What is kept besides: shapes and settings, which cost next to nothing."""
    made_of: list[str] = field(default_factory=list)
    """The primitives that a composed operation called when its example ran."""


@functools.cache
def groups() -> list[tuple[str, list[Row]]]:
    """The rows by the page of the table that they stand on, each with its title."""
    for page in pkgutil.walk_packages(ops.__path__, f"{ops.__name__}."):  # those too that load on first use
        importlib.import_module(page.name)
    files: dict[str, list[Row]] = {}
    for row in merged(map(of_primitive, list(PRIMITIVES.values())), composed()):
        files.setdefault(row.file, []).append(row)
    pages = sorted(files, key=lambda file: ("/ops/" not in file, file))
    return [(title_of(file), sorted(files[file], key=lambda row: row.line)) for file in pages]


def merged(primitives: Iterable[Row], functions: Iterable[Row]) -> Iterator[Row]:
    """One row for a primitive and the public function of its name, which checks arguments and calls it."""
    by_name = {each.name: each for each in primitives}
    for function in functions:
        primitive = by_name.get(function.name.rpartition(".")[2])
        if primitive is not None and (primitive.name in function.made_of or primitive.file == function.file):
            primitive.names += function.names
            primitive.sentence = primitive.sentence or function.sentence
        else:
            yield function
    yield from by_name.values()


def title_of(file: str) -> str:
    """What a page of the table is about: the beginning of its docstring."""
    text = ast.get_docstring(ast.parse(Path(file).read_text(encoding="utf-8"))) or ""
    subject = text.replace("\n", " ").replace("`", "").removeprefix("The table of derivatives").lstrip(":, ")
    short = subject.partition(". ")[0].partition(": ")[0].rstrip(".")
    return short[0].upper() + short[1:]


def of_primitive(primitive: Operation) -> Row:
    """The row of a primitive."""
    file, line = primitive.defined
    entry = TEXTBOOK.get(primitive.name)
    row = Row(primitive.name, public_names(primitive), primitive.family, file, line, statement_at(file, line))
    row.formula = on_paper(entry.forward, entry.letters) if entry else set_in_line(notation.forward(primitive))
    row.sentence = (str(primitive.__doc__) if row.names else "").partition("\n")[0]
    for argument in primitive.rules:
        as_run = notation.rule(primitive, argument)
        if as_run is None:
            row.rules[argument] = ""
        elif entry and argument in entry.rules:
            letter = entry.letters.get(argument, argument)
            row.rules[letter] = on_paper(entry.rules[argument], entry.letters)
            row.where |= entry.where
        else:
            row.rules[argument] = set_in_line(as_run)
            row.where |= as_run.helpers
    arrays, others = saved_by(primitive)
    row.arrays, row.others = list(arrays), list(others)
    return row


def on_paper(line: str, letters: Mapping[str, str]) -> str:
    """A line of the textbook as HTML."""
    expression = notation.written(line, {}, {})
    return set_in_line(expression.renamed(letters) if letters else expression)


def set_in_line(expression: notation.Expression) -> str:
    """An expression as HTML. Brackets grow only around fractions: without a font for mathematics they grow too much."""
    parts = re.split(r"(<mo>[()]</mo>)", expression.mathml())
    opened: list[int] = []
    for i, part in enumerate(parts):
        if part == "<mo>(</mo>":
            opened.append(i)
        elif part == "<mo>)</mo>" and opened:
            start = opened.pop()
            if "<mfrac>" not in "".join(parts[start:i]):
                parts[start], parts[i] = (parts[each].replace("<mo>", '<mo stretchy="false">') for each in (start, i))
    return "".join(parts)


def saved_by(primitive: Operation) -> tuple[dict[str, None], dict[str, None]]:
    """What the rules ask for: arrays, and what is no array."""
    arrays: dict[str, None] = {}
    others: dict[str, None] = {}
    variadic = primitive.parameters[0].startswith("*")
    for rule in primitive.rules_for(1 if variadic else len(primitive.parameters)):
        for need in rule.needs if rule is not None else ():
            if need.endswith("_shape"):
                others[f"shape of {need.removesuffix('_shape')}"] = None
            elif need == "y" or need in primitive.parameters:
                arrays[need] = None
            elif need != "i":
                others[need] = None
    return arrays, others


def public_names(operation: Any) -> list[str]:
    """The names of an operation in the package, its own first."""
    plain = inspect.unwrap(operation)
    found = [
        f"{home.__name__}.{name}"
        for home, names in ((mg, PUBLIC), (mg.special, mg.special.__all__), (mg.linalg, mg.linalg.__all__))
        for name in names
        if inspect.unwrap(getattr(home, name, None)) is plain  # type: ignore[arg-type]
    ]
    return sorted(found, key=lambda name: name.rpartition(".")[2] != getattr(operation, "name", operation.__name__))


@functools.cache
def _module(file: str) -> ast.Module:
    return ast.parse(Path(file).read_text(encoding="utf-8"))


def statement_at(file: str, line: int) -> str:
    """The statement of a file that contains a line."""
    for node in _module(file).body:
        if node.lineno <= line <= (node.end_lineno or 0):
            lines = Path(file).read_text(encoding="utf-8").splitlines()
            return "\n".join(lines[node.lineno - 1 : node.end_lineno])
    return ""


def composed() -> Iterator[Row]:
    """The public operations that are no primitive, each once."""
    seen = set()
    for home in ("minigrad.ops.functions", "minigrad.linalg", "minigrad.special"):
        for function in vars(importlib.import_module(home)).values():
            plain = inspect.unwrap(function) if callable(function) else None
            ours = inspect.isfunction(plain) and plain.__module__.startswith(
                ("minigrad.ops.", "minigrad.random.", "minigrad.linalg")
            )
            if not ours or hasattr(function, "family") or plain in seen or plain.__name__.startswith("_"):
                continue
            names = public_names(function)
            if names and not hasattr(plain, "family"):
                seen.add(plain)
                code = plain.__code__
                row = Row(
                    names[0].removeprefix("minigrad."), names, COMPOSED, code.co_filename, code.co_firstlineno, ""
                )
                row.sentence = (inspect.getdoc(plain) or "").partition("\n")[0]
                row.made_of = made_of(function, [each.rpartition(".")[2] for each in names])
                yield row


def made_of(function: Callable[..., Any], names: list[str]) -> list[str]:
    """The primitives that a public function calls in the example of its docstring, in the order of the calls."""
    examples = doctest.DocTestParser().get_examples(inspect.getdoc(function) or "")
    known: dict[str, Any] = {"mg": mg, "np": np, "nn": mg.nn, "F": mg.nn.functional, "optim": mg.optim}
    with viz.record(values=False) as recording, contextlib.redirect_stdout(io.StringIO()):
        for each in examples:
            if each.exc_msg is None:
                exec(compile(each.source, f"<{names[0]}>", "single"), known)
    calls = [each for each in recording.calls if any(public.name in names for public in each.public)]
    return list(dict.fromkeys(each.operation.name for each in calls))
