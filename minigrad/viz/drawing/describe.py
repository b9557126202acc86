"""A graph in Graphviz's language: what is drawn how, and in which box.

There are two descriptions of one drawing. `dot` has the texts, for whoever wants to draw it by Graphviz. `plan` has
only the sizes that the texts will take, by a table of widths: what is laid out from it is the same on every machine.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import graphviz  # type: ignore[import-untyped]

from minigrad.viz.drawing.labels import Labels
from minigrad.viz.drawing.svg import SIZE, SMALL, Line, lines_of, size_of
from minigrad.viz.drawing.theme import FONT, SHAPES, Theme
from minigrad.viz.formulas.numbers import norm
from minigrad.viz.graph.elements import Box, Edge, Graph, Vertex
from minigrad.viz.graph.passes import Gradients

MOST_RETURNS = 30
"""In a drawing of more operations gradients have no edges of their own: they colour those of the values."""
FAR = 12
"""An edge that leads past so many ranks of a large graph ends at a mark with the name of where it comes from."""
LARGE = 300
TALLEST = 26
"""A drawing of more ranks goes on in another column, where its edges allow it."""
MARGINS = {"oval": (26, 12), "cylinder": (16, 16), "box": (20, 8), "plaintext": (6, 2)}
"""What a vertex is larger than its text, across and down."""


class Description:
    """The description of one graph; `labels` makes its texts."""

    def __init__(
        self,
        graph: Graph,
        labels: Labels,
        theme: Theme,
        gradients: Gradients | None,
        direction: str,
        size: tuple[float, float] | None,
        legend: bool,
        heading: str,
    ) -> None:
        self.graph = graph
        self.labels = labels
        self.theme = theme
        self.gradients = gradients
        self.legend = legend
        self.heading = heading
        self.texts: dict[str, list[Line]] = {}
        """The texts that the plan leaves room for, by the ids of what they stand in."""
        self.headings: dict[str, str] = {}
        """The labels of boxes, by the names of their clusters."""
        self.within: dict[Box | None, list[Vertex | Box]] = {None: []}
        for box in graph.boxes:
            self.within.setdefault(box, [])
            self.within.setdefault(box.parent, []).append(box)
        for vertex in graph.vertices:
            self.within.setdefault(vertex.box, []).append(vertex)
        operations = sum(each.kind in ("operation", "module") for each in graph.vertices)
        self.returns = gradients is not None and operations <= MOST_RETURNS
        self.flow = Flow(graph, gradients)
        self.far = _far(graph) if operations > LARGE else set()
        self.wraps = _wraps(graph) if direction in ("TB", "BT") and operations <= LARGE else {}
        attributes = {
            "rankdir": direction, "bgcolor": theme.page, "fontname": FONT, "fontcolor": theme.text, "fontsize": "12",
            "labelloc": "t", "outputorder": "edgesfirst", "nodesep": "0.3", "ranksep": "0.42", "pad": "0.3",
        }  # fmt: skip
        if size is not None:
            attributes["size"] = f"{size[0]:g},{size[1]:g}"
        self.dot = self._described(attributes, plan=False)
        self.plan = self._described({k: v for k, v in attributes.items() if k != "size"}, plan=True)

    def _described(self, attributes: dict[str, str], plan: bool) -> str:
        self.planning = plan
        attributes = {**attributes, **self._label("graph", self.heading, SIZE)} if self.heading else attributes
        dot = graphviz.Digraph("minigrad", graph_attr=attributes)
        dot.attr("node", fontname=FONT, fontsize="12", fontcolor=self.theme.text, margin="0.16,0.09")
        dot.attr("edge", fontname=FONT, fontsize="10", fontcolor=self.theme.text)
        dot.attr("edge", color=self.theme.edge, arrowsize="0.7")
        self._boxes(dot, None)
        for position, edge in enumerate(self.graph.edges):
            self._edge(dot, edge, position)
        for box in self.graph.boxes:
            for source, target in box.feeds if box.times > 1 else ():
                self._feed(dot, source, target)
        if self.legend:
            self._legend(dot)
        return str(dot.source)

    def _label(self, key: str, text: str, size: float, color: str = "") -> dict[str, str]:
        """A label; in a plan, room for it."""
        if not self.planning:
            return {"label": text}
        self.texts[key] = lines_of(text, size, color or self.theme.text)
        width, height = size_of(self.texts[key])
        room = f'WIDTH="{math.ceil(width) + 4}" HEIGHT="{math.ceil(height) + 2}"'
        return {"label": f'<<TABLE BORDER="0" FIXEDSIZE="TRUE" CELLSPACING="0" {room}><TR><TD></TD></TR></TABLE>>'}

    def _node(self, dot: Any, name: str, text: str, looks: dict[str, str], size: float = SIZE) -> None:
        if not self.planning:
            dot.node(name, text, **looks)
            return
        self.texts[name] = lines_of(text, size, looks.get("fontcolor", self.theme.text))
        width, height = size_of(self.texts[name])
        across, down = MARGINS[looks["shape"]]
        if looks["shape"] == "oval":  # a text in an ellipse
            width, height = 1.15 * width, 1.25 * height
        room = {"width": f"{(width + across) / 72:.3f}", "height": f"{(height + down) / 72:.3f}", "fixedsize": "true"}
        dot.node(name, "", **{**looks, **room})

    def _boxes(self, dot: Any, box: Box | None) -> None:
        for each in self.within[box]:
            if isinstance(each, Vertex):
                self._node(dot, f"v{each.key}", self.labels.vertex(each), self._looks(each.kind, each.requires_grad))
                continue
            name = f"cluster_{self.graph.boxes.index(each)}"
            self.headings[name] = self.labels.box(each)
            with dot.subgraph(name=name) as inner:
                style = "rounded,filled" + (",bold" if each.times > 1 else "")
                inner.attr(id=name, labeljust="l", **self._label(name, self.headings[name], SIZE))
                inner.attr(style=style, fillcolor=self.theme.tint(each.depth), color=self.theme.box)
                inner.attr(fontname=FONT, fontsize="12", fontcolor=self.theme.text, margin="14")
                self._boxes(inner, each)

    def _looks(self, kind: str, requires_grad: bool) -> dict[str, str]:
        paint = self.theme.paint(kind)
        shape = dict(SHAPES[kind])
        if not requires_grad and kind not in ("constant", "omitted"):
            shape["style"] += ",dashed"
        return {**shape, "fillcolor": paint.fill, "color": paint.line}

    def _edge(self, dot: Any, edge: Edge, position: int) -> None:
        ends = f"v{edge.source.key}", f"v{edge.target.key}"
        if edge in self.far:  # a mark in its place, so that no line runs through the whole picture
            name = edge.source.name or edge.source.title or edge.source.kind
            self._node(dot, f"far_{position}", name, {"shape": "plaintext", "fontcolor": self.theme.muted}, SMALL)
            ends = f"far_{position}", ends[1]
        if edge in self.wraps:  # the drawing goes on beside: what is one edge ends here, and begins again there
            look = {"shape": "oval", "style": "filled", "fillcolor": self.theme.tint(1), "color": self.theme.edge}
            for side in ("a", "b"):
                self._node(dot, f"wrap{side}_{position}", self.wraps[edge], look, SMALL)
            dot.edge(f"wrapb_{position}", ends[1], id=f"w{position}")
            ends = ends[0], f"wrapa_{position}"
        looks = {"id": f"e{position}"}
        text = self.labels.edge(self.graph, edge)
        if text:
            looks |= self._label(f"e{position}", text, SMALL)
        if edge.dead:
            looks |= {"style": "dashed", "color": self.theme.dead, "arrowhead": "tee"}
        elif not edge.source.requires_grad:
            looks |= {"style": "dashed"}
        g = None if self.gradients is None else self.gradients.share(edge)
        if g is not None and not self.returns:
            looks |= {"color": self.theme.backward, "penwidth": f"{self.flow.width(g):.2f}"}
        dot.edge(*ends, **looks)
        if g is not None and self.returns:
            looks = {"id": f"b{position}", "dir": "back", "color": self.theme.backward, "arrowtail": "vee"}
            looks["penwidth"] = f"{self.flow.width(g):.2f}"
            if self.flow.shares[edge.source] > 1:
                looks |= self._label(f"b{position}", self.labels.gradient(g), SMALL)
            dot.edge(*ends, **looks)

    def _feed(self, dot: Any, source: Vertex, target: Vertex) -> None:
        """From one of equal blocks to the next: as all are drawn once, an edge that goes back to the first vertex."""
        if {source, target} <= set(self.graph.vertices):
            looks = {"style": "dotted", "constraint": "false", "id": f"n{source.key}_{target.key}"}
            dot.edge(f"v{source.key}", f"v{target.key}", **looks, **self._label(looks["id"], "to the next", SMALL))

    def _legend(self, dot: Any) -> None:
        """One vertex of each kind that occurs, in one rank after the outputs."""
        kinds: set[str] = {each.kind for each in self.graph.vertices}
        shown: dict[str, dict[str, str]] = {each: self._looks(each, True) for each in SHAPES if each in kinds}
        plain = {"shape": "plaintext"}
        if any(not each.requires_grad and each.kind != "constant" for each in self.graph.vertices):
            shown["dashed: no gradient"] = plain
        if self.gradients is not None:
            way = "on its way back" if self.returns else "which comes back along the red edges"
            shown[f"∇ gradient, {way}; wider: larger"] = {**plain, "fontcolor": self.theme.backward}
        last = self.graph.outputs[-1]
        with dot.subgraph(name="cluster_legend") as inner:
            inner.attr(id="cluster_legend", style="rounded,dotted", color=self.theme.muted, fontname=FONT)
            inner.attr(fontcolor=self.theme.muted, margin="10", fontsize="10")
            inner.attr(**self._label("cluster_legend", "legend", SMALL, self.theme.muted))
            for i, (name, looks) in enumerate(shown.items()):
                small = {"fontsize": "10", "height": "0.3", "margin": "0.12,0.05"}
                self._node(inner, f"legend_{i}", name, {**small, **looks}, SMALL)
        for i in range(len(shown)):
            dot.edge(f"v{last.key}", f"legend_{i}", style="invis", weight="0")


class Flow:
    """How wide the edges of gradients are: by the logarithm of the norm, from the smallest to the largest."""

    def __init__(self, graph: Graph, gradients: Gradients | None) -> None:
        found = [(edge.source, gradients.share(edge)) for edge in graph.edges] if gradients is not None else []
        self.shares = Counter(source for source, g in found if g is not None)
        """How many shares the gradient of each vertex is the sum of."""
        sizes = [self._size(g) for _, g in found if g is not None and self._size(g) > -math.inf]
        self.low, self.high = min(sizes, default=0.0), max(sizes, default=0.0)

    def _size(self, g: Any) -> float:
        size = norm(g)
        return math.log10(size) if 0 < size < math.inf else -math.inf

    def width(self, g: Any) -> float:
        """From 1 to 4; a gradient of zero is a hair."""
        size = self._size(g)
        if size == -math.inf:
            return 0.5
        return 2.0 if self.high - self.low < 0.3 else 1 + 3 * (size - self.low) / (self.high - self.low)


def _wraps(graph: Graph) -> dict[Edge, str]:
    """Where a long and narrow drawing goes on in another column, as a text does: the edges to cut, with their letters.

    An edge can be cut where no other leads past it from one operation to another.
    """
    ranks = _ranks(graph)
    columns = math.ceil((max(ranks.values(), default=0) + 1) / TALLEST)
    if columns < 2:
        return {}
    inner = ("operation", "module")
    between = [each for each in graph.edges if each.source.kind in inner and each.target.kind in inner]
    crossing = Counter(rank for each in between for rank in range(ranks[each.source], ranks[each.target]))
    cuts = [(ranks[each.source], each) for each in between if _alone(each, ranks, crossing)]
    found: dict[Edge, str] = {}
    for column in range(1, columns):
        wanted = column * (max(ranks.values()) + 1) / columns
        left = [pair for pair in cuts if pair[1] not in found]
        best = min(left, key=lambda pair: abs(pair[0] - wanted), default=None)
        if best is not None and abs(best[0] - wanted) < TALLEST / 3:
            found[best[1]] = chr(ord("A") + len(found))
    return found


def _alone(edge: Edge, ranks: dict[Vertex, int], crossing: Counter[int]) -> bool:
    """Whether no other edge leads past this one, and no inner box would be torn apart."""
    box = edge.source.box
    whole = box is edge.target.box and (box is None or box.depth == 1)
    return whole and all(crossing[rank] == 1 for rank in range(ranks[edge.source], ranks[edge.target]))


def _ranks(graph: Graph) -> dict[Vertex, int]:
    """How far down each vertex stands."""
    rank: dict[Vertex, int] = {}
    for vertex in graph.vertices:
        rank[vertex] = max((rank[edge.source] + 1 for edge in graph.incoming[vertex]), default=0)
    return rank


def _far(graph: Graph) -> set[Edge]:
    rank = _ranks(graph)
    return {
        edge
        for edge in graph.edges
        if edge.target.kind != "output"
        and rank[edge.target] - rank[edge.source] > FAR
        and edge is not graph.outgoing[edge.source][0]
    }
