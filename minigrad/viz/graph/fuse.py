"""Public calls as single vertices: `conv2d`, and not the convolution and the addition that it consists of.

What a call of a public function did becomes one vertex under the name that the program wrote, if it did not do too
much and gives one result; otherwise the public calls within it are tried. What was merged stays inside, to be unfolded.
A call that gives several results has them as vertices: chunk[0], chunk[1].
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from minigrad.viz.graph.collapse import merged
from minigrad.viz.graph.elements import Edge, Graph, Vertex
from minigrad.viz.graph.walk import Share, Turn, Walk
from minigrad.viz.recording.public import PublicCall

MOST = 10
"""A call of more operations than this is better shown by what it calls."""


def fused(graph: Graph) -> Graph:
    """The graph with a vertex for each public call. What ran unrecorded has no public name, and stays as it is."""
    together: dict[Vertex, Vertex] = {}
    level = 0
    left = [each for each in graph.vertices if each.call is not None and each.call.public]
    while left:
        groups: dict[PublicCall, list[Vertex]] = defaultdict(list)
        for vertex in left:
            if vertex.call is not None and len(vertex.call.public) > level:
                groups[vertex.call.public[level]].append(vertex)
        left = []
        for call, members in groups.items():
            ends = _ends(graph, members)
            if len(members) == 1:
                members[0].title = call.name
            elif len(ends) == 1 and len(members) <= MOST:
                together |= dict.fromkeys(members, _whole(call, members, ends[0]))
            elif _separate(graph, ends):
                for position, each in enumerate(ends):
                    each.title = f"{call.name}[{position}]"
                inner = [each for each in members if each not in ends]
                if inner:
                    together |= dict.fromkeys(inner, _split(call, inner))
            else:
                left += members
        level += 1
    names = _names(graph, together)
    own = {
        each
        for each in graph.vertices
        if each.kind == "constant"
        and not any(edge in names for edge in graph.outgoing[each])
        and all(edge.target in together for edge in graph.outgoing[each])
    }  # 0.5 and √2 in a gelu, the mask of a dropout
    found = merged(graph, together, own)
    for edge in found.edges:
        if edge.target.inside:
            edge.argument = next((names[each] for each in edge.whole if each in names), "")
    return found


def _ends(graph: Graph, members: list[Vertex]) -> list[Vertex]:
    """The members whose value is used outside."""
    inside = set(members)
    return [each for each in members if any(edge.target not in inside for edge in graph.outgoing[each])]


def _separate(graph: Graph, ends: list[Vertex]) -> bool:
    """Whether the results are several, and none is made of another."""
    return len(ends) > 1 and not any(edge.source in ends for each in ends for edge in graph.incoming[each])


def _split(call: PublicCall, inner: list[Vertex]) -> Vertex:
    """What makes several results together: they are vertices of their own, after it."""
    whole = replace(inner[0], title=call.name, name="", operation=None, call=None, value=None, shape=(), dtype=None)
    whole.inside, whole.splits, whole.saved = tuple(inner), True, ()
    whole.static = call.settings or {}
    return whole


def _whole(call: PublicCall, members: list[Vertex], end: Vertex) -> Vertex:
    saved = tuple(dict.fromkeys(each for member in members for each in member.saved))
    whole = replace(end, title=call.name, operation=None, call=None, saved=saved, inside=tuple(members))
    whole.static = call.settings or {}
    return whole


def _names(graph: Graph, together: dict[Vertex, Vertex]) -> dict[Edge, str]:
    """What the public functions call their arguments, by the edges that bring them."""
    found = {}
    for vertex, whole in together.items():
        level = [each.name for each in vertex.call.public].index(whole.title) if vertex.call is not None else 0
        arguments = vertex.call.public[level].arguments if vertex.call is not None else None
        for edge, value in zip(graph.incoming[vertex], vertex.call.arguments if vertex.call is not None else ()):
            if together.get(edge.source) is not whole and id(value.source) in (arguments or {}):
                found[edge] = (arguments or {})[id(value.source)]
    return found


def fused_walk(walk: Walk) -> Walk:
    """The walk over the fused graph: the steps of a public call are one, and its shares are what leaves it."""
    graph = fused(walk.graph)
    vertices = {member: each for each in graph.vertices for member in each.inside}
    edges = {part: edge for edge in graph.edges for part in edge.whole}
    received: dict[Vertex, list[Share]] = defaultdict(list)
    turns: dict[Vertex, Turn] = {}
    known = set(graph.vertices)
    for turn in walk.backward:
        vertex = vertices.get(turn.vertex, turn.vertex)
        if vertex not in known:
            continue
        if vertex not in turns:
            first = [
                replace(share, edge=edges[share.edge]) for share in turn.received if share.edge.target.kind == "output"
            ]
            gradient = None if vertex.splits else turn.gradient
            turns[vertex] = replace(turn, vertex=vertex, gradient=gradient, received=first + received[vertex], gives=[])
        given: dict[Edge, Share] = {share.edge: share for share in turns[vertex].gives}
        for share in turn.gives:
            edge = edges.get(share.edge)
            if edge is None:
                continue
            before = given.get(edge)
            if before is None:
                whole = Share(edge, share.given if len(edge.whole) == 1 else share.added, share.added, share.added)
                given[edge] = whole
                turns[vertex].gives.append(whole)
                received[edge.source].append(whole)
            else:
                before.given = before.added = before.added + share.added
    for shares in received.values():
        total = None
        for share in shares:
            total = share.added if total is None or share.edge.source.several else total + share.added
            share.total = total
    for vertex, turn in turns.items():
        outside = [share for share in turn.received if share.edge.target.kind == "output"]
        turn.received = outside + [share for share in received[vertex] if share not in outside]
    forward = [each for each in graph.vertices if each.kind == "operation"]
    inside = {turn.vertex: turn.gradient for turn in walk.backward if turn.vertex in vertices}
    return replace(walk, graph=graph, forward=forward, backward=list(turns.values()), inside=inside)
