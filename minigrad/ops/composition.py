"""The rule of a kernel that stands for a composition: the derivative is that of the composition.

A loop over steps that runs on arrays in one go is one primitive, with a kernel. What it computes can also be said in
primitives, at many times the cost; then nobody need derive its rule. When the kernel is differentiated, which for a
backward pass means second derivatives, the composition runs in its place, is recorded, and gradients go through it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.engine.backward import propagate
from minigrad.engine.mode import enable_grad
from minigrad.engine.node import Leaf, Variable, plain
from minigrad.ops.memory import clone_p


def recorded(composition: Callable[..., Any], *args: Any) -> tuple[Any, list[Any]]:
    """composition(*args), recorded whether or not the caller's operations are, and the places in it of `args`."""
    with enable_grad():
        places = [_place(each) for each in args]
        return composition(*places), places


def shares(g: Any, y: Any, places: list[Any]) -> tuple[Any, ...]:
    """What the gradient `g` of what was `recorded` gives to its places: arrays, or Variables if `g` is one."""
    again = isinstance(g, Variable)
    arrived = propagate([(y.node, g)], [each.node for each in places], retain_graph=again, create_graph=again)
    return tuple(arrived[place.node] if place.node in arrived else _zeros(place, again) for place in places)


def _zeros(place: Any, again: bool) -> Any:
    zeros = np.zeros_like(place.array)
    return Variable.wrap(zeros) if again else zeros


def _place(value: Any) -> Any:
    """The value at a place of its own in the graph, at which a gradient stops; its history, if any, goes on from there.

    Of two arguments one may have been computed from the other: what the composition gives to it is its own.
    """
    if getattr(value, "node", None) is not None:
        return clone_p(value)
    leaf = Variable.wrap(plain(value))
    leaf.node = Leaf(leaf)
    return leaf
