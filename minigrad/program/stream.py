"""The package's random numbers while a trace is under way: each draw is a step, which draws anew at each call."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from minigrad.program.steps import mapped
from minigrad.program.tape import current
from minigrad.program.traced import bare
from minigrad.random.generator import default_generator


class Stream:
    """NumPy's generator with a trace that is told of every draw."""

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._generator, name)
        if not callable(found):
            return found

        def draw(*args: Any, **keywords: Any) -> Any:
            tape = current.tape
            told = tape is not None and not tape.silent()
            if tape is None or not told:
                return found(*mapped(bare, args), **mapped(bare, keywords))
            tape.paused = True
            answer = found(*mapped(bare, args), **mapped(bare, keywords))
            tape.paused = False
            return tape.draw(name, args, keywords, answer)

        return draw


@contextlib.contextmanager
def told_of_draws() -> Iterator[None]:
    """Within, the tape is told of what the package's generator draws."""
    generator = default_generator.numpy
    default_generator._numpy = Stream(generator)  # type: ignore[assignment]
    try:
        yield
    finally:
        held: Any = default_generator._numpy
        if isinstance(held, Stream):  # unless it was seeded anew
            default_generator._numpy = generator
