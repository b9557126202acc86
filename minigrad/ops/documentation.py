"""What `help()` says of a primitive: put together from its line in the table when somebody reads it, not before.

A line of the table says what an operation is: its formula, its family, its rules. Which dtypes it takes and gives, the
operation itself tells when it is tried. Only what neither can say is written by hand, a sentence and an example, in
`ops.descriptions`. A rule is Python and becomes mathematics by a walk over its tree, with brackets only where
precedence asks for them: `g * (2 * x)` is g · 2 · x, `g / sqrt(1 - x * x)` is g / √(1 − x²). A formula may hold words
(`0 if x < 0, else 1`), and has its signs replaced one by one.
"""

from __future__ import annotations

import ast
import functools
import re
import sys
from typing import Any

import numpy as np

from minigrad.engine.primitive import Operation
from minigrad.ops.descriptions import DESCRIPTIONS
from minigrad.ops.public import PUBLIC

SHAPES = {
    ("elementwise", 1): "Each element by itself; the result has the shape of the argument.",
    ("elementwise", 2): "Each pair of elements by itself; the arguments broadcast, ShapeError where they cannot.",
}


@functools.cache
def text_of(primitive: Any) -> str:
    """The whole documentation of a primitive."""
    sentence, *arguments, answer = DESCRIPTIONS[primitive.name]
    given = ", ".join(f"mg.tensor({each})" if each.startswith("[") else each for each in arguments)
    call = f"{_home(primitive)}.{primitive.name}({given})"
    formula = f"    {printed(str.__str__(primitive.__doc__ or ''))}" if primitive.formula else ""
    kind = "\n".join([SHAPES.get((primitive.family, len(primitive.parameters)), ""), *dtypes_of(primitive)])
    parts = [sentence, formula, derivative_of(primitive), kind.strip(), f">>> {call}\n{answer}"]
    return "\n\n".join(part for part in parts if part)


def derivative_of(primitive: Operation) -> str:
    """What each argument gets of the gradient, and what the functions are that are named there."""
    setter = Typesetter()
    shares = [f"    for {argument}: {share}" for argument, share in rules_of(primitive, setter).items() if share]
    if not shares:
        return "There is no derivative: nothing flows back."
    page = vars(sys.modules[primitive.__module__])
    notes = [_note(name, page[name]) for name in sorted(setter.called) if name in page]
    heading = f"Backward, the gradient g of y = {primitive.name}({', '.join(primitive.parameters)}) becomes"
    return "\n".join([heading, "", *shares, *([""] * any(notes)), *filter(None, notes)])


def rules_of(primitive: Operation, setter: Any) -> dict[str, str]:
    """The rule of each argument as mathematics, read from its line in the table; empty where there is none."""
    file, line = primitive.defined
    for node in ast.walk(_page(file)):
        if isinstance(node, ast.Call) and node.lineno == line and ast.unparse(node.func) == primitive.family:
            written = {each.arg: each.value for each in node.keywords if each.arg in primitive.rules}
            return {
                argument: setter.text(rule.body) if isinstance(rule, ast.Lambda) else _in_words(written_out)
                for (argument, written_out), rule in zip(primitive.rules.items(), written.values())
            }
    return {}


def _in_words(rule: Any) -> str:
    """A rule that is a function: nothing, zero, or what its documentation begins with."""
    if rule is None:
        return ""
    return "0" if rule.__name__ == "zero" else (rule.__doc__ or rule.__name__).partition("\n")[0]


def _note(name: str, function: Any) -> str:
    """What a function is that only the table knows; nothing of one that has a `help` of its own."""
    if name in PUBLIC:
        return ""
    if hasattr(function, "family"):
        return f"where {printed(function.__doc__.partition(chr(10))[0])}"
    return f"where {name.lstrip('_')} is {printed((function.__doc__ or '').partition(chr(10))[0])}"


def dtypes_of(primitive: Operation) -> list[str]:
    """What comes of floats, integers and bools: the operation is tried with each."""
    floats, integers, bools = (_kind_for(primitive, dtype) for dtype in (np.float32, np.int64, np.bool_))
    if floats == "b":
        return ["The result is of bools."]
    said = ["Integers become floats of the default dtype."] if integers == "f" else []
    refused = [name for name, kind in (("floats", floats), ("bools", bools)) if not kind]
    return said + ([f"TypeError for {' and '.join(refused)}."] if refused else [])


def _kind_for(primitive: Operation, dtype: Any) -> str:
    """The kind of the result for arguments of a dtype; empty where they are refused."""
    try:
        with np.errstate(all="ignore"):
            return str(primitive(*[np.ones(1, dtype) for _ in primitive.parameters]).dtype.kind)
    except TypeError:
        return ""


