"""The backward pass: youngest first.

The youngest node that waits is taken, its gradient is carried across its edges, and each contribution is added to what
the argument's node has received so far. When a node's turn comes, all its consumers, being younger, have spoken: its
gradient is complete. A heap keeps the order. Nothing recurses, so a graph of a million nodes is only longer.

Leaves collect until the end of the pass. If a rule fails on the way, no `.grad` has changed.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from typing import Any

import numpy as np

from minigrad.engine.broadcast import unbroadcast
from minigrad.engine.mode import FORWARD, RULE, at, set_grad_enabled
from minigrad.engine.node import Node, Variable
from minigrad.engine.observers import observers
from minigrad.engine.versions import writes
from minigrad.errors import ShapeError


class Pass:
    """One walk of the backward pass, from its seeds to its end.

    `accumulates`: whether what arrives is added to `.grad`, rather than returned.
    """

    __slots__ = ("accumulates",)

    def __init__(self, accumulates: bool) -> None:
        self.accumulates = accumulates


def propagate(
    seeds: Iterable[tuple[Node, Any]],
    inputs: Iterable[Node] | None = None,
    *,
    retain_graph: bool = False,
    create_graph: bool = False,
    accumulates: bool = False,
) -> dict[Node, Any]:
    """Carry the gradients `seeds` of some nodes back through the graph; the gradient that each input received.

    Without `inputs`, every leaf that is reached. With them, only the paths that lead to one are walked. Gradients are
    arrays, or with `create_graph` Variables whose own history is recorded.
    """
    targets = None if inputs is None else set(inputs)
    wanted = None if targets is None else on_the_way([node for node, _ in seeds], targets)
    pending: dict[Node, Any] = {}  # the gradients so far of nodes that wait for their turn
    queue: list[tuple[int, Node]] = []
    arrived: dict[Node, Any] = {}
    with np.errstate(all="ignore"), set_grad_enabled(create_graph), at(RULE, Pass(accumulates)):
        contributions: Iterable[tuple[Node, Any]] = seeds
        node: Node | None = None  # the one that gave them
        while True:
            for target, g in contributions:
                if g.shape != target.shape or g.dtype is not target.dtype:
                    if target.outputs and node is not None:  # `node` is one of its results: each has a gradient
                        if target not in pending:
                            pending[target] = {}
                            heapq.heappush(queue, (-target.order, target))
                        pending[target][node.number] = g
                        continue
                    g = unbroadcast(g, target.shape, target.dtype, target.name)
                if target in pending:
                    pending[target] = pending[target] + g
                else:
                    pending[target] = g
                    heapq.heappush(queue, (-target.order, target))
            if not queue:
                return arrived
            node = heapq.heappop(queue)[1]
            g = pending.pop(node)
            if node.hooks:
                g = hooked(node, g)
            if node.operation is None if targets is None else node in targets:
                arrived[node] = g
            if wanted is not None and not any(edge[0] in wanted for edge in node.edges):
                contributions = ()
                continue
            if node.order < writes.latest:
                writes.check(node)
            contributions = list(node.pull(g, wanted))
            if observers:
                for observer in observers:
                    observer.backward(node, g, contributions)
            if not retain_graph:
                node.free()


def on_the_way(starts: Iterable[Node], targets: set[Node]) -> set[Node]:
    """The nodes from which a target can be reached, the targets among them."""
    oldest = min((target.order for target in targets), default=0)
    seen: set[Node] = set()
    stack = list(starts)
    while stack:
        node = stack.pop()
        if node not in seen and node.order >= oldest:
            seen.add(node)
            stack.extend(edge[0] for edge in node.edges)
    wanted = targets & seen
    for node in sorted(seen, key=lambda each: each.order):
        if any(edge[0] in wanted for edge in node.edges):
            wanted.add(node)
    return wanted


def hooked(node: Node, g: Any) -> Any:
    """The gradient after the hooks of `node` have seen it; each may replace it."""
    plain = not isinstance(g, Variable)
    for hook in list((node.hooks or {}).values()):
        seen = Variable.wrap(np.asarray(g)) if plain and not isinstance(g, Variable) else g
        with at(FORWARD):
            answer = hook(seen)
        if answer is not None:
            if not isinstance(answer, Variable):
                raise TypeError(f"a hook returns None or a Tensor, not {type(answer).__name__}")
            if answer.array.shape != node.shape:
                raise ShapeError(
                    f"a hook gave a gradient of shape {answer.array.shape} for a tensor of shape {node.shape}"
                )
            if answer.array.dtype != node.dtype:
                raise TypeError(
                    f"a hook gave a gradient of dtype {answer.array.dtype} for a tensor of dtype {node.dtype}"
                )
            g = answer.array if plain else answer
    return g
