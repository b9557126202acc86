"""The gradients that belong to a graph: of each operation's output, and of each argument's share.

Those of the recorded backward pass if there was one. Otherwise a pass is run that leaves no trace: nothing is freed, no
`.grad` changes and no hook is called.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.errors import GraphError
from minigrad.viz import engine
from minigrad.viz.engine import FunctionNode, Node, Observer, Variable, observing, propagate
from minigrad.viz.graph.elements import Edge, Graph, Vertex
from minigrad.viz.recording.values import array_of


class Gradients(Observer):
    """Gradients by node. Of a node that several passes went through, those of the last."""

    def __init__(self) -> None:
        self.seeds: dict[Node, Any] = {}
        """What passes began with, by the node of the output."""
        self._of: dict[Node, Any] = {}
        self._shares: dict[Node, list[Any]] = {}

    def backward(self, node: Node, g: Any, contributions: Sequence[tuple[Node, Any]]) -> None:
        self._of[node] = array_of(g)
        # With `inputs=` a pass takes only some of the edges: those to a node that got a share.
        reached = {target for target, _ in contributions}
        given = iter(contributions)
        self._shares[node] = [array_of(next(given)[1]) if target in reached else None for target, _, _ in node.edges]

    def of(self, vertex: Vertex) -> Any:
        """The gradient of the vertex's value, an array, or None if none reached it."""
        return self._of.get(vertex.node) if vertex.node is not None else None

    def share(self, edge: Edge) -> Any:
        """What came back across an edge, in the shape of its value; across several that are drawn as one, the sum."""
        total = None
        for each in edge.whole:
            given = self._given(each)
            if given is not None:
                if each.target.kind != "output" and each.target.node is not None and each.slot is not None:
                    given = unbroadcast(given, each.target.node.edges[each.slot][0])
                total = given if total is None else total + given
        return total

    def _given(self, edge: Edge) -> Any:
        """What came back across an edge, as the rule gave it: perhaps in a shape that is still broadcast."""
        if edge.slot is None or edge.target.node is None:
            node = edge.target.node if edge.target.kind == "output" else None
            return None if node is None else self.seeds.get(node)
        shares = self._shares.get(edge.target.node)
        return shares[edge.slot] if shares is not None else None


def gradients_of(graph: Graph, outputs: Sequence[Variable]) -> Gradients:
    """The gradients of the sum of `outputs` in a graph that leads to them.

    GraphError if the graph has been freed and no backward pass was recorded, or if no output requires grad.
    """
    found = Gradients()
    if graph.recording is not None and graph.recording.steps:
        turn = -1
        for step in graph.recording.steps:
            found.backward(step.node, step.gradient, step.contributions)
            if step.turn != turn:
                turn = step.turn
                found.seeds[step.node] = step.gradient
        if any(found.of(each) is not None for each in graph.outputs):
            return found
    if graph.freed:
        raise GraphError(
            "the backward pass has freed what it needed, so its gradients cannot be shown. Draw before backward(), "
            "call backward(retain_graph=True), or run both within `with viz.record():`."
        )
    seeds = [(each.node, np.ones_like(each.array)) for each in outputs if each.node is not None]
    if not seeds:
        raise GraphError("there is no backward pass to show: the output does not require grad")
    found.seeds = dict(seeds)
    run_unnoticed(graph, seeds, found)
    return found


def run_unnoticed(graph: Graph, seeds: list[tuple[Node, Any]], observer: Observer) -> None:
    """A backward pass that only `observer` learns of: it frees nothing, changes no `.grad` and calls no hook."""
    hooked = [(node, node.hooks) for node in (each.node for each in graph.vertices) if node is not None and node.hooks]
    for node, _ in hooked:
        node.hooks = None
    try:
        with observing(observer):
            propagate(seeds, retain_graph=True)
    finally:
        for node, hooks in hooked:
            node.hooks = hooks


def unbroadcast(given: Any, target: Node) -> Any:
    """A share in the shape of the argument that it belongs to: what was broadcast is summed."""
    if isinstance(target, FunctionNode):
        return given
    return engine.unbroadcast(given, target.shape, target.dtype, target.name)


def local_derivative(edge: Edge) -> Any:
    """The derivative of an edge's operation in this argument, where that is an array: what its own rule gives for ones.

    So it is for what acts on each element by itself (the diagonal of the Jacobian) and for what gives a single number
    (its only row). None for another linear map, and where the values have been freed and nothing recorded them.
    """
    vertex, node, operation = edge.target, edge.target.node, edge.target.operation
    if node is None or operation is None or edge.slot is None:
        return None
    if operation.family != "elementwise" and vertex.count != 1:
        return None
    target, rule, values = node.edges[edge.slot]
    ones = np.ones(vertex.shape, vertex.dtype)
    call = vertex.call
    with np.errstate(all="ignore"):
        if call is not None and call.result.array is not None:
            arrays = [each.array for each in call.arguments]
            local = (
                None
                if any(each is None for each in arrays)
                else rule.formula(ones, *rule.collect(call.result.array, arrays, call.static))
            )
            if local is not None:
                return local if rule.part is None else local[rule.part]
        if values is None:
            return None
        twins = [slot for slot, each in enumerate(node.edges) if each[0] is target]
        return list(node.pull(ones, {target}))[twins.index(edge.slot)][1]
