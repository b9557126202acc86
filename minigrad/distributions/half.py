"""Distributions around 0 with their negative half folded over: absolute values of normal and of Cauchy numbers."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from minigrad.creation import full_like
from minigrad.distributions import constraints
from minigrad.distributions.cauchy import Cauchy
from minigrad.distributions.normal import Normal
from minigrad.distributions.transformed_distribution import TransformedDistribution
from minigrad.distributions.transforms import AbsTransform
from minigrad.ops import where
from minigrad.tensor import Tensor
from minigrad.types import Number

__all__ = ["HalfCauchy", "HalfNormal"]


class Half(TransformedDistribution):
    """|x|, where x is symmetric around 0: every density is twice that of x."""

    arg_constraints: ClassVar = {"scale": constraints.positive}
    support = constraints.nonnegative
    has_rsample = True
    kind: ClassVar[Any]
    base_dist: Any

    def __init__(self, scale: Tensor | Number, validate_args: bool | None = None) -> None:
        super().__init__(self.kind(0.0, scale, validate_args=False), AbsTransform(), validate_args)

    @property
    def scale(self) -> Tensor:
        """How far the values spread."""
        return self.base_dist.scale

    @property
    def mode(self) -> Tensor:
        return full_like(self.scale, 0)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return where(value >= 0, self.base_dist.log_prob(value) + math.log(2), -math.inf)

    def cdf(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return 2 * self.base_dist.cdf(value) - 1

    def icdf(self, value: Tensor) -> Tensor:
        return self.base_dist.icdf((value + 1) / 2)

    def entropy(self) -> Tensor:
        return self.base_dist.entropy() - math.log(2)


class HalfNormal(Half):
    """The absolute value of a normal number with mean 0 and standard deviation `scale`.

    >>> HalfNormal(1.0).mean
    tensor(0.7979)
    """

    kind = Normal

    @property
    def mean(self) -> Tensor:
        return self.scale * math.sqrt(2 / math.pi)

    @property
    def variance(self) -> Tensor:
        return self.scale**2 * (1 - 2 / math.pi)


class HalfCauchy(Half):
    """The absolute value of a Cauchy number around 0, spread by `scale`.

    >>> HalfCauchy(1.0).cdf(mg.tensor(1.0))
    tensor(0.5000)
    """

    kind = Cauchy

    @property
    def mean(self) -> Tensor:
        return full_like(self.scale, math.inf)

    @property
    def variance(self) -> Tensor:
        return self.base_dist.variance
