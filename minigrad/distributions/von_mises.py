"""Angles about a direction: the distribution of von Mises, the normal one of the circle."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from minigrad.distributions import constraints
from minigrad.distributions.distribution import Distribution
from minigrad.distributions.utils import broadcast_all
from minigrad.ops.bessel import i0e, i1e
from minigrad.random import stream
from minigrad.tensor import Tensor
from minigrad.types import Number

__all__ = ["VonMises"]


class VonMises(Distribution):
    """Density exp(κ cos(x − `loc`)) / 2π I₀(κ), where `concentration` is κ > 0; samples lie between −π and π.

    The variance is that of the circle, 1 − I₁(κ) / I₀(κ).

    >>> VonMises(0.0, 2.0).log_prob(mg.tensor([0.0, 3.1416])).exp()
    tensor([0.5159, 0.0094])
    """

    arg_constraints: ClassVar = {"loc": constraints.real, "concentration": constraints.positive}
    support = constraints.real

    def __init__(self, loc: Tensor | Number, concentration: Tensor | Number, validate_args: bool | None = None) -> None:
        self.loc, self.concentration = broadcast_all(loc, concentration)
        super().__init__(self.loc.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        return self.loc

    @property
    def mode(self) -> Tensor:
        return self.loc

    @property
    def variance(self) -> Tensor:
        return 1 - i1e(self.concentration) / i0e(self.concentration)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        drawn = stream(None).vonmises(self.loc.array.astype(np.float64), self.concentration.array, shape)
        return Tensor.wrap(np.asarray(drawn, self.loc.array.dtype))

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        kappa = self.concentration
        return kappa * ((value - self.loc).cos() - 1) - math.log(2 * math.pi) - i0e(kappa).log()
