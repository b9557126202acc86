"""Where everything stands on the page: cards of a fixed size, laid out by Graphviz, as plain numbers.

The page draws itself; from Graphviz come only positions, the curves of the edges and the frames of the modules. The
page can then light up, fold and move what is there without asking anyone again.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any, NamedTuple

from minigrad.viz.formulas.numbers import number
from minigrad.viz.graph.elements import Box, Edge, Graph, Vertex
from minigrad.viz.layout.render import render

LETTER = 7.4
"""The width of a letter on a card, in pixels; it is generous."""
SPREAD = 3.2
"""How many times further apart edges with the same ends stand than Graphviz puts them."""
NARROWEST, WIDEST = 136.0, 220.0
HEIGHT, SINGLE, LOW = 66.0, 58.0, 34.0
"""The height of a card with an array and its shape, of one with a number, and of one with a title alone."""

RANKS, FAR = 2000, 8
"""Where the edges of a graph cross more than so many ranks together, those that cross more than `FAR` are left out of
the layout, for its time grows with the square of all the ranks that are crossed."""


class Placement(NamedTuple):
    """Pixels, from the upper left corner."""

    width: float
    height: float
    cards: list[list[float]]
    """[centre x, centre y, width, height] of each vertex."""
    frames: list[list[float]]
    """[left, top, right, bottom] of each box."""
    curves: list[list[float]]
    """x, y, x, y, … of each edge: a start and then three points for each cubic piece; the last pair is the tip."""


def cards_of(graph: Graph) -> Placement:
    """Lay out a graph. RuntimeError if there is no Graphviz."""
    far = far_edges(graph)
    layout = json.loads(render(dot_of(graph, far), "json0"))
    _, _, width, height = (float(each) for each in layout["bb"].split(","))
    found = {each["name"]: each for each in layout.get("objects", [])}
    edges = {each["id"]: each["pos"] for each in layout.get("edges", [])}

    def point(x: float, y: float) -> list[float]:
        return [round(x, 1), round(height - y, 1)]

    cards = []
    for vertex in graph.vertices:
        x, y = (float(each) for each in found[f"v{vertex.key}"]["pos"].split(","))
        cards.append([*point(x, y), *card(vertex)])
    frames = []
    for position in range(len(graph.boxes)):
        left, bottom, right, top = (float(each) for each in found[f"cluster_{position}"]["bb"].split(","))
        frames.append([*point(left, top), *point(right, bottom)])
    curves = []
    for position, edge in enumerate(graph.edges):
        if edge in far:
            curves.append(_bend(cards[edge.source.key], cards[edge.target.key]))
        else:
            curves.append([c for x, y in _curve(edges[f"e{position}"]) for c in point(x, y)])
    _spread(graph, curves)
    return Placement(round(width, 1), round(height, 1), cards, frames, curves)


def card(vertex: Vertex) -> tuple[float, float]:
    """The width and height of a vertex's card."""
    if vertex.several:
        return round(max(NARROWEST / 2, min(WIDEST, LETTER * (len(vertex.label) + 4) + 30)), 1), LOW
    alone = vertex.kind == "constant" and not vertex.name and vertex.count == 1
    if vertex.kind == "output" or alone:
        written = number(vertex.value) if alone and vertex.value is not None else vertex.name
        return round(max(NARROWEST / 2, min(WIDEST, LETTER * len(written) + 30)), 1), LOW
    letters = len(vertex.label) + (len(vertex.name) + 6 if vertex.kind == "operation" else 7)
    return round(max(NARROWEST, min(WIDEST, LETTER * letters + 24)), 1), HEIGHT if vertex.shape else SINGLE


def heading(box: Box) -> str:
    """What stands at the head of a module's frame."""
    return " · ".join(each for each in (box.name, box.title) if each) + (f" (call {box.turn + 1})" if box.turn else "")


def far_edges(graph: Graph) -> set[Edge]:
    """The edges that the layout of a large graph leaves out: far ones, to what a near one leads to as well."""
    rank: dict[Vertex, int] = {}
    for vertex in graph.vertices:
        rank[vertex] = max((rank[edge.source] + 1 for edge in graph.incoming[vertex]), default=0)
    for vertex in graph.vertices:
        if not graph.incoming[vertex]:
            rank[vertex] = min(rank[edge.target] for edge in graph.outgoing[vertex]) - 1
    span = {edge: rank[edge.target] - rank[edge.source] for edge in graph.edges}
    if sum(span.values()) <= RANKS:
        return set()
    return {
        edge
        for edge in graph.edges
        if span[edge] > FAR and any(span[each] <= FAR for each in graph.incoming[edge.target])
    }


def dot_of(graph: Graph, far: set[Edge]) -> str:
    """The graph in Graphviz's language, with nothing in it but sizes, nesting and the edges that are not `far`."""
    lines = [
        "digraph {",
        'nodesep=0.3; ranksep=0.58; nslimit=2; node [shape=box, fixedsize=true, label=""]; edge [arrowsize=0.8];',
    ]
    inside: dict[Box | None, list[Any]] = {None: []}
    for each in graph.boxes:
        inside[each] = []
    for position, each in enumerate(graph.boxes):
        inside[each.parent].append(position)
    for vertex in graph.vertices:
        inside[vertex.box].append(vertex)
    pending: list[Any] = list(reversed(inside[None]))
    while pending:
        each = pending.pop()
        if isinstance(each, str):
            lines.append(each)
        elif isinstance(each, Vertex):
            width, height = card(each)
            lines.append(f"v{each.key} [width={width / 72:.3f}, height={height / 72:.3f}];")
        else:
            box = graph.boxes[each]
            room = "x" * max(4, len(heading(box)) - 2)  # as wide as the heading will be
            lines.append(f'subgraph cluster_{each} {{ label="{room}"; labeljust=l; fontsize=15; margin=12;')
            pending.append("}")
            pending += reversed(inside[box])
    for position, edge in enumerate(graph.edges):
        if edge not in far:
            weight = (
                12 if edge.source.kind == "operation" else 1
            )  # the way of the values is straight, leaves stand aside
            lines.append(f"v{edge.source.key} -> v{edge.target.key} [id=e{position}, weight={weight}];")
    return "\n".join([*lines, "}"])


def _spread(graph: Graph, curves: list[list[float]]) -> None:
    """Move edges with the same two ends apart, so that there is room for a number beside each."""
    together: dict[tuple[Vertex, Vertex], list[list[float]]] = defaultdict(list)
    for edge, curve in zip(graph.edges, curves, strict=True):
        together[edge.source, edge.target].append(curve)
    for group in together.values():
        if len(group) > 1 and len({len(each) for each in group}) == 1:
            for i in range(0, len(group[0]), 2):
                middle = sum(each[i] for each in group) / len(group)
                for each in group:
                    each[i] = round(middle + SPREAD * (each[i] - middle), 1)


def _bend(source: list[float], target: list[float]) -> list[float]:
    """A curve from the lower end of one card to the upper end of another."""
    x0, y0, x1, y1 = source[0], source[1] + source[3] / 2, target[0], target[1] - target[3] / 2
    return [x0, y0, x0, y0 + 50, x1, y1 - 58, x1, y1 - 9, x1, y1]


def _curve(spline: str) -> list[tuple[float, float]]:
    """The points of an edge's curve, and last the tip of its arrow."""
    points = []
    tip: tuple[float, float] | None = None
    for each in spline.split(";")[0].split():
        *kind, x, y = each.split(",")
        if kind:
            tip = (float(x), float(y))
        else:
            points.append((float(x), float(y)))
    return [*points, tip or points[-1]]
