"""The chain rule of one graph in words: `print(viz.explain(loss))`.

First stands what arrives at the leaves. Then come the operations, youngest first, in the order of the backward pass:
what each computes, the gradient that comes in, and the share that each argument gets, as rule, numbers and value. The
names are those of the program. All numbers are the engine's own, of a pass that was recorded or of one that leaves no
trace.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from minigrad.viz.engine import Leaf, Place, Variable, caller
from minigrad.viz.formulas.notation import Expression
from minigrad.viz.formulas.numbers import count_text, shape_text
from minigrad.viz.graph.build import graph_of
from minigrad.viz.graph.elements import Edge, Graph, Vertex
from minigrad.viz.graph.expressions import Expressions
from minigrad.viz.graph.findings import Finding, findings_of
from minigrad.viz.graph.fuse import fused
from minigrad.viz.graph.passes import Gradients, gradients_of, local_derivative
from minigrad.viz.reports.table import Cell, Entry, Table, Tables, mathematical, plain, values_text

WIDTH = 88
"""No line of text is longer."""
MOST_BLOCKS = 60
"""So many operations are written out in text."""


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
    """Why none comes back: 'detached', 'frozen', 'no_grad', 'no derivative', or ''."""
    place: Place | None
    key: int
    """The position of the operation in the graph: links of the same operation have the same."""
    left: str = ""
    """What the output is called in formulas: its name, or v₃."""
    right: str = ""
    """The same of the argument; where it has no short name, the long one."""
    shares: int = 1
    """How many shares the gradient of the argument is the sum of."""


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

    def __init__(
        self, heading: str, links: list[Link], leaves: list[Arrival], end: str, findings: Sequence[Finding] = ()
    ) -> None:
        self.heading = heading
        self.end = end
        """What the tensor that is explained is called."""
        self.findings = findings
        """What is remarkable, and often a mistake."""
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
        return [
            *(f"! {each.text}" for each in self.findings),
            leaves,
            self.heading,
            Table("", heads, rows),
            *self._where(),
        ]

    def _where(self) -> list[str]:
        rules = [rule for link in self.links for rule in (link.rule, link.formula) if rule is not None]
        where = {name: words for rule in rules for name, words in rule.helpers.items()}
        return [f"where {name}: {words}." for name, words in where.items()]

    def __str__(self) -> str:
        remarks = ["\n".join(line for each in self.findings for line in _wrapped(f"! {each.text}", "  "))]
        told = [*filter(None, remarks), "What arrives at the leaves:", "\n".join(self._leaves()), self.heading]
        blocks = [list(links) for _, links in groupby(self.links, key=lambda link: link.key)]
        told += ["\n".join(self._block(links)) for links in blocks[:MOST_BLOCKS]]
        if len(blocks) > MOST_BLOCKS:
            told.append(f"… and {len(blocks) - MOST_BLOCKS} more operations")
        return "\n\n".join(told + ["\n".join(_wrapped(each, "  ")) for each in self._where()])

    __repr__ = __str__

    def _leaves(self) -> Iterator[str]:
        for each in self.leaves:
            several = f"   the sum of {each.shares} shares" if each.shares > 1 else ""
            yield from _wrapped(f"  {_partial(self.end, each.name)} = {values_text(each.gradient)}{several}", "      ")

    def _block(self, links: list[Link]) -> Iterator[str]:
        """One operation: what it computes and where, what comes in, and what each argument gets."""
        first = links[0]
        formula = first.formula.text() if first.formula is not None else first.operation
        head = f"{first.left} = {formula}" if first.left else formula
        beside = "   ".join(each for each in (first.operation, str(first.place or "")) if each and each != formula)
        if len(head) + len(beside) + 3 <= WIDTH:
            yield f"{head}{' ' * (WIDTH - len(head) - len(beside))}{beside}" if beside else head
        else:
            yield from _wrapped(head, "    ")
            yield f"{beside:>{WIDTH}}"
        if first.incoming is not None and first.left:
            yield from _wrapped(f"    g = {_partial(self.end, first.left)} = {values_text(first.incoming)}", "        ")
        for link in links:
            if link.dead:
                yield f"    to {link.right}: ⊣ {link.dead}"
                continue
            sign = "+=" if link.shares > 1 else "="
            steps = [link.rule.text() if link.rule is not None else "", link.numbers, values_text(link.outgoing)]
            said = " = ".join(dict.fromkeys(each for each in steps if each))
            yield from _wrapped(f"    {_partial(self.end, link.right)} {sign} {said}", "        ")


def _partial(of: str, by: str) -> str:
    return f"∂{of}/∂{by}"


def _wrapped(line: str, indent: str) -> list[str]:
    """A line broken where it is too long; what follows the first line is indented."""
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False, drop_whitespace=True) or [line]


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
    whole = graph_of(tensor, frame=caller())
    found = gradients_of(whole, [tensor])
    graph = fused(whole)
    maker = _Maker(graph, found)
    links = [
        maker.link(edge)
        for vertex in sorted(graph.vertices, key=lambda each: -each.order)
        if vertex.kind == "operation" and vertex.requires_grad
        for edge in graph.incoming[vertex]
        if edge.dead or found.share(edge) is not None
    ]
    leaves = [
        Arrival(each.name or each.kind, each.shape, found.of(each), maker.shares(each))
        for each in graph.vertices
        if isinstance(each.node, Leaf) and maker.shares(each)
    ]
    (output,) = graph.outputs
    what = output.name if output.count == 1 else f"the sum of {output.name}"
    if not np.all(found.of(output) == 1):
        what = "what backward was called on"
    heading = f"How the gradient of {what} comes about, youngest operation first:"
    return Explanation(heading, links, leaves, output.name, findings_of(whole, found))


class _Maker:
    """Makes the links of one graph."""

    def __init__(self, graph: Graph, found: Gradients) -> None:
        self.graph = graph
        self.found = found
        self.expressions = Expressions(graph)

    def link(self, edge: Edge) -> Link:
        vertex = edge.target
        share = self.found.share(edge)
        symbols = self.expressions.symbols(vertex)
        formula = self.expressions.formula(vertex)
        rule = None if share is None else self.expressions.rule(edge)
        numbers = "" if rule is None else self._with_numbers(rule, vertex)
        if rule is None and share is not None:
            rule = Expression(None, "g" if edge.source.several else f"backward of {vertex.title}")
        return Link(
            vertex.title,
            vertex.name,
            None if formula is None else formula.renamed(symbols),
            edge.argument,
            edge.source.name,
            None if rule is None else rule.renamed(symbols),
            numbers,
            None if share is None else local_derivative(edge),
            self.found.of(vertex),
            None if share is None else share,
            edge.dead,
            vertex.place,
            vertex.key,
            "" if vertex.several and not vertex.splits else self.expressions.symbol(vertex),
            self.expressions.symbol(edge.source) or edge.source.name or edge.source.kind,
            self.shares(edge.source),
        )

    def _with_numbers(self, rule: Expression, vertex: Vertex) -> str:
        values = {**self.expressions.values(vertex), "g": self.found.of(vertex)}
        names = [each for each in rule.variables() if each not in rule.constants]
        single = {name: values[name] for name in names if values.get(name) is not None and np.size(values[name]) == 1}
        if not names or len(single) < len(names) or isinstance(rule.tree, ast.Name):
            return ""
        return rule.text(single)

    def shares(self, vertex: Vertex) -> int:
        return sum(self.found.share(edge) is not None for edge in self.graph.outgoing[vertex])


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
