"""Forward mode: a tangent carried along the graph, oldest first, by what the families say of each operation.

Of an elementwise operation the Jacobian is diagonal, so its rule maps tangents as it maps gradients. A linear operation
maps the tangent by itself, a bilinear one with the tangent in the place of an argument. Of any other, the rule is a
linear map of `g`, and the tangent needs the transpose of this map: the reverse of its reverse. No operation has a
second rule for this; a Function may have one, its `jvp`.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from minigrad.engine.backward import propagate
from minigrad.engine.broadcast import unbroadcast
from minigrad.engine.function_node import FunctionNode, OutputNode
from minigrad.engine.mode import RULE, enable_grad, mode
from minigrad.engine.node import Leaf, Node, Variable, plain
from minigrad.engine.observers import pulled
from minigrad.engine.primitive import Operation, Rule
from minigrad.engine.views import owner_of
from minigrad.engine.walk import on_the_way


def push_forward(outputs: Iterable[Node], tangents: dict[Node, Any]) -> dict[Node, Any]:
    """The tangents of all nodes between those of `tangents` and `outputs`.

    Tangents are arrays, or Variables if what is computed from them is to be recorded.
    """
    known = dict(tangents)
    outside = mode.stage, mode.recording
    try:
        mode.stage = RULE
        with np.errstate(all="ignore"):
            for node in sorted(on_the_way(outputs, set(tangents)), key=lambda each: each.order):
                if isinstance(node, FunctionNode):
                    if node.pushes:  # otherwise its outputs ask its inputs
                        known[node] = node.push(known)
                elif node not in tangents:
                    known[node] = _spread(_tangent(node, known), node)
        return known
    finally:
        mode.stage, mode.recording = outside


def _tangent(node: Node, known: dict[Node, Any]) -> Any:
    """The tangent of `node` from those of its arguments."""
    if isinstance(node, OutputNode):
        if node.made_by.pushes:
            t = known[node.made_by][node.number]
            return np.zeros(node.shape, node.dtype) if t is None else t
        return _transposed(node.made_by, lambda g: {node.number: g}, node, known)
    operation = node.operation
    if operation is not None and operation.family == "linear" and operation.parameters[0].startswith("*"):
        t = _together(node, operation, known)
        if t is not None:
            return t
    shares = []
    for target, rule, values in node.unpacked():
        if target in known:
            share = None if node.operation is None else _share(node, rule, values, known[target])
            if share is None:
                return _transposed(node, lambda g: g, node, known)
            shares.append(share)
    return functools.reduce(operator.add, shares)


def _together(node: Node, operation: Operation, known: dict[Node, Any]) -> Any:
    """The tangent of a linear operation of any number of arguments; None where this way does not lead to it.

    Where each argument has its place in the result, its rule reads from there: its tangent belongs there. Tangents with
    a history go through the operation itself, all at once; unless there are constants among the arguments, whose
    zeros nobody knows.
    """
    tangents = [known.get(target) for target, _, _ in node.edges]
    if all(getattr(t, "node", None) is None for t in tangents):
        result = np.zeros(node.shape, node.dtype)
        places = [None if values is None else rule.formula(result, *values) for _, rule, values in node.edges]
        if all(place is not None and owner_of(place) is result for place in places):
            for place, t in zip(places, tangents):
                if t is not None:
                    place += plain(t)
            return Variable.wrap(result) if any(isinstance(t, Variable) for t in tangents) else result
    zeros = [np.zeros(target.shape, target.dtype) for target, _, _ in node.edges]
    given = [zero if t is None else t for t, zero in zip(tangents, zeros)]
    found = operation(*given, **node.static)
    return found if found.shape == node.shape else None


def _share(node: Node, rule: Rule, values: tuple[Any, ...] | None, t: Any) -> Any:
    """What the tangent `t` of one argument adds to that of the node; None where the family does not say."""
    operation = node.operation
    assert operation is not None, "leaves have no arguments"
    if operation.family == "linear" and operation.parameters == (rule.argument,):
        return operation(t, **node.static)
    if values is None or operation.family not in ("elementwise", "bilinear"):
        return None
    if isinstance(t, Variable):
        values = tuple(node.lifted(rule, values))
    if operation.family == "elementwise":
        return rule.formula(t, *values)
    known = dict(zip(rule.needs, values)) | {rule.argument: t}
    if any(each not in known for each in operation.parameters):
        return None
    return operation(*(known[each] for each in operation.parameters), **node.static)


def _transposed(maker: Node, given: Callable[[Any], Any], node: Node, known: dict[Node, Any]) -> Any:
    """J t, from g -> g J, which is what the `maker` of a node knows: the gradient of <g J, t> in g."""
    g = Variable.wrap(np.zeros(node.shape, node.dtype))
    g.node = Leaf(g)
    with enable_grad():
        pairs = [
            (unbroadcast(share, target.shape, target.dtype, target.name), known[target])
            for target, share in pulled(maker, given(g))
            if target in known
        ]
        pairs = [(share, t) for share, t in pairs if share.node is not None]
        recorded = any(isinstance(t, Variable) for _, t in pairs)
        seeds = [(share.node, t if isinstance(t, Variable) or not recorded else Variable.wrap(t)) for share, t in pairs]
        found = propagate(seeds, [g.node], create_graph=recorded)
    return found.get(g.node, Variable.wrap(g.array) if recorded else g.array)


def _spread(t: Any, node: Node) -> Any:
    """The tangent in the node's shape and dtype: a rule may have left a broadcast undone."""
    if t.shape != node.shape:
        t = t + np.zeros(node.shape, node.dtype)
    return t if t.dtype == node.dtype else t.astype(node.dtype)
