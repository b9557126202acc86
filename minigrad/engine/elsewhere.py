"""What nodes and what they have saved are called elsewhere: programs written for PyTorch ask for these names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from minigrad.errors import GraphError

if TYPE_CHECKING:
    from minigrad.engine.node import Node

SAVED_AS = {"result": "y", "self": 0, "input": 0, "other": 1, "exponent": 1}
"""PyTorch's names for what nodes have saved, where the tables have others: the output, or an argument by its place."""


METADATA: WeakKeyDictionary[Node, dict[str, Any]] = WeakKeyDictionary()
"""What users have noted of nodes, as `node.metadata`: few do, so that it is no attribute of every node."""


class Name(str):
    """What a node is called: `node.name`, and as PyTorch has it, `node.name()`."""

    __slots__ = ()

    def __call__(self) -> str:
        return str(self)


LEAF = Name("leaf")


def saved_under(node: Node, name: str) -> Any:
    """What `node` has saved under a name such as `_saved_self`, `_saved_result` or `_saved_dim`.

    AttributeError for what it saves not, GraphError for what it has saved no more.
    """
    if name == "metadata":
        return METADATA.setdefault(node, {})
    if name.startswith("_saved_") and node.operation is not None:
        asked = SAVED_AS.get(own := name.removeprefix("_saved_"), own)
        need = node.operation.parameters[asked] if isinstance(asked, int) else asked
        for _, rule, values in node.unpacked():
            if need in rule.needs:
                if values is None:
                    raise GraphError(f"{node.name}: {own!r} was saved, and freed by a backward pass that has been")
                return node.lifted(rule, values)[rule.needs.index(need)]
        if need in node.static:
            return node.static[need]
    raise AttributeError(f"{type(node).__name__!r} object, of {node.name}, has no attribute {name!r}")
