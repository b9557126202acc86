"""What `help()` says of a primitive: put together from its line in the table when somebody reads it.

A line of the table says what an operation is: its formula, its family, its rules. Only what no line can say is written
by hand, a sentence and an example, in `ops.descriptions`, which is not even loaded before.
"""

from __future__ import annotations

import ast
import functools
from typing import Any

from minigrad.engine.primitive import Operation

SHAPES = {
    ("elementwise", 1): "Shape: that of the argument.",
    ("elementwise", 2): "Shape: that to which the arguments broadcast; ShapeError where they do not.",
    ("linear", 1): "",
}


class Documentation(str):
    """The documentation of a primitive. It knows what it is about and is put together when it is read."""

    _of: Any

    def __new__(cls, primitive: Operation) -> Documentation:
        signature = f"{primitive.name}({', '.join(primitive.parameters)})"
        self = super().__new__(cls, f"{signature} = {primitive.formula}" if primitive.formula else signature)
        self._of = primitive
        return self

    def __str__(self) -> str:
        return text_of(self._of)

    def expandtabs(self, tabsize: Any = 8) -> str:
        """The text, for those who read documentation: `help`, `inspect`, `doctest` and Sphinx all begin with this."""
        return str(self)


@functools.cache
def text_of(primitive: Any) -> str:
    """The whole documentation of a primitive."""
    from minigrad.ops.descriptions import DESCRIPTIONS

    sentence, call, answer = DESCRIPTIONS.get(primitive.name, (primitive.name, "...", ""))
    first = str.__str__(primitive.__doc__ or "")
    parts = [sentence, f"    {first}", derivative_of(primitive), SHAPES[primitive.family, len(primitive.parameters)]]
    parts.append(f">>> {call}\n{answer}")
    return "\n\n".join(part for part in parts if part)


def derivative_of(primitive: Operation) -> str:
    """What each argument gets of the gradient, as the table has it."""
    shares = [f"    {argument}: {rule}" for argument, rule in rules_of(primitive).items() if rule]
    if not shares:
        return "There is no derivative."
    return "\n".join(["The gradient g of the result y goes to the arguments as", "", *shares])


def rules_of(primitive: Operation) -> dict[str, str]:
    """The rule of each argument, as it is written in the table; empty where there is none."""
    file, line = primitive.defined
    for node in ast.walk(_page(file)):
        if isinstance(node, ast.Call) and node.lineno == line and ast.unparse(node.func) == primitive.family:
            return {each.arg or "": _rule(each.value) for each in node.keywords if each.arg != "view"}
    return {}


def _rule(value: ast.expr) -> str:
    if isinstance(value, ast.Lambda):
        return ast.unparse(value.body)
    return {"None": "", "zero": "0"}.get(text := ast.unparse(value), text)


@functools.cache
def _page(file: str) -> ast.Module:
    with open(file, encoding="utf-8") as page:
        return ast.parse(page.read())
