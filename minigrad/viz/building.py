"""From what is known of a tensor to its Graph: an iterative walk from the outputs back to the leaves.

The walk holds origins: a Value of a recording where there is one, a Node otherwise. It keeps a list of those still to
visit and recurses nowhere, so a graph may be as deep as it likes.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import FrameType
from typing import Any, TypeAlias

import numpy as np

from minigrad.autograd.function import OutputNode
from minigrad.autograd.node import Leaf, Node, Variable
from minigrad.errors import GraphError
from minigrad.nn.parameter import Parameter
from minigrad.viz.model import Box, Edge, Graph, Kind, Vertex, common_box
from minigrad.viz.naming import modules_in, namespace, parameters_in, variables_in
from minigrad.viz.recording import Call, Recording, Scope, Value, recording_of
from minigrad.viz.saved import argument_name, saved_by_call, saved_by_node

Origin: TypeAlias = "Value | Node | Constant"


class Constant:
    """A value that a node saved of an argument without a history."""

    def __init__(self, value: Any) -> None:
        self.value = value


class Builder:
    """Makes one Graph; `recording` and `frame` as in `graph_of`."""

    def __init__(self, recording: Recording | None, frame: FrameType | None) -> None:
        self.recording = recording
        self.names: dict[Any, str] = {}  # by node, and by the identity of memory
        self.histories: dict[int, Node] = {}  # of the memory that has one
        self.learned: set[int] = set()
        if frame is not None:
            self._read_names(frame)
        self.vertices: dict[Any, Vertex] = {}
        self.edges: list[Edge] = []
        self.boxes: dict[Scope, Box] = {}
        self.freed = False
        self.waiting: list[Origin] = []

    def _read_names(self, frame: FrameType) -> None:
        names = namespace(frame, globals=True)
        for name, variable in variables_in(names):
            if variable.node is not None:
                self.names.setdefault(variable.node, name)
                self.histories[id(variable.array)] = variable.node
            self.names.setdefault(id(variable.array), name)
        for memory, (name, learned) in parameters_in(modules_in(names)).items():
            self.names[memory] = name
            if learned:
                self.learned.add(memory)

    # -- the walk ------------------------------------------------------------------------------------------------

    def graph(self, outputs: Sequence[Variable]) -> Graph:
        if not outputs:
            raise GraphError("there is no tensor to draw: the list is empty")
        for position, output in enumerate(outputs):
            if not isinstance(output, Variable):
                raise TypeError(f"a graph leads to a tensor; argument {position} is {type(output).__name__}")
        ends = [(output, self._end(output)) for output in outputs]
        while self.waiting:
            self._visit(self.waiting.pop())
        for position, (output, vertex) in enumerate(ends):
            self._add_output(output, vertex, position, len(ends))
        vertices = self._in_order()
        return Graph(vertices, self.edges, self.recording, self.freed)

    def _end(self, output: Variable) -> Vertex:
        if self.recording is None:
            self.recording = recording_of(output)
        value = self.recording.value_of(output) if self.recording is not None else None
        if value is not None and (value.made_by is not None or value.node is not None):
            origin: Origin = value
        elif output.node is not None:
            origin = output.node
        else:
            raise GraphError(
                "this tensor has no graph: it does not require grad, and no recording saw how it was made. Make an "
                "input with requires_grad=True, or compute it within `with viz.record():`."
            )
        vertex = self._vertex(origin)
        if vertex.kind != "operation":
            raise GraphError(
                "this tensor has no graph: it is a leaf, which no operation made. Draw what is computed from it."
            )
        return vertex

    def _known(self, node: Node) -> Origin:
        """The recorded value of a node, or the node."""
        value = self.recording.of_node(node) if self.recording is not None else None
        return node if value is None else value

    def _vertex(self, origin: Origin) -> Vertex:
        """The vertex of an origin; when it is made, the origin waits to be visited."""
        if isinstance(origin, OutputNode):
            origin = origin.edges[0][0]
        if isinstance(origin, Value) and origin.made_by is None and _is_result(origin.node):
            assert origin.node is not None
            return self._vertex(origin.node)  # made before the recording began
        key: Any = origin.node if isinstance(origin, Value) and origin.node is not None else origin
        vertex = self.vertices.get(key)
        if vertex is None:
            vertex = self.vertices[key] = self._made(origin)
            self.waiting.append(origin)
        return vertex

    def _visit(self, origin: Origin) -> None:
        if isinstance(origin, Value) and origin.made_by is not None:
            self._visit_call(origin.made_by, self.vertices[origin.node if origin.node is not None else origin])
        elif isinstance(origin, Node) and not isinstance(origin, Leaf):
            self._visit_node(origin, self.vertices[origin])

    def _visit_call(self, call: Call, vertex: Vertex) -> None:
        node, slot = call.result.node, 0
        rules = call.operation.rules_for(len(call.arguments))
        for position, (value, rule, traced) in enumerate(zip(call.arguments, rules, call.traced)):
            flows = node is not None and traced and rule is not None
            source = self._vertex(value)
            edge = Edge(source, vertex, argument_name(call.operation, position), value.shape, value.dtype, None)
            if flows:
                edge.slot = slot
                slot += 1
            elif source.requires_grad:
                edge.dead = "no_grad" if not call.recording else "no derivative" if traced else "detached"
            self.edges.append(edge)
        if node is not None:
            self.freed = self.freed or any(values is None for _, _, values in node.edges)

    def _visit_node(self, node: Node, vertex: Vertex) -> None:
        given: dict[str, Any] = {}
        for slot, (target, rule, values) in enumerate(node.edges):
            argument = rule.argument if rule is not None else f"input {slot}"
            source = self._vertex(self._known(target))
            self.edges.append(Edge(source, vertex, argument, target.shape, target.dtype, slot))
            if values is None:
                self.freed = True
            elif rule is not None:
                given |= dict(zip(rule.needs, values))
        have = {rule.argument for _, rule, _ in node.edges if rule is not None}
        for argument in node.operation.parameters if node.operation is not None else ():
            if argument not in have and argument in given:  # it had no history, and only the rules know it
                value = given[argument]
                before = self.histories.get(id(value))
                cut = before is not None and before.order < node.order  # the memory has a history, so it was detached
                source = self._vertex(self._known(before) if cut and before is not None else Constant(value))
                dead = "detached" if cut else ""
                self.edges.append(Edge(source, vertex, argument, source.shape, source.dtype, None, dead))

    # -- vertices ------------------------------------------------------------------------------------------------

    def _made(self, origin: Origin) -> Vertex:
        if isinstance(origin, Constant):
            value = origin.value
            name = self.names.get(id(value), "")
            kind: Kind = "input" if name else "constant"
            return Vertex(kind, name, name, np.shape(value), getattr(value, "dtype", None), False, value=value)
        if isinstance(origin, Node):
            return self._of_node(origin)
        name = origin.name or self.names.get(origin.node, "") or self.names.get(id(origin.source), "")
        call = origin.made_by
        if call is None:
            kind = "constant"
            if origin.is_parameter or id(origin.source) in self.learned:
                kind = "parameter"
            elif origin.node is not None or (origin.is_tensor and name):
                kind = "input"
            vertex = Vertex(kind, name, name, origin.shape, origin.dtype, origin.node is not None, value=origin.array)
            vertex.node = origin.node
            return vertex
        vertex = Vertex("operation", call.operation.name, name, origin.shape, origin.dtype, origin.node is not None)
        vertex.box = self._box(call.scope)
        vertex.order, vertex.operation, vertex.static = call.order, call.operation, call.static
        vertex.value, vertex.node, vertex.call = origin.array, origin.node, call
        vertex.saved = saved_by_call(call) if origin.node is not None else ()
        return vertex

    def _of_node(self, node: Node) -> Vertex:
        name = self.names.get(node, "")
        if isinstance(node, Leaf):
            owner = node.owner()
            name = self.names.get(id(owner.array), name) if owner is not None else name
            learned = isinstance(owner, Parameter) or (owner is not None and id(owner.array) in self.learned)
            vertex = Vertex("parameter" if learned else "input", name, name, node.shape, node.dtype, True)
            vertex.value = owner.array if owner is not None else None
        else:
            vertex = Vertex("operation", node.name, name, node.shape, node.dtype, True)
            vertex.operation, vertex.static, vertex.order = node.operation, node.static, node.order
            vertex.saved = saved_by_node(node)
        vertex.node = node
        return vertex

    def _box(self, scope: Scope | None) -> Box | None:
        chain = []
        while scope is not None and scope not in self.boxes:
            chain.append(scope)
            scope = scope.parent
        box = self.boxes[scope] if scope is not None else None
        for each in reversed(chain):
            box = self.boxes[each] = Box(each.name, each.kind, each.path, box, each.turn, each.module)
        return box

    def _add_output(self, output: Variable, made: Vertex, position: int, count: int) -> None:
        name = self.names.get(output.node, "") if output.node is not None else self.names.get(id(output.array), "")
        name = name or made.name or ("output" if count == 1 else f"output {position}")
        shape, dtype = tuple(output.array.shape), output.array.dtype
        vertex = Vertex("output", name, name, shape, dtype, output.node is not None, value=output.array)
        vertex.order, vertex.node = made.order + 0.5, output.node
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
