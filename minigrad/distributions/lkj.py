"""Correlation matrices at random, by way of their Cholesky factors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from minigrad.distributions import constraints
from minigrad.distributions.distribution import Distribution
from minigrad.distributions.gamma import Beta
from minigrad.distributions.utils import broadcast_all
from minigrad.ops import diag_embed, lgamma, mvlgamma
from minigrad.random.factories import randn
from minigrad.ranges import arange
from minigrad.tensor import Tensor
from minigrad.types import Number

__all__ = ["LKJCholesky"]


class LKJCholesky(Distribution):
    """Lower triangular L of size `dim`, with L Lᵀ a correlation matrix whose density is det(L Lᵀ)^(η − 1).

    η is `concentration`: at 1 all correlation matrices are equally likely, above it those with weak correlations.
    Samples are drawn row by row ("onion method"); Lewandowski, Kurowicka and Joe 2009, Generating Random Correlation
    Matrices Based on Vines and Extended Onion Method, section 3. ValueError for a `dim` below 2.

    >>> LKJCholesky(3, 1.0).sample().diagonal()[0]
    tensor(1.)
    """

    arg_constraints: ClassVar = {"concentration": constraints.positive}
    support = constraints.corr_cholesky

    def __init__(self, dim: int, concentration: Tensor | Number = 1.0, validate_args: bool | None = None) -> None:
        if dim < 2:
            raise ValueError(f"Expected dim to be an integer greater than or equal to 2. Found dim={dim}.")
        self.dim = dim
        (self.concentration,) = broadcast_all(concentration)
        super().__init__(self.concentration.shape, (dim, dim), validate_args)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        eta = self.concentration.detach().unsqueeze(-1)
        before = arange(self.dim, dtype=eta.dtype)  # elements to the left of the diagonal; of the first row, any share
        beta = Beta((before - 1).clamp(min=0) / 2 + 0.5, eta + (self.dim - 2) / 2 - (before - 1).clamp(min=0) / 2)
        share = beta.sample(sample_shape).unsqueeze(-1)  # of the row's length, left of the diagonal
        normal = randn(self._extended_shape(sample_shape), dtype=eta.dtype).tril(-1)
        tiny = float(np.finfo(eta.dtype).tiny)
        left = share.sqrt() * normal / (normal**2).sum(-1, keepdim=True).clamp(min=tiny).sqrt()
        return left + diag_embed((1 - (left**2).sum(-1)).clamp(min=tiny).sqrt())

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        eta, n = self.concentration.unsqueeze(-1), self.dim - 1
        powers = 2 * (eta - 1) + n - arange(1, self.dim, dtype=eta.dtype)
        logs = value.diagonal(dim1=-2, dim2=-1)[..., 1:].log()
        alpha = self.concentration + n / 2
        normalizer = n * math.log(math.pi) / 2 + mvlgamma(alpha - 0.5, n) - n * lgamma(alpha)
        return (powers * logs).sum(-1) - normalizer
