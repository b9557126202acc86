"""The formulas of one graph, in the names of its program.

A value has the name that the code gives it. One without a name is v₃, by its age, as in the literature of automatic
differentiation; so no letter of a formula is ever the name of something else. Single numbers that have no name stand in
formulas as they are.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from minigrad.viz.engine import PRIMITIVES, Operation
from minigrad.viz.formulas import notation
from minigrad.viz.formulas.notation import Expression
from minigrad.viz.formulas.numbers import is_number
from minigrad.viz.formulas.textbook import Entry, entry_of
from minigrad.viz.graph.elements import Edge, Graph, Vertex

LONGEST = 12
"""A name of so many letters fits into a formula."""
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Expressions:
    """What the operations of a graph compute, and the rules by which gradients go back, ready to be written."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        clocked = {each.node for each in graph.vertices if each.node is not None}
        self.ages = {node: age for age, node in enumerate(sorted(clocked, key=lambda node: node.order), 1)}
        """The nodes, numbered from the oldest."""
        self.taken = {each.name for each in graph.vertices if each.name}
        self.gradient = self._free("g")
        """How the gradient of a result is written."""

    def _free(self, letter: str) -> str:
        """The letter, with as many primes as make it different from all names."""
        while letter in self.taken:
            letter += "′"
        return letter

    def symbol(self, vertex: Vertex) -> str:
        """What a value is called in a formula, '' for one that has neither a short name nor a number."""
        if vertex.name.isidentifier() and len(vertex.name) <= LONGEST:
            return vertex.name
        if vertex.kind != "operation":
            return ""
        if vertex.node is not None:
            return "v" + str(self.ages[vertex.node]).translate(LOWERED)
        return "u" + str(vertex.key).translate(LOWERED)

    def symbols(self, vertex: Vertex) -> dict[str, str]:
        """How the letters of an operation's formula and rules are written."""
        entry = self._entry(vertex)
        found = {**(entry.letters if entry else {}), "y": self.symbol(vertex), "g": self.gradient}
        used: dict[str, Vertex] = {}
        for edge in self.graph.incoming[vertex]:
            letter = self.symbol(edge.source)
            if not letter:
                letter = self._free(entry.letters.get(edge.argument, edge.argument) if entry else edge.argument)
                while used.get(letter, edge.source) is not edge.source:
                    letter += "′"
            used[letter] = edge.source
            found[edge.argument] = letter
        return found

    def formula(self, vertex: Vertex) -> Expression | None:
        """What an operation, or a public call, computes; None for a Function."""
        if vertex.operation is None and not vertex.inside:
            return None
        if "index" in vertex.static and vertex.title.startswith("["):
            return Expression(None, f"x{vertex.title}", words=True)
        entry = self._entry(vertex)
        if entry is not None:
            return notation.written(entry.forward, self._constants(vertex), entry.where)
        if vertex.operation is not None:
            found = _formula(vertex.operation.name)
            return found.with_constants(self._constants(vertex))
        arguments = [each.argument for each in self.graph.incoming[vertex] if each.argument]
        return notation.written(f"{vertex.title}({', '.join(dict.fromkeys(arguments))})", self._constants(vertex), {})

    def rule(self, edge: Edge) -> Expression | None:
        """How the gradient of an operation's result reaches one argument; None where only its code says it."""
        vertex = edge.target
        entry = self._entry(vertex)
        argument = edge.argument.partition("[")[0]
        if entry is not None and argument in entry.rules:
            return notation.written(entry.rules[argument], self._constants(vertex), entry.where)
        if vertex.operation is None:
            return None
        found = _rule(vertex.operation.name, edge.argument)
        return None if found is None else found.with_constants(self._constants(vertex))

    def values(self, vertex: Vertex) -> dict[str, Any]:
        """What the letters of an operation's formula and rules stand for, but for the gradient."""
        incoming = self.graph.incoming[vertex]
        shapes = {f"{edge.argument}_shape": tuple(edge.shape) for edge in incoming}
        return {**shapes, **vertex.static, **{e.argument: e.source.value for e in incoming}, "y": vertex.value}

    def _entry(self, vertex: Vertex) -> Entry | None:
        operation: Operation | None = vertex.operation
        static = dict(vertex.static)
        if vertex.inside:  # how the windows of a convolution lie, its primitive knows
            geometry = next((each.static["geometry"] for each in vertex.inside if "geometry" in each.static), None)
            static = {"geometry": geometry} if geometry is not None else static
        return entry_of(vertex.title, operation.name if operation is not None else "", static, len(vertex.shape))

    def _constants(self, vertex: Vertex) -> Mapping[str, Any]:
        """The numbers that stand in the formula: settings, nameless constants, and n, how many elements there are."""
        incoming = self.graph.incoming[vertex]
        found = {name: value for name, value in vertex.static.items() if type(value) in (int, float)}
        for edge in incoming:
            if edge.source.kind == "constant" and not edge.source.name and is_number(edge.source.value):
                found[edge.argument] = edge.source.value
        entry = self._entry(vertex)
        counts = entry is None or "[n" not in entry.forward  # there it is an index
        if counts and incoming and incoming[0].source.count:
            first = incoming[0].source
            found["n"] = first.shape[0] if vertex.title == "cross_entropy" else first.count // max(vertex.count, 1)
        return found


@functools.cache
def _formula(operation: str) -> Expression:
    return notation.forward(PRIMITIVES[operation])


@functools.cache
def _rule(operation: str, argument: str) -> Expression | None:
    """Reading a rule from its table takes longer than the rest."""
    return notation.rule(PRIMITIVES[operation], argument)
