"""Large graphs made small enough to read: modules as single vertices, and what is too old left out.

Each function takes a Graph and returns another. Vertices are merged; an edge between merged vertices remembers the
edges it stands for, so that gradients can still be found.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from minigrad.viz.graph.elements import Box, Edge, Graph, Vertex


def collapsed(graph: Graph, depth: int) -> Graph:
    """Boxes deeper than `depth` as single vertices: 0 draws no box, and each outermost module as one vertex."""
    made: dict[Box, Vertex] = {}
    within: dict[Vertex, Vertex] = {}
    for vertex in graph.vertices:
        chain = vertex.box.ancestors if vertex.box is not None else []
        if len(chain) > depth:
            box = chain[depth]
            if box not in made:
                made[box] = Vertex("module", box.kind, box.name, (), None, False, box.parent, order=vertex.order)
                made[box].boxed = box
            whole = made[box]
            if vertex.kind in ("operation", "module"):
                whole.shape, whole.dtype, whole.order = vertex.shape, vertex.dtype, vertex.order
                whole.requires_grad = whole.requires_grad or vertex.requires_grad
                whole.saved += vertex.saved
            within[vertex] = whole
    own = {
        each
        for each in graph.vertices
        if each.kind == "parameter" and each not in within and all(e.target in within for e in graph.outgoing[each])
    }  # of a module that is called several times, and so stand in no box
    return merged(graph, within, own)


def recent(graph: Graph, limit: int) -> Graph:
    """The youngest `limit` vertices; one vertex stands for all that are older."""
    older = graph.vertices[: max(len(graph.vertices) - limit, 0)]
    if not older:
        return graph
    count = sum(each.kind in ("operation", "module") for each in older)
    rest = Vertex("omitted", f"{count:,} earlier operations", "", (), None, any(each.requires_grad for each in older))
    rest.order = older[-1].order
    return merged(graph, dict.fromkeys(older, rest))


def merged(graph: Graph, whole: dict[Vertex, Vertex], gone: Container[Vertex] = ()) -> Graph:
    """The graph in which vertices are replaced, and some gone; what lay between two that became one is gone too."""
    edges: dict[tuple[Vertex, Vertex, Vertex, str], Edge] = {}
    for edge in graph.edges:
        source, target = whole.get(edge.source, edge.source), whole.get(edge.target, edge.target)
        if source is target or edge.source in gone:
            continue
        if source is edge.source and target is edge.target:
            edges[edge.source, edge.target, source, f"{edge.argument}{len(edges)}"] = edge
            continue
        key = (source, target, edge.source, "")  # a value that a module uses twice enters it once
        argument = edge.argument if target is edge.target else ""
        if target is edge.target and edge.argument:
            key = (source, target, edge.source, edge.argument)
        known = edges.get(key)
        if known is None:
            known = edges[key] = replace(edge, source=source, target=target, argument=argument, stands_for=())
        elif edge.slot is not None:
            known.slot, known.dead = edge.slot, ""
        known.stands_for += edge.whole
    vertices = dict.fromkeys(whole.get(each, each) for each in graph.vertices if each not in gone)
    ordered = sorted(vertices, key=lambda each: each.order)
    return Graph(ordered, list(edges.values()), graph.recording, graph.freed)
