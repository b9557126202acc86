"""Distributions whose quantiles have a formula: uniform or exponential numbers, transformed."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from minigrad.creation import full_like
from minigrad.distributions import constraints
from minigrad.distributions.exponential import Exponential
from minigrad.distributions.transformed_distribution import TransformedDistribution
from minigrad.distributions.transforms import AffineTransform, ExpTransform, PowerTransform
from minigrad.distributions.uniform import Uniform
from minigrad.distributions.utils import broadcast_all
from minigrad.ops import digamma, lgamma, where
from minigrad.tensor import Tensor
from minigrad.types import Number

__all__ = ["Gumbel", "Kumaraswamy", "Pareto", "Weibull"]


class Gumbel(TransformedDistribution):
    """The largest of many: P(x ≤ t) = exp(−exp(−(t − loc) / scale)).

    >>> Gumbel(0.0, 1.0).mean
    tensor(0.5772)
    """

    arg_constraints: ClassVar = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.real
    has_rsample = True

    def __init__(self, loc: Tensor | Number, scale: Tensor | Number, validate_args: bool | None = None) -> None:
        self.loc, self.scale = broadcast_all(loc, scale)
        limits = np.finfo(self.loc.dtype)
        low, high = (full_like(self.loc, float(end)) for end in (limits.tiny, 1 - limits.eps))
        base = Uniform(low, high, validate_args=validate_args)
        log = ExpTransform().inv
        outer = AffineTransform(loc=self.loc, scale=-self.scale)
        super().__init__(base, [log, AffineTransform(loc=0, scale=-1), log, outer], validate_args)

    @property
    def mean(self) -> Tensor:
        return self.loc + self.scale * np.euler_gamma

    @property
    def mode(self) -> Tensor:
        return self.loc

    @property
    def variance(self) -> Tensor:
        return self.scale**2 * (math.pi**2 / 6)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        y = (self.loc - value) / self.scale
        return y - y.exp() - self.scale.log()

    def entropy(self) -> Tensor:
        return self.scale.log() + (1 + np.euler_gamma)


class Kumaraswamy(TransformedDistribution):
    """Between 0 and 1, with P(x ≤ t) = 1 − (1 − tᵃ)ᵇ; a is `concentration1`, b `concentration0`.

    >>> Kumaraswamy(1.0, 1.0).mean
    tensor(0.5000)
    """

    arg_constraints: ClassVar = {"concentration1": constraints.positive, "concentration0": constraints.positive}
    support = constraints.unit_interval
    has_rsample = True

    def __init__(
        self, concentration1: Tensor | Number, concentration0: Tensor | Number, validate_args: bool | None = None
    ) -> None:
        self.concentration1, self.concentration0 = broadcast_all(concentration1, concentration0)
        none = full_like(self.concentration0, 0)
        powers = [PowerTransform(each.reciprocal()) for each in (self.concentration0, self.concentration1)]
        transforms: list[Any] = [powers[0], AffineTransform(loc=1.0, scale=-1.0), powers[1]]
        super().__init__(Uniform(none, none + 1, validate_args=validate_args), transforms, validate_args)

    def _moment(self, n: int) -> Tensor:
        a, b = 1 + n / self.concentration1, self.concentration0
        return b * (lgamma(a) + lgamma(b) - lgamma(a + b)).exp()

    @property
    def mean(self) -> Tensor:
        return self._moment(1)

    @property
    def mode(self) -> Tensor:
        a, b = self.concentration1, self.concentration0
        inner = ((a - 1) / (a * b - 1)) ** a.reciprocal()
        return where((a >= 1) & (b >= 1), inner, math.nan)

    @property
    def variance(self) -> Tensor:
        return self._moment(2) - self._moment(1) ** 2

    def entropy(self) -> Tensor:
        a, b = self.concentration1, self.concentration0
        harmonic = digamma(b + 1) + np.euler_gamma
        return (1 - b.reciprocal()) + (1 - a.reciprocal()) * harmonic - a.log() - b.log()


class Pareto(TransformedDistribution):
    """At least `scale`, with P(x > t) = (scale / t)^alpha.

    >>> Pareto(1.0, 3.0).mean
    tensor(1.5000)
    """

    arg_constraints: ClassVar = {"alpha": constraints.positive, "scale": constraints.positive}
    has_rsample = True

    def __init__(self, scale: Tensor | Number, alpha: Tensor | Number, validate_args: bool | None = None) -> None:
        self.scale, self.alpha = broadcast_all(scale, alpha)
        base = Exponential(self.alpha, validate_args=validate_args)
        super().__init__(base, [ExpTransform(), AffineTransform(loc=0, scale=self.scale)], validate_args)

    @constraints.dependent_property(is_discrete=False, event_dim=0)
    def support(self) -> Any:
        """From `scale` on."""
        return constraints.greater_than_eq(self.scale)

    @property
    def mean(self) -> Tensor:
        alpha = self.alpha.clamp(min=1)
        return alpha * self.scale / (alpha - 1)

    @property
    def mode(self) -> Tensor:
        return self.scale

    @property
    def variance(self) -> Tensor:
        alpha = self.alpha.clamp(min=2)
        return self.scale**2 * alpha / ((alpha - 1) ** 2 * (alpha - 2))

    def entropy(self) -> Tensor:
        return (self.scale / self.alpha).log() + (1 + self.alpha.reciprocal())


class Weibull(TransformedDistribution):
    """How long until what happens at a rate that grows or falls: P(x > t) = exp(−(t / scale)^concentration).

    >>> Weibull(2.0, 1.0).mean.round()
    tensor(2.)
    """

    arg_constraints: ClassVar = {"scale": constraints.positive, "concentration": constraints.positive}
    support = constraints.positive
    has_rsample = True

    def __init__(
        self, scale: Tensor | Number, concentration: Tensor | Number, validate_args: bool | None = None
    ) -> None:
        self.scale, self.concentration = broadcast_all(scale, concentration)
        base = Exponential(full_like(self.scale, 1), validate_args=validate_args)
        power = PowerTransform(self.concentration.reciprocal())
        super().__init__(base, [power, AffineTransform(loc=0, scale=self.scale)], validate_args)

    @property
    def mean(self) -> Tensor:
        return self.scale * lgamma(1 + self.concentration.reciprocal()).exp()

    @property
    def mode(self) -> Tensor:
        k = self.concentration
        return self.scale * ((k - 1) / k) ** k.reciprocal()

    @property
    def variance(self) -> Tensor:
        inverse = self.concentration.reciprocal()
        return self.scale**2 * (lgamma(1 + 2 * inverse).exp() - (2 * lgamma(1 + inverse)).exp())

    def entropy(self) -> Tensor:
        k = self.concentration
        return np.euler_gamma * (1 - k.reciprocal()) + (self.scale / k).log() + 1
