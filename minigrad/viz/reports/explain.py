"""The chain rule of one graph in words: `print(viz.explain(loss))`.

Each row is one factor: an operation and one of its arguments, with the rule that carries the gradient across, the local
derivative, and what came in and went out. The rows stand in the order of the backward pass, youngest first, so reading
downwards is what backpropagation does. All numbers are the engine's own, of a pass that was recorded or of one that
leaves no trace.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from minigrad.viz.engine import PRIMITIVES, Leaf, Place, Variable
from minigrad.viz.formulas import notation
from minigrad.viz.formulas.notation import Expression
from minigrad.viz.formulas.numbers import count_text, shape_text
from minigrad.viz.graph.build import graph_of
from minigrad.viz.graph.elements import Edge, Graph, Vertex
from minigrad.viz.graph.passes import Gradients, gradients_of, local_derivative, unbroadcast
from minigrad.viz.recording.names import caller
from minigrad.viz.reports.table import Cell, Entry, Table, Tables, mathematical, plain, values_text


@dataclass(frozen=True)
class Link:
    """One step of the chain: from the output of an operation to one of its arguments."""

    operation: str
    result: str
    """What the code calls the output; '' if it has no name."""
    formula: Expression | None
    argument: str
    source: str
    """What the code calls the argument."""
    rule: Expression | None
    numbers: str
    """The rule with its numbers put in, where all of them are single numbers and known."""
    local: Any
    """The local derivative, an array, where it is one number for each element or the output is a single number."""
    incoming: Any
    outgoing: Any
    """The argument's share, in its own shape: None where none comes back."""
    dead: str
    """Why none comes back: 'detached', 'no_grad', 'no derivative', or ''."""
    place: Place | None
    key: int
    """The position of the operation in the graph: links of the same operation have the same."""


@dataclass(frozen=True)
class Arrival:
    """A leaf, and the gradient that arrives there."""

    name: str
    shape: tuple[int, ...]
    gradient: Any
    shares: int
    """How many shares it is the sum of."""


class Explanation(Tables):
    """The chain rule of a graph: `links` in the order of the backward pass, and `leaves`."""

    def __init__(self, heading: str, links: list[Link], leaves: list[Arrival]) -> None:
        self.heading = heading
        self.links = links
        self.leaves = leaves

    def parts(self) -> list[Table | str]:
        heads = ["operation", "formula", "argument", "rule", "local derivative", "incoming g", "outgoing", "line"]
        rows: list[list[Entry]] = []
        before = None
        for link in self.links:
            rows.append(_row(link, again=link.key == before))
            before = link.key
        if not any(link.place for link in self.links):
            heads, rows = heads[:-1], [row[:-1] for row in rows]
        arrived: list[list[Entry]] = [
            [each.name, shape_text(each.shape, ""), values_text(each.gradient), count_text(each.shares, "share")]
            for each in self.leaves
        ]
        leaves = Table("What arrives at the leaves:", ["leaf", "shape", "gradient", "sum of"], arrived)
        rules = [link.rule for link in self.links if link.rule is not None]
        where = {name: words for rule in rules for name, words in rule.helpers.items()}
        told = [f"where {name}: {words}." for name, words in where.items()]
        return [self.heading, Table("", heads, rows), *told, leaves]


