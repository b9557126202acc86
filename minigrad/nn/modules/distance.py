"""Vectors compared, as layers."""

from __future__ import annotations

from minigrad.nn import functional as F
from minigrad.nn.modules.module import Module
from minigrad.tensor import Tensor


class CosineSimilarity(Module):
    """x1 · x2 / (max(‖x1‖, eps) * max(‖x2‖, eps)) along `dim`: the cosine of the angle; see F.cosine_similarity.

    Args:
        dim: the dimension of the vectors (default 1).
        eps: what lengths are at least (default 1e-8).

    Shapes that broadcast, (*, D, *) both, to (*, *).

    >>> nn.CosineSimilarity()(mg.tensor([[1.0, 0.0]]), mg.tensor([[1.0, 1.0]]))
    tensor([0.7071])
    """

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        super().__init__()
        self.dim = dim
        self.eps = eps

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        return F.cosine_similarity(x1, x2, self.dim, self.eps)


class PairwiseDistance(Module):
    """‖x1 - x2 + eps‖, the p-norm along the last dimension; see F.pairwise_distance.

    Args:
        p: the order of the norm (default 2).
        eps: added to each difference, so that the derivative at equal vectors is finite (default 1e-6).
        keepdim: keeps the last dimension, with size 1 (default False).

    (N, D) or (D,) both, to (N,) or ().

    >>> nn.PairwiseDistance()(mg.tensor([[3.0, 0.0]]), mg.tensor([[0.0, 4.0]]))
    tensor([5.])
    """

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        super().__init__()
        self.norm = p
        self.eps = eps
        self.keepdim = keepdim

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        return F.pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)
