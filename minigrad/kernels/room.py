"""Room for what is asked for: a count that no memory has room for is refused before the first of its kind is made.

Python makes a billion small things one after the other, each with memory to spare, until the machine has none left and
ends whatever it likes. Asked for in one piece, the same memory is refused at once.
"""

from __future__ import annotations

import numpy as np

SMALL = 512
"""Bytes that a tensor takes beside its numbers."""


def check_room(name: str, count: int, each: int, what: str) -> None:
    """MemoryError if there is no room for `count` things of `each` bytes; `what` is what they are called."""
    try:
        np.empty(int(count) * each, np.uint8)  # NumPy's small integers would overflow
    except (MemoryError, OverflowError, ValueError):
        raise MemoryError(f"{name}: no memory has room for {count} times {each} bytes ({what})") from None
