"""What stands behind a result that must not be differentiated: an error that waits for the backward pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from minigrad.dtypes import Array
from minigrad.engine.elsewhere import Name
from minigrad.engine.node import Node
from minigrad.errors import GraphError


class RefusingNode(Node):
    """The node of `result`, which is `what`: on the way to the nodes `behind` it, GraphError with `message`."""

    __slots__ = ("message", "what")

    def __init__(self, what: str, message: str, behind: Sequence[Node], result: Array) -> None:
        edges = [(each, None, ()) for each in behind]
        super().__init__(None, edges, result.shape, result.dtype, {})  # type: ignore[arg-type]
        self.what, self.message = what, message

    @property
    def name(self) -> Name:
        return Name(self.what)

    def pull(self, g: Any, wanted: set[Node] | None = None) -> Iterator[tuple[Node, Any]]:
        raise GraphError(self.message)

    def saved(self) -> Iterator[tuple[str, Any]]:
        """Nothing."""
        return iter(())

    def free(self) -> None:
        """There is nothing saved here."""
