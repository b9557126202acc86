"""Vectors compared: by the angle between them, and by the length of their difference."""

from __future__ import annotations

import numpy as np

from minigrad import ops
from minigrad.errors import ArgumentError
from minigrad.ops.memory import alike, floating
from minigrad.tensor import Tensor


def normalize(input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Tensor:
    """`input` over its `p`-norm along `dim`, or over `eps` where the norm is smaller; the shape stays.

    >>> F.normalize(mg.tensor([[3.0, 4.0]]))
    tensor([[0.6000, 0.8000]])
    """
    floating(input, "normalize")
    return input / ops.clamp(ops.norm(input, p, dim, True), min=eps)


def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """x1 · x2 over the product of the lengths of `x1` and `x2` along `dim`, each at least `eps`; the shapes broadcast.

    ValueError for a negative eps.

    >>> F.cosine_similarity(mg.tensor([[1.0, 0.0]]), mg.tensor([[1.0, 1.0]]))
    tensor([0.7071])
    """
    if eps < 0:
        raise ArgumentError(f"cosine_similarity: eps must be non-negative, got: {eps}")
    shape = np.broadcast_shapes(tuple(x1.shape), tuple(x2.shape))
    together = alike(*(ops.expand(x, shape) for x in (x1, x2)))  # whose squares do not wrap around as those of uint8
    both = (floating(x, "cosine_similarity") for x in together)
    units = [normalize(x, 2.0, dim, eps) for x in both]
    return ops.sum(units[0] * units[1], dim)


def pairwise_distance(x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Tensor:
    """The `p`-norm of `x1` - `x2` + `eps` along the last dimension; the shapes broadcast.

    The dimension stays, with size 1, if `keepdim`.

    >>> F.pairwise_distance(mg.tensor([[3.0, 0.0]]), mg.tensor([[0.0, 4.0]]))
    tensor([5.])
    """
    return ops.norm(x1 - x2 + eps, p, -1, keepdim)
