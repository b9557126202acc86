"""Dropout: random zeros in training, nothing in evaluation (Srivastava et al. 2014)."""

from __future__ import annotations

from typing import Any

from minigrad.random import stream


def check_probability(p: float) -> None:
    """ValueError unless `p` can be a probability."""
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")


def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """In training each element is 0 with probability `p`, else divided by 1 - p, so that the mean stays.

    `inplace` is accepted and computes out of place.
    """
    check_probability(p)
    if not training or p == 0:
        return input
    keep = stream(None).random(input.shape, dtype="float32") >= p
    return input * (keep.astype(input.dtype) * (1 / (1 - p) if p < 1 else 0))
