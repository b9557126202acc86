"""The notation of the table in print, for `help()`: `g * (2 * x)` is g · 2 · x, `g / sqrt(1 - x * x)` is g / √(1 − x²).

A rule is Python and becomes text by a walk over its tree, with brackets only where precedence asks for them. A formula
may hold words (`0 if x < 0, else 1`), and has its signs replaced one by one.
"""

from __future__ import annotations

import ast
import re

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
