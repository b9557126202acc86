"""Where the way of a gradient is cut: the edges of a graph that none comes back across, and the line to blame."""

from __future__ import annotations

import linecache
import re
from collections.abc import Iterator

from minigrad.viz.engine import Node, Place
from minigrad.viz.graph.elements import Edge, Graph, Vertex

DETACHING = r"\.(detach_?\(|data\b|numpy\(|item\(|tolist\()"
"""What takes the history from a value, in a line of code."""


def vertex_of(graph: Graph, node: Node) -> Vertex | None:
    """The vertex of the value that a node made, or None if it is not in the graph."""
    return next((each for each in graph.vertices if each.node is node and each.kind != "output"), None)


def _forward(graph: Graph, start: Vertex) -> Iterator[Vertex]:
    """What a gradient comes back from to `start`, `start` first."""
    seen, waiting = {start}, [start]
    while waiting:
        vertex = waiting.pop()
        yield vertex
        for edge in graph.outgoing[vertex]:
            if not edge.dead and edge.target.requires_grad and edge.target not in seen:
                seen.add(edge.target)
                waiting.append(edge.target)


def is_whole(graph: Graph, start: Vertex) -> bool:
    """Whether a gradient comes back from the end of the graph to `start` on some way."""
    return any(each.kind == "output" for each in _forward(graph, start))


def cuts(graph: Graph, start: Vertex) -> Iterator[Edge]:
    """The edges where the ways from `start` end, oldest first."""
    cut = [edge for vertex in _forward(graph, start) for edge in graph.outgoing[vertex] if edge.dead]
    yield from sorted(cut, key=lambda edge: edge.target.order)


def at(place: Place | None) -> str:
    """' at train.py:7', or nothing."""
    return "" if place is None else f" at {place}"


def detached_at(made: Place | None, used: Place | None, name: str) -> str:
    """The line between two places that detaches: ' at train.py:7', or as much as is known."""
    if used is None:
        return ""
    first = made.line if made is not None and made.file == used.file else used.line
    lines = [(line, linecache.getline(used.file, line)) for line in range(used.line, min(first, used.line) - 1, -1)]
    cutting = [(line, text) for line, text in lines if re.search(DETACHING, text)]
    named = [line for line, text in cutting if name and re.search(rf"\b{re.escape(name)}\b", text)]
    if named or len(cutting) == 1:
        return at(used._replace(line=named[0] if named else cutting[0][0]))
    return f" before {used}" if made is not None else ""
