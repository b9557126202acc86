"""What a vertex is made from: a recorded value, a node, or a constant that a node has saved; and what it is called."""

from __future__ import annotations

from collections.abc import Mapping
from types import FrameType
from typing import Any, TypeAlias

import numpy as np

from minigrad.engine.function_node import FunctionNode, OutputNode, RefusingNode
from minigrad.engine.node import Leaf, Node
from minigrad.nn.parameter import Parameter
from minigrad.viz.history import Application, Scope, Value
from minigrad.viz.model import Box, Kind, Vertex
from minigrad.viz.naming import modules_in, namespace, parameters_in, variables_in
from minigrad.viz.saved import saved_by_call, saved_by_node

Origin: TypeAlias = "Value | Node | Constant"


class Constant:
    """A value that a node saved of an argument without a history."""

    def __init__(self, value: Any) -> None:
        self.value = value


class Names:
    """What the code of a frame calls tensors and parameters."""

    def __init__(self, frame: FrameType | None) -> None:
        self.found: dict[Any, str] = {}  # by node, and by the identity of memory
        self.histories: dict[int, Node] = {}
        """The node of each memory that has a history."""
        self.learned: set[int] = set()
        """The memory of parameters."""
        names = {} if frame is None else namespace(frame, globals=True)
        for name, variable in variables_in(names):
            if variable.node is not None:
                self.found.setdefault(variable.node, name)
                self.histories[id(variable.array)] = variable.node
            self.found.setdefault(id(variable.array), name)
        for memory, (name, learned) in parameters_in(modules_in(names)).items():
            self.found[memory] = name
            if learned:
                self.learned.add(memory)

    def of(self, node: Node | None, array: Any) -> str:
        """The name of a value, '' if it has none."""
        return self.found.get(node, "") if node is not None else self.found.get(id(array), "")


class Vertices:
    """Makes the vertices of one graph, and their boxes."""

    def __init__(self, frame: FrameType | None) -> None:
        self.names = Names(frame)
        self.applications: Mapping[Node, Application] = {}
        """The calls of Functions that were recorded."""
        self._boxes: dict[Scope, Box] = {}

    def of(self, origin: Origin) -> Vertex:
        """The vertex of one origin."""
        if isinstance(origin, Constant):
            value = origin.value
            name = self.names.found.get(id(value), "")
            kind: Kind = "input" if name else "constant"
            return Vertex(kind, name, name, np.shape(value), getattr(value, "dtype", None), False, value=value)
        if isinstance(origin, Node):
            return self._of_node(origin)
        name = origin.name or self.names.found.get(origin.node, "") or self.names.found.get(id(origin.source), "")
        call = origin.made_by
        if call is None:
            kind = "constant"
            if origin.is_parameter or id(origin.source) in self.names.learned:
                kind = "parameter"
            elif origin.node is not None or (origin.is_tensor and name):
                kind = "input"
            vertex = Vertex(kind, name, name, origin.shape, origin.dtype, origin.node is not None, value=origin.array)
            vertex.node = origin.node
            return vertex
        vertex = Vertex("operation", call.operation.name, name, origin.shape, origin.dtype, origin.node is not None)
        vertex.box = self._box(call.scope)
        vertex.order, vertex.operation, vertex.static = call.order, call.operation, call.static
        vertex.value, vertex.node, vertex.call, vertex.place = origin.array, origin.node, call, call.place
        vertex.saved = saved_by_call(call) if origin.node is not None else ()
        return vertex

    def _of_node(self, node: Node) -> Vertex:
        name = self.names.found.get(node, "")
        if isinstance(node, Leaf):
            owner = node.owner()
            name = self.names.found.get(id(owner.array), name) if owner is not None else name
            learned = isinstance(owner, Parameter) or (owner is not None and id(owner.array) in self.names.learned)
            vertex = Vertex("parameter" if learned else "input", name, name, node.shape, node.dtype, True)
            vertex.value = owner.array if owner is not None else None
            vertex.node = node
            return vertex
        shape, dtype, title = node.shape, node.dtype, node.name
        if isinstance(node, OutputNode):
            title = f"{node.name}[{node.number}]"
        elif isinstance(node, RefusingNode):
            title = f"backward of {node.of}"
        elif isinstance(node, FunctionNode) and len(node.outputs) == 1 and node.outputs[0] is not None:
            shape, dtype = node.outputs[0]
        vertex = Vertex("operation", title, name, shape, dtype, True)
        vertex.operation, vertex.static, vertex.order = node.operation, node.static, node.order
        vertex.node, vertex.saved = node, saved_by_node(node)
        applied = self.applications.get(node.made_by if isinstance(node, OutputNode) else node)
        if applied is not None:
            vertex.place, vertex.box = applied.place, self._box(applied.scope)
        return vertex

    def _box(self, scope: Scope | None) -> Box | None:
        chain = []
        while scope is not None and scope not in self._boxes:
            chain.append(scope)
            scope = scope.parent
        box = self._boxes[scope] if scope is not None else None
        for each in reversed(chain):
            box = self._boxes[each] = Box(each.name, each.kind, each.path, box, each.turn, each.module)
        return box
