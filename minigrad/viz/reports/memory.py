"""What the tape holds: the arrays that wait for the backward pass, and who keeps each of them alive.

Training needs more memory than using a model, because rules ask for values and their nodes keep these until the
gradient has come by. Most of it is often held by a few operations. An array that several nodes keep, or views of the
same memory, count once: for the oldest operation that keeps them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from minigrad.errors import GraphError
from minigrad.viz.engine import Leaf, Node, Variable, caller, owner_of
from minigrad.viz.formulas.numbers import bytes_text, count_text, shape_text
from minigrad.viz.graph.build import graph_of
from minigrad.viz.graph.elements import Box, Graph, Vertex
from minigrad.viz.recording.names import modules_in, namespace, parameters_in, variables_in
from minigrad.viz.reports.table import Entry, Table, Tables

MOST_ARRAYS = 20


@dataclass(frozen=True)
class Keeper:
    """An operation that keeps an array for its rules."""

    operation: str
    saved_as: str
    """The argument that it is, or 'y' for the output."""
    module: str
    """The innermost module that the operation ran in, if that was recorded."""
    vertex: Vertex = field(repr=False)

    def __str__(self) -> str:
        return f"{self.operation} ({self.saved_as})" + (f" in {self.module}" if self.module else "")


@dataclass
class Held:
    """A piece of memory that the tape keeps alive."""

    shape: tuple[int, ...]
    dtype: Any
    bytes: int
    keepers: list[Keeper]
    """The oldest first."""
    elsewhere: str = ""
    """What else keeps it alive: a leaf, or a variable of the calling code. '' if the tape alone does."""


class Memory(Tables):
    """What the tape of one tensor holds. Sizes are in bytes."""

    def __init__(self, name: str, arrays: list[Held], freed_by_checkpoint: dict[str, int], recorded: bool) -> None:
        self.name = name
        self.arrays = arrays
        """The largest first."""
        self.freed_by_checkpoint = freed_by_checkpoint
        """By module: what `utils.checkpoint.checkpoint` on its call would not keep."""
        self.recorded = recorded
        """Whether the modules are known."""

    @property
    def bytes(self) -> int:
        """All that the tape keeps."""
        return sum(each.bytes for each in self.arrays)

    @property
    def freed_by_backward(self) -> int:
        """What the tape alone keeps, and the backward pass gives back."""
        return sum(each.bytes for each in self.arrays if not each.elsewhere)

    @property
    def by_operation(self) -> dict[str, int]:
        """The bytes by the name of the operation, the largest first."""
        return _sizes((each.keepers[0].operation, each.bytes) for each in self.arrays)

    @property
    def by_module(self) -> dict[str, int]:
        """The bytes by the innermost module, the largest first; '' for what ran in none, or was not recorded."""
        return _sizes((each.keepers[0].module, each.bytes) for each in self.arrays)

    def parts(self) -> list[Table | str]:
        told: list[Table | str] = [
            f"The tape of {self.name} holds {bytes_text(self.bytes)} in {count_text(len(self.arrays), 'array')}. "
            f"{bytes_text(self.freed_by_backward)} of it the tape alone keeps alive: backward() frees them."
        ]
        counts: dict[str, int] = defaultdict(int)
        for each in self.arrays:
            counts[each.keepers[0].operation] += 1
        by_operation: list[list[Entry]] = [
            [name, bytes_text(size), str(counts[name])] for name, size in self.by_operation.items()
        ]
        told.append(Table("By operation:", ["operation", "holds", "arrays"], by_operation, right=(1, 2)))
        if self.recorded:
            own, freed = self.by_module, self.freed_by_checkpoint
            by_module: list[list[Entry]] = [
                [name or "(no module)", bytes_text(own.get(name, 0)), bytes_text(freed[name]) if name in freed else ""]
                for name in dict.fromkeys([*own, *freed])
            ]
            told.append(Table("By module:", ["module", "holds", "checkpoint frees"], by_module, right=(1, 2)))
        else:
            told.append("Compute it within `with viz.record():` to see modules, and what a checkpoint would free.")
        largest: list[list[Entry]] = [
            [shape_text(held.shape, ""), str(held.dtype), bytes_text(held.bytes), _kept_by(held), held.elsewhere]
            for held in self.arrays[:MOST_ARRAYS]
        ]
        caption = "Arrays:" if len(self.arrays) <= MOST_ARRAYS else f"The {MOST_ARRAYS} largest arrays:"
        told.append(Table(caption, ["shape", "dtype", "holds", "kept by", "also held by"], largest, right=(2,)))
        return told


def memory(output: Variable) -> Memory:
    """What the graph that leads to `output` keeps for its backward pass.

    Modules, and what a checkpoint would free, are known for what was computed within `viz.record()`. The values that
    the recording itself keeps are not counted. Raises TypeError if `output` is no tensor, GraphError if it has no graph
    or the graph has been freed.

    >>> import minigrad as mg
    >>> from minigrad import viz
    >>> x = mg.ones(1000, requires_grad=True)
    >>> viz.memory(x.exp().sum()).bytes  # the rule of exp asks for its output, 1000 numbers of 4 bytes
    4000
    """
    if not isinstance(output, Variable):
        raise TypeError(f"memory: expected a tensor, not {type(output).__name__}")
    frame = caller()
    graph = graph_of(output, frame=frame)
    if graph.freed:
        raise GraphError(
            "memory: a backward pass has freed what this graph held. Ask before backward(), or call "
            "backward(retain_graph=True)."
        )
    held = _held(graph)
    elsewhere = _elsewhere(graph, frame)
    for key, each in held.items():
        each.elsewhere = elsewhere.get(key, "")
    arrays = sorted(held.values(), key=lambda each: -each.bytes)
    (end,) = graph.outputs
    return Memory(end.name, arrays, _freed_by_checkpoint(graph, held), bool(graph.boxes))


def _held(graph: Graph) -> dict[int, Held]:
    """The arrays that nodes keep, by the identity of the memory's owner."""
    held: dict[int, Held] = {}
    for vertex in graph.vertices:
        if vertex.kind == "operation" and vertex.node is not None:
            for name, array in _saved(vertex.node):
                keeper = Keeper(vertex.title, name, vertex.box.path if vertex.box is not None else "", vertex)
                owner = owner_of(array)
                if id(owner) not in held:
                    held[id(owner)] = Held(tuple(array.shape), array.dtype, int(owner.nbytes), [])
                if keeper not in held[id(owner)].keepers:
                    held[id(owner)].keepers.append(keeper)
    return held


