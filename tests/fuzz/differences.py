"""Which of two libraries has the derivative, where they part: what the values of PyTorch say by differences.

Along a random direction of all leaves at once, so that a program is run four times, however many numbers it has.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from alike import plain
from library import Failed, Library

STEPS = (1e-4, 1e-5)
"""Differences over both must agree, or they say nothing."""


def ours_is_true(lines: list[str], leaves: list[str], order: int, ours: Any, theirs: Any) -> bool:
    """Whether derivatives of this order, for each leaf, are those of the program in ours and not in theirs."""
    rng = np.random.default_rng(0)
    shapes = [None if a is None and b is None else tuple((b if a is None else a).shape) for a, b in zip(ours, theirs)]
    ways = [np.zeros(()) if shape is None else rng.standard_normal(shape) for shape in shapes]
    measured = [_slope(lines, leaves, order, ways, step) for step in STEPS]
    if not np.isfinite(measured).all():
        return False
    found = [sum((plain(g) * way).sum() for g, way in zip(each, ways) if g is not None) for each in (ours, theirs)]
    near, far = (min(abs(each - slope) for slope in measured) for each in found)
    return bool(near < 1e-4 * max(1, abs(found[0])) and far > 10 * near)


def _slope(lines: list[str], leaves: list[str], order: int, ways: list[Any], step: float) -> float:
    """The slope of a program, or of its first derivatives, along the ways of its leaves."""
    ends = [_value(lines, leaves, order, [way * side * step for way in ways]) for side in (1, -1)]
    return (ends[0] - ends[1]) / (2 * step)


def _value(lines: list[str], leaves: list[str], order: int, away: list[Any]) -> float:
    """What the derivatives of this order are taken of, where the leaves are `away` from where they were."""
    library, waiting = Library(torch), dict(zip(leaves, away, strict=True))
    for line in lines:
        library.run(line)
        for name in [each for each in waiting if isinstance(library.names.get(each), torch.Tensor)]:
            tensor = library.names[name]
            if tensor.is_leaf and tensor.requires_grad:
                tensor.data = tensor.data + torch.tensor(waiting.pop(name), dtype=tensor.dtype)
    ends = [each for each in library.tensors().values() if library.grows(each)]
    if order == 2:
        found = library.gradients(ends, leaves)
        if isinstance(found, Failed):
            return np.nan
        ends = [each for each in found if each is not None]
    return sum((plain(each).astype(np.float64) * library.weights(each)).sum() for each in ends)
