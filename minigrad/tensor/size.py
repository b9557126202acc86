"""The Size: what a tensor has for a shape."""

from __future__ import annotations

import math
from typing import Any, SupportsIndex, overload

from minigrad import named


class Size(tuple[int, ...]):
    """A shape: a tuple of ints that can count its elements.

    >>> mg.Size([2, 3]).numel()
    6
    """

    def numel(self) -> int:
        """The number of elements of an array of this shape."""
        return math.prod(self)

    @overload
    def __getitem__(self, index: SupportsIndex) -> int: ...

    @overload
    def __getitem__(self, index: slice) -> Size: ...

    def __getitem__(self, index: Any) -> int | Size:
        part: Any = super().__getitem__(index)
        return Size(part) if isinstance(index, slice) else part

    def __add__(self, other: Any) -> Any:
        return Size(super().__add__(other)) if isinstance(other, tuple) else NotImplemented

    def __radd__(self, other: Any) -> Any:
        return Size(other + tuple(self)) if isinstance(other, tuple) else NotImplemented

    def __mul__(self, times: Any) -> Any:
        return Size(super().__mul__(times))

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return f"{named.package}.Size({list(self)})"
