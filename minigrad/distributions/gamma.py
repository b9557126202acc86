"""The gamma distribution, and what gamma numbers make: their shares of the sum are Dirichlet's, or for two, beta's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from minigrad.distributions import constraints
from minigrad.distributions.distribution import Distribution
from minigrad.distributions.incomplete_gamma import CumulativeGamma, LogGamma
from minigrad.distributions.transforms.elementwise import clipped_sigmoid
from minigrad.distributions.utils import broadcast_all
from minigrad.nn.functional import one_hot
from minigrad.ops import broadcast_tensors, digamma, lgamma, softmax, stack, where, xlogy
from minigrad.sharing import as_tensor
from minigrad.tensor import Tensor
from minigrad.types import Number

__all__ = ["Beta", "Dirichlet", "Gamma"]


class Gamma(Distribution):
    """Density βᵅ xᵅ⁻¹ exp(−β x) / Γ(α) for x > 0, where `concentration` is α and `rate` β.

    >>> Gamma(3.0, 2.0).mean
    tensor(1.5000)
    """

    arg_constraints: ClassVar = {"concentration": constraints.positive, "rate": constraints.positive}
    support = constraints.nonnegative
    has_rsample = True

    def __init__(
        self, concentration: Tensor | Number, rate: Tensor | Number, validate_args: bool | None = None
    ) -> None:
        self.concentration, self.rate = broadcast_all(concentration, rate)
        super().__init__(self.concentration.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        return self.concentration / self.rate

    @property
    def mode(self) -> Tensor:
        return ((self.concentration - 1) / self.rate).clamp(min=0)

    @property
    def variance(self) -> Tensor:
        return self.concentration / self.rate**2

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        alpha = self.concentration.expand(*self._extended_shape(sample_shape))
        return (LogGamma.apply(alpha).exp() / self.rate).clamp(min=float(np.finfo(alpha.dtype).tiny))

    def log_prob(self, value: Tensor | Number) -> Tensor:
        value = as_tensor(value, dtype=self.rate.dtype)
        self._validate_sample(value)
        alpha, beta = self.concentration, self.rate
        return xlogy(alpha, beta) + xlogy(alpha - 1, value) - beta * value - lgamma(alpha)

    def cdf(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return CumulativeGamma.apply(*broadcast_tensors(self.concentration, self.rate * value))

    def entropy(self) -> Tensor:
        alpha = self.concentration
        return alpha - self.rate.log() + lgamma(alpha) + (1 - alpha) * digamma(alpha)


class Beta(Distribution):
    """Density x^(α − 1) (1 − x)^(β − 1) / B(α, β) in [0, 1]; α is `concentration1`, β `concentration0`.

    >>> Beta(1.0, 3.0).mean
    tensor(0.2500)
    """

    arg_constraints: ClassVar = {"concentration1": constraints.positive, "concentration0": constraints.positive}
    support = constraints.unit_interval
    has_rsample = True

    def __init__(
        self, concentration1: Tensor | Number, concentration0: Tensor | Number, validate_args: bool | None = None
    ) -> None:
        self.concentration1, self.concentration0 = broadcast_all(concentration1, concentration0)
        super().__init__(self.concentration1.shape, validate_args=validate_args)

    @property
    def _dirichlet(self) -> Dirichlet:
        """The distribution of (x, 1 − x)."""
        return Dirichlet(stack([self.concentration1, self.concentration0], -1), validate_args=False)

    @property
    def mean(self) -> Tensor:
        return self.concentration1 / (self.concentration1 + self.concentration0)

    @property
    def mode(self) -> Tensor:
        return self._dirichlet.mode[..., 0]

    @property
    def variance(self) -> Tensor:
        return self._dirichlet.variance[..., 0]

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        logs = (LogGamma.apply(each.expand(*shape)) for each in (self.concentration1, self.concentration0))
        return clipped_sigmoid(next(logs) - next(logs))

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        return self._dirichlet.log_prob(stack([value, 1.0 - value], -1))

    def entropy(self) -> Tensor:
        return self._dirichlet.entropy()


class Dirichlet(Distribution):
    """Points of the simplex, with density Πᵢ xᵢ^(αᵢ − 1) / B(α); `concentration` (..., n) is α.

    >>> Dirichlet(mg.tensor([1.0, 3.0])).mean
    tensor([0.2500, 0.7500])
    """

    arg_constraints: ClassVar = {"concentration": constraints.independent(constraints.positive, 1)}
    support = constraints.simplex
    has_rsample = True

    def __init__(self, concentration: Tensor, validate_args: bool | None = None) -> None:
        if not isinstance(concentration, Tensor) or concentration.dim() < 1:
            raise ValueError("`concentration` parameter must be at least one-dimensional.")
        self.concentration = concentration
        super().__init__(concentration.shape[:-1], concentration.shape[-1:], validate_args)

    @property
    def mean(self) -> Tensor:
        return self.concentration / self.concentration.sum(-1, True)

    @property
    def mode(self) -> Tensor:
        """Where all αᵢ < 1 each corner is one; this is the first, as PyTorch has it."""
        above = (self.concentration - 1).clamp(min=0)
        corner = one_hot((self.concentration[..., 0] * 0).long(), self.concentration.shape[-1])
        return where(
            (self.concentration < 1).all(-1, keepdim=True), corner.to(above.dtype), above / above.sum(-1, True)
        )

    @property
    def variance(self) -> Tensor:
        total = self.concentration.sum(-1, True)
        return self.concentration * (total - self.concentration) / (total**2 * (total + 1))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return softmax(LogGamma.apply(self.concentration.expand(*self._extended_shape(sample_shape))), dim=-1)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        alpha = self.concentration
        return xlogy(alpha - 1.0, value).sum(-1) + lgamma(alpha.sum(-1)) - lgamma(alpha).sum(-1)

    def entropy(self) -> Tensor:
        alpha, n = self.concentration, self.concentration.shape[-1]
        total = alpha.sum(-1)
        log_beta = lgamma(alpha).sum(-1) - lgamma(total)
        return log_beta - (n - total) * digamma(total) - ((alpha - 1.0) * digamma(alpha)).sum(-1)
