"""Equal blocks drawn once: twelve layers of a transformer, or fifty steps of a recurrence, as one box with its number.

Blocks are equal if they do the same with values of the same shapes. They are folded where they stand in a row, each fed
by the one before in the same way, or side by side on the same inputs. The first stands for all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from minigrad.viz.formulas.numbers import is_number, number
from minigrad.viz.graph.elements import Box, Edge, Graph, Vertex

LONGEST_PATTERN = 4
"""How many modules or operations may take turns in what is folded, such as Linear, ReLU, Linear, ReLU."""


class Block:
    """A box with all that is in it, or a single vertex: what may be repeated."""

    def __init__(self, box: Box | None, vertices: list[Vertex]) -> None:
        self.box = box
        self.vertices = vertices

    def signature(self, graph: Graph) -> Any:
        """Equal for blocks that do the same with values of the same shapes."""
        place = {vertex: i for i, vertex in enumerate(self.vertices)}
        depth = self.box.depth if self.box is not None else 0
        described = [
            (each.kind, _comparable(each), each.shape, each.dtype, each.requires_grad) for each in self.vertices
        ]
        boxes = [
            tuple(box.kind for box in each.box.ancestors[depth:]) if each.box is not None else ()
            for each in self.vertices
        ]
        inside = [
            (place[edge.source], place[each], edge.argument)
            for each in self.vertices
            for edge in graph.incoming[each]
            if edge.source in place
        ]
        return self.box.kind if self.box is not None else "", described, boxes, inside


def repeated_once(graph: Graph) -> Graph:
    """Runs of equal blocks, each fed by the one before or all fed alike, drawn once with their number."""
    depth = 0
    while depth <= max((box.depth for box in graph.boxes), default=0):
        plans = [plan for blocks in _blocks(graph, depth) for plan in _plans(graph, blocks)]
        if plans:
            graph = _folded(graph, plans)
        depth += 1
    return graph


def _blocks(graph: Graph, depth: int) -> list[list[Block]]:
    """For each box of a depth (0: the whole graph) what stands directly in it, by time; leaves go with their user."""
    found: dict[Any, dict[Any, Block]] = {}
    for vertex in graph.vertices:
        chain = vertex.box.ancestors if vertex.box is not None else []
        if len(chain) < depth:
            continue
        inside = found.setdefault(chain[depth - 1] if depth else None, {})
        if len(chain) > depth:
            inside.setdefault(chain[depth], Block(chain[depth], [])).vertices.append(vertex)
        elif vertex.kind in ("operation", "module"):
            private = [
                edge.source
                for edge in graph.incoming[vertex]
                if edge.source.kind in ("parameter", "constant") and len(graph.outgoing[edge.source]) == 1
            ]
            inside[vertex] = Block(None, [*private, vertex])
    return [sorted(each.values(), key=lambda block: block.vertices[-1].order) for each in found.values()]


def _plans(graph: Graph, blocks: list[Block]) -> list[list[list[Block]]]:
    """The runs among neighbours that are to be folded: each a list of equal patterns of blocks."""
    plans = []
    signatures = [each.signature(graph) for each in blocks]
    position = 0
    while position < len(blocks):
        length, times = _run(signatures, position)
        runs = [blocks[position + k * length : position + (k + 1) * length] for k in range(times)]
        if times > 1 and _worth(runs) and _alike(graph, runs):
            plans.append(runs)
        position += length * times
    return plans


def _run(signatures: Sequence[Any], start: int) -> tuple[int, int]:
    """The length of the pattern that begins at `start`, and how often it stands there in a row."""
    best = (1, 1)
    for length in range(1, LONGEST_PATTERN + 1):
        times = 1
        while signatures[start + times * length : start + (times + 1) * length] == signatures[start : start + length]:
            times += 1
        if times > 1 and length * times > best[0] * best[1]:
            best = (length, times)
    return best


def _worth(runs: list[list[Block]]) -> bool:
    """Whether folding makes a picture clearer: of bare operations only long runs are folded."""
    hidden = sum(each.kind in ("operation", "module") for run in runs[1:] for block in run for each in block.vertices)
    boxed = any(block.box is not None or block.vertices[-1].kind == "module" for block in runs[0])
    return hidden >= (4 if boxed else 12)


def _alike(graph: Graph, runs: list[list[Block]]) -> bool:
    """Whether the blocks make a chain, each fed by the one before in the same way, or stand side by side."""
    members = [_members(run) for run in runs]
    places = [{vertex: i for i, vertex in enumerate(each)} for each in members]
    chains, outside, users = [], [], []
    for k, each in enumerate(members):
        before = places[k - 1] if k else {}
        arriving = [edge for vertex in each for edge in graph.incoming[vertex] if edge.source not in places[k]]
        leaving = [edge for vertex in each for edge in graph.outgoing[vertex] if edge.target not in places[k]]
        chains.append({(before[e.source], places[k][e.target]) for e in arriving if e.source in before})
        outside.append({(e.source, places[k][e.target]) for e in arriving if e.source not in before})
        users.append({(places[k][e.source], e.target) for e in leaving})
    if all(chains[1:]):
        return all(chain == chains[1] for chain in chains[1:])
    return not any(chains) and all(each == outside[0] for each in outside) and all(each == users[0] for each in users)


def _members(run: Iterable[Block]) -> list[Vertex]:
    return [vertex for block in run for vertex in block.vertices]


def _folded(graph: Graph, plans: list[list[list[Block]]]) -> Graph:
    """The graph with the first of each run in the place of all."""
    same: dict[Vertex, Vertex] = {}  # what leaves the last of a run is drawn as leaving the first, which it equals
    gone: set[Vertex] = set()
    for runs in plans:
        box = _framed(runs)
        box.feeds = _feeds(graph, runs)
        for copies in zip(*map(_members, runs)):
            _differing(copies)
        same |= zip(_members(runs[-1]), _members(runs[0]), strict=True)
        gone |= {vertex for run in runs[1:] for vertex in _members(run)}
    edges = []
    for edge in graph.edges:
        source = same.get(edge.source, edge.source)
        if edge.target not in gone and source not in gone:
            edges.append(edge if source is edge.source else replace(edge, source=source, stands_for=edge.whole))
    kept = [each for each in graph.vertices if each not in gone]
    return Graph(*_useful(kept, edges), graph.recording, graph.freed)


def _framed(runs: list[list[Block]]) -> Box:
    """Say at the box of the first pattern how often it stands there; a pattern of several blocks gets a box."""
    first, last = runs[0], runs[-1]
    ends = [block.box.name if block.box is not None else block.vertices[-1].name for block in (first[0], last[-1])]
    name = f"{ends[0].partition(' … ')[0]} … {ends[1].rpartition(' … ')[2]}" if all(ends) else ""
    if len(first) == 1 and first[0].box is not None:  # some of them may stand for several already
        first[0].box.times = sum(block.box.times for run in runs for block in run if block.box is not None)
        first[0].box.name = name
        return first[0].box
    inside = first[0].box.parent if first[0].box is not None else first[0].vertices[-1].box
    box = Box(name, "", "", inside, 0, times=len(runs))
    for block in first:
        if block.box is not None:
            block.box.parent = box
        else:
            for vertex in block.vertices:
                vertex.box = box
    return box


def _feeds(graph: Graph, runs: list[list[Block]]) -> list[tuple[Vertex, Vertex]]:
    """What the first of a chain hands to the second, drawn as if to itself."""
    first, second = _members(runs[0]), _members(runs[1])
    place = {vertex: i for i, vertex in enumerate(second)}
    edges = [edge for vertex in first for edge in graph.outgoing[vertex] if edge.target in place]
    return list(dict.fromkeys((edge.source, first[place[edge.target]]) for edge in edges))


def _comparable(vertex: Vertex) -> str:
    """What has to be the same of two vertices, beside their kind: not the name of a parameter, nor an index."""
    return "" if vertex.kind == "parameter" or "index" in vertex.static else vertex.title


def _differing(copies: Sequence[Vertex]) -> None:
    """Say of a constant that stands for several, and of an index, whether they differ."""
    if copies[0].title != copies[-1].title and "index" in copies[0].static:
        copies[0].title = f"{copies[0].title}, … {copies[-1].title}"
    numbers = [each.value for each in copies if each.kind == "constant" and is_number(each.value)]
    if len(numbers) == len(copies) and len({float(each) for each in numbers}) > 1:
        shown = ", ".join(number(each) for each in numbers[:3])
        copies[0].title = f"{shown}, … {number(numbers[-1])}" if len(numbers) > 4 else ", ".join(map(number, numbers))
        copies[0].name, copies[0].value = copies[0].title, None


def _useful(vertices: list[Vertex], edges: list[Edge]) -> tuple[list[Vertex], list[Edge]]:
    """Without what led only to blocks that are gone."""
    users = Counter(edge.source for edge in edges)
    entering: dict[Vertex, list[Edge]] = {}
    for edge in edges:
        entering.setdefault(edge.target, []).append(edge)
    useless = [each for each in vertices if not users[each] and each.kind != "output"]
    gone = set(useless)
    while useless:
        for edge in entering.get(useless.pop(), ()):
            users[edge.source] -= 1
            if not users[edge.source]:
                gone.add(edge.source)
                useless.append(edge.source)
    return [each for each in vertices if each not in gone], [each for each in edges if each.target not in gone]
