"""Shapes as users see them."""

from __future__ import annotations

import math
from typing import Any


class Size(tuple[int, ...]):
    """A shape: a tuple of ints that can count its elements."""

    def numel(self) -> int:
        """The number of elements of an array of this shape."""
        return math.prod(self)

    def __getitem__(self, index: Any) -> Any:
        part = super().__getitem__(index)
        return Size(part) if isinstance(index, slice) else part

    def __repr__(self) -> str:
        return f"minigrad.Size({list(self)})"
