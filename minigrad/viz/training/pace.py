"""How often to look: so that a run hardly notices, whatever its steps cost.

A look at all layers takes about as long as some steps of a small model, or a tenth of one step of a large one. So by
default the time says when the next is due: the last one must have become a small share of what has passed since. With
a fixed number of steps between two looks they are at the same steps in every run of a program.
"""

from __future__ import annotations

from time import perf_counter

LOOKING = 0.015
"""The share of the time that looks may take."""
WRITING = 0.007
"""The share that writing pages may take."""
PATIENCE = 2.0
"""So many seconds lie at least between two pages."""


class Pace:
    """Says when to look and when to write; the times that both took are told to it."""

    def __init__(self, every: int | None) -> None:
        self.every = every
        self._looked = self._written = perf_counter()
        self._look = self._write = 0.0  # what the last took

    def due(self, step: int) -> bool:
        """Whether to look at the step that begins."""
        if step == 1:
            return True
        if self.every is not None:
            return step % self.every == 0
        return perf_counter() - self._looked >= self._look / LOOKING

    def looked(self, seconds: float) -> None:
        """A look has ended, and took so long altogether."""
        self._looked, self._look = perf_counter(), seconds

    def page_is_due(self) -> bool:
        """Whether to write the page."""
        return perf_counter() - self._written >= max(PATIENCE, self._write / WRITING)

    def wrote(self, seconds: float) -> None:
        """A page has been written, which took so long."""
        self._written, self._write = perf_counter(), seconds
