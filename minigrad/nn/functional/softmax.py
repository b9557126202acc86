"""Softmax and its kin: numbers along a dimension as a distribution."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from minigrad import ops
from minigrad.ops.dims import normalized
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
    """e ** x over its sum along `dim`, for each x of `input`: positive numbers that add up to 1.

    Without `dim` it is 0 for inputs of 0, 1 or 3 dimensions and 1 for others, with a UserWarning, which names the line
    of the caller `_stacklevel` calls up. `dtype` is that of the result, by default the input's.

    >>> F.softmax(mg.tensor([0.0, 0.0, 1.0]), dim=0)
    tensor([0.2119, 0.2119, 0.5761])
    """
    return ops.softmax(input, _chosen("softmax", input, dim, _stacklevel), dtype)


def softmin(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """softmax(-x) of each x of `input` along `dim`; `_stacklevel` and `dtype` as in softmax.

    >>> F.softmin(mg.tensor([0.0, 0.0, 1.0]), dim=0)
    tensor([0.4223, 0.4223, 0.1554])
    """
    return ops.softmax(-input, _chosen("softmin", input, dim, _stacklevel), dtype)


def log_softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """x - ln(sum of e ** x along `dim`) of each x of `input`: the logarithm of softmax, computed without overflow.

    `_stacklevel` and `dtype` as in softmax.

    >>> F.log_softmax(mg.tensor([0.0, 0.0, 1.0]), dim=0)
    tensor([-1.5514, -1.5514, -0.5514])
    """
    return ops.log_softmax(input, _chosen("log_softmax", input, dim, _stacklevel), dtype)


def gumbel_softmax(logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1) -> Tensor:
    """softmax of (`logits` + Gumbel noise) / `tau` along `dim`: a random draw that can be differentiated.

    (Jang et al. 2016, Categorical Reparameterization with Gumbel-Softmax.) With `hard` the result is one-hot, and its
    gradient that of the soft one. `eps` has no effect.

    >>> F.gumbel_softmax(mg.zeros(2, 3), hard=True).sum(-1)
    tensor([1., 1.])
    """
    normalized(dim, logits.ndim, "gumbel_softmax")  # an error before anything is drawn
    noise = stream(None).gumbel(size=tuple(logits.shape)).astype(logits.dtype)
    soft = ops.softmax((logits + noise) / tau, dim)
    if not hard:
        return soft
    drawn = soft.array == soft.array.max(axis=dim, keepdims=True)
    first = np.cumsum(drawn, axis=dim).reshape(drawn.shape) == 1
    return (drawn & first).astype(logits.dtype) - soft.detach() + soft
