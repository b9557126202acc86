"""One graph as a sequence of steps: forward by age, backward youngest first, each with everything that is added.

The backward steps are those of the engine itself: of the pass that was recorded, or of one that is run now, under an
observer, and leaves no trace. Nothing is differentiated here. What is worked out is the bookkeeping between the steps:
which share arrived across which edge, what it was after a broadcast had been summed back, and the sum so far.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from minigrad.errors import GraphError
from minigrad.viz.engine import Leaf, Node, Observer, OutputNode, Variable, accumulate
from minigrad.viz.graph.elements import Edge, Graph, Vertex
from minigrad.viz.graph.findings import Finding, findings_of
from minigrad.viz.graph.passes import Gradients, run_unnoticed, unbroadcast
from minigrad.viz.recording.records import Pass, Step
from minigrad.viz.recording.values import array_of, held_by


@dataclass(eq=False, slots=True)
class Share:
    """A part of a gradient, on its way back across an edge."""

    edge: Edge
    given: Any
    """As the rule gave it: where the argument was broadcast, still in the shape of the output."""
    added: Any
    """In the shape of the argument: what was stretched is summed."""
    total: Any
    """What the argument has received so far, this share included."""

    @property
    def summed(self) -> tuple[int, ...]:
        """The axes of `given` that are summed back."""
        shape = tuple(self.added.shape)
        before = len(self.given.shape) - len(shape)
        return tuple(i for i, n in enumerate(self.given.shape) if i < before or shape[i - before] != n)


@dataclass(eq=False, slots=True)
class Turn:
    """A step of the backward pass: the gradient of a vertex is complete and goes on to what it was computed from."""

    vertex: Vertex
    gradient: Any
    received: list[Share]
    """The shares that it is the sum of, in the order of their arrival."""
    gives: list[Share] = field(default_factory=list)
    before: Any = None
    """At a leaf: what `.grad` held before, if that is known."""
    after: Any = None
    """At a leaf: what `.grad` holds afterwards, if that is known."""

    @property
    def hooked(self) -> bool:
        """Whether a hook has changed the sum."""
        if not self.received or self.gradient is None:
            return False
        return not np.array_equal(self.received[-1].total, self.gradient, equal_nan=True)


@dataclass(eq=False, slots=True)
class Walk:
    """All steps of a graph."""

    graph: Graph
    forward: list[Vertex]
    """The operations, in the order in which they ran."""
    backward: list[Turn]
    """The steps back, in the order in which the engine took them."""
    recorded: bool
    """Whether `backward` is a pass that the program ran, rather than one that was run to be shown."""
    adds: bool = True
    """Whether the pass adds to `.grad`; one of `autograd.grad` does not."""
    findings: list[Finding] = field(default_factory=list)
    """What is remarkable."""
    inside: dict[Vertex, Any] = field(default_factory=dict)
    """The gradients of the operations that public calls consist of."""

    @property
    def shares(self) -> dict[Edge, Share]:
        """What came back across each edge."""
        return {share.edge: share for turn in self.backward for share in turn.received}


class _Watch(Observer):
    """Notes the steps of a backward pass."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def backward(self, node: Node, g: Any, contributions: Sequence[tuple[Node, Any]]) -> None:
        self.steps.append(Step(node, array_of(g), tuple(contributions), 0))


