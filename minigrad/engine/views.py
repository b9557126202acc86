"""Views: Variables that lie in the memory of another, so that a change of one is a change of both.

A view remembers how it was made. When an operation in place gives its source another history, the view is made again
from it.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, NamedTuple

from minigrad.engine.node import Variable

if TYPE_CHECKING:
    from minigrad.engine.primitive import Operation


class Origin(NamedTuple):
    """How a view was made, so that it can be made again when its source gets another history."""

    source: Variable
    operation: Operation
    static: dict[str, Any]


def link_view(view: Variable, source: Variable, operation: Operation, static: dict[str, Any]) -> None:
    """Note that `view` lies in the memory of `source`, if it does."""
    if owner_of(view.array) is not owner_of(source.array):
        return
    view.origin = Origin(source, operation, static)
    if source.views is None:
        source.views = []
    elif len(source.views) >= 8 and len(source.views) & (len(source.views) - 1) == 0:  # now and then, at powers of 2
        source.views = [each for each in source.views if each() is not None]
    source.views.append(weakref.ref(view))


def owner_of(array: Any) -> Any:
    """The array that owns the memory."""
    while hasattr(array.base, "base"):
        array = array.base
    return array
