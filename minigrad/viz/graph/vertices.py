"""The vertices of a graph: each made from a recorded value, a node, or a constant that a node has saved.

Here a vertex gets its name, its box, and the list of what its operation keeps for the backward pass: the arrays that
its rules asked for, each once.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from types import FrameType
from typing import Any, TypeAlias

import numpy as np

from minigrad.nn.parameter import Parameter
from minigrad.viz.engine import Function, FunctionNode, Leaf, Node, Operation, OutputNode, Rule
from minigrad.viz.formulas.numbers import index_text
from minigrad.viz.graph.elements import Box, Kind, Saved, Vertex
from minigrad.viz.recording.names import modules_in, namespace, parameters_in, variables_in
from minigrad.viz.recording.records import Application, Call, Scope, Value

ORDINALS = ("first", "second", "third", "another")

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
        self._derivatives: dict[Any, Box] = {}

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
        call = made_by(origin)
        if call is None:
            kind = "constant"
            if origin.is_parameter or id(origin.source) in self.names.learned:
                kind = "parameter"
            elif origin.node is not None or (origin.is_tensor and (name or _varies(origin.source))):
                kind = "input"
            vertex = Vertex(kind, name, name, origin.shape, origin.dtype, origin.node is not None, value=origin.array)
            vertex.node = origin.node
            return vertex
        title = titled(call.operation.name, call.static)
        vertex = Vertex("operation", title, name, origin.shape, origin.dtype, origin.node is not None)
        vertex.box = self._box(call.scope) if call.walk is None else self._derivative(call.walk)
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
        shape, dtype, title = node.shape, node.dtype, titled(node.name, node.static)
        if isinstance(node, OutputNode):
            title = f"{node.name}[{node.number}]"
        elif isinstance(node, FunctionNode) and len(node.outputs) == 1 and node.outputs[0] is not None:
            shape, dtype = node.outputs[0]
        vertex = Vertex("operation", title, name, shape, dtype, True)
        vertex.operation, vertex.static, vertex.order = node.operation, node.static, node.order
        vertex.node, vertex.saved = node, saved_by_node(node)
        applied = self.applications.get(node.made_by if isinstance(node, OutputNode) else node)
        if applied is not None:
            vertex.place, vertex.box = applied.place, self._box(applied.scope)
        return vertex

    def _derivative(self, walk: Any) -> Box:
        """The box of what a backward pass recorded, so that it can be differentiated again."""
        if walk not in self._derivatives:
            order = ORDINALS[min(len(self._derivatives), len(ORDINALS) - 1)]
            self._derivatives[walk] = Box("", f"{order} derivative", "", None, 0)
        return self._derivatives[walk]

    def _box(self, scope: Scope | None) -> Box | None:
        chain = []
        while scope is not None and scope not in self._boxes:
            chain.append(scope)
            scope = scope.parent
        box = self._boxes[scope] if scope is not None else None
        for each in reversed(chain):
            box = self._boxes[each] = Box(each.name, each.kind, each.path, box, each.turn, each.module)
        return box


def titled(operation: str, static: Mapping[str, Any]) -> str:
    """The name of an operation; of an index the index itself, as it stands in the program."""
    return index_text(static["index"]) if operation == "getitem" else operation


def made_by(value: Value) -> Call | None:
    """The call that made a value; None for what was given, and for what a module cuts from zeros of its own."""
    call = value.made_by
    if call is None or call.scope is None or value.node is not None or value.name:
        return call
    given = call.arguments[0]
    own = given.is_tensor and given.made_by is None and given.node is None and not given.name
    cut = own and not _varies(given.source) and np.may_share_memory(given.source, value.source)
    return None if cut else call


def _varies(array: Any) -> bool:
    """Whether an array is data, made where it was used, rather than a constant such as zeros."""
    return array.dtype.kind == "f" and array.size > 1 and bool((array != array.flat[0]).any())


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
