"""Numbers between 0 and 1 that lean to one side: what the Bernoulli density becomes for shares instead of outcomes.

With the log odds t the density is e^(t x) / Z, where log Z = A(t) = log((e^t − 1) / t). All else are derivatives of A
(Loaiza-Ganem and Cunningham 2019, The continuous Bernoulli: fixing a pervasive error in variational autoencoders). Near
t = 0, where its formulas divide 0 by 0, A is a series.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minigrad.distributions import constraints
from minigrad.distributions.bernoulli import Trial
from minigrad.distributions.utils import clamp_probs
from minigrad.ops import expm1, where
from minigrad.random.factories import rand
from minigrad.tensor import Tensor
from minigrad.types import Number

__all__ = ["ContinuousBernoulli"]


class ContinuousBernoulli(Trial):
    """x in [0, 1] with a density proportional to pˣ (1 − p)^(1 − x).

    p is given as `probs` or as `logits`, the log odds; between the `lims` it counts as near 1/2.

    >>> ContinuousBernoulli(0.5).log_prob(mg.tensor([0.0, 0.3])).exp()
    tensor([1., 1.])
    """

    support = constraints.unit_interval
    has_rsample = True

    def __init__(
        self,
        probs: Tensor | Number | None = None,
        logits: Tensor | Number | None = None,
        lims: tuple[float, float] = (0.499, 0.501),
        validate_args: bool | None = None,
    ) -> None:
        super().__init__(probs, logits, validate_args)
        if probs is not None:
            self.probs = clamp_probs(self.probs)
        self._lims = lims

    def _by_distance(self, series: Any, formula: Any) -> Any:
        """`series(t)` near t = 0, elsewhere `formula(t)`, which is asked only of numbers where it holds."""
        t, p = self.logits, self.probs
        near = (p > self._lims[0]) & (p <= self._lims[1])
        return where(near, series(where(near, t, 0.0)), formula(where(near, 1.0, t)))

    def log_normalizer(self) -> Tensor:
        """A(t)."""
        found: Tensor = self._by_distance(_series, lambda t: t.clamp(min=0) + _log_decline(t))
        return found

    @property
    def mean(self) -> Tensor:
        found: Tensor = self._by_distance(
            lambda t: 0.5 + t / 12 - t**3 / 720, lambda t: -expm1(-t).reciprocal() - t.reciprocal()
        )
        return found

    @property
    def variance(self) -> Tensor:
        found: Tensor = self._by_distance(
            lambda t: 1 / 12 - t**2 / 240 + t**4 / 6048,
            lambda t: t**-2 - (-t.abs()).exp() / expm1(-t.abs()) ** 2,
        )
        return found

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return self.icdf(rand(self._extended_shape(sample_shape), dtype=self.probs.dtype))

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        found: Tensor = self._by_distance(
            lambda t: t * value - _series(t),
            lambda t: t * (value - (t > 0).to(t.dtype)) - _log_decline(t),  # A(t) less max(t, 0), which may be large
        )
        return found

    def cdf(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        inside = self._by_distance(
            lambda t: value + t * value * (value - 1) / 2,
            # (e^(t x) − 1) / (e^t − 1), with both divided by e^t where that would overflow
            lambda t: expm1(-t.abs() * where(t > 0, 1 - value, value)) / expm1(-t.abs()),
        )
        flipped = self._by_distance(lambda t: t * 0, lambda t: (t > 0).to(t.dtype))
        inside = where(flipped > 0, 1 - inside, inside)
        return where(value <= 0, 0.0, where(value >= 1, 1.0, inside))

    def icdf(self, value: Tensor) -> Tensor:
        found: Tensor = self._by_distance(
            lambda t: value - t * value * (value - 1) / 2,
            lambda t: where(
                t > 0,
                1 + (value + (1 - value) * (-t.abs()).exp()).log() / t.abs(),
                (value * expm1(-t.abs())).log1p() / -t.abs(),
            ),
        )
        return found.clamp(min=0, max=1)

    def entropy(self) -> Tensor:
        found: Tensor = self._by_distance(
            lambda t: _series(t) - t * (0.5 + t / 12 - t**3 / 720),
            # A(t) − t μ, without what grows with t in both; beyond the bound the last term is 0
            lambda t: _log_decline(t) + 1 + _decay(t.abs().clamp(max=1e3)),
        )
        return found


def _series(t: Any) -> Any:
    """A(t) for small t."""
    return t / 2 + t**2 / 24 - t**4 / 2880


def _decay(size: Any) -> Any:
    """−|t| / (e^|t| − 1)."""
    return size * (-size).exp() / expm1(-size)


def _log_decline(t: Any) -> Any:
    """A(t) − max(t, 0) = log((1 − e^−|t|) / |t|)."""
    return (-expm1(-t.abs()) / t.abs()).log()
