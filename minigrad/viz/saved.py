"""What an operation keeps for the backward pass: the arrays that its rules asked for, each once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from minigrad.autograd.function import FunctionNode
from minigrad.autograd.node import Node, Variable
from minigrad.autograd.primitive import Operation, Rule
from minigrad.viz.model import Saved
from minigrad.viz.recording import Call


def argument_name(operation: Operation, position: int) -> str:
    """What an operation calls its argument at a position."""
    first = operation.parameters[0]
    return f"{first[1:]}[{position}]" if first.startswith("*") else operation.parameters[position]


def saved_by_node(node: Node) -> tuple[Saved, ...]:
    """The arrays that a node holds, each once."""
    held = [pair for _, rule, values in node.edges if rule is not None for pair in zip(rule.needs, values or ())]
    if isinstance(node, FunctionNode):
        held = [(f"saved {i}", each.array) for i, each in enumerate(node.ctx._saved) if isinstance(each, Variable)]
    return tuple(_distinct(held))


def saved_by_call(call: Call) -> tuple[Saved, ...]:
    """The arrays that the rules of a recorded operation asked for, also when they have been freed since."""
    sources = {"y": call.result}
    sources |= {argument_name(call.operation, i): value for i, value in enumerate(call.arguments)}
    held: list[tuple[str, Any]] = []
    rules: tuple[Rule | None, ...] = call.operation.rules_for(len(call.arguments))
    for rule, traced in zip(rules, call.traced):
        if rule is not None and traced:
            held += [(need, sources[need].source if need in sources else call.static.get(need)) for need in rule.needs]
    return tuple(_distinct(held))


def _distinct(held: Sequence[tuple[str, Any]]) -> Iterator[Saved]:
    seen: set[int] = set()
    for name, value in held:
        if hasattr(value, "nbytes") and hasattr(value, "dtype") and id(value) not in seen:
            seen.add(id(value))
            yield Saved(name, tuple(value.shape), value.dtype, value.nbytes)
