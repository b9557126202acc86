"""The bytes of what an event has made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minigrad.engine.node import plain
from minigrad.engine.views import owner_of


def new_bytes(is_node: bool, args: Sequence[Any], result: Any) -> int:
    """Of the arrays of a result, or of the shares that a node has given, those that lie in no argument's memory."""
    known = {id(owner_of(plain(each))) for each in args if hasattr(plain(each), "base")}
    total = 0
    for each in [share for _, share in result] if is_node else [result]:
        array = plain(each)
        if hasattr(array, "base"):
            owner = owner_of(array)
            if id(owner) not in known:
                known.add(id(owner))
                total += int(owner.nbytes)
    return total
