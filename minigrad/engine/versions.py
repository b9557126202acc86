"""The watch on saved values: backward must not use an array that has been overwritten since it was saved.

Recording pays nothing for this. A write in place notes the time, by the clock that also numbers the nodes, beside the
memory it changed; the backward pass asks only about nodes that are older than the latest write, and only then looks
each saved array up.
"""

from __future__ import annotations

import weakref
from typing import Any

from minigrad.dtypes import Array
from minigrad.engine.node import Node, tick
from minigrad.engine.views import owner_of
from minigrad.errors import GraphError


class Writes:
    """The latest write to each piece of memory that is still in use."""

    def __init__(self) -> None:
        self.latest = 0
        self._at: dict[int, tuple[int, str, int]] = {}  # by id of the memory's owner: the time, who, how many so far
        self._owners: dict[int, weakref.ref[Any]] = {}

    def note(self, array: Array, by: str) -> None:
        """`by`, such as 'add_', has changed `array`, and with it every array on the same memory."""
        owner = owner_of(array)
        key = id(owner)
        before = self._at.get(key)
        self.latest = tick()
        self._at[key] = (self.latest, by, 1 if before is None else before[2] + 1)
        if before is None:
            self._owners[key] = weakref.ref(owner, lambda _: self._forget(key))

    def count(self, array: Array) -> int:
        """How often the memory of `array` has been changed in place."""
        write = self._at.get(id(owner_of(array)))
        return 0 if write is None else write[2]

    def _forget(self, key: int) -> None:
        """The memory is gone; its id may be another's soon."""
        self._at.pop(key, None)
        self._owners.pop(key, None)

    def check(self, node: Node) -> None:
        """GraphError if a value that a rule of `node` saved was changed afterwards."""
        for need, value in node.saved():
            write = self._at.get(id(owner_of(value))) if hasattr(value, "base") else None
            if write is not None and write[0] > node.order:
                raise GraphError(
                    f"backward: one of the variables needed for gradient computation has been modified by an inplace "
                    f"operation: {need!r} of {node.name}, {value.dtype} of shape {value.shape}, was changed by "
                    f"{write[1]} after it was saved. Change a clone instead, or compute what needs the old value later."
                )


writes = Writes()
