"""Products with the Jacobian, which need no Jacobian: one pass along the graph each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minigrad.engine.node import Variable
from minigrad.errors import ShapeError
from minigrad.func.trace import CALLS, Trace
from minigrad.func.tree import leaves_of, map_tree, tree_like


def vjp(func: Callable[..., Any], *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """(func(*primals), f) with f(cotangents) the product of the cotangents with the Jacobian, a tuple by primal.

    With `has_aux` func returns (outputs, aux), and aux comes third.

    >>> y, pull = mg.func.vjp(lambda x: x * x, mg.tensor([1.0, 2.0]))
    >>> pull(mg.tensor([1.0, 10.0]))
    (tensor([ 2., 40.]),)
    """
    trace = Trace("vjp", func, primals, has_aux)

    def product(*cotangents: Any) -> Any:
        weights = leaves_of(cotangents if len(cotangents) != 1 else cotangents[0])
        if len(weights) != len(trace.ends):
            raise ShapeError(f"vjp: {len(weights)} cotangents for {len(trace.ends)} outputs")
        return tree_like(trace.inputs, trace.pull(trace.ends, weights))

    return (trace.value(), product, trace.aux) if has_aux else (trace.value(), product)


def jvp(
    func: Callable[..., Any],
    primals: tuple[Any, ...],
    tangents: tuple[Any, ...],
    *,
    strict: bool = False,
    has_aux: bool = False,
) -> tuple[Any, ...]:
    """(func(*primals), the product of its Jacobian with `tangents`).

    With `has_aux` func returns (outputs, aux), and aux comes third. RuntimeError unless both are tuples of one
    structure, and with `strict` where an output does not depend on the primals.

    >>> mg.func.jvp(lambda x: x * x, (mg.tensor([1.0, 2.0]),), (mg.tensor([1.0, 10.0]),))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    called = CALLS["jvp"]
    if not isinstance(primals, tuple):
        raise RuntimeError(f"{called}: Expected primals to be a tuple: it should be valid to call f(*primals)")
    if map_tree(lambda _: None, primals) != map_tree(lambda _: None, tangents):
        raise ShapeError(f"{called}: Expected primals and tangents to have the same python structure")
    for what, given in (("primals", leaves_of(primals)), ("tangents", leaves_of(tangents))):
        if not given:
            raise RuntimeError(f"{called}: Expected {what} to contain at least one Tensor")
        if not all(isinstance(each, Variable) for each in given):
            raise RuntimeError(f"{called}: Expected {what} to only contain Tensors")
    trace = Trace("jvp", func, primals, has_aux)
    tangent = tree_like(trace.outputs, trace.push(leaves_of(tangents), strict))
    return (trace.value(), tangent, trace.aux) if has_aux else (trace.value(), tangent)


def linearize(func: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """(func(*primals), the linear function of tangents that approximates func there): func runs once.

    >>> y, push = mg.func.linearize(lambda x: x * x, mg.tensor([1.0, 2.0]))
    >>> push(mg.tensor([1.0, 10.0]))
    tensor([ 2., 40.])
    """
    trace = Trace("linearize", func, primals)
    return trace.value(), lambda *tangents: tree_like(trace.outputs, trace.push(leaves_of(tangents)))