def explain(tensor: Variable) -> Explanation:
    """The chain rule of the graph that leads to `tensor`, as a table for print and for notebooks.

    Gradients are those of the backward pass that was recorded, if one was, and otherwise those of the sum of `tensor`,
    from a pass that changes no `.grad`, calls no hook and frees nothing. Lines of code and values need `viz.record()`.
    Raises TypeError if `tensor` is no tensor, GraphError if it has no graph or its graph was freed unrecorded.

    >>> import minigrad as mg
    >>> from minigrad import viz
    >>> a = mg.tensor(3.0, requires_grad=True)
    >>> b = mg.tensor(4.0, requires_grad=True)
    >>> told = viz.explain(a * b)
    >>> [(each.name, each.gradient.item()) for each in told.leaves]
    [('a', 4.0), ('b', 3.0)]
    """
    if not isinstance(tensor, Variable):
        raise TypeError(f"explain: expected a tensor, not {type(tensor).__name__}")
    graph = graph_of(tensor, frame=caller())
    found = gradients_of(graph, [tensor])
    links = [
        _link(graph, found, edge)
        for vertex in sorted(graph.vertices, key=lambda each: -each.order)
        if vertex.kind == "operation" and vertex.requires_grad
        for edge in graph.incoming[vertex]
        if edge.dead or found.share(edge) is not None
    ]
    leaves = [
        Arrival(each.name or each.kind, each.shape, found.of(each), _shares(graph, found, each))
        for each in graph.vertices
        if isinstance(each.node, Leaf) and _shares(graph, found, each)
    ]
    (output,) = graph.outputs
    what = output.name if output.count == 1 else f"the sum of {output.name}"
    if not np.all(found.of(output) == 1):
        what = "what backward was called on"
    return Explanation(f"How the gradient of {what} comes about, youngest operation first:", links, leaves)


def _link(graph: Graph, found: Gradients, edge: Edge) -> Link:
    vertex, operation = edge.target, edge.target.operation
    share = found.share(edge)
    formula, rule = None, None
    if operation is not None:
        formula = _formula(operation.name)
        rule = None if share is None else _rule(operation.name, edge.argument)
    elif share is not None:
        rule = Expression(None, "g" if edge.source.several else f"backward of {vertex.title}")
    values = {each.argument: each.source.value for each in graph.incoming[vertex]}
    values |= {"g": found.of(vertex), "y": vertex.value}
    return Link(
        vertex.title,
        vertex.name,
        formula,
        edge.argument,
        edge.source.name,
        rule,
        "" if rule is None else _with_numbers(rule, values),
        None if share is None else local_derivative(edge),
        found.of(vertex),
        None if share is None else _unbroadcast(edge, share),
        edge.dead,
        vertex.place,
        vertex.key,
    )


@functools.cache
def _formula(operation: str) -> Expression:
    return notation.forward(PRIMITIVES[operation])


@functools.cache
def _rule(operation: str, argument: str) -> Expression | None:
    return notation.rule(PRIMITIVES[operation], argument)


def _with_numbers(rule: Expression, values: dict[str, Any]) -> str:
    names = rule.variables()
    numeric = {name: values[name] for name in names if values.get(name) is not None and np.size(values[name]) == 1}
    return rule.text(numeric) if len(names) > 1 and len(numeric) == len(names) else ""


def _unbroadcast(edge: Edge, share: Any) -> Any:
    assert edge.target.node is not None
    assert edge.slot is not None
    return unbroadcast(share, edge.target.node.edges[edge.slot][0])


def _shares(graph: Graph, found: Gradients, vertex: Vertex) -> int:
    return sum(found.share(edge) is not None for edge in graph.outgoing[vertex])


def _row(link: Link, again: bool) -> list[Entry]:
    """The entries of one link; what the row above says of the same operation is not said `again`."""
    formula = mathematical(link.formula)
    rule = mathematical(link.rule)
    if link.numbers:
        rule = Cell(f"{rule.text} = {link.numbers}", f"{rule.html} = {plain(link.numbers).html}")
    first: list[Entry] = [f"{link.result} = {link.operation}" if link.result else link.operation, formula]
    local = values_text(link.local)
    if link.local is None and link.outgoing is not None:
        local = "(a linear map)"
    return [
        *(["", ""] if again else first),
        f"{link.argument}: {link.source}" if link.source else link.argument,
        rule,
        local,
        "" if again else values_text(link.incoming),
        f"⊣ {link.dead}" if link.dead else values_text(link.outgoing),
        "" if again or link.place is None else str(link.place),
    ]
