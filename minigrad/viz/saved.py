"""What an operation keeps for the backward pass: the arrays that its rules asked for, each once."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from typing import Any

from minigrad.engine.function import Function
from minigrad.engine.function_node import FunctionNode
from minigrad.engine.node import Node
from minigrad.engine.primitive import Operation, Rule
from minigrad.viz.model import Saved
from minigrad.viz.recording import Call


def argument_name(operation: Operation, position: int) -> str:
    """What an operation calls its argument at a position."""
    first = operation.parameters[0]
    return f"{first[1:]}[{position}]" if first.startswith("*") else operation.parameters[position]


def argument_names(node: FunctionNode) -> list[str]:
    """What the forward of a Function calls the arguments that its node has edges to."""
    parameters = inspect.signature(node.function.forward).parameters.values()
    names = [each.name for each in parameters if each.kind is not each.VAR_POSITIONAL]
    if node.function.setup_context is Function.setup_context:
        names = names[1:]  # the first is ctx
    return [names[i] if i < len(names) else f"input {i}" for i, each in enumerate(node.inputs) if each is not None]


def saved_by_node(node: Node) -> tuple[Saved, ...]:
    """The arrays that a node holds, each once."""
    return tuple(_distinct(node.saved()))


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


def _distinct(held: Iterable[tuple[str, Any]]) -> Iterator[Saved]:
    seen: set[int] = set()
    for name, value in held:
        if hasattr(value, "nbytes") and hasattr(value, "dtype") and id(value) not in seen:
            seen.add(id(value))
            yield Saved(name, tuple(value.shape), value.dtype, value.nbytes)
