"""From an expression in Python to a formula: what each operator and each helper looks like on paper."""

from __future__ import annotations

import ast
import copy
import math
from collections.abc import Mapping
from typing import Any

from minigrad.viz.formulas.numbers import is_number, number
from minigrad.viz.formulas.typeset import (
    ATOM,
    COMPARISON,
    CONDITION,
    POWER,
    PRODUCT,
    SIGN,
    SUM,
    TOTAL,
    Term,
    as_text,
    beside,
    bracketed,
    divides,
    row,
    sign,
    word,
)

SUMS = frozenset({"sum", "Σ", "Π"})
SILENT = frozenset({"lifted", "columns", "tuple"})
SILENT_METHODS = frozenset({"reshape", "tolist"})
"""What goes without saying in formulas: to give axes of size 1 back or take them away, and to make a tuple."""
COMPARED: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "≤",
    ast.Gt: ">",
    ast.GtE: "≥",
    ast.Eq: "=",
    ast.NotEq: "≠",
}


class UnreadableError(ValueError):
    """An expression with something that has no notation here."""


class Parser(ast.NodeVisitor):
    """Makes a term from a tree. `values` are put in the place of names, where they are single numbers."""

    def __init__(self, values: Mapping[str, Any], names: Mapping[str, str], textbook: bool = False) -> None:
        self.values = values
        self.names = names
        """What the functions of the tree are called: permute_p is permute."""
        self.textbook = textbook
        """Whether `@` is written as on paper, by nothing at all, and brackets hold indices."""

    def visit(self, node: ast.AST) -> Term:
        return super().visit(node)  # type: ignore[no-any-return]

    def generic_visit(self, node: ast.AST) -> Term:
        raise UnreadableError(f"no notation for {type(node).__name__}")

    def visit_Name(self, node: ast.Name) -> Term:
        value: Any = self.values.get(node.id)
        if isinstance(value, (bool, int, float)) or (hasattr(value, "dtype") and math.prod(value.shape) == 1):
            return _number(value)
        return word(f"shape of {node.id[:-6]}" if node.id.endswith("_shape") else node.id)

    def visit_Constant(self, node: ast.Constant) -> Term:
        if isinstance(node.value, (bool, int, float)):
            return _number(node.value)
        raise UnreadableError(f"no notation for {node.value!r}")

    def visit_Attribute(self, node: ast.Attribute) -> Term:
        if isinstance(node.value, ast.Name) and node.value.id in ("math", "np"):
            return word({"inf": "∞"}.get(node.attr, node.attr))
        if node.attr in ("T", "mT"):
            return self._transposed(node.value)
        if node.attr == "shape" and isinstance(node.value, ast.Name):
            return word(f"shape of {node.value.id}")
        raise UnreadableError(f"no notation for .{node.attr}")

    def visit_Tuple(self, node: ast.Tuple) -> Term:
        return self._called("", node.elts)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> Term:
        """What is done with each element of a sequence, written as if with the whole: −shifts."""
        (each,) = node.generators
        if not isinstance(each.target, ast.Name) or each.ifs:
            raise UnreadableError("no notation for this generator")
        return self.visit(_Whole(each.target.id, each.iter).visit(copy.deepcopy(node.elt)))

    def visit_Starred(self, node: ast.Starred) -> Term:
        return row(ATOM, self.visit(node.value), sign("…"))

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Term:
        if isinstance(node.op, ast.USub):
            return row(SIGN, sign("−"), bracketed(self.visit(node.operand), POWER))
        if isinstance(node.op, (ast.Invert, ast.Not)):
            return row(SIGN, sign("¬"), bracketed(self.visit(node.operand), POWER))
        raise UnreadableError("no notation for a plus sign")

    def visit_BinOp(self, node: ast.BinOp) -> Term:
        if isinstance(node.op, ast.Pow):
            return self._power(node)
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.Add):
            return row(SUM, bracketed(left, SUM), sign(" + "), beside(right, SUM))
        if isinstance(node.op, ast.Sub):
            return row(SUM, bracketed(left, SUM), sign(" − "), beside(right, TOTAL))
        if isinstance(node.op, ast.Div):
            return Term("fraction", PRODUCT, (left, right))
        if isinstance(node.op, ast.MatMult) and self.textbook:
            short = all(len(as_text(each).replace("ᵀ", "")) == 1 for each in (left, right))
            return row(PRODUCT, bracketed(left, PRODUCT), sign("" if short else " "), beside(right, SIGN))
        if isinstance(node.op, ast.MatMult):
            return row(PRODUCT, bracketed(left, PRODUCT), sign(" @ "), beside(right, SIGN))
        if isinstance(node.op, ast.Mult):
            if left.kind == "number" and right.kind == "word":
                return row(PRODUCT, left, right)
            least = SIGN if divides(right) else PRODUCT
            return row(PRODUCT, bracketed(left, PRODUCT), sign(" · "), beside(right, least))
        if isinstance(node.op, (ast.BitAnd, ast.BitOr)):
            joint = " and " if isinstance(node.op, ast.BitAnd) else " or "
            return row(CONDITION, bracketed(left, COMPARISON), sign(joint), bracketed(right, COMPARISON))
        raise UnreadableError(f"no notation for {type(node.op).__name__}")

    def visit_Compare(self, node: ast.Compare) -> Term:
        parts = [bracketed(self.visit(node.left), SUM)]
        for operator, right in zip(node.ops, node.comparators):
            if type(operator) not in COMPARED:
                raise UnreadableError(f"no notation for {type(operator).__name__}")
            parts += [sign(f" {COMPARED[type(operator)]} "), bracketed(self.visit(right), SUM)]
        return row(COMPARISON, *parts)

    def visit_IfExp(self, node: ast.IfExp) -> Term:
        return self._cases(node.body, node.test, node.orelse)

    def visit_Subscript(self, node: ast.Subscript) -> Term:
        if self.textbook:
            return Term("index", ATOM, (bracketed(self.visit(node.value), ATOM), self._indices(node.slice)))
        return row(ATOM, bracketed(self.visit(node.value), ATOM), sign(f"[{ast.unparse(node.slice).strip('()')}]"))

    def _indices(self, node: ast.expr) -> Term:
        parts: list[Term] = []
        for each in node.elts if isinstance(node, ast.Tuple) else [node]:
            parts += [sign(", "), self.visit(each)] if parts else [self.visit(each)]
        return row(ATOM, *parts)

    def visit_Call(self, node: ast.Call) -> Term:
        function, args = node.func, list(node.args)
        if isinstance(function, ast.Subscript) and isinstance(function.value, ast.Name):  # Σ[i](...)
            over = Term("over", ATOM, (sign(function.value.id), self._indices(function.slice)))
            return self._summed(over, args[0])
        if isinstance(function, ast.Attribute):
            if isinstance(function.value, ast.Name) and function.value.id in ("math", "np", "shape"):
                name = function.attr
            elif function.attr in SILENT_METHODS:
                return self.visit(function.value)
            else:  # a method: its object is the first argument, and the others say only how
                name, args = function.attr, [function.value]
        elif isinstance(function, ast.Name):
            name = function.id
        else:
            raise UnreadableError("no notation for what is called")
        if name in ("mask", "where") and len(args) == (2 if name == "mask" else 3):
            condition, body = (args[1], args[0]) if name == "mask" else (args[0], args[1])
            return self._cases(body, condition, ast.Constant(0) if name == "mask" else args[2])
        if len(args) == 1 and (known := self._known(name, args[0])) is not None:
            return known
        if name in SILENT:
            return self.visit(args[0])
        if name == "times":  # of matrices
            return self.visit(ast.BinOp(args[0], ast.MatMult(), args[1]))
        name = self.names.get(name, name)
        if name == "vecdot":
            return self._summed(sign("Σ"), ast.BinOp(args[0], ast.Mult(), args[1]))
        return self._called({"maximum": "max", "minimum": "min", "gamma": "Γ"}.get(name, name), args, node.keywords)

    def _known(self, name: str, arg: ast.expr) -> Term | None:
        """A function that has a notation of its own."""
        if name in SUMS or self.names.get(name) in SUMS:
            return self._summed(sign("Π" if name == "Π" else "Σ"), arg)
        if name in ("log", "ln"):
            inner = self.visit(arg)
            if inner.kind == "word":
                return row(SIGN, word("ln"), sign(" "), inner)
            return row(ATOM, word("ln"), bracketed(inner, ATOM + 1))
        if name == "mT":
            return self._transposed(arg)
        if name == "exp":
            return Term("power", POWER, (word("e"), self.visit(arg)))
        if name == "sqrt":
            return Term("root", POWER, (self.visit(arg),))
        return Term("bars", ATOM, (self.visit(arg),)) if name == "abs" else None

    def _summed(self, over: Term, arg: ast.expr) -> Term:
        inner = self.visit(arg)
        return row(TOTAL if inner.binds < SIGN else SIGN, over, sign(" "), bracketed(inner, PRODUCT))

    def _called(self, name: str, args: list[ast.expr], keywords: list[ast.keyword] | None = None) -> Term:
        parts = [Term("word", ATOM, (name.strip("_"),))] if name else []
        parts.append(sign("("))
        for position, each in enumerate(args):
            parts += [sign(", ")] if position else []
            parts.append(self.visit(each))
        for keyword in keywords or ():
            if keyword.arg != ast.unparse(keyword.value):  # what is handed on under its own name goes without saying
                parts += [sign(", "), word(keyword.arg or ""), sign(" = "), self._setting(keyword.value)]
        return row(ATOM, *parts, sign(")"))

    def _setting(self, node: ast.expr) -> Term:
        """The value of a keyword, where it can be read."""
        try:
            return self.visit(node)
        except UnreadableError:
            return sign("…")

    def _cases(self, body: ast.expr, condition: ast.expr, otherwise: ast.expr) -> Term:
        first, test, rest = self.visit(body), self.visit(condition), self.visit(otherwise)
        joint = ", " if rest.binds == CONDITION else ", else "
        return row(CONDITION, bracketed(first, SUM), sign(" if "), bracketed(test, COMPARISON), sign(joint), rest)

    def _transposed(self, node: ast.expr) -> Term:
        return Term("power", POWER, (bracketed(self.visit(node), ATOM), word("T")))

    def _power(self, node: ast.BinOp) -> Term:
        exponent = node.right
        half = _constant(exponent, self.values)
        base = self.visit(node.left)
        if half == 0.5:
            return Term("root", POWER, (base,))
        if half == -0.5:
            return Term("fraction", PRODUCT, (Term("number", ATOM, ("1",)), Term("root", POWER, (base,))))
        raised = self.visit(exponent) if half is None else Term("number", ATOM, (number(half),))
        if raised.parts == ("1",):
            return base
        return Term("power", POWER, (bracketed(base, ATOM), raised))


