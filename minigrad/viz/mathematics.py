"""Expressions as mathematics: fractions, powers and roots from the syntax tree of an expression in Python.

A tree becomes a small layout of rows, fractions and superscripts, and the layout becomes either a line of Unicode text
or MathML, which browsers and notebooks set as formulas. What a fraction or a power needs no brackets for in one, it may
need in the other: each writer brackets for itself.
"""

from __future__ import annotations

import ast
import html
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

CONDITION, COMPARISON, SUM, PRODUCT, SIGN, POWER, ATOM = range(7)
"""How tightly a layout binds; what binds less than its place asks for is bracketed."""

GREEK = dict(zip("alpha beta gamma delta eps epsilon theta lambda mu pi rho sigma tau phi".split(), "αβγδεεθλμπρστφ"))
RAISED = dict(zip("0123456789+-−()abcdefghijklmnoprstuvwxyzβ ", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵝ "))
SUMS = frozenset({"sum", "sum_over"})
ROOTS = frozenset({"sqrt"})
SILENT = frozenset({"lifted", "columns"})
"""Helpers that only give axes of size 1 back, which in formulas goes without saying."""
COMPARED: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "≤",
    ast.Gt: ">",
    ast.GtE: "≥",
    ast.Eq: "=",
    ast.NotEq: "≠",
}


class Unreadable(ValueError):
    """An expression with something that has no notation here."""


@dataclass(frozen=True)
class Layout:
    """A part of a formula: `kind` is word, number, sign, row, fraction, power, root, bars; the rest are its parts."""

    kind: str
    binds: int
    parts: tuple[Any, ...]


def word(text: str) -> Layout:
    """A name."""
    return Layout("word", ATOM, (GREEK.get(text, text.strip("_")),))


def number(value: Any) -> str:
    """A number in at most four significant digits."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, (bool, int)):
        text = str(value)
    elif math.isinf(value):
        text = "∞" if value > 0 else "-∞"
    else:
        text = f"{value:.4g}"
    return text.replace("-", "−")


def sign(text: str) -> Layout:
    """An operator or a bracket."""
    return Layout("sign", ATOM, (text,))


def row(binds: int, *parts: Layout) -> Layout:
    """Parts side by side."""
    return Layout("row", binds, parts)


def bracketed(part: Layout, least: int) -> Layout:
    """The part, in brackets if it binds less than its place needs."""
    return part if part.binds >= least else row(ATOM, sign("("), part, sign(")"))


class Reader(ast.NodeVisitor):
    """Makes a layout from a tree. `values` are put in the place of names, where they are single numbers."""

    def __init__(self, values: Mapping[str, Any], names: Mapping[str, str]) -> None:
        self.values = values
        self.names = names
        """What the functions of the tree are called: permute_to is permute."""

    def generic_visit(self, node: ast.AST) -> Layout:
        raise Unreadable(f"no notation for {type(node).__name__}")

    def visit_Name(self, node: ast.Name) -> Layout:
        value = self.values.get(node.id)
        if isinstance(value, (bool, int, float)) or (hasattr(value, "dtype") and np.size(value) == 1):
            text = number(value)
            return Layout("number", SIGN if text.startswith("−") else ATOM, (text,))
        return word(f"shape of {node.id[:-6]}" if node.id.endswith("_shape") else node.id)

    def visit_Constant(self, node: ast.Constant) -> Layout:
        if isinstance(node.value, (bool, int, float)):
            return Layout("number", ATOM, (number(node.value),))
        raise Unreadable(f"no notation for {node.value!r}")

    def visit_Attribute(self, node: ast.Attribute) -> Layout:
        if isinstance(node.value, ast.Name) and node.value.id in ("math", "np"):
            return word({"inf": "∞"}.get(node.attr, node.attr))
        if node.attr in ("T", "mT"):
            return self._transposed(node.value)
        if node.attr == "ndim":
            return self._called("dimensions of", [node.value])
        raise Unreadable(f"no notation for .{node.attr}")

    def visit_Tuple(self, node: ast.Tuple) -> Layout:
        return self._called("", node.elts)

    def visit_Starred(self, node: ast.Starred) -> Layout:
        return row(ATOM, self.visit(node.value), sign("…"))

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Layout:
        if isinstance(node.op, ast.USub):
            return row(SIGN, sign("−"), bracketed(self.visit(node.operand), POWER))
        if isinstance(node.op, (ast.Invert, ast.Not)):
            return row(SIGN, sign("¬"), bracketed(self.visit(node.operand), POWER))
        raise Unreadable("no notation for a plus sign")

    def visit_BinOp(self, node: ast.BinOp) -> Layout:
        if isinstance(node.op, ast.Pow):
            return self._power(node)
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.Add):
            return row(SUM, bracketed(left, SUM), sign(" + "), bracketed(right, SUM if right.binds != SIGN else ATOM))
        if isinstance(node.op, ast.Sub):
            return row(SUM, bracketed(left, SUM), sign(" − "), bracketed(right, PRODUCT if right.binds != SIGN else ATOM))
        if isinstance(node.op, ast.Div):
            return Layout("fraction", PRODUCT, (left, right))
        if isinstance(node.op, ast.MatMult):
            return row(PRODUCT, bracketed(left, PRODUCT), sign(" @ "), bracketed(right, POWER))
        if isinstance(node.op, ast.Mult):
            if left.kind == "number" and right.kind == "word":
                return row(PRODUCT, left, right)
            space = PRODUCT if right.binds == PRODUCT and not _divides(right) else POWER
            return row(PRODUCT, bracketed(left, PRODUCT), sign(" · "), bracketed(right, space))
        if isinstance(node.op, (ast.BitAnd, ast.BitOr)):
            joint = " and " if isinstance(node.op, ast.BitAnd) else " or "
            return row(CONDITION, bracketed(left, COMPARISON), sign(joint), bracketed(right, COMPARISON))
        raise Unreadable(f"no notation for {type(node.op).__name__}")

    def visit_Compare(self, node: ast.Compare) -> Layout:
        parts = [bracketed(self.visit(node.left), SUM)]
        for operator, right in zip(node.ops, node.comparators):
            if type(operator) not in COMPARED:
                raise Unreadable(f"no notation for {type(operator).__name__}")
            parts += [sign(f" {COMPARED[type(operator)]} "), bracketed(self.visit(right), SUM)]
        return row(COMPARISON, *parts)

    def visit_IfExp(self, node: ast.IfExp) -> Layout:
        return self._cases(node.body, node.test, node.orelse)

    def visit_Call(self, node: ast.Call) -> Layout:
        function, args = node.func, list(node.args)
        if isinstance(function, ast.Attribute):
            if isinstance(function.value, ast.Name) and function.value.id in ("math", "np", "shape"):
                name = function.attr
            else:  # a method: its object is the first argument, and the others say only how
                name, args = function.attr, [function.value]
        elif isinstance(function, ast.Name):
            name = function.id
        else:
            raise Unreadable("no notation for what is called")
        return self._function(name, args)

    def _function(self, name: str, args: list[ast.expr]) -> Layout:
        if name in ("mask", "where") and len(args) == (2 if name == "mask" else 3):
            condition, body = (args[1], args[0]) if name == "mask" else (args[0], args[1])
            return self._cases(body, condition, ast.Constant(0) if name == "mask" else args[2])
        if name in SILENT:
            return self.visit(args[0])
        if name == "mT":
            return self._transposed(args[0])
        if name in SUMS:
            return row(SIGN, sign("Σ "), bracketed(self.visit(args[0]), POWER))
        name = self.names.get(name, name)
        if len(args) == 1:
            if name == "exp":
                return Layout("power", POWER, (word("e"), self.visit(args[0])))
            if name in ROOTS:
                return Layout("root", POWER, (self.visit(args[0]),))
            if name == "abs":
                return Layout("bars", ATOM, (self.visit(args[0]),))
        return self._called({"log": "ln", "maximum": "max", "minimum": "min"}.get(name, name), args)

    def _called(self, name: str, args: list[ast.expr]) -> Layout:
        parts = [word(name)] if name else []
        parts.append(sign("("))
        for position, each in enumerate(args):
            parts += [sign(", ")] if position else []
            parts.append(self.visit(each))
        return row(ATOM, *parts, sign(")"))

    def _cases(self, body: ast.expr, condition: ast.expr, otherwise: ast.expr) -> Layout:
        first, test, rest = self.visit(body), self.visit(condition), self.visit(otherwise)
        joint = ", " if rest.binds == CONDITION else ", else "
        return row(CONDITION, bracketed(first, SUM), sign(" if "), bracketed(test, COMPARISON), sign(joint), rest)

    def _transposed(self, node: ast.expr) -> Layout:
        return Layout("power", POWER, (bracketed(self.visit(node), ATOM), word("T")))

    def _power(self, node: ast.BinOp) -> Layout:
        exponent = node.right
        half = _constant(exponent)
        base = self.visit(node.left)
        if half == 0.5:
            return Layout("root", POWER, (base,))
        if half == -0.5:
            return Layout("fraction", PRODUCT, (Layout("number", ATOM, ("1",)), Layout("root", POWER, (base,))))
        return Layout("power", POWER, (bracketed(base, ATOM), self.visit(exponent)))


def _constant(node: ast.expr) -> float | None:
    """The number that an expression of numbers alone is."""
    if all(isinstance(each, (ast.Constant, ast.operator, ast.unaryop, ast.BinOp, ast.UnaryOp)) for each in ast.walk(node)):
        return float(eval(compile(ast.Expression(node), "<formula>", "eval"), {"__builtins__": {}}))
    return None


def _divides(part: Layout) -> bool:
    return part.kind == "fraction" or (part.kind == "row" and any(each.kind == "fraction" for each in part.parts))


def as_text(part: Layout) -> str:
    """A layout as one line of Unicode."""
    if part.kind in ("word", "number", "sign"):
        return str(part.parts[0])
    if part.kind == "row":
        return "".join(as_text(each) for each in part.parts)
    if part.kind == "fraction":
        above, below = (as_text(bracketed(each, least)) for each, least in zip(part.parts, (PRODUCT, POWER)))
        return f"{above} / {below}"
    if part.kind == "power":
        base, exponent = as_text(part.parts[0]), as_text(part.parts[1])
        if exponent == "T":
            return base + "ᵀ"
        if all(letter in RAISED for letter in exponent):
            return base + "".join(RAISED[letter] for letter in exponent.replace(" ", ""))
        return f"{base}^{exponent if part.parts[1].binds == ATOM else f'({exponent})'}"
    if part.kind == "root":
        return "√" + as_text(bracketed(part.parts[0], ATOM))
    return f"|{as_text(part.parts[0])}|"


def as_mathml(part: Layout) -> str:
    """A layout as the inside of a MathML <math> element."""
    if part.kind in ("word", "number"):
        tag = "mn" if part.kind == "number" else "mi"
        return f"<{tag}>{html.escape(part.parts[0])}</{tag}>"
    if part.kind == "sign":
        text = html.escape(part.parts[0])
        return f"<mtext>{text}</mtext>" if any(each.isalpha() for each in text) and text != "Σ " else f"<mo>{text.strip()}</mo>"
    inner = [f"<mrow>{as_mathml(each)}</mrow>" for each in part.parts] if part.kind != "row" else []
    if part.kind == "row":
        return "".join(as_mathml(each) for each in part.parts)
    if part.kind == "fraction":
        return f"<mfrac>{''.join(inner)}</mfrac>"
    if part.kind == "power":
        return f"<msup>{''.join(inner)}</msup>"
    if part.kind == "root":
        return f"<msqrt>{''.join(inner)}</msqrt>"
    return f"<mrow><mo>|</mo>{''.join(inner)}<mo>|</mo></mrow>"
