"""Forward mode: a tangent carried along the graph, oldest first, by what the families say of each operation.

Of an elementwise operation the Jacobian is diagonal, so its rule maps tangents as it maps gradients. A linear operation
maps the tangent by itself, a bilinear one with the tangent in the place of an argument. Of any other, the rule is a
linear map of `g`, and the tangent needs the transpose of this map: the reverse of its reverse. No operation has a
second rule for this.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from minigrad.autograd.backward import fitted, grad, on_the_way
from minigrad.autograd.node import Leaf, Node, Variable
from minigrad.autograd.mode import enable_grad
from minigrad.autograd.primitive import Rule


def push_forward(outputs: Iterable[Node], tangents: dict[Node, Any]) -> dict[Node, Any]:
    """The tangents of all nodes between those of `tangents` and `outputs`.

    Tangents are arrays, or Variables if what is computed from them is to be recorded.
    """
    known = dict(tangents)
    with np.errstate(all="ignore"):
        for node in sorted(on_the_way(outputs, set(tangents)), key=lambda each: each.order):
            if node not in tangents:
                known[node] = _tangent(node, known)
    return known


def _tangent(node: Node, known: dict[Node, Any]) -> Any:
    """The tangent of `node` from those of its arguments."""
    total = None
    for position, (target, rule, values) in enumerate(node.edges):
        t = known.get(target)
        if t is not None:
            share = _share(node, position, rule, values, t)
            total = share if total is None else total + share
    assert total is not None, "a node on the way has an argument with a tangent"
    return _spread(total, node)


def _share(node: Node, position: int, rule: Rule, values: tuple[Any, ...] | None, t: Any) -> Any:
    """What the tangent `t` of one argument adds to that of the node."""
    operation = node.operation
    family = operation.family if operation is not None else "general"
    if family == "linear" and operation is not None and operation.parameters == (rule.argument,):
        return operation(t, **node.static)
    if values is None or family in ("linear", "general") or operation is None:
        return _transposed(node, position, t)
    values = tuple(node.lifted(rule, values)) if isinstance(t, Variable) else values
    if family == "elementwise":
        return rule.formula(t, *values)
    saved = dict(zip(rule.needs, values))
    if all(each == rule.argument or each in saved for each in operation.parameters):
        return operation(*(t if each == rule.argument else saved[each] for each in operation.parameters), **node.static)
    return _transposed(node, position, t)


def _transposed(node: Node, position: int, t: Any) -> Any:
    """J t from g -> g J, which is what the node knows: the gradient of <g J, t> in g."""
    recorded = isinstance(t, Variable)
    with enable_grad():
        g = Variable.wrap(np.zeros(node.shape, node.dtype))
        g.node = Leaf(g)
        target = node.edges[position][0]
        # Two edges may lead to one argument, as in x * x: only the share of this one is asked for.
        share = [each for k, (_, each) in enumerate(node.pull(g)) if k == position][0]
        share = fitted(share, target)
        if share.node is None:
            return np.zeros(node.shape, node.dtype)
        return grad([share], [g], [t], create_graph=recorded, materialize_grads=True)[0] if recorded else (
            grad([share], [g], [t], materialize_grads=True)[0].array
        )


def _spread(t: Any, node: Node) -> Any:
    """The tangent in the node's shape and dtype: a rule may have left a broadcast undone."""
    if t.shape != node.shape:
        t = t + np.zeros(node.shape, node.dtype)
    return t if t.dtype == node.dtype else t.astype(node.dtype)
