"""What lies beyond a threshold: the generalized Pareto distribution, to which far tails of most others tend."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

from minigrad.distributions import constraints
from minigrad.distributions.distribution import Distribution
from minigrad.distributions.utils import broadcast_all
from minigrad.ops import expm1, isclose, where
from minigrad.random.factories import rand
from minigrad.tensor import Tensor
from minigrad.types import Number

__all__ = ["GeneralizedPareto"]


class GeneralizedPareto(Distribution):
    """P(x > t) = (1 + ξ (t − `loc`) / `scale`)^(−1/ξ), where `concentration` is ξ.

    At ξ = 0 it is an exponential distribution, above it one with a heavy tail, below it there is a largest value
    (Pickands 1975, Statistical Inference Using Extreme Order Statistics).

    >>> GeneralizedPareto(0.0, 1.0, 0.5).mean
    tensor(2.)
    """

    arg_constraints: ClassVar = {
        "loc": constraints.real,
        "scale": constraints.positive,
        "concentration": constraints.real,
    }
    has_rsample = True

    def __init__(
        self,
        loc: Tensor | Number,
        scale: Tensor | Number,
        concentration: Tensor | Number,
        validate_args: bool | None = None,
    ) -> None:
        self.loc, self.scale, self.concentration = broadcast_all(loc, scale, concentration)
        super().__init__(self.loc.shape, validate_args=validate_args)

    @constraints.dependent_property(is_discrete=False, event_dim=0)
    def support(self) -> Any:
        """From `loc` on, below ξ = 0 up to the largest value."""
        xi = self.concentration
        last = self.loc - self.scale / where(xi < 0, xi, -1.0)
        return constraints.interval(self.loc, where(xi < 0, last, math.inf))

    @property
    def mean(self) -> Tensor:
        xi = self.concentration
        return where(xi < 1, self.loc + self.scale / (1 - where(xi < 1, xi, 0.0)), math.nan)

    @property
    def mode(self) -> Tensor:
        return self.loc

    @property
    def variance(self) -> Tensor:
        xi = self.concentration
        finite = where(xi < 0.5, xi, 0.0)
        return where(xi < 0.5, self.scale**2 / ((1 - finite) ** 2 * (1 - 2 * finite)), math.nan)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return self.icdf(rand(self._extended_shape(sample_shape), dtype=self.loc.dtype))

    def log_survival_function(self, value: Tensor) -> Tensor:
        """log P(x > value)."""
        self._validate_sample(value)
        z, flat, xi = self._standard(value)
        return where(flat, -z, -(xi * z).log1p() / xi)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        z, flat, xi = self._standard(value)
        power = xi.reciprocal() + 1
        return -self.scale.log() - where(flat, z, where(power == 0, 0.0, power * (xi * z).log1p()))

    def log_cdf(self, value: Tensor) -> Tensor:
        """log P(x ≤ value)."""
        return (-self.log_survival_function(value).exp()).log1p()

    def cdf(self, value: Tensor) -> Tensor:
        return -expm1(self.log_survival_function(value))

    def icdf(self, value: Tensor) -> Tensor:
        _, flat, xi = self._standard(value)
        rest = (-value).log1p()
        return self.loc + self.scale * where(flat, -rest, expm1(-xi * rest) / xi)

    def entropy(self) -> Tensor:
        return self.scale.log() + self.concentration + 1

    def _standard(self, value: Any) -> tuple[Any, Any, Any]:
        """How far `value` lies from `loc`; where ξ is 0; and ξ, with 1 in these places."""
        flat = isclose(self.concentration, self.concentration.new_zeros(()))
        return (value - self.loc) / self.scale, flat, where(flat, 1.0, self.concentration)
