"""Distributions with heavy tails: Cauchy's, which has no mean, and Student's, which is on the way to the normal one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

from minigrad.creation import full_like
from minigrad.distributions import constraints
from minigrad.distributions.distribution import Distribution
from minigrad.distributions.gamma import Gamma
from minigrad.distributions.normal import Symmetric
from minigrad.distributions.utils import broadcast_all
from minigrad.ops import digamma, lgamma, where
from minigrad.random.factories import rand, randn
from minigrad.tensor import Tensor
from minigrad.types import Number

__all__ = ["Cauchy", "StudentT"]


class Cauchy(Symmetric):
    """Density 1 / (π γ (1 + ((x − μ) / γ)²)), where `loc` is μ and `scale` γ > 0.

    >>> Cauchy(0.0, 1.0).cdf(mg.tensor([-1.0, 0.0, 1.0]))
    tensor([0.2500, 0.5000, 0.7500])
    """

    @property
    def mean(self) -> Tensor:
        return full_like(self.loc, math.nan)

    @property
    def variance(self) -> Tensor:
        return full_like(self.loc, math.inf)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return self.icdf(rand(self._extended_shape(sample_shape), dtype=self.loc.dtype))

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return -math.log(math.pi) - self.scale.log() - (((value - self.loc) / self.scale) ** 2).log1p()

    def cdf(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return ((value - self.loc) / self.scale).atan() / math.pi + 0.5

    def icdf(self, value: Tensor) -> Tensor:
        return (math.pi * (value - 0.5)).tan() * self.scale + self.loc

    def entropy(self) -> Tensor:
        return math.log(4 * math.pi) + self.scale.log()


class StudentT(Distribution):
    """(x − loc) / scale has the density ∝ (1 + x² / ν)^(−(ν + 1) / 2), where `df` is ν > 0.

    >>> StudentT(3.0).variance
    tensor(3.)
    """

    arg_constraints: ClassVar = {
        "df": constraints.positive,
        "loc": constraints.real,
        "scale": constraints.positive,
    }
    support = constraints.real
    has_rsample = True

    def __init__(
        self,
        df: Tensor | Number,
        loc: Tensor | Number = 0.0,
        scale: Tensor | Number = 1.0,
        validate_args: bool | None = None,
    ) -> None:
        self.df, self.loc, self.scale = broadcast_all(df, loc, scale)
        super().__init__(self.df.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        return where(self.df > 1, self.loc, math.nan)

    @property
    def mode(self) -> Tensor:
        return self.loc

    @property
    def variance(self) -> Tensor:
        finite = self.scale**2 * self.df / (self.df - 2)
        return where(self.df > 2, finite, where(self.df > 1, math.inf, math.nan))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """A normal number over the root of a mean of ν squared ones."""
        squares = Gamma(self.df / 2, self.df / 2, validate_args=False).rsample(sample_shape)
        normal = randn(self._extended_shape(sample_shape), dtype=self.df.dtype)
        return self.loc + self.scale * normal * squares.rsqrt()

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        y, half = (value - self.loc) / self.scale, (self.df + 1) / 2
        log_norm = self.scale.log() + 0.5 * (self.df * math.pi).log() + lgamma(self.df / 2) - lgamma(half)
        return -half * (y**2 / self.df).log1p() - log_norm

    def entropy(self) -> Tensor:
        half = (self.df + 1) / 2
        log_beta = lgamma(self.df / 2) + math.log(math.pi) / 2 - lgamma(half)
        spread = half * (digamma(half) - digamma(self.df / 2))
        return self.scale.log() + spread + 0.5 * self.df.log() + log_beta
