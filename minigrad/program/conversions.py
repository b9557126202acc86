"""What NumPy would do without a word, noticed while a trace is under way.

`np.asarray` takes the class off an array, and with it the trace; `np.zeros` makes an array that has none, into which
traced values may be written afterwards. No protocol of NumPy's tells of either, so for the time of a trace other
functions stand in the places of these few, which do the same and let the tape know. What NumPy itself does with them,
within a function of its own, is no step.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from minigrad.autograd.place import called_from
from minigrad.program.tape import current
from minigrad.program.traced import Traced, stripped


def _conversion(name: str) -> Callable[..., Any]:
    original = getattr(np, name)

    @functools.wraps(original)
    def convert(array: Any, *args: Any, **keywords: Any) -> Any:
        tape = current.tape
        if tape is None or called_from("numpy") or tape.silent():
            return original(array, *args, **keywords)
        if not _has_traced(array):
            answer = original(array, *args, **keywords)
            return tape.made("np.array(", (), {}, answer) if name == "array" and answer.dtype != object else answer
        return tape.call(f"np.{name}(", (array, *args), keywords, original(stripped(array), *args, **keywords))

    return convert


def _factory(name: str) -> Callable[..., Any]:
    original = getattr(np, name)

    @functools.wraps(original)
    def make(*args: Any, **keywords: Any) -> Any:
        tape = current.tape
        answer = original(*stripped(args), **stripped(keywords))
        if tape is None or not isinstance(answer, np.ndarray) or called_from("numpy") or tape.silent():
            return answer
        if _has_traced(args):
            return tape.call(f"np.{name}(", args, keywords, answer)
        return tape.made(f"np.{name}(", args, keywords, answer)

    return make


def _has_traced(tree: Any) -> bool:
    return isinstance(tree, Traced) or (isinstance(tree, (list, tuple)) and any(map(_has_traced, tree)))


CONVERSIONS = {
    name: (getattr(np, name), _conversion(name)) for name in ("array", "asarray", "ascontiguousarray", "asfortranarray")
} | {
    name: (getattr(np, name), _factory(name))
    for name in ("empty", "zeros", "ones", "full", "eye", "identity", "arange")
}
"""The functions, and what stands for them in a trace."""


@contextlib.contextmanager
def noticing() -> Iterator[None]:
    """Within, the tape is told of conversions and of arrays that are made."""
    for name, (_, ours) in CONVERSIONS.items():
        setattr(np, name, ours)
    try:
        yield
    finally:
        for name, (original, _) in CONVERSIONS.items():
            setattr(np, name, original)
