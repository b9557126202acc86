"""Random numbers whose distribution a tensor gives, element by element or row by row. Nothing flows through them."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.engine.node import Variable, array_of
from minigrad.random import Generator, stream


def poisson(input: Any, generator: Generator | None = None) -> Any:
    """Poisson random numbers, element by element of the rate `input`, in its dtype."""
    rates = array_of(input)
    if not (rates >= 0).all():
        raise RuntimeError("poisson: expected rates that are not negative")
    return Variable.wrap(np.asarray(stream(generator).poisson(rates)).astype(rates.dtype))


def bernoulli(input: Any, p: float | None = None, *, generator: Generator | None = None) -> Any:
    """1 with probability `input`, element by element, or everywhere `p`, else 0; in shape and dtype of `input`."""
    array = array_of(input)
    chances = array if p is None else np.asarray(p)
    if not ((chances >= 0) & (chances <= 1)).all():
        raise RuntimeError("bernoulli: expected probabilities between 0 and 1")
    return Variable.wrap((stream(generator).random(array.shape) < chances).astype(array.dtype))


def multinomial(input: Any, num_samples: int, replacement: bool = False, *, generator: Generator | None = None) -> Any:
    """Indices drawn by weight: `num_samples` for each row of `input` (M,) or (N, M), which need not sum to 1."""
    weights = np.atleast_2d(array_of(input)).astype(np.float64)
    if not np.isfinite(weights).all() or (weights < 0).any() or (weights.sum(1) <= 0).any():
        raise RuntimeError("multinomial: the weights must be finite and not negative, with a positive sum in each row")
    if not replacement and num_samples > (weights > 0).sum(1).min():
        raise RuntimeError(f"multinomial: cannot draw {num_samples} without replacement from fewer positive weights")
    draw = stream(generator).choice
    rows = [draw(row.size, num_samples, replacement, row / row.sum()) for row in weights]
    found = np.stack(rows).astype(np.int64)
    return Variable.wrap(found if array_of(input).ndim == 2 else found[0])
