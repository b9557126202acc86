"""How often many trials succeed: the binomial distribution; and how often before some have failed: its negative."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from minigrad.autograd import no_grad
from minigrad.distributions import constraints
from minigrad.distributions.bernoulli import Success
from minigrad.distributions.gamma import Gamma
from minigrad.distributions.utils import broadcast_all, probs_or_logits
from minigrad.nn.functional import logsigmoid, softplus
from minigrad.ops import lgamma, where
from minigrad.random.draws import binomial, poisson
from minigrad.ranges import arange
from minigrad.tensor import Tensor
from minigrad.types import Number

__all__ = ["Binomial", "NegativeBinomial"]


class Trials(Success):
    """What depends on `total_count` trials, and on the chance of success as `probs` or `logits`, the log odds."""

    def __init__(
        self,
        total_count: Tensor | Number = 1,
        probs: Tensor | Number | None = None,
        logits: Tensor | Number | None = None,
        validate_args: bool | None = None,
    ) -> None:
        name, given = probs_or_logits(probs, logits)
        count, value = broadcast_all(total_count, given)
        self.total_count = count.to(value.dtype)
        setattr(self, name, value)
        super().__init__(value.shape, validate_args=validate_args)


class Binomial(Trials):
    """The number of successes among `total_count` trials.

    >>> Binomial(2, 0.5).log_prob(mg.tensor([0.0, 1.0, 2.0])).exp()
    tensor([0.2500, 0.5000, 0.2500])
    """

    arg_constraints: ClassVar = {
        "total_count": constraints.nonnegative_integer,
        "probs": constraints.unit_interval,
        "logits": constraints.real,
    }
    has_enumerate_support = True

    @constraints.dependent_property(is_discrete=True, event_dim=0)
    def support(self) -> Any:
        """0 to `total_count`."""
        return constraints.integer_interval(0, self.total_count)

    @property
    def mean(self) -> Tensor:
        return self.total_count * self.probs

    @property
    def mode(self) -> Tensor:
        return ((self.total_count + 1) * self.probs).floor().clamp(max=self.total_count)

    @property
    def variance(self) -> Tensor:
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        with no_grad():
            return binomial(self.total_count.expand(shape), self.probs.expand(shape))

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        n = self.total_count
        ways = lgamma(n + 1) - lgamma(value + 1) - lgamma(n - value + 1)
        return ways + value * self.logits - n * softplus(self.logits)

    def entropy(self) -> Tensor:
        """NotImplementedError where the counts of a batch differ."""
        log_prob = self.log_prob(self.enumerate_support(False))
        return -(log_prob.exp() * log_prob).sum(0)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """0 to `total_count`, along a new first axis; NotImplementedError where the counts of a batch differ."""
        most = int(self.total_count.max())
        if int(self.total_count.min()) != most:
            raise NotImplementedError("Inhomogeneous total count not supported by `entropy`/`enumerate_support`.")
        return self._enumerated(arange(1 + most, dtype=self.total_count.dtype), expand)


class NegativeBinomial(Trials):
    """The number of successes before `total_count` trials, which need be no whole number, have failed.

    >>> NegativeBinomial(3.0, 0.5).mean
    tensor(3.)
    """

    arg_constraints: ClassVar = {
        "total_count": constraints.greater_than_eq(0),
        "probs": constraints.half_open_interval(0.0, 1.0),
        "logits": constraints.real,
    }
    support = constraints.nonnegative_integer

    @property
    def mean(self) -> Tensor:
        return self.total_count * self.logits.exp()

    @property
    def mode(self) -> Tensor:
        return ((self.total_count - 1) * self.logits.exp()).floor().clamp(min=0)

    @property
    def variance(self) -> Tensor:
        return self.mean / (-self.logits).sigmoid()

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        """Poisson numbers, whose rates are gamma numbers."""
        with no_grad():
            rate = Gamma(self.total_count, (-self.logits).exp(), validate_args=False).sample(sample_shape)
            return poisson(rate)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        n = self.total_count
        ways = lgamma(n + value) - lgamma(value + 1) - lgamma(n)
        likely = n * logsigmoid(-self.logits) + value * logsigmoid(self.logits)
        return likely + where(n + value == 0, 0.0, ways)