def _saved(node: Node) -> Iterator[tuple[str, Any]]:
    """The arrays that a node keeps, and what it calls them. What a checkpoint dropped is not there."""
    for name, value in node.saved():
        for layer in ("value", "array"):  # packed by a hook, and there a tensor
            value = getattr(value, layer, value)
        if hasattr(value, "nbytes"):
            yield name, value


def _elsewhere(graph: Graph, frame: FrameType | None) -> dict[int, str]:
    """Who keeps memory alive besides the tape, by the identity of the memory's owner."""
    found: dict[int, str] = {}
    names = {} if frame is None else namespace(frame)
    for name, variable in variables_in(names):
        found.setdefault(id(owner_of(variable.array)), name)
    for memory_id, (name, _) in parameters_in(modules_in(names)).items():
        found[memory_id] = name
    for vertex in graph.vertices:
        owner = vertex.node.owner() if isinstance(vertex.node, Leaf) else None
        if owner is not None:
            found[id(owner_of(owner.array))] = vertex.name or vertex.kind
    return found


def _freed_by_checkpoint(graph: Graph, held: dict[int, Held]) -> dict[str, int]:
    """By module call: the bytes that only operations within it keep, but for its inputs, which a checkpoint keeps."""
    within: dict[Box, set[Vertex]] = {box: set() for box in graph.boxes}
    for vertex in graph.vertices:
        if vertex.kind == "operation" and vertex.box is not None:
            for box in vertex.box.ancestors:
                within[box].add(vertex)
    freed: dict[str, int] = {}
    for box, inside in within.items():
        entering = {
            id(owner_of(value.source))
            for vertex in inside
            if vertex.call is not None
            for edge, value in zip(graph.incoming[vertex], vertex.call.arguments)
            if edge.source not in inside and hasattr(value.source, "base")
        }
        name = box.path + (f" (call {box.turn + 1})" if box.turn else "")
        freed[name] = sum(
            each.bytes
            for key, each in held.items()
            if not each.elsewhere and key not in entering and all(keeper.vertex in inside for keeper in each.keepers)
        )
    return freed


def _kept_by(held: Held) -> str:
    more = len(held.keepers) - 2
    return ", ".join(map(str, held.keepers[:2])) + (f" and {more} more" if more > 0 else "")


def _sizes(parts: Iterator[tuple[str, int]]) -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for name, size in parts:
        total[name] += size
    return dict(sorted(total.items(), key=lambda each: -each[1]))
