"""Pictures of graphs.

    viz.draw(loss)                       # what a tensor was computed from
    viz.draw(model, images)              # what a model does with an input
    viz.draw(loss, backward=True).render("loss.svg")

The graph is described in Graphviz's language; how it is laid out is Graphviz's affair (`viz.render`). Values flow along
solid edges. What needs no gradient is dashed, and where a gradient is cut off the edge says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import FrameType
from typing import Any

import graphviz  # type: ignore[import-untyped]

from minigrad.nn.module import Module
from minigrad.viz.drawing.labels import Labels
from minigrad.viz.drawing.picture import Picture
from minigrad.viz.drawing.theme import FONT, SHAPES, Theme, theme_of
from minigrad.viz.engine import Variable
from minigrad.viz.formulas.numbers import bytes_text, count_text
from minigrad.viz.graph.build import graph_of
from minigrad.viz.graph.collapse import collapsed, recent
from minigrad.viz.graph.elements import Box, Edge, Graph, Vertex
from minigrad.viz.graph.fuse import fused
from minigrad.viz.graph.passes import Gradients, gradients_of
from minigrad.viz.graph.repeats import repeated_once
from minigrad.viz.recording.names import caller
from minigrad.viz.recording.run import outputs_of, tensors_in

DIRECTIONS = ("TB", "LR", "BT", "RL")


def draw(
    output: Any,
    *inputs: Any,
    depth: int | None = None,
    backward: bool = False,
    direction: str = "TB",
    size: tuple[float, float] | None = None,
    theme: str = "light",
    title: str = "",
    formulas: bool = True,
    saved: bool = True,
    legend: bool = True,
    fold: bool = True,
    limit: int = 60,
    primitives: bool = False,
) -> Picture:
    """Draw what led to `output`, a tensor or several; or run `output`, a module, on `inputs` and draw that.

    - `depth`: how many levels of modules are drawn as boxes; those below are single vertices. All by default.
    - `backward`: the gradients on their way back too, those of the recorded backward pass if there was one.
    - `direction`: Graphviz's "TB" (top to bottom), "LR", "BT" or "RL". `size`: the largest width and height, in inches.
    - `theme`: "light", "dark" or "print". `title` stands above the picture, `legend` below it.
    - `formulas`, `saved`: what operations compute, and what they keep for the backward pass.
    - `fold`: equal blocks are drawn once, with their number. Above `limit` operations a drawing folds by module, then
      leaves out what is oldest, and says so.
    - `primitives`: not the calls of public functions, but the operations that they consist of.

    Running a module leaves it as it was: buffers and random state are put back. GraphError for a tensor without a
    graph, or if `backward` asks for what has been freed; ValueError or TypeError for an argument that is none of those.
    The Picture has its DOT source as `dot` without Graphviz; files and the display of a notebook need it.

    >>> import minigrad as mg
    >>> from minigrad import viz
    >>> x = mg.tensor(2.0, requires_grad=True)
    >>> picture = viz.draw(x * x, backward=True, title="A square")
    >>> "A square" in picture.dot
    True
    """
    _check(direction, depth, size, title, limit)
    colors = theme_of(theme)
    frame = caller()
    outputs, graph = _graph_of(output, inputs, frame)
    gradients = gradients_of(graph, outputs) if backward else None
    graph = graph if primitives else fused(graph)
    facts = _facts(graph)
    graph, notes = simplified(graph, depth, fold, limit)
    labels = Labels(colors, formulas, saved)
    attributes = {
        "rankdir": direction,
        "bgcolor": colors.page,
        "fontname": FONT,
        "fontcolor": colors.text,
        "fontsize": "12",
        "labelloc": "t",
        "outputorder": "edgesfirst",
        "nodesep": "0.35",
        "ranksep": "0.45",
        "pad": "0.3",
        "label": labels.heading(title, facts, notes),
    }
    if size is not None:
        attributes["size"] = f"{size[0]:g},{size[1]:g}"
    drawing = Drawing(graph, labels, colors, gradients)
    return Picture(drawing.described(attributes, legend), graph, notes, drawing.headings)


def _check(direction: Any, depth: Any, size: Any, title: Any, limit: Any) -> None:
    """An error that says what would be right, for an argument that is wrong."""
    if direction not in DIRECTIONS:
        raise ValueError(f"draw: direction is one of {', '.join(DIRECTIONS)}, not {direction!r}")
    if depth is not None and (not _whole(depth) or depth < 0):
        kind = ValueError if _whole(depth) else TypeError
        raise kind(f"draw: depth is the number of levels drawn as boxes, a whole number of at least 0, not {depth!r}")
    if not _whole(limit) or limit < 10:
        kind = ValueError if _whole(limit) else TypeError
        raise kind(f"draw: limit is the most operations to draw, a whole number of at least 10, not {limit!r}")
    if size is not None:
        pair = isinstance(size, (tuple, list)) and len(size) == 2 and all(isinstance(n, (int, float)) for n in size)
        if not pair:
            raise TypeError(f"draw: size is a pair of inches, (width, height), not {size!r}")
        if not min(size) > 0:
            raise ValueError(f"draw: size is a pair of inches greater than 0, not {size!r}")
    if not isinstance(title, str):
        raise TypeError(f"draw: title is a text, not {title!r}")


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _graph_of(output: Any, inputs: Sequence[Any], frame: FrameType | None) -> tuple[list[Variable], Graph]:
    if isinstance(output, Module):
        outputs, recording = outputs_of(output, inputs, frame)
        return outputs, graph_of(outputs, recording, frame)
    if inputs:
        kind = type(output).__name__
        raise TypeError(f"draw: inputs are for a module, and {kind} is none; several tensors go in a list")
    outputs = [output] if isinstance(output, Variable) else list(tensors_in(output))
    if not outputs:
        raise TypeError(f"draw: takes a tensor, several, or a module and its input, not {type(output).__name__}")
    return outputs, graph_of(outputs, None, frame)


def _facts(graph: Graph) -> list[str]:
    operations = sum(each.kind == "operation" for each in graph.vertices)
    facts = [count_text(operations, "operation")]
    facts += [count_text(graph.parameters, "parameter")] if graph.parameters else []
    facts += [f"keeps {bytes_text(graph.saved_bytes)} for the backward pass"] if graph.saved_bytes else []
    return facts


def simplified(graph: Graph, depth: int | None, fold: bool, limit: int) -> tuple[Graph, list[str]]:
    """The graph as it will be drawn, and what to say of how it was made smaller than asked for."""
    whole = len(graph.vertices)
    if depth is not None:
        graph = collapsed(graph, depth)
    if fold:
        graph = repeated_once(graph)
    deepest = max((box.depth for box in graph.boxes), default=0)
    folded_to = None
    while len(graph.vertices) > limit and deepest > 0:
        deepest -= 1
        folded_to = deepest
        graph = collapsed(graph, deepest)
        if fold:
            graph = repeated_once(graph)
    notes = []
    if folded_to is not None:
        notes.append(f"{whole:,} vertices are too many to draw: folded to depth {folded_to} (see limit= and depth=)")
    if len(graph.vertices) > limit:
        graph = recent(graph, limit)
        notes.append(f"of {whole:,} vertices the last {limit:,} are drawn (see limit=)")
    return graph, notes


class Drawing:
    """Writes the description of one graph."""

    def __init__(self, graph: Graph, labels: Labels, theme: Theme, gradients: Gradients | None) -> None:
        self.graph = graph
        self.labels = labels
        self.theme = theme
        self.gradients = gradients
        self.headings: dict[str, str] = {}
        self.within: dict[Box | None, list[Vertex | Box]] = {None: []}
        for box in graph.boxes:
            self.within.setdefault(box, [])
            self.within.setdefault(box.parent, []).append(box)
        for vertex in graph.vertices:
            self.within.setdefault(vertex.box, []).append(vertex)

    def described(self, attributes: dict[str, str], legend: bool) -> str:
        """The DOT source."""
        dot = graphviz.Digraph("minigrad", graph_attr=attributes)
        dot.attr("node", fontname=FONT, fontsize="12", fontcolor=self.theme.text, margin="0.16,0.09")
        dot.attr("edge", fontname=FONT, fontsize="10", fontcolor=self.theme.text)
        dot.attr("edge", color=self.theme.edge, arrowsize="0.7")
        self._boxes(dot, None)
        for edge in self.graph.edges:
            self._edge(dot, edge)
        if legend:
            self._legend(dot)
        return str(dot.source)

    def _boxes(self, dot: Any, box: Box | None) -> None:
        for each in self.within[box]:
            if isinstance(each, Vertex):
                dot.node(f"v{each.key}", self.labels.vertex(each), **self._looks(each.kind, each.requires_grad))
                continue
            name = f"cluster_{self.graph.boxes.index(each)}"
            self.headings[name] = self.labels.box(each)
            with dot.subgraph(name=name) as inner:
                style = "rounded,filled" + (",bold" if each.times > 1 else "")
                inner.attr(label=self.headings[name], labeljust="l")
                inner.attr(style=style, fillcolor=self.theme.tint(each.depth), color=self.theme.box)
                inner.attr(fontname=FONT, fontsize="12", fontcolor=self.theme.text, margin="14")
                self._boxes(inner, each)

    def _looks(self, kind: str, requires_grad: bool) -> dict[str, str]:
        paint = self.theme.paint(kind)
        shape = dict(SHAPES[kind])
        if not requires_grad and kind not in ("constant", "omitted"):
            shape["style"] += ",dashed"
        return {**shape, "fillcolor": paint.fill, "color": paint.line}

    def _edge(self, dot: Any, edge: Edge) -> None:
        ends = f"v{edge.source.key}", f"v{edge.target.key}"
        looks = {"label": self.labels.edge(self.graph, edge)}
        if edge.dead:
            looks |= {"style": "dashed", "color": self.theme.dead, "arrowhead": "tee"}
        elif not edge.source.requires_grad:
            looks |= {"style": "dashed"}
        dot.edge(*ends, **looks)
        g = self._share(edge)
        if g is not None:
            color = self.theme.backward
            dot.edge(*ends, label=self.labels.gradient(g), dir="back", color=color, penwidth="2", arrowtail="vee")

    def _share(self, edge: Edge) -> Any:
        """The gradient that comes back across an edge, in the shape of the edge's value."""
        return None if self.gradients is None else self.gradients.share(edge)

    def _legend(self, dot: Any) -> None:
        """One vertex of each kind that occurs, in one rank after the outputs."""
        kinds: set[str] = {each.kind for each in self.graph.vertices}
        shown: dict[str, dict[str, str]] = {each: self._looks(each, True) for each in SHAPES if each in kinds}
        plain = {"shape": "plaintext"}
        if any(not each.requires_grad and each.kind != "constant" for each in self.graph.vertices):
            shown["dashed: no gradient"] = plain
        if self.gradients is not None:
            shown["∇ gradient, on its way back"] = {**plain, "fontcolor": self.theme.backward}
        last = self.graph.outputs[-1]
        with dot.subgraph(name="cluster_legend") as inner:
            inner.attr(label="legend", style="rounded,dotted", color=self.theme.muted, fontname=FONT, fontsize="10")
            inner.attr(fontcolor=self.theme.muted, margin="10")
            for i, (name, looks) in enumerate(shown.items()):
                inner.node(f"legend_{i}", name, fontsize="10", height="0.3", margin="0.12,0.05", **looks)
        for i in range(len(shown)):
            dot.edge(f"v{last.key}", f"legend_{i}", style="invis", weight="0")