def _home(primitive: Operation) -> str:
    """Where users find it: a few are in `mg.special` alone."""
    return "mg" if primitive.name in PUBLIC else "mg.special"


@functools.cache
def _page(file: str) -> Any:
    with open(file, encoding="utf-8") as page:
        return ast.parse(page.read())


# -- the rules in print ------------------------------------------------------------------------------------------------


SIGNS = (
    (r" ?\*\* ?2\b", "²"),
    (r" ?\*\* ?", "^"),
    (r" \* ", " · "),
    (r"-(?=[\s\w|])", "−"),
    ("<=", "≤"),
    (">=", "≥"),
    ("!=", "≠"),
    (r"\bpi\b", "π"),
    (r"\binf\b", "∞"),
)
LETTERS = {"LN2": "ln 2", "LN10": "ln 10", "pi": "π", "log": "ln"}
RELATIONS = {ast.LtE: "≤", ast.GtE: "≥", ast.Lt: "<", ast.Gt: ">", ast.Eq: "=", ast.NotEq: "≠"}
POWERS = {2: "²", 3: "³", 4: "⁴"}

WORDS, SUM, PRODUCT, FACTOR, ATOM = range(5)
"""How tightly the parts of an expression hold together."""


def printed(formula: str) -> str:
    """A formula of the table, or a sentence that has one."""
    for pattern, sign in SIGNS:
        formula = re.sub(pattern, sign, formula)
    return formula


class Typesetter:
    """Writes rules, and remembers which functions it had to call by their names."""

    def __init__(self) -> None:
        self.called: set[str] = set()

    def text(self, node: ast.expr, least: int = WORDS) -> str:
        """The expression, in brackets if it holds together less tightly than is asked."""
        text, tightness = self._set(node)
        return text if tightness >= least else f"({text})"

    def _set(self, node: ast.expr) -> tuple[str, int]:
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return LETTERS.get(name, name), FACTOR if " " in LETTERS.get(name, "") else ATOM
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return f"−{self.text(operand, PRODUCT)}", SUM
            case ast.UnaryOp(op=ast.Invert(), operand=operand):
                return f"not {self.text(operand, ATOM)}", WORDS
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return f"{self.text(left)} or {self.text(right)}", WORDS
            case ast.Compare(left=left, ops=[relation], comparators=[right]):
                return f"{self.text(left, SUM)} {RELATIONS[type(relation)]} {self.text(right, SUM)}", WORDS
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return f"{self.text(left, SUM)} + {self.text(right, SUM)}", SUM
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                return f"{self.text(left, SUM)} − {self.text(right, PRODUCT)}", SUM
            case ast.BinOp(op=ast.Mult()):
                return self._product(node), PRODUCT
            case ast.BinOp(left=ast.UnaryOp(op=ast.USub(), operand=left), op=ast.Div(), right=right):
                return f"−{self.text(left, PRODUCT)} / {self.text(right, FACTOR)}", PRODUCT
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return f"{self.text(left, PRODUCT)} / {self.text(right, FACTOR)}", PRODUCT
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments):
                return self._call(name, arguments)
        return ast.unparse(node), ATOM

    def _product(self, node: ast.expr) -> str:
        """The factors in a row, equal neighbours as a power, and a sign before all of them."""
        sign, factors = "", _factors(node)
        for i, factor in enumerate(factors):
            if isinstance(factor, ast.UnaryOp) and isinstance(factor.op, ast.USub):
                sign, factors[i] = "" if sign else "−", factor.operand
        row: list[tuple[str, int]] = []
        for i, factor in enumerate(factors):
            text = self.text(factor, FACTOR if i < len(factors) - 1 else PRODUCT)
            times = row.pop()[1] if row and row[-1][0] == text else 0
            row.append((text, times + 1))
        return sign + " · ".join(text + POWERS.get(times, "") for text, times in row)

    def _call(self, name: str, arguments: list[ast.expr]) -> tuple[str, int]:
        first = arguments[0]
        if name == "mask":
            return f"{self.text(first)} where {self.text(arguments[1])}, else 0", WORDS
        if name == "abs":
            return f"|{self.text(first)}|", ATOM
        if name == "sqrt":
            return f"√{self.text(first, ATOM)}", ATOM
        if name == "exp":
            return f"e^{self.text(first, ATOM)}", FACTOR
        self.called.add(name)
        if isinstance(first, ast.Name) and len(arguments) == 1 and not name.startswith("_"):
            return f"{LETTERS.get(name, name)} {first.id}", FACTOR
        return f"{LETTERS.get(name, name).lstrip('_')}({', '.join(map(self.text, arguments))})", ATOM


def _factors(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return _factors(node.left) + _factors(node.right)
    return [node]