class _Whole(ast.NodeTransformer):
    """Puts a sequence in the place of the name of its element."""

    def __init__(self, name: str, sequence: ast.expr) -> None:
        self.name, self.sequence = name, sequence

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.sequence if node.id == self.name else node


def _number(value: Any) -> Term:
    """A number, which binds as its sign or its power of ten does."""
    text = number(value)
    return Term("number", SIGN if text.startswith("−") else PRODUCT if "·" in text else ATOM, (text,))


def _constant(node: ast.expr, values: Mapping[str, Any]) -> float | None:
    """The number that an expression of numbers, and of names that stand for one, is."""
    numeric = (ast.Constant, ast.operator, ast.unaryop, ast.BinOp, ast.UnaryOp, ast.Name, ast.expr_context)
    parts = list(ast.walk(node))
    names = {each.id for each in parts if isinstance(each, ast.Name)}
    if not all(isinstance(each, numeric) for each in parts) or not all(is_number(values.get(each)) for each in names):
        return None
    code = compile(ast.fix_missing_locations(ast.Expression(node)), "<formula>", "eval")
    try:
        return float(eval(code, {"__builtins__": {}, **{each: float(values[each]) for each in names}}))
    except (ArithmeticError, TypeError):  # 1 / 0, or the root of a negative number
        return None
