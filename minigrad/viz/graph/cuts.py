"""Where the way of a gradient is cut: the edges of a graph that none comes back across, and the line to blame."""

from __future__ import annotations

import linecache
import re
from collections.abc import Iterator
from types import FrameType
from typing import NamedTuple

from minigrad.viz.engine import Node, Place
from minigrad.viz.graph.elements import Edge, Graph, Vertex

DETACHING = r"\.(detach_?\(|data\b|numpy\(|item\(|tolist\()"
"""What takes the history from a value, in a line of code."""


LEAVING = {
    "item": r"\.item\(",
    "numpy": r"\.numpy\(|\bnp\.a(?:s)?array\(",
    "tolist": r"\.tolist\(",
    "float": r"(?<![.\w])float\(",
    "int": r"(?<![.\w])int\(",
    "argmax": r"\bargmax\(",
    "argmin": r"\bargmin\(",
}
"""What gives numbers or indices that no longer know the tensor they came from, in a line of code."""


class Leak(NamedTuple):
    """A line on which the numbers of a tensor leave the graph."""

    place: Place
    how: str

    @property
    def words(self) -> str:
        """What happens there, and what to do."""
        if self.how.startswith("arg"):
            return f"{self.how} gives an index, which has no derivative: let the loss depend on the values themselves"
        by = f"{self.how}()" if self.how in ("float", "int") else f".{self.how}()"
        without = "takes the numbers out of the graph, and what is computed from them has no history"
        return f"{by} {without}: use the tensor itself"


def leak(frame: FrameType | None, name: str) -> Leak | None:
    """The last line of the running function, up to where it is, on which the numbers of a variable leave the graph."""
    if frame is None or not name:
        return None
    file, code = frame.f_code.co_filename, frame.f_code
    for line in range(frame.f_lineno, code.co_firstlineno - 1, -1):
        text = linecache.getline(file, line).partition("#")[0]
        if re.search(rf"(?<![\w.]){re.escape(name)}\b", text):
            for how, pattern in LEAVING.items():
                if re.search(pattern, text):
                    return Leak(Place(file, line, code.co_name), how)
    return None


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
