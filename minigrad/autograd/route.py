"""The way from an operation to the loss, in words.

A node does not know what its result is used for. In a backward pass each step therefore hands on where it came from.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from minigrad.autograd.place import Place
from minigrad.engine.node import Node

LONGEST = 12
"""Of a longer way only so many operations are named."""


class Step(NamedTuple):
    """An operation on the way to the loss."""

    name: str
    place: Place | None
    onward: Step | None
    """The next one, towards the loss; None at the loss itself."""

    def __str__(self) -> str:
        return self.name if self.place is None else f"{self.name} ({self.place})"

    def path(self) -> str:
        """This step and those after it."""
        names = []
        step: Step | None = self
        while step is not None:
            names.append(str(step))
            step = step.onward
        return _joined(names) + " (the end, where backward began)"


def path_so_far(name: str, nodes: Sequence[Node | None]) -> str:
    """The youngest history that led to an operation which has not become part of a loss yet."""
    names = [name]
    node = max((each for each in nodes if each is not None), key=lambda each: each.order, default=None)
    while node is not None:
        names.append(node.name)
        node = max((edge[0] for edge in node.edges), key=lambda each: each.order, default=None)
    return _joined(names[::-1]) + " (the loss is not reached yet)"


def _joined(names: list[str]) -> str:
    left_out = len(names) - LONGEST
    if left_out > 0:
        names = [*names[: LONGEST // 2], f"… {left_out} more …", *names[-LONGEST // 2 :]]
    return " → ".join(names)