def walk_of(graph: Graph, loss: Variable) -> Walk:
    """The steps of `graph`, which leads to `loss` alone.

    GraphError if `loss` does not require grad, if values are missing because nothing recorded them, or if the graph has
    been freed by a backward pass that was not recorded.
    """
    if loss.node is None:
        raise GraphError("there is no backward pass to show: this tensor does not require grad")
    if graph.recording is None or not graph.recording.values.kept:
        how = "record(values=False) kept only shapes" if graph.recording is not None else "nothing recorded this tensor"
        raise GraphError(f"the values of this graph are not known: {how}. Compute it within `with viz.record():`.")
    steps, recorded = _steps(graph, loss)
    backward = _turns(graph, steps)
    for turn in backward:
        leaf = turn.vertex.node
        if isinstance(leaf, Leaf) and (recorded is None or (recorded.adds and leaf in recorded.held)):
            turn.before = held_by(leaf) if recorded is None else recorded.held[leaf]
            turn.after = _sum(turn.before, turn.gradient)
    forward = [each for each in graph.vertices if each.kind == "operation"]
    walk = Walk(graph, forward, backward, recorded is not None, recorded is None or recorded.adds)
    gradients = Gradients()
    for step in steps:
        gradients.backward(step.node, step.gradient, step.contributions)
    walk.findings = findings_of(graph, gradients)
    return walk


def _steps(graph: Graph, loss: Variable) -> tuple[list[Step], Pass | None]:
    """The steps of the backward pass from `loss`, and the pass if it was a recorded one."""
    passes: dict[int, list[Step]] = defaultdict(list)
    for step in graph.recording.steps if graph.recording is not None else ():
        passes[step.turn].append(step)
    own = [steps for steps in passes.values() if steps[0].node is loss.node]
    if own:
        return own[-1], graph.recording.passes[own[-1][0].turn] if graph.recording is not None else None
    if graph.freed:
        seen = any(step.node is loss.node for steps in passes.values() for step in steps)
        raise GraphError(
            "the recorded backward pass began at another tensor, of which this one is a part: explore that one"
            if seen
            else "a backward pass has freed what it needed. Call explore before backward(), call "
            "backward(retain_graph=True), or run backward() too within `with viz.record():`."
        )
    watch = _Watch()
    assert loss.node is not None
    run_unnoticed(graph, [(loss.node, np.ones_like(loss.array))], watch)
    return watch.steps, None


def _turns(graph: Graph, steps: Sequence[Step]) -> list[Turn]:
    (output,) = graph.outputs
    vertices = {each.node: each for each in graph.vertices if each.node is not None and each is not output}
    edges = {(edge.target.node, edge.slot): edge for edge in graph.edges if edge.slot is not None}
    received: dict[Node, list[Share]] = defaultdict(list)
    first = steps[0]
    received[first.node].append(Share(graph.incoming[output][0], first.gradient, first.gradient, first.gradient))
    turns: list[Turn] = []
    for step in steps:
        vertex = vertices.get(step.node)
        if vertex is None:
            if isinstance(step.node, OutputNode):  # the only one of a Function: it hands everything on
                received[step.node.made_by] += received.pop(step.node)
            continue
        turn = Turn(vertex, step.gradient, received.pop(step.node, []))
        for slot, (target, given) in _by_slot(step):
            edge = edges.get((step.node, slot))
            if edge is not None and given is not None:
                fitting = unbroadcast(given, target)
                before = received[target][-1].total if received[target] and not edge.source.several else None
                share = Share(edge, given, fitting, fitting if before is None else before + fitting)
                received[target].append(share)
                turn.gives.append(share)
        turns.append(turn)
    ends = sorted(received, key=lambda each: -each.order)  # of a pass that was asked for some inputs alone
    return turns + [Turn(vertices[each], received[each][-1].total, received[each]) for each in ends if received[each]]


def _by_slot(step: Step) -> list[tuple[int, tuple[Node, Any]]]:
    """The contributions of a step with the positions of their edges; a pass may leave some edges out."""
    found = []
    slot = 0
    for target, given in step.contributions:
        while step.node.edges[slot][0] is not target:
            slot += 1
        found.append((slot, (target, array_of(given))))
        slot += 1
    return found


def _sum(held: Any, g: Any) -> Any:
    """What the engine makes of `.grad` and a gradient."""
    stand_in = Variable.wrap(array_of(g))  # of the leaf nothing counts but how it lies in memory
    stand_in.__dict__["_grad"] = None if held is None else Variable.wrap(held.copy())
    accumulate(stand_in, g, {id(g)})
    return stand_in.__dict__["_grad"].array
