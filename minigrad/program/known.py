"""The values of a trace, and how they are known again: by the array itself, by its memory, by the node that made it."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np

from minigrad.engine.node import Leaf, Node, Variable
from minigrad.errors import GraphError
from minigrad.program.number import Number
from minigrad.program.steps import Step, Value
from minigrad.program.tape import as_array
from minigrad.program.traced import Traced, bare


class UnknownError(GraphError):
    """An array that a trace cannot follow."""


class Arrays:
    """The values of arrays, by identity. The arrays are not kept: what the traced run lets go of is gone."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[weakref.ref[Any], Value]] = {}

    def __setitem__(self, array: Any, value: Value) -> None:
        self._found[id(array)] = (weakref.ref(array), value)

    def get(self, array: Any) -> Value | None:
        """The value of an array, if it has one."""
        found = self._found.get(id(array))
        return found[1] if found is not None and found[0]() is array else None

    def alive(self) -> Iterator[tuple[Any, Value]]:
        """All arrays that are still there, with their values."""
        for reference, value in list(self._found.values()):
            array = reference()
            if array is not None:
                yield array, value


class Known:
    """All values of one trace."""

    def __init__(self, before: dict[int, Any]) -> None:
        self.unseen: dict[int, Any] = {}
        """Arrays that came from nowhere, by identity: made without telling, or there before and reached unseen."""
        self.held: dict[Value, Any] = {}
        """Those among them that an earlier trace has met, `before`: they were there, and are read at each call."""
        self._before = before
        self.inputs: list[Value] = []
        self.steps: list[Step] = []
        self.by_node: dict[Node, Value] = {}
        self._arrays = Arrays()
        self._owners = Arrays()
        """Those whose memory is their own."""
        self._fresh: dict[Value, tuple[Any, Any, Step]] = {}
        """Arrays made out of nothing that no step has written to: with what they held then, and their steps."""

    def given(self, array: Any, name: str = "") -> Traced:
        """An array that the program is given, as the function is to see it."""
        known = self._arrays.get(array)
        if known is not None:
            return self.traced(array, known)
        value = Value(array.shape, array.dtype, name)
        self.inputs.append(value)
        self._arrays[array] = value
        self._owns(array, value)
        return self.traced(array, value)

    def given_number(self, known: float, name: str) -> Number:
        """A Python number that the program is given."""
        number = Number(known, Value((), None, name))
        self.inputs.append(number.value)
        return number

    def result(self, array: Any, value: Value) -> Traced:
        """An array that a step has made, as the function is to see it."""
        self._owns(array, value)
        return self.traced(array, value)

    def alias(self, array: Any, value: Value) -> None:
        """The array, too, is the value."""
        if self._arrays.get(array) is None:
            self._arrays[array] = value

    def traced(self, array: Any, value: Value) -> Traced:
        """The array with its place in the program."""
        traced = as_array(array).view(Traced)
        traced.value = value
        traced.number_like = isinstance(array, np.generic)
        self._arrays[traced] = value
        return traced

    def _owns(self, array: Any, value: Value) -> None:
        """Note whose memory the value lies in."""
        owner = _owner(array)
        known = self._owners.get(owner)
        if known is None:
            self._owners[owner] = value
        elif known is not value and value.whole is None and known.root is not value:
            value.whole = known

    def value_of(self, leaf: Any) -> Any:
        """What stands in a program for an argument: of an array its value, of anything else the thing itself."""
        array = leaf.array if isinstance(leaf, Variable) else leaf
        if type(array) is Traced and array.value is not None:
            return self._untouched(array.value)
        if isinstance(leaf, Number):
            return leaf.value
        if isinstance(leaf, Variable):
            known = self._arrays.get(array)
            if known is not None:
                return self._untouched(known)
            if leaf.node is not None and leaf.node in self.by_node:
                return self.by_node[leaf.node]
            if isinstance(leaf.node, Leaf):
                raise UnknownError(
                    "a tensor that requires grad is reached in a way that is not seen from the function; pass it, or "
                    "its module, as an argument"
                )
            leaf = array
        if not isinstance(leaf, np.ndarray):
            return leaf
        known = self._arrays.get(leaf)
        if known is not None:
            return self._untouched(known)
        if self._owners.get(_owner(leaf)) is not None:
            return self._same_memory(leaf)
        if isinstance(leaf, Traced):
            raise UnknownError(
                "an array is used whose shape depends on values, or that was made in a way that leaves no trace"
            )
        value = Value(leaf.shape, leaf.dtype)
        if id(leaf) in self._before and leaf.dtype != bool:  # a mask as index says what shape there is
            self.inputs.append(value)
            self.held[value] = leaf
        else:
            value.constant = leaf
        self.unseen[id(leaf)] = leaf
        self._arrays[leaf] = value
        return value

    def _same_memory(self, array: Any) -> Value:
        """The value of which an array without a name is another view."""
        for known, value in self._arrays.alive():
            if (
                known.__array_interface__["data"] == array.__array_interface__["data"]
                and known.shape == array.shape
                and known.strides == array.strides
                and known.dtype == array.dtype
            ):
                return value
        raise UnknownError("a view of a traced array was taken in a way that leaves no trace")

    def _untouched(self, value: Value) -> Value:
        """A value that is used; one that was filled unseen is fixed, and came from nowhere."""
        if self._fresh and value.root in self._fresh:
            array, held, step = self._fresh[value.root]
            if not np.array_equal(array, held, equal_nan=array.dtype.kind == "f"):
                self._fixed(value.root, array, step)
        return value

    def _fixed(self, value: Value, array: Any, step: Step) -> None:
        del self._fresh[value]
        self.steps.remove(step)
        value.constant = array.copy()

    def shares(self, array: Any, args: Any, value: Value) -> None:
        """A result that may lie in the memory of an argument is a view of it."""
        for each in args:
            if isinstance(each, Traced) and each.value is not None and np.may_share_memory(bare(each), array):
                value.whole = each.value

    def made_by(self, array: Any, step: Step) -> Traced:
        """An array that `step` has made out of nothing."""
        value = step.results[0]
        self._owns(array, value)
        self._fresh[value] = (array, array.copy(), step)
        return self.traced(array, value)

    def fixed(self, array: Any) -> bool:
        """Whether an array holds numbers that are written in the program itself."""
        value = array.value if isinstance(array, Traced) else None
        return value is not None and self.is_fixed(value)

    def is_fixed(self, value: Value) -> bool:
        """Whether the numbers of a value are known before the program runs."""
        root = self._untouched(value).root
        return root.constant is not None or (root in self._fresh and self._fresh[root][2].name != "np.empty(")

    def written(self, array: Any) -> None:
        """A step writes into the array: what it held before says nothing any more."""
        if isinstance(array, Traced) and array.value is not None:
            self._fresh.pop(array.value.root, None)


def _owner(array: Any) -> Any:
    """The array that owns the memory. Between a view and its array there may be something that is none, as NumPy's
    `as_strided` leaves it."""
    found = array
    while (array := getattr(array, "base", None)) is not None:
        if isinstance(array, np.ndarray):
            found = array
    return found
