"""One walk of the backward pass, as those see it who ask while it goes on; and what is called when it has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from minigrad.engine.mode import mode
from minigrad.engine.node import Node

Callback = Callable[[], object]


class Pass:
    """One walk of the backward pass, from its seeds to its end.

    `accumulates`: whether what arrives is added to `.grad`, rather than returned. `starts`: the nodes of its seeds.
    `wanted`: the nodes on the way to its inputs, or None where it goes everywhere. `callbacks` are called at its end.
    """

    __slots__ = ("__weakref__", "accumulates", "callbacks", "starts", "wanted")

    def __init__(
        self, accumulates: bool, starts: list[Node], wanted: set[Node] | None, callbacks: list[Callback]
    ) -> None:
        self.accumulates, self.callbacks = accumulates, callbacks
        self.starts, self.wanted = starts, wanted

    def visits(self, nodes: Iterable[Node]) -> set[Node]:
        """Those of `nodes` that this pass comes to."""
        targets = set(nodes)
        return targets & (on_the_way(self.starts, targets) if self.wanted is None else self.wanted)


def on_the_way(starts: Iterable[Node], targets: set[Node]) -> set[Node]:
    """The nodes from which a target can be reached, the targets among them."""
    oldest = min((target.order for target in targets), default=0)
    seen: set[Node] = set()
    stack = list(starts)
    while stack:
        node = stack.pop()
        if node not in seen and node.order >= oldest:
            seen.add(node)
            stack.extend(edge[0] for edge in node.edges)
    wanted = targets & seen
    for node in sorted(seen, key=lambda each: each.order):
        if any(edge[0] in wanted for edge in node.edges):
            wanted.add(node)
    return wanted


def finish(callbacks: list[Callback]) -> None:
    """Call what was queued for the end of a pass; a callback may queue another."""
    outside, mode.walk = mode.walk, Pass(False, [], None, callbacks)
    try:
        for callback in callbacks:
            callback()
    finally:
        mode.walk = outside
