"""From what is known of a tensor to its Graph: an iterative walk from the outputs back to the leaves.

The walk holds origins: a Value of a recording where there is one, a Node otherwise. It keeps a list of those still to
visit and recurses nowhere, so a graph may be as deep as it likes.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import FrameType
from typing import Any

from minigrad.errors import GraphError
from minigrad.viz.engine import FunctionNode, Leaf, Node, OutputNode, Variable
from minigrad.viz.graph.elements import Edge, Graph, Vertex, common_box
from minigrad.viz.graph.vertices import Constant, Origin, Vertices, argument_name, argument_names, made_by
from minigrad.viz.recording.recorder import Recording, recording_of
from minigrad.viz.recording.records import Call, Value

UNSEEN = (
    "this tensor has no graph: it does not require grad, and no recording saw how it was made. Make an input with "
    "requires_grad=True, or compute it within `with viz.record():`."
)
LEAF = "this tensor has no graph: it is a leaf, which no operation made. Draw what is computed from it."


def graph_of(
    outputs: Variable | Sequence[Variable], recording: Recording | None = None, frame: FrameType | None = None
) -> Graph:
    """The graph of one tensor, or of several together.

    `recording` is the one that they were made in, if there is one (it is found by itself). Names that it does not know
    are looked for among the variables of `frame`. GraphError for a tensor that nothing is known of, TypeError for what
    is no tensor.

    >>> import minigrad as mg
    >>> from minigrad import viz
    >>> x = mg.tensor(3.0, requires_grad=True)
    >>> with viz.record():
    ...     y = x * x + 1
    >>> [(each.kind, each.title) for each in viz.graph_of(y).vertices]  # in the order of time
    [('input', 'x'), ('operation', 'mul'), ('constant', ''), ('operation', 'add'), ('output', 'y')]
    """
    if not isinstance(outputs, (Variable, list, tuple)):
        raise TypeError(f"a graph leads to a tensor, or several in a list, not to {type(outputs).__name__}")
    return Builder(recording, frame).graph([outputs] if isinstance(outputs, Variable) else list(outputs))


class Builder:
    """Makes one Graph; `recording` and `frame` as in `graph_of`."""

    def __init__(self, recording: Recording | None, frame: FrameType | None) -> None:
        self.recording = recording
        self.new = Vertices(frame)
        self.vertices: dict[Any, Vertex] = {}
        self.edges: list[Edge] = []
        self.freed = False
        self.waiting: list[Origin] = []

    def graph(self, outputs: Sequence[Variable]) -> Graph:
        if not outputs:
            raise GraphError("there is no tensor to draw: the list is empty")
        for position, output in enumerate(outputs):
            if not isinstance(output, Variable):
                raise TypeError(f"a graph leads to a tensor; argument {position} is {type(output).__name__}")
        if self.recording is None:
            self.recording = next(filter(None, map(recording_of, outputs)), None)
        if self.recording is not None:
            self.new.applications = self.recording.applications
        ends = [(output, self._end(output)) for output in outputs]
        if not any(vertex.kind == "operation" for _, vertex in ends):
            raise GraphError(UNSEEN if outputs[0].node is None else LEAF)
        while self.waiting:
            self._visit(self.waiting.pop())
        for position, (output, vertex) in enumerate(ends):
            self._add_output(output, vertex, position, len(ends))
        vertices = self._in_order()
        return Graph(vertices, self.edges, self.recording, self.freed)

    def _end(self, output: Variable) -> Vertex:
        value = self.recording.value_of(output) if self.recording is not None else None
        origin = output.node if value is None else value
        if origin is None:
            raise GraphError(UNSEEN)
        return self._vertex(origin)

    def _known(self, node: Node) -> Origin:
        """The recorded value of a node, or the node."""
        value = self.recording.of_node(node) if self.recording is not None else None
        return node if value is None else value

    def _vertex(self, origin: Origin) -> Vertex:
        """The vertex of an origin; when it is made, the origin waits to be visited."""
        if isinstance(origin, Value) and origin.made_by is None and _is_result(origin.node):
            assert origin.node is not None
            made = self._vertex(origin.node)  # by a Function, or before the recording began
            made.value, made.name = origin.array, origin.name or made.name
            return made
        if isinstance(origin, OutputNode) and len(origin.made_by.outputs) == 1:
            made = self._vertex(origin.made_by)
            made.name = made.name or self.new.names.of(origin, None)
            return made
        key: Any = origin.node if isinstance(origin, Value) and origin.node is not None else origin
        if key not in self.vertices:
            self.vertices[key] = self.new.of(origin)
            self.waiting.append(origin)
        return self.vertices[key]

    def _visit(self, origin: Origin) -> None:
        call = made_by(origin) if isinstance(origin, Value) else None
        if isinstance(origin, Value) and call is not None:
            self._visit_call(call, self.vertices[origin.node if origin.node is not None else origin])
        elif isinstance(origin, Node) and not isinstance(origin, Leaf):
            self._visit_node(origin, self.vertices[origin])

    def _visit_call(self, call: Call, vertex: Vertex) -> None:
        node, slot = call.result.node, 0
        rules = call.operation.rules_for(len(call.arguments))
        came = zip(call.arguments, rules, call.traced, call.frozen)
        for position, (value, rule, traced, frozen) in enumerate(came):
            flows = node is not None and traced and rule is not None
            source = self._vertex(value)
            edge = Edge(source, vertex, argument_name(call.operation, position), value.shape, value.dtype, None)
            if flows:
                edge.slot = slot
                slot += 1
            elif source.requires_grad:
                without = "no derivative" if traced else "frozen" if frozen else "detached"
                edge.dead = without if call.recording else "no_grad"
            self.edges.append(edge)
        if node is not None:
            self.freed = self.freed or any(values is None for _, _, values in node.edges)

    def _visit_node(self, node: Node, vertex: Vertex) -> None:
        given: dict[str, Any] = {}
        of_function = argument_names(node) if isinstance(node, FunctionNode) else [""] * len(node.edges)
        for slot, (target, rule, values) in enumerate(node.edges):
            argument = of_function[slot] if rule is None else rule.argument
            source = self._vertex(self._known(target))
            kind = node if isinstance(node, OutputNode) else target
            self.edges.append(Edge(source, vertex, argument, kind.shape, kind.dtype, slot))
            if values is None:
                self.freed = True
            elif rule is not None:
                given |= dict(zip(rule.needs, values))
        if isinstance(node, FunctionNode) and node.spent:
            self.freed = True
        have = {rule.argument for _, rule, _ in node.edges if rule is not None}
        for argument in node.operation.parameters if node.operation is not None else ():
            if argument not in have and argument in given:  # it had no history, and only the rules know it
                value = given[argument]
                before = self.new.names.histories.get(id(value))
                cut = before is not None and before.order < node.order  # the memory has a history, so it was detached
                source = self._vertex(self._known(before) if cut and before is not None else Constant(value))
                dead = "detached" if cut else ""
                self.edges.append(Edge(source, vertex, argument, source.shape, source.dtype, None, dead))

    def _add_output(self, output: Variable, made: Vertex, position: int, count: int) -> None:
        otherwise = "output" if count == 1 else f"output {position}"
        name = self.new.names.of(output.node, output.array) or made.name or otherwise
        shape, dtype = tuple(output.array.shape), output.array.dtype
        vertex = Vertex("output", name, name, shape, dtype, output.node is not None, value=output.array)
        age = made.order if made.kind == "operation" else max(each.order for each in self.vertices.values())
        vertex.order, vertex.node = age + 0.5, output.node
        if made.value is None:
            made.value = output.array
        if made.kind == "operation" and name != otherwise:
            made.name = name
        self.vertices[vertex] = vertex
        self.edges.append(Edge(made, vertex, "", shape, dtype, None))

    def _in_order(self) -> list[Vertex]:
        """The vertices by age. A leaf comes just before what uses it first, and stands in the box that holds all its
        users; but an input comes from outside of all boxes."""
        users: dict[Vertex, list[Vertex]] = {}
        for edge in self.edges:
            if edge.source.kind != "operation":
                users.setdefault(edge.source, []).append(edge.target)
        for vertex, targets in users.items():
            vertex.order = min(each.order for each in targets) - 0.5
            if vertex.kind != "input":
                vertex.box = common_box(each.box for each in targets)
        ordered = sorted(self.vertices.values(), key=lambda each: each.order)
        place = {vertex: position for position, vertex in enumerate(ordered)}
        self.edges.sort(key=lambda edge: place[edge.target])  # stable: the arguments keep their order
        return ordered


def _is_result(node: Node | None) -> bool:
    return node is not None and not isinstance(node, Leaf)
