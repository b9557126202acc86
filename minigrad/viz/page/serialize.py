"""A walk through a graph serialized: plain data for JSON, from which the page is made.

Vertices, edges and boxes go by their position, arrays by their number in one list. Formulas and rules are those of the
tables of derivatives, once as they stand and once with the numbers put in.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Mapping
from typing import Any

from minigrad.viz.engine import Leaf, Place
from minigrad.viz.formulas import notation
from minigrad.viz.formulas.numbers import is_number, is_plain, norm, setting
from minigrad.viz.graph.elements import Edge, Vertex
from minigrad.viz.graph.expressions import Expressions
from minigrad.viz.graph.passes import local_derivative
from minigrad.viz.graph.walk import Share, Turn, Walk
from minigrad.viz.layout.cards import cards_of, heading
from minigrad.viz.page.arrays import Arrays


def serialized(walk: Walk) -> dict[str, Any]:
    """Everything that the page shows of a walk. RuntimeError if there is no Graphviz to lay it out."""
    return _Serializer(walk).page()


class _Serializer:
    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.graph = walk.graph
        self.arrays = Arrays()
        self.gradients = {turn.vertex: turn.gradient for turn in walk.backward}
        self.shares = walk.shares
        self.boxes = {box: position for position, box in enumerate(self.graph.boxes)}
        self.edges = {edge: position for position, edge in enumerate(self.graph.edges)}
        self.expressions = Expressions(self.graph)
        self.keys = {vertex: each.key for each in self.graph.vertices for vertex in (each, *each.inside)}

    def page(self) -> dict[str, Any]:
        place = cards_of(self.graph)
        (output,) = self.graph.outputs
        return {
            "loss": output.key,
            "recorded": self.walk.recorded,
            "adds": self.walk.adds,
            "size": [place.width, place.height],
            "vertices": [self.vertex(each) | {"card": place.cards[each.key]} for each in self.graph.vertices],
            "edges": [self.edge(each) | {"curve": place.curves[i]} for each, i in self.edges.items()],
            "boxes": [
                {
                    "heading": heading(box),
                    "path": box.path,
                    "parent": None if box.parent is None else self.boxes[box.parent],
                    "parameters": box.parameters,
                    "frame": place.frames[i],
                }
                for box, i in self.boxes.items()
            ],
            "forward": [each.key for each in self.walk.forward],
            "backward": [self.turn(each) for each in self.walk.backward],
            "findings": [
                [each.text, None if each.vertex is None else self.keys.get(each.vertex)] for each in self.walk.findings
            ],
            "arrays": self.arrays.entries,
        }

    def vertex(self, vertex: Vertex) -> dict[str, Any]:
        return {
            "kind": vertex.kind,
            "title": vertex.title,
            "name": vertex.name,
            "symbol": self.expressions.symbol(vertex),
            "label": vertex.label,
            "program": vertex.operation.name if vertex.operation is not None else vertex.title,
            "shape": list(vertex.shape),
            "dtype": str(vertex.dtype) if vertex.dtype is not None else type(vertex.value).__name__,
            "differentiable": vertex.requires_grad,
            "leaf": isinstance(vertex.node, Leaf),
            "several": vertex.several,
            "age": None if vertex.node is None else self.expressions.ages[vertex.node],
            "box": None if vertex.box is None else self.boxes[vertex.box],
            "value": self.arrays.add(vertex.value, image=True),
            "place": _place(vertex.place),
            "settings": [f"{name}={setting(value):.60}" for name, value in vertex.static.items() if is_plain(value)],
            "saved": [[each.name, list(each.shape)] for each in vertex.saved],
            "letters": self.expressions.symbols(vertex) if vertex.kind == "operation" else {},
            "formula": self.formula(vertex),
            "inside": [self.part(vertex, each) for each in vertex.inside],
        }

    def part(self, whole: Vertex, vertex: Vertex) -> dict[str, Any]:
        """One of the operations that a public call consists of."""
        formula = notation.forward(vertex.operation) if vertex.operation is not None else None
        return {
            "title": vertex.title,
            "symbols": "" if formula is None else _flat(formula.mathml()),
            "value": self.arrays.add(vertex.value) if vertex is not whole.inside[-1] else self.arrays.add(whole.value),
            "gradient": self.arrays.add(self.walk.inside.get(vertex)),
        }

    def formula(self, vertex: Vertex) -> dict[str, Any] | None:
        """What an operation computes, in symbols and with the numbers put in."""
        formula = self.expressions.formula(vertex)
        return None if formula is None else self.expression(formula, vertex, {})

    def edge(self, edge: Edge) -> dict[str, Any]:
        share = self.shares.get(edge)
        data: dict[str, Any] = {
            "source": edge.source.key,
            "target": edge.target.key,
            "argument": edge.argument,
            "dead": edge.dead,
        }
        if share is not None:
            data["share"] = self.share(share)
        if share is not None and edge.target.kind == "operation":
            rule = self.expressions.rule(edge)
            data["rule"] = None if rule is None else self.expression(rule, edge.target, self.given(edge.target))
            data["local"] = self.arrays.add(local_derivative(edge))
        return data

    def given(self, vertex: Vertex) -> dict[str, Any]:
        """The gradient of a vertex, as rules call it."""
        return {"g": self.gradients[vertex]}

    def share(self, share: Share) -> dict[str, Any]:
        return {
            "given": self.arrays.add(share.given),
            "added": self.arrays.add(share.added),
            "total": self.arrays.add(share.total),
            "summed": list(share.summed),
            "size": _size(share.added),
            "steps": self.over_time(share),
        }

    def over_time(self, share: Share) -> list[float]:
        """Of the inputs of a recurrence: the norm of the gradient at each step, which stand along the first axis."""
        operation = share.edge.target.operation
        if operation is None or operation.name not in ("rnn", "lstm", "gru") or share.edge.argument != "x":
            return []
        return [float(f"{norm(each):.4g}") for each in share.added]

    def turn(self, turn: Turn) -> dict[str, Any]:
        return {
            "vertex": turn.vertex.key,
            "gradient": self.arrays.add(turn.gradient),
            "size": None if turn.gradient is None else _size(turn.gradient),
            "received": [self.edges[share.edge] for share in turn.received],
            "gives": [self.edges[share.edge] for share in turn.gives],
            "before": self.arrays.add(turn.before),
            "after": self.arrays.add(turn.after),
            "hooked": turn.hooked,
        }

    def expression(self, expression: notation.Expression, vertex: Vertex, more: Mapping[str, Any]) -> dict[str, Any]:
        """A formula or rule of a vertex: in symbols, with numbers put in, and what its letters stand for."""
        symbols = self.expressions.symbols(vertex)
        values = {**self.expressions.values(vertex), **more}
        sources = {edge.argument: edge.source for edge in self.graph.incoming[vertex]} | {"y": vertex}
        numbers = {name: value for name, value in values.items() if is_number(value)}
        names = [each for each in expression.variables() if each in values and each not in expression.constants]
        put = bool(names) and all(name in numbers for name in names)
        named = expression.renamed(symbols)
        return {
            "left": symbols["y"],
            "symbols": _flat(named.mathml()),
            "text": named.text(),
            "numbers": _flat(expression.mathml(numbers)) if put else "",
            "bare": isinstance(expression.tree, ast.Name),
            "where": [
                [_worded(name, symbols), *self.meaning(values[name]), self.called(name, symbols, sources)]
                for name in names
                if not put and values[name] is not False
            ],
            "helpers": list(expression.helpers.items()),
        }

    def called(self, letter: str, symbols: Mapping[str, str], sources: Mapping[str, Vertex]) -> str:
        """The name of a value that a letter stands for, where that is another."""
        source = sources.get(letter)
        return source.name if source is not None and source.name != symbols.get(letter) else ""

    def meaning(self, value: Any) -> tuple[int | None, str]:
        """The number of an array, or the text of a setting."""
        return (self.arrays.add(value), "") if _is_array(value) or is_number(value) else (None, f"{setting(value):.60}")


def _worded(name: str, symbols: Mapping[str, str]) -> str:
    """A name in a rule, as the formulas write it."""
    bare = name.removesuffix("_shape")
    return symbols.get(name, name) if bare == name else f"shape of {symbols.get(bare, bare)}"


def _flat(mathml: str) -> str:
    """Brackets of the height of a letter, unless a fraction stands in them: not every font sees to it."""
    return mathml if "<mfrac" in mathml else re.sub(r"<mo>([()\[\]|])</mo>", r'<mo stretchy="false">\1</mo>', mathml)


def _size(g: Any) -> float | None:
    """The logarithm of the norm of a gradient, to the base of 10; None for zero and for what is not finite."""
    size = norm(g)
    return round(math.log10(size), 3) if 0 < size < math.inf else None


def _is_array(value: Any) -> bool:
    return hasattr(value, "dtype") and hasattr(value, "shape")


def _place(place: Place | None) -> dict[str, Any] | None:
    return None if place is None else {"line": str(place), "function": place.function, "text": place.text}
