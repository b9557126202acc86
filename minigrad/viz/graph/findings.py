"""What is remarkable about a graph, and often a mistake: what a person who knows would point at.

A parameter that gets no gradient, and why; one that was never used; units that are dead; the first value that is no
number; a gradient that has all but vanished on its way; the operation that keeps most of the memory.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from minigrad.viz.formulas.numbers import RAISED, norm
from minigrad.viz.graph.cuts import at, cuts, detached_at, is_whole
from minigrad.viz.graph.elements import Graph, Vertex
from minigrad.viz.graph.passes import Gradients

DEAD = 0.5
"""So large a share of dead units is worth a word."""
VANISHED = 1e-5
"""So much smaller than the largest is a gradient that vanishes."""
MOST_MEMORY = 0.5
APIECE = 3
"""Of so many parameters the same is said one by one."""
RECTIFIERS = frozenset({"relu", "relu6", "threshold"})


@dataclass(frozen=True)
class Finding:
    """One remarkable thing."""

    text: str
    vertex: Vertex | None
    """Where it is; None for what is not in the graph."""


def findings_of(graph: Graph, gradients: Gradients | None) -> list[Finding]:
    """What there is to find, the worst first; without `gradients` what values and structure show."""
    found = [*_not_finite(graph), *_cut_off(graph), *_unused(graph), *_dead(graph)]
    if gradients is not None:
        found += _vanishing(graph, gradients)
    return [*found, *_memory(graph)]


def called(vertex: Vertex) -> str:
    """A name for a sentence."""
    return vertex.name or vertex.public or vertex.kind


def _not_finite(graph: Graph) -> Iterator[Finding]:
    for vertex in graph.vertices:
        value = vertex.value
        if vertex.kind != "output" and hasattr(value, "dtype") and value.dtype.kind == "f":
            if np.isnan(value).any():
                yield Finding(f"first NaN: {_operation(vertex)}{at(vertex.place)}", vertex)
                return
            if np.isinf(value).any():
                yield Finding(f"first infinity: {_operation(vertex)}{at(vertex.place)}", vertex)
                return


def _operation(vertex: Vertex) -> str:
    return f"{vertex.public} ({vertex.name})" if vertex.kind == "operation" and vertex.name else called(vertex)


def _cut_off(graph: Graph) -> Iterator[Finding]:
    """What is frozen is so on purpose."""
    reasons: dict[str, list[Vertex]] = {}
    for vertex in graph.vertices:
        if vertex.kind in ("parameter", "input") and vertex.requires_grad and not is_whole(graph, vertex):
            edge = next(cuts(graph, vertex), None)
            if edge is None or edge.dead == "frozen":
                continue
            name = edge.source.name
            why = {
                "detached": f"detached{detached_at(edge.source.place, edge.target.place, name)}",
                "no_grad": f"{edge.target.public} ran under no_grad{at(edge.target.place)}",
                "no derivative": f"{edge.target.public} has no derivative{at(edge.target.place)}",
            }[edge.dead]
            reasons.setdefault(why, []).append(vertex)
    for why, vertices in reasons.items():
        names = _counted([called(each) for each in vertices])
        get = "gets" if len(names) == len(vertices) else "get"
        yield from (Finding(f"{name} {get} no gradient: {why}", each) for name, each in zip(names, vertices))


def _counted(names: list[str]) -> list[str]:
    """What the same is to be said of: one by one, or, where it is many, the first and how many more."""
    return names if len(names) <= APIECE else [f"{names[0]} and {len(names) - 1} more"]


def _unused(graph: Graph) -> Iterator[Finding]:
    """Parameters of the modules that ran, of which nothing in the graph depends."""
    if graph.recording is None:
        return
    used = {each.node for each in graph.vertices if each.node is not None}
    outer = {scope.module: scope.path for scope in graph.recording.scopes if scope.parent is None}
    for module, path in outer.items():
        parameters = module.named_parameters(path)
        unused = [name for name, each in parameters if each.node is not None and each.node not in used]
        yield from (Finding(f"unused: {each}", None) for each in _counted(unused))


def _dead(graph: Graph) -> Iterator[Finding]:
    for vertex in graph.vertices:
        if vertex.title in RECTIFIERS and getattr(vertex.value, "ndim", 0) >= 2 and vertex.value.size:
            units = (vertex.value != 0).any(axis=tuple(i for i in range(vertex.value.ndim) if i != 1))
            share = 1 - float(units.mean())
            if share >= DEAD:
                where = f" in {vertex.box.path}" if vertex.box is not None and vertex.box.path else ""
                yield Finding(f"{vertex.title}{where}: {share:.0%} of its units are dead", vertex)


def _vanishing(graph: Graph, gradients: Gradients) -> Iterator[Finding]:
    sizes = []
    for vertex in graph.vertices:
        g = gradients.of(vertex)
        matrix = vertex.kind == "parameter" and len(vertex.shape) >= 2  # a bias before a normalization gets zero
        if matrix and g is not None and math.isfinite(size := norm(g)):
            sizes.append((size / math.sqrt(max(vertex.count, 1)), vertex))
    if len(sizes) < 2:
        return
    (least, small), (most, large) = min(sizes, key=_first), max(sizes, key=_first)
    if most > 0 and least < VANISHED * most:
        power = "" if least == 0 else str(round(math.log10(least / most))).translate(RAISED)
        much = f"a gradient of 10{power} of that of {called(large)}" if power else "no gradient but zero"
        yield Finding(f"{called(small)} gets {much}", small)


def _first(pair: tuple[float, Any]) -> float:
    return pair[0]


def _memory(graph: Graph) -> Iterator[Finding]:
    sizes = {each: sum(saved.bytes for saved in each.saved) for each in graph.vertices if each.kind == "operation"}
    total = sum(sizes.values())
    if len(sizes) >= 4 and total >= 1 << 20:
        vertex = max(sizes, key=lambda each: sizes[each])
        if sizes[vertex] > MOST_MEMORY * total:
            yield Finding(f"{_operation(vertex)} keeps {sizes[vertex] / total:.0%} of the memory", vertex)
