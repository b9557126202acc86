"""Angles about a direction: the distribution of von Mises, the normal one of the circle."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from minigrad.distributions import constraints
from minigrad.distributions.distribution import Distribution
from minigrad.distributions.utils import broadcast_all
from minigrad.ops import where
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
        kappa = self.concentration
        large, inverse = _large(kappa)
        series = _polynomial(inverse, [0.5, *(n * c for n, c in enumerate(LOG_SERIES, 1))]) * inverse
        small = where(large, 1.0, kappa)
        return where(large, series, 1 - i1e(small) / i0e(small))

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        drawn = stream(None).vonmises(self.loc.array.astype(np.float64), self.concentration.array, shape)
        return Tensor.wrap(np.asarray(drawn, self.loc.array.dtype))

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        kappa = self.concentration
        return kappa * ((value - self.loc).cos() - 1) - math.log(2 * math.pi) - _log_i0e(kappa)


LOG_SERIES = (1 / 8, 1 / 16, 25 / 384, 13 / 128, 1073 / 5120, 103 / 192, 375733 / 229376, 23797 / 4096)
"""The logarithm of the series of √(2πκ) I₀(κ) e^−κ in powers of 1/κ (DLMF 10.40.1)."""


def _large(kappa: Tensor) -> tuple[Tensor, Tensor]:
    """Where the first terms of the series have all digits, and 1/κ there."""
    large = kappa > 100
    return large, 1 / where(large, kappa, 100.0)


def _log_i0e(kappa: Tensor) -> Tensor:
    """ln(I₀(κ) e^−κ): its derivative I₁ / I₀ − 1 goes to 0, and a difference of the two would have no digits left."""
    large, inverse = _large(kappa)
    series = _polynomial(inverse, [0.0, *LOG_SERIES]) + (inverse / (2 * math.pi)).log() / 2
    return where(large, series, i0e(where(large, 1.0, kappa)).log())


def _polynomial(x: Tensor, coefficients: Sequence[float]) -> Tensor:
    y: Tensor = x * 0
    for each in reversed(coefficients):
        y = y * x + each
    return y
