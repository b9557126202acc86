"""What a traced array, a traced number and a generator of random numbers report to."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

as_array = np.asarray
"""NumPy's own, also while a trace has put another in its place."""


class Tape:
    """What a traced array reports to; `trace.Trace` is the one that listens."""

    paused: bool = False
    """While it is, nothing is a step: a generator makes its arrays."""

    def silent(self) -> bool:
        """Whether NumPy works inside a primitive now, which is one step as a whole."""
        raise NotImplementedError

    def fixed(self, array: Any) -> bool:
        """Whether an array holds numbers that are written in the program itself, which anybody may read."""
        raise NotImplementedError

    def call(self, name: str, args: tuple[Any, ...], keywords: dict[str, Any], answer: Any, writes: Any = ()) -> Any:
        """NumPy was called and gave `answer`; returns what the caller gets."""
        raise NotImplementedError

    def made(self, name: str, args: tuple[Any, ...], keywords: dict[str, Any], answer: Any) -> Any:
        """An array was made out of nothing; returns what the caller gets."""
        raise NotImplementedError

    def draw(self, name: str, args: tuple[Any, ...], keywords: dict[str, Any], answer: Any) -> Any:
        """Random numbers were drawn; returns what the caller gets."""
        raise NotImplementedError

    def decided(self, array: Any, answer: bool) -> bool:
        """The program went the way of `answer`, the truth of an array."""
        raise NotImplementedError

    def read(self, array: Any, how: str) -> Any:
        """A value is to leave the program, as a Python number or otherwise."""
        raise NotImplementedError


class _Current(threading.local):
    tape: Tape | None = None


current = _Current()
"""In `tape`, the trace that is under way in this thread. To all others the arrays of a trace are plain ones."""
