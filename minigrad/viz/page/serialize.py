"""A walk through a graph serialized: plain data for JSON, from which the page is made.

Vertices, edges and boxes go by their position, arrays by their number in one list. Formulas and rules are those of the
tables of derivatives, once as they stand and once with the numbers put in.
"""

from __future__ import annotations

import ast
import copy
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from minigrad.viz.engine import Leaf, Operation, Place
from minigrad.viz.formulas import notation
from minigrad.viz.graph.elements import Edge, Vertex
from minigrad.viz.graph.passes import local_derivative
from minigrad.viz.graph.walk import Share, Turn, Walk
from minigrad.viz.layout.cards import cards_of, heading, label
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
        clocked = {each.node for each in self.graph.vertices if each.node is not None}
        self.ages = {node: age for age, node in enumerate(sorted(clocked, key=lambda node: node.order), 1)}
        self.rules: dict[tuple[str, str], notation.Expression | None] = {}

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
            "arrays": self.arrays.entries,
        }

    def vertex(self, vertex: Vertex) -> dict[str, Any]:
        return {
            "kind": vertex.kind,
            "title": vertex.title,
            "name": vertex.name,
            "label": label(vertex),
            "shape": list(vertex.shape),
            "dtype": str(vertex.dtype) if vertex.dtype is not None else type(vertex.value).__name__,
            "differentiable": vertex.requires_grad,
            "leaf": isinstance(vertex.node, Leaf),
            "several": vertex.several,
            "age": None if vertex.node is None else self.ages[vertex.node],
            "box": None if vertex.box is None else self.boxes[vertex.box],
            "value": self.arrays.add(vertex.value, image=True),
            "place": _place(vertex.place),
            "settings": [
                f"{name}={_setting(value):.60}" for name, value in vertex.static.items() if not _is_array(value)
            ],
            "saved": [[each.name, list(each.shape), each.bytes] for each in vertex.saved],
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
        if vertex.operation is None:
            return None
        return self.expression(notation.forward(vertex.operation), self.arguments(vertex), self.symbols(vertex))

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
            if edge.target.operation is not None:
                rule = self.rule(edge.target.operation, edge.argument)
                values = {"g": self.gradients[edge.target], **self.arguments(edge.target)}
                data["rule"] = None if rule is None else self.expression(rule, values, self.symbols(edge.target))
                data["local"] = self.arrays.add(local_derivative(edge))
        return data

    def rule(self, operation: Operation, argument: str) -> notation.Expression | None:
        """The rule for an argument; reading it from its table takes longer than the rest."""
        key = (operation.name, argument)
        if key not in self.rules:
            self.rules[key] = notation.rule(operation, argument)
        return self.rules[key]

    def share(self, share: Share) -> dict[str, Any]:
        return {
            "given": self.arrays.add(share.given),
            "added": self.arrays.add(share.added),
            "total": self.arrays.add(share.total),
            "summed": list(share.summed),
        }

    def turn(self, turn: Turn) -> dict[str, Any]:
        return {
            "vertex": turn.vertex.key,
            "gradient": self.arrays.add(turn.gradient),
            "received": [self.edges[share.edge] for share in turn.received],
            "gives": [self.edges[share.edge] for share in turn.gives],
            "before": self.arrays.add(turn.before),
            "after": self.arrays.add(turn.after),
            "hooked": turn.hooked,
        }

    def arguments(self, vertex: Vertex) -> dict[str, Any]:
        """What the names in an operation's formula and rules stand for."""
        incoming = self.graph.incoming[vertex]
        shapes = {f"{edge.argument}_shape": tuple(edge.shape) for edge in incoming}
        values = {edge.argument: edge.source.value for edge in incoming}
        return {**shapes, **vertex.static, **values, "y": vertex.value}

    def symbols(self, vertex: Vertex) -> dict[str, str]:
        """What the letters of an operation's formula and rules are in the user's code, where that has short names."""
        own = {edge.argument: edge.source for edge in self.graph.incoming[vertex]} | {"y": vertex}
        found = {
            letter: each.name if each.name.isidentifier() and len(each.name) <= 8 else letter
            for letter, each in own.items()
        }
        taken = {found[letter]: each for letter, each in own.items()}
        clear = all(taken[found[letter]] is each for letter, each in own.items()) and "g" not in taken
        return found if clear else {letter: letter for letter in own}

    def expression(
        self, expression: notation.Expression, values: Mapping[str, Any], symbols: Mapping[str, str]
    ) -> dict[str, Any]:
        numbers = {name: value for name, value in values.items() if _is_number(value)}
        names = [name for name in expression.variables() if name in values]
        put = bool(names) and all(name in numbers for name in names)
        named = _renamed(expression, symbols)
        return {
            "left": symbols["y"],
            "symbols": _flat(named.mathml()),
            "text": named.text(),
            "numbers": _flat(expression.mathml(numbers)) if put else "",
            "bare": isinstance(expression.tree, ast.Name),
            "where": [
                [_worded(name, symbols), *self.meaning(values[name])]
                for name in names
                if not put and values[name] is not False
            ],
            "helpers": list(expression.helpers.items()),
        }

    def meaning(self, value: Any) -> tuple[int | None, str]:
        """The number of an array, or the text of a setting."""
        return (
            (self.arrays.add(value), "") if _is_array(value) or _is_number(value) else (None, f"{_setting(value):.60}")
        )


class _Renaming(ast.NodeTransformer):
    """Writes other names for values; a name that is called is that of a function."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        bare = node.id.removesuffix("_shape")
        return ast.Name(self.names.get(bare, bare) + node.id[len(bare) :], ast.Load())

    def visit_Call(self, node: ast.Call) -> ast.Call:
        function = node.func if isinstance(node.func, ast.Name) else self.visit(node.func)
        keywords = [ast.keyword(each.arg, self.visit(each.value)) for each in node.keywords]
        return ast.Call(function, [self.visit(each) for each in node.args], keywords)


def _renamed(expression: notation.Expression, names: Mapping[str, str]) -> notation.Expression:
    if expression.tree is None:
        return expression
    return replace(expression, tree=_Renaming(names).visit(copy.deepcopy(expression.tree)))


def _worded(name: str, symbols: Mapping[str, str]) -> str:
    """A name in a rule, as the formulas write it."""
    bare = name.removesuffix("_shape")
    return symbols.get(name, name) if bare == name else f"shape of {symbols.get(bare, bare)}"


def _flat(mathml: str) -> str:
    """Brackets of the height of a letter, unless a fraction stands in them: not every font sees to it."""
    return mathml if "<mfrac" in mathml else re.sub(r"<mo>([()\[\]|])</mo>", r'<mo stretchy="false">\1</mo>', mathml)


def _setting(value: Any) -> str:
    """A static parameter as code writes it: an index with its colons."""
    if isinstance(value, slice):
        parts = (value.start, value.stop) if value.step is None else (value.start, value.stop, value.step)
        return ":".join("" if each is None else str(each) for each in parts)
    if type(value) is tuple and len(value) > 1:
        return f"({', '.join(map(_setting, value))})"
    return "..." if value is Ellipsis else repr(value)


def _is_array(value: Any) -> bool:
    return hasattr(value, "dtype") and hasattr(value, "shape")


def _is_number(value: Any) -> bool:
    if _is_array(value):
        return bool(math.prod(value.shape) == 1)
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _place(place: Place | None) -> dict[str, Any] | None:
    return None if place is None else {"line": str(place), "function": place.function, "text": place.text}
