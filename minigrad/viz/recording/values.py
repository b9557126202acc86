"""The values of a recording: copies of arrays as they were, known again by the node that made them or by their memory.

The same value comes by many times: as the result of one operation, as the argument of others, as a tensor in the hands
of the user. Memory may have been overwritten between two meetings, so an array is the same value only while it still
holds the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.nn.parameter import Parameter
from minigrad.viz.engine import Leaf, Node, OutputNode, Variable, plain
from minigrad.viz.recording.records import Call, Value

MOST_WRITES = 8
"""An array that has changed is looked for among the results of so many calls before."""


class Values:
    """What one recording has seen. With `kept=False` only numbers and arrays of one element are copied."""

    def __init__(self, kept: bool) -> None:
        self.kept = kept
        self._by_node: dict[Node, Value] = {}
        self._by_memory: dict[int, Value] = {}  # by identity of the array, which the value keeps alive

    def of_node(self, node: Node) -> Value | None:
        """The value that a node made, or None if that was outside."""
        return self._by_node.get(node)

    def of(self, variable: Variable) -> Value | None:
        """The value that a tensor is now, or None if it took no part."""
        node = variable.node
        known = self._by_node.get(node) if node is not None else None
        if known is None and (node is None or isinstance(node, (Leaf, OutputNode))):
            known = self._by_memory.get(id(variable.array))
            if known is not None and isinstance(node, OutputNode):  # seen when forward of the Function made it
                known = self._entered(replace(known, node=node, made_by=None, name=""))
        return known

    def given(self) -> list[Value]:
        """The values that no operation in sight has made."""
        return [each for each in self._by_memory.values() if each.made_by is None]

    def made(self, result: Variable) -> Value:
        """A new value: the result of an operation."""
        array = result.array
        value = Value(self._copied(array), array.shape, array.dtype, result.node, is_tensor=True, source=array)
        return self._entered(value)

    def argument(self, arg: Any, calls: Sequence[Call]) -> Value:
        """The value of an argument, after the operations `calls`; a number is one by itself."""
        if not isinstance(arg, Variable):
            if not isinstance(arg, np.ndarray):
                return Value(arg, np.shape(arg), getattr(arg, "dtype", None))
            known = self._seen(arg, calls)
            return known or self._entered(Value(self._copied(arg), arg.shape, arg.dtype, source=arg))
        node, array = arg.node, arg.array
        if node is None:
            known = self._seen(array, calls)
        elif isinstance(node, Leaf):
            known = self._seen(array, calls)
            known = None if known is None or known.node is not node else known
        else:
            known = self._by_node.get(node)
        if known is not None:
            return known
        learned = isinstance(arg, Parameter)
        return self._entered(
            Value(
                self._copied(array), array.shape, array.dtype, node, is_parameter=learned, is_tensor=True, source=array
            )
        )

    def _entered(self, value: Value) -> Value:
        self._by_memory[id(value.source)] = value
        if value.node is not None:
            self._by_node[value.node] = value
        return value

    def _seen(self, array: Array, calls: Sequence[Call]) -> Value | None:
        """The value that lies in this memory, if it still does."""
        known = self._by_memory.get(id(array))
        if known is None or known.array is None:
            return known
        if _same(known.array, array):
            return known
        for call in calls[: -MOST_WRITES - 1 : -1]:  # written since then, as a rule with what has just been computed
            result = call.result
            if result.shape == array.shape and result.array is not None and _same(result.array, array):
                self._by_memory[id(array)] = result
                return result
        return None

    def _copied(self, array: Array) -> Any:
        return array.copy() if self.kept or array.size == 1 else None


def _same(a: Array, b: Array) -> bool:
    """Whether two arrays hold the same numbers; NaN is the same as NaN."""
    if a.shape != b.shape:
        return False
    return bool((a == b).all()) or (b.dtype.kind == "f" and np.array_equal(a, b, equal_nan=True))


def array_of(g: Any) -> Any:
    """A gradient as an array. A Function gets the gradients of all its results at once: None for more than one."""
    if isinstance(g, dict):  # of the outputs of a Function
        g = None if len(g) > 1 else next(iter(g.values()))
    return plain(g)


def held_by(leaf: Leaf) -> Any:
    """A copy of what `.grad` of a leaf holds, or None."""
    grad = getattr(leaf.owner(), "grad", None)
    return None if grad is None else grad.array.copy()


def is_frozen(arg: Any, value: Value) -> bool:
    """Whether an argument is the very leaf that `value` knows with a history, and has none now."""
    leaf = value.node
    return isinstance(leaf, Leaf) and isinstance(arg, Variable) and arg.node is None and leaf.owner() is arg
