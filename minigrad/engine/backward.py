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
from minigrad.engine.hooked import after, arriving, before
from minigrad.engine.mode import RULE, mode
from minigrad.engine.node import Node
from minigrad.engine.observers import observed_step, observers
from minigrad.engine.versions import writes
from minigrad.engine.walk import Callback, Pass, on_the_way


def propagate(
    seeds: Iterable[tuple[Node, Any]],
    inputs: Iterable[Node] | None = None,
    *,
    retain_graph: bool = False,
    create_graph: bool = False,
    accumulates: bool = False,
    callbacks: list[Callback] | None = None,
) -> dict[Node, Any]:
    """Carry the gradients `seeds` of some nodes back through the graph; the gradient that each input received.

    Without `inputs`, every leaf that is reached. With them, only the paths that lead to one are walked. Gradients are
    arrays, or with `create_graph` Variables whose own history is recorded. What is queued on the way for the end of the
    pass is left to the caller, in `callbacks`.
    """
    targets = None if inputs is None else set(inputs)
    starts = [node for node, _ in seeds]
    wanted = None if targets is None else on_the_way(starts, targets)
    queued: list[Callback] = [] if callbacks is None else callbacks
    outside = mode.stage, mode.walk, mode.recording
    try:
        mode.stage, mode.walk, mode.recording = RULE, Pass(accumulates, starts, wanted, queued), create_graph
        with np.errstate(all="ignore"):
            return _walk(seeds, targets, wanted, retain_graph)
    finally:
        mode.stage, mode.walk, mode.recording = outside


def _walk(contributions: Any, targets: set[Node] | None, wanted: set[Node] | None, retain: bool) -> dict[Node, Any]:
    """The pass itself: the youngest node that waits is next, until none waits."""
    pending: dict[Node, Any] = {}  # the gradients so far of nodes that wait for their turn
    queue: list[tuple[int, Node]] = []
    arrived: dict[Node, Any] = {}
    node: Node | None = None  # the one that gave the contributions
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
        hooks = node.hooks
        if hooks is not None:
            g = arriving(hooks, node, g)
            if mode.walk.accumulates and node.operation is None:
                g = before(hooks, node, g)
        if node.operation is None if targets is None else node in targets:
            arrived[node] = g
        if wanted is not None and not any(edge[0] in wanted for edge in node.edges):
            contributions = ()
            continue
        if node.order < writes.latest:
            writes.check(node)
        if hooks is not None and node.operation is not None:
            g = before(hooks, node, g)
        if observers:
            contributions = observed_step(node, g, wanted)
        else:
            contributions = list(node.pull(g, wanted))
            if hooks is not None:
                contributions = after(hooks, node, g, contributions)
        if not retain:
            node.free()
