"""The graph as a thing to look at: vertices, edges and boxes, before anyone has said where they stand on a page.

A Graph is built from a recording, which knows everything, or from the nodes that a tensor itself holds, which know what
the backward pass needs; where a recording begins in the middle of a history, from both. Pictures, pages and tables are
all made from this one model.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from minigrad.nn.modules.module import Module
from minigrad.viz.engine import FunctionNode, Node, Operation, Place
from minigrad.viz.recording.recorder import Call, Recording

Kind: TypeAlias = Literal["operation", "parameter", "input", "constant", "output", "module", "omitted"]
"""`module` and `omitted` stand for several vertices; `minigrad.viz.graph.collapse` makes them."""


@dataclass(eq=False, slots=True)
class Box:
    """One call of a module, drawn around what it did."""

    name: str
    """The name within the box around it, such as '3'; '' where the code has none."""
    kind: str
    """The class."""
    path: str
    """The qualified name, such as generator.3."""
    parent: Box | None
    turn: int
    """0 for the first call of the module, 1 for the second, and so on."""
    module: Module | None = None
    times: int = 1
    """How many equal boxes, one after the other or side by side, this one stands for."""
    feeds: list[tuple[Vertex, Vertex]] = field(default_factory=list)
    """Of equal boxes one after the other: what of each goes into which vertex of the next."""

    @property
    def title(self) -> str:
        """The class with the sizes that say what the layer is: Linear 784→128, Conv2d 3→16, 3×3."""
        return self.kind + (f" {detail}" if (detail := sizes_of(self.module)) else "")

    @property
    def parameters(self) -> int:
        """How many numbers the module learns; if it stands for several, all of them together."""
        return self.times * sum(each.numel() for each in self.module.parameters()) if self.module is not None else 0

    @property
    def depth(self) -> int:
        """1 for a box that stands in no other."""
        return len(self.ancestors)

    @property
    def ancestors(self) -> list[Box]:
        """This box and those around it, from outside inwards."""
        chain: list[Box] = []
        box: Box | None = self
        while box is not None:
            chain.append(box)
            box = box.parent
        return chain[::-1]


@dataclass(frozen=True, slots=True)
class Saved:
    """A value that an operation keeps for the backward pass."""

    name: str
    """The argument that it is, or 'y' for the output."""
    shape: tuple[int, ...]
    dtype: Any
    bytes: int


@dataclass(eq=False, slots=True)
class Vertex:
    """An operation, or a value that no operation in sight has made, or an output."""

    kind: Kind
    title: str
    """The operation's plain name; of anything else its name."""
    name: str
    """What the code calls the value; '' if it has no name."""
    shape: tuple[int, ...]
    dtype: Any
    """None for a Python number, and for what has several results."""
    requires_grad: bool
    box: Box | None = None
    order: float = 0.0
    """When it came to be, on the clock of the nodes."""
    operation: Operation | None = None
    static: dict[str, Any] = field(default_factory=dict)
    value: Any = None
    """The array or number, if it is known."""
    saved: tuple[Saved, ...] = ()
    node: Node | None = None
    call: Call | None = None
    place: Place | None = None
    """The line of the user's code, if there is a recording."""
    boxed: Box | None = None
    """Of a vertex that stands for a module: its box."""
    inside: tuple[Vertex, ...] = ()
    """Of a vertex that stands for a public call: the operations that it consists of."""
    splits: bool = False
    """Whether it stands for a public call that gives several results, which are vertices of their own."""
    key: int = 0
    """The position in `Graph.vertices`."""

    @property
    def label(self) -> str:
        """The title, without the path of the module whose box it stands in: weight, and not model.0.weight."""
        path = self.box.path if self.box is not None else ""
        return self.title.removeprefix(f"{path}.") if path else self.title

    @property
    def public(self) -> str:
        """The title, or the public function on whose behalf it ran, as the program called that."""
        return self.call.public[0].name if self.call is not None and self.call.public else self.title

    @property
    def several(self) -> bool:
        """Whether it is a call with several results: these are vertices of their own, after it."""
        return self.splits or (isinstance(self.node, FunctionNode) and len(self.node.outputs) > 1)

    @property
    def count(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)


@dataclass(eq=False, slots=True)
class Edge:
    """A value on its way from the vertex that has it to an operation, as one argument of that."""

    source: Vertex
    target: Vertex
    argument: str
    """The name of the argument, such as 'weight'; 'tensors[2]' where there are any number of them."""
    shape: tuple[int, ...]
    dtype: Any
    slot: int | None
    """The position among the edges of the target's node, across which the gradient comes back; None: none comes."""
    dead: str = ""
    """Why no gradient comes back although the value has a history: 'detached', 'frozen', 'no_grad', 'no derivative'."""
    stands_for: tuple[Edge, ...] = ()
    """The edges that were drawn together as this one when vertices were folded."""

    @property
    def whole(self) -> tuple[Edge, ...]:
        """The edges of the unfolded graph that this one is."""
        return self.stands_for or (self,)


class Graph:
    """What was computed on the way to some tensors: `vertices` in the order of time, `edges`, `boxes`, `outputs`."""

    def __init__(
        self, vertices: list[Vertex], edges: list[Edge], recording: Recording | None = None, freed: bool = False
    ) -> None:
        self.vertices = vertices
        self.edges = edges
        self.boxes = list(dict.fromkeys(box for each in vertices if each.box is not None for box in each.box.ancestors))
        self.recording = recording
        """The recording it was made from, or None."""
        self.freed = freed
        """Whether a backward pass has freed values that another one would need."""
        for key, vertex in enumerate(vertices):
            vertex.key = key
        self.incoming: dict[Vertex, list[Edge]] = defaultdict(list)
        self.outgoing: dict[Vertex, list[Edge]] = defaultdict(list)
        for edge in edges:
            self.incoming[edge.target].append(edge)
            self.outgoing[edge.source].append(edge)

    @property
    def outputs(self) -> list[Vertex]:
        """The tensors that the graph leads to."""
        return [each for each in self.vertices if each.kind == "output"]

    @property
    def parameters(self) -> int:
        """How many numbers in the graph are learned."""
        return sum(each.count for each in self.vertices if each.kind == "parameter")

    @property
    def saved_bytes(self) -> int:
        """What the operations keep for the backward pass, each array counted once for each operation."""
        return sum(saved.bytes for each in self.vertices for saved in each.saved)


BEFORE_AND_AFTER = (("in_features", "out_features"), ("in_channels", "out_channels"), ("input_size", "hidden_size"))


def sizes_of(module: Module | None) -> str:
    """The sizes of a layer in a few letters."""
    own = {} if module is None else vars(module)
    for before, after in BEFORE_AND_AFTER:
        if before in own and after in own:
            kernel = own.get("kernel_size")
            sizes = ", " + "×".join(map(str, kernel)) if isinstance(kernel, tuple) else ""
            return f"{own[before]}→{own[after]}{sizes}"
    if "num_embeddings" in own:
        return f"{own['num_embeddings']}→{own['embedding_dim']}"
    size = own.get("kernel_size", own.get("num_features", own.get("normalized_shape")))
    if isinstance(size, (int, tuple)):
        return "×".join(map(str, size)) if isinstance(size, tuple) else str(size)
    return f"p = {own['p']:g}" if isinstance(own.get("p"), float) else ""


def common_box(boxes: Iterable[Box | None]) -> Box | None:
    """The innermost box that holds all of `boxes`."""
    chains = [[] if each is None else each.ancestors for each in boxes]
    shared: Box | None = None
    for level in zip(*chains):
        if any(each is not level[0] for each in level):
            break
        shared = level[0]
    return shared
