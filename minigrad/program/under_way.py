"""On whose behalf NumPy works: what is under way, and whose turn it is in a backward pass. The engine tells."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from minigrad.engine.mode import RULE, mode
from minigrad.engine.node import Node, Variable
from minigrad.engine.observers import Observer, Span
from minigrad.engine.primitive import Operation

PRIMITIVE, KERNEL = "primitive", "kernel"
"""What is one step as a whole, while it is under way."""

PARTS = {"pass": "backward", "step": "update", "closure": "forward"}
"""The section of a program that a step belongs to, by what it is a part of; all others are of the forward pass."""


class Turns(Observer):
    """An observer that knows whose turn it is in a backward pass."""

    _turn: tuple[Node | None, str, Any] = None, "", None

    def rule(self, node: Node, argument: str) -> None:
        self._turn = node, argument, mode.walk

    @property
    def turn(self) -> tuple[Node | None, str]:
        """The node whose rule is at work, and the argument that the rule is for; or, between two nodes of a pass, the
        one whose shares are being added up, and ''."""
        node, argument, walk = self._turn
        return (node, argument) if walk is mode.walk and (argument or walk is not None) else (None, "")


class UnderWay(Turns):
    """An observer that knows what the thread is doing in which it was made."""

    def __init__(self) -> None:
        self.thread = threading.get_ident()
        self._under_way: list[str] = []
        """Primitives that were called with tensors, kernels, and spans by their kind; '' for what does not matter."""

    def began(self, what: Operation | Node | Span, args: Sequence[Any]) -> None:
        if threading.get_ident() == self.thread:
            if isinstance(what, Span):
                self._under_way.append(what.kind)
            else:
                step = not isinstance(what, Node) and any(isinstance(each, Variable) for each in args)
                self._under_way.append(PRIMITIVE if step else "")

    def ended(self, what: Operation | Node | Span, result: Any) -> None:
        if threading.get_ident() == self.thread:
            self._under_way.pop()

    @contextmanager
    def kernel(self) -> Iterator[None]:
        """Within the block a kernel works."""
        self._under_way.append(KERNEL)
        try:
            yield
        finally:
            self._under_way.pop()

    def within(self, *kinds: str) -> bool:
        """Whether one of `kinds` is under way."""
        for each in self._under_way:  # noqa: SIM110  asked at every step, and any() takes twice as long
            if each in kinds:
                return True
        return False

    def part(self) -> str:
        """The section that a step belongs to now: a backward pass, an optimizer's update, or what the user computes."""
        if mode.stage == RULE:
            return "backward"
        for each in reversed(self._under_way):
            if each in PARTS:
                return PARTS[each]
        return "forward"
