"""Softmax and its kin: numbers along a dimension as a distribution."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from minigrad import ops
from minigrad.random import stream
from minigrad.tensor import Tensor


def _chosen(name: str, input: Tensor, dim: int | None, stacklevel: int) -> int:
    """`dim`, or the one that PyTorch chooses where none is given."""
    if dim is not None:
        return dim
    warnings.warn(
        f"{name}: implicit dimension choice is deprecated; give dim, 0 for an input of 0, 1 or 3 dimensions, else 1.",
        stacklevel=stacklevel,
    )
    return 0 if input.ndim in (0, 1, 3) else 1


def softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """e ** x over its sum along `dim`: positive numbers that add up to 1.

    Without `dim` it is 0 for inputs of 0, 1 or 3 dimensions and 1 for others, with a UserWarning.
    """
    return ops.softmax(input, _chosen("softmax", input, dim, _stacklevel), dtype)


def softmin(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """softmax(-x)."""
    return ops.softmax(-input, _chosen("softmin", input, dim, _stacklevel), dtype)


def log_softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """The logarithm of softmax, computed without the detour."""
    return ops.log_softmax(input, _chosen("log_softmax", input, dim, _stacklevel), dtype)


def gumbel_softmax(logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1) -> Tensor:
    """softmax of (logits + Gumbel noise) / tau: a random draw that can be differentiated (Jang et al. 2016).

    With `hard` the result is one-hot, and its gradient that of the soft one. `eps` has no effect.
    """
    noise = stream(None).gumbel(size=tuple(logits.shape)).astype(logits.dtype)
    soft = ops.softmax((logits + noise) / tau, dim)
    if not hard:
        return soft
    drawn = soft.array == soft.array.max(axis=dim, keepdims=True)
    first = np.cumsum(drawn, axis=dim) == 1
    return (drawn & first).astype(logits.dtype) - soft.detach() + soft
