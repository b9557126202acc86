"""Why a step of a backward pass is taken, in the words of its rule."""

from __future__ import annotations

from typing import Any

from minigrad.engine.node import Node
from minigrad.engine.primitive import Operation


def has_hooks(node: Node) -> bool:
    """Whether anything of the user's is called when a gradient comes to a node."""
    hooks = node.hooks
    called = hooks is not None and (hooks.on_gradient or hooks.before or hooks.after or hooks.kept)
    return bool(called or getattr(node, "after", None))


def said(step: str, operation: Operation | None, argument: str) -> str:
    """The rule of an operation as a comment: 'relu: g if y > 0, else 0'. `step` is what the rule carries out."""
    from minigrad.viz.formulas.notation import rule  # here, because viz is built on programs too

    if operation is None:
        return ""
    if not argument:
        return {"sum": "what was broadcast is summed", "add": "all shares together"}.get(step, "")
    variadic = operation.parameters[0].startswith("*")
    told: Any = rule(operation, argument.rstrip("0123456789") if variadic else argument)
    return f"{operation.name}: {told.text()}" if told is not None else operation.name
