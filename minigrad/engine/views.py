"""Views: Variables that lie in the memory of another, so that a change of one is a change of both.

A view remembers how it was made. When an operation in place gives its source another history, the view is made again
from it.

Some views cannot follow: one that was made under `no_grad` has no history to make again, one that a Function returned
would lose the derivative that was written for it, and of one of several parts PyTorch does not allow it. These say
why, when they are changed or used after their source was: a result that depends on it would be wrong.
"""

from __future__ import annotations

import sys
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple

from minigrad.engine.mode import mode
from minigrad.engine.node import Variable
from minigrad.engine.refusing_node import RefusingNode

if TYPE_CHECKING:
    from minigrad.engine.primitive import Operation


class Refusal(NamedTuple):
    """Why a view takes no part in changes in place that are recorded."""

    view: str
    """The beginning of the sentence that says what has happened to it."""
    reason: str

    def after(self, change: str) -> str:
        """The message, where `change` has been made or is about to be."""
        return f"{self.view} and {change}. {self.reason}"


BEING_CHANGED = "is being modified inplace"
SOURCE_CHANGED = "its base or another view of its base has been modified inplace"

UNDER_NO_GRAD = Refusal(
    "A view was created in no_grad mode",
    "What should become of its history cannot be said: make the view and the change either both inside the no_grad "
    "block, so that nothing is recorded, or both outside.",
)


def part(number: int, maker: str) -> Refusal:
    """That of one of the parts that `maker`, such as 'unbind', has returned."""
    return Refusal(
        f"Output {number} of {maker} is a view",
        "This view is the output of a function that returns multiple views. Such functions do not allow the output "
        "views to be modified inplace. Replace the change by an operation that is not in place.",
    )


def returned(number: int, maker: str) -> Refusal:
    """That of an output of a Function which lies in the memory of something else."""
    return Refusal(
        f"Output {number} of {maker} is a view",
        "This view was created inside a custom Function (or because an input was returned as it is), and the history "
        "of a change would take the place of the Function's backward. Return a clone, or mark the input as dirty.",
    )


class Origin(NamedTuple):
    """How a view was made, so that it can be made again when its source gets another history."""

    source: Variable
    operation: Operation | None
    static: dict[str, Any]
    refusal: Refusal | None = None
    """Why it cannot be made again; its views cannot either."""


def link_view(view: Variable, source: Variable, operation: Operation | None, static: dict[str, Any]) -> None:
    """Note that `view` lies in the memory of `source`, if it does."""
    if owner_of(view.array) is not owner_of(source.array):
        return
    refusal = UNDER_NO_GRAD if not mode.recording else None if source.origin is None else source.origin.refusal
    view.origin = Origin(source, operation, static, refusal)
    if source.views is None:
        source.views = []
    elif len(source.views) >= 8 and len(source.views) & (len(source.views) - 1) == 0:  # now and then, at powers of 2
        source.views = [each for each in source.views if each() is not None]
    source.views.append(weakref.ref(view))


def refuse(view: Variable, refusal: Refusal) -> None:
    """Let a view take no part in recorded changes from now on."""
    if view.origin is not None:
        source, operation, static, _ = view.origin
        view.origin = Origin(source, operation, static, refusal)


def stale(view: Variable, refusal: Refusal) -> RefusingNode:
    """What stands behind a view that could not follow its source: an error in a backward pass."""
    assert view.origin is not None, "a view has a source"
    node = view.origin.source.node
    return RefusingNode(
        "view of what has changed", refusal.after(SOURCE_CHANGED), [] if node is None else [node], view.array
    )


def settled(view: Variable) -> Variable:
    """The view, which is none any more if nobody else can see what it lies in.

    The last step inside an operation is often a reshape of something of its own. To be asked where a view is about to
    be refused something: that is the moment to look closely.
    """
    link = view
    while link.origin is not None:
        if link.origin.refusal not in (None, UNDER_NO_GRAD):
            return view
        source = link.origin.source
        others = any(each() is not None and each() is not link for each in source.views or ())
        if others or sys.getrefcount(source) > 3:  # the origin's, that of this function, and that of the question
            return view
        link = source
    view.origin, view.watched = None, link.watched
    return view


def root_of(x: Variable) -> Variable:
    """The Variable in whose memory `x` lies in the end."""
    while x.origin is not None:
        x = x.origin.source
    return x


def owner_of(array: Any) -> Any:
    """The array that owns the memory."""
    while hasattr(array.base, "base"):
        array = array.base
    return array
