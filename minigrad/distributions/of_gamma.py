"""Distributions made of gamma numbers: sums of squares, ratios of two such sums, and reciprocals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from minigrad.distributions import constraints
from minigrad.distributions.distribution import Distribution
from minigrad.distributions.gamma import Gamma
from minigrad.distributions.transformed_distribution import TransformedDistribution
from minigrad.distributions.transforms import PowerTransform
from minigrad.distributions.utils import broadcast_all
from minigrad.ops import digamma, lgamma, where
from minigrad.tensor import Tensor
from minigrad.types import Number

__all__ = ["Chi2", "FisherSnedecor", "InverseGamma"]


class Chi2(Gamma):
    """The sum of the squares of `df` standard normal numbers.

    >>> Chi2(3.0).mean
    tensor(3.)
    """

    arg_constraints: ClassVar = {"df": constraints.positive}

    def __init__(self, df: Tensor | Number, validate_args: bool | None = None) -> None:
        (df,) = broadcast_all(df)
        super().__init__(0.5 * df, 0.5, validate_args)

    def expand(self, batch_shape: Sequence[int], _instance: Distribution | None = None) -> Chi2:
        new = super().expand(batch_shape, _instance)
        new.concentration, new.rate = self.concentration.expand(*batch_shape), self.rate.expand(*batch_shape)
        return new

    @property
    def df(self) -> Tensor:
        """The degrees of freedom."""
        return self.concentration * 2


class FisherSnedecor(Distribution):
    """The ratio of two means of squares of standard normal numbers, `df1` and `df2` of them.

    >>> FisherSnedecor(2.0, 4.0).mean
    tensor(2.)
    """

    arg_constraints: ClassVar = {"df1": constraints.positive, "df2": constraints.positive}
    support = constraints.positive
    has_rsample = True

    def __init__(self, df1: Tensor | Number, df2: Tensor | Number, validate_args: bool | None = None) -> None:
        self.df1, self.df2 = broadcast_all(df1, df2)
        super().__init__(self.df1.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        return where(self.df2 > 2, self.df2 / (self.df2 - 2), math.nan)

    @property
    def mode(self) -> Tensor:
        return where(self.df1 > 2, (self.df1 - 2) / self.df1 * self.df2 / (self.df2 + 2), math.nan)

    @property
    def variance(self) -> Tensor:
        m, n = self.df1, self.df2
        return where(n > 4, 2 * n**2 * (m + n - 2) / (m * (n - 2) ** 2 * (n - 4)), math.nan)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        above, below = (Gamma(df / 2, df / 2, validate_args=False).rsample(sample_shape) for df in (self.df1, self.df2))
        return (above / below).clamp(min=float(np.finfo(self.df1.dtype).tiny))

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        m, n, ratio = self.df1 / 2, self.df2 / 2, self.df1 / self.df2
        log_beta = lgamma(m) + lgamma(n) - lgamma(m + n)
        return m * ratio.log() + (m - 1) * value.log() - (m + n) * (ratio * value).log1p() - log_beta


class InverseGamma(TransformedDistribution):
    """One over a gamma number of these `concentration` and `rate`.

    >>> InverseGamma(2.0, 1.0).mean
    tensor(1.)
    """

    arg_constraints: ClassVar = {"concentration": constraints.positive, "rate": constraints.positive}
    support = constraints.positive
    has_rsample = True
    base_dist: Gamma

    def __init__(
        self, concentration: Tensor | Number, rate: Tensor | Number, validate_args: bool | None = None
    ) -> None:
        base = Gamma(concentration, rate, validate_args=validate_args)
        super().__init__(base, PowerTransform(-base.rate.new_ones(())), validate_args)

    @property
    def concentration(self) -> Tensor:
        """That of the gamma number."""
        return self.base_dist.concentration

    @property
    def rate(self) -> Tensor:
        """That of the gamma number."""
        return self.base_dist.rate

    @property
    def mean(self) -> Tensor:
        alpha = self.concentration
        return where(alpha > 1, self.rate / (alpha - 1), math.inf)

    @property
    def mode(self) -> Tensor:
        return self.rate / (self.concentration + 1)

    @property
    def variance(self) -> Tensor:
        alpha = self.concentration
        return where(alpha > 2, self.rate**2 / ((alpha - 1) ** 2 * (alpha - 2)), math.inf)

    def entropy(self) -> Tensor:
        alpha = self.concentration
        return alpha + self.rate.log() + lgamma(alpha) - (1 + alpha) * digamma(alpha)
