"""What `help()` says of a primitive: put together from its line in the table when somebody reads it.

A line of the table says what an operation is: its formula, its family, its rules. Which dtypes it takes and gives, the
operation itself tells when it is tried. Only what neither can say is written by hand, a sentence and an example, in
`ops.descriptions`, which is not even loaded before.
"""

from __future__ import annotations

import functools
import sys
from typing import Any

import numpy as np

from minigrad.engine.primitive import Operation

SHAPES = {
    ("elementwise", 1): "Each element by itself; the result has the shape of the argument.",
    ("elementwise", 2): "Each pair of elements by itself; the arguments broadcast, ShapeError where they cannot.",
    ("linear", 1): "Linear: its derivative is the operation itself.",
    ("linear", 2): "Linear in its arguments together: its derivative is the operation itself.",
    ("bilinear", 2): "Linear in each of its arguments while the other is held.",
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
    from minigrad.ops.typesetter import printed

    sentence, *arguments, answer = DESCRIPTIONS[primitive.name]
    given = ", ".join(f"mg.tensor({each})" if each.startswith("[") else each for each in arguments)
    call = f"{_home(primitive)}.{primitive.name}({given})"
    formula = f"    {printed(str.__str__(primitive.__doc__ or ''))}" if primitive.formula else ""
    kind = "\n".join([SHAPES.get((primitive.family, len(primitive.parameters)), ""), *dtypes_of(primitive)])
    parts = [sentence, formula, derivative_of(primitive), kind.strip(), f">>> {call}\n{answer}"]
    return "\n\n".join(part for part in parts if part)


def derivative_of(primitive: Operation) -> str:
    """What each argument gets of the gradient, and what the functions are that are named there."""
    from minigrad.ops.typesetter import Typesetter

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
    import ast

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
    from minigrad.ops.public import PUBLIC
    from minigrad.ops.typesetter import printed

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
    from minigrad.ops.public import PUBLIC

    return "mg" if primitive.name in PUBLIC else "mg.special"


@functools.cache
def _page(file: str) -> Any:
    import ast

    with open(file, encoding="utf-8") as page:
        return ast.parse(page.read())
