"""Choices made continuous, so that gradients flow through samples: the Gumbel-softmax or concrete distributions.

Jang, Gu and Poole 2017, Categorical Reparameterization with Gumbel-Softmax; Maddison, Mnih and Teh 2017, The Concrete
Distribution. A temperature near 0 gives choices, a high one averages.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

from minigrad.distributions import constraints
from minigrad.distributions.bernoulli import Trial
from minigrad.distributions.categorical import Categorical
from minigrad.distributions.distribution import Distribution
from minigrad.distributions.normal import Normal
from minigrad.distributions.transformed_distribution import TransformedDistribution
from minigrad.distributions.transforms import ExpTransform, SigmoidTransform, StickBreakingTransform
from minigrad.distributions.utils import clamp_probs
from minigrad.nn.functional import softplus
from minigrad.ops import broadcast_tensors
from minigrad.random.factories import rand
from minigrad.sharing import as_tensor
from minigrad.tensor import Tensor
from minigrad.types import Number

__all__ = [
    "ExpRelaxedCategorical",
    "LogisticNormal",
    "LogitRelaxedBernoulli",
    "RelaxedBernoulli",
    "RelaxedOneHotCategorical",
]


class LogitRelaxedBernoulli(Trial):
    """The log odds of a number that is nearly 0 or 1: by `temperature`, and the chance as `probs` or `logits`.

    >>> LogitRelaxedBernoulli(mg.tensor(1.0), probs=mg.tensor(0.5)).log_prob(mg.tensor(0.0)).exp()
    tensor(0.2500)
    """

    support = constraints.real
    has_rsample = True

    def __init__(
        self,
        temperature: Any,
        probs: Tensor | Number | None = None,
        logits: Tensor | Number | None = None,
        validate_args: bool | None = None,
    ) -> None:
        self.temperature = temperature
        super().__init__(probs, logits, validate_args)

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        probs = clamp_probs(self.probs)
        u = clamp_probs(rand(self._extended_shape(sample_shape), dtype=probs.dtype))
        return (u.log() - (-u).log1p() + probs.log() - (-probs).log1p()) / self.temperature

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        logits, value = broadcast_tensors(self.logits, value)
        apart = logits - value * self.temperature
        return as_tensor(self.temperature).log() + apart - 2 * softplus(apart)


class ExpRelaxedCategorical(Distribution):
    """The logarithms of weights that are nearly those of one choice: by `temperature`, and `probs` or `logits`.

    >>> ExpRelaxedCategorical(mg.tensor(1.0), mg.tensor([0.5, 0.5])).rsample().exp().sum().round()
    tensor(1.)
    """

    arg_constraints: ClassVar = {"probs": constraints.simplex, "logits": constraints.real_vector}
    support = constraints.real_vector
    has_rsample = True

    def __init__(
        self, temperature: Any, probs: Tensor | None = None, logits: Tensor | None = None, validate_args: Any = None
    ) -> None:
        self.temperature, self._categorical = temperature, Categorical(probs, logits)
        super().__init__(self._categorical.batch_shape, self._categorical.param_shape[-1:], validate_args)

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> ExpRelaxedCategorical:
        new = super().expand(batch_shape, _instance)
        new._categorical = self._categorical.expand(batch_shape)
        return new

    @property
    def logits(self) -> Tensor:
        """The logarithms of the chances."""
        return self._categorical.logits

    @property
    def probs(self) -> Tensor:
        """The chances."""
        return self._categorical.probs

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        u = clamp_probs(rand(self._extended_shape(sample_shape), dtype=self.logits.dtype))
        scores = (self.logits - (-u.log()).log()) / self.temperature
        return scores - scores.logsumexp(dim=-1, keepdim=True)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        logits, value = broadcast_tensors(self.logits, value)
        k, t = logits.shape[-1], as_tensor(self.temperature)
        score = logits - value * t
        return (score - score.logsumexp(dim=-1, keepdim=True)).sum(-1) + math.lgamma(k) + (k - 1) * t.log()


class Relaxed(TransformedDistribution):
    """A relaxed choice, by the distribution before the transform: it has the same parameters."""

    has_rsample = True
    base_dist: Any

    @property
    def temperature(self) -> Any:
        """How far from a choice it is."""
        return self.base_dist.temperature

    @property
    def logits(self) -> Tensor:
        """The log odds of success, or the logarithms of the chances."""
        return self.base_dist.logits

    @property
    def probs(self) -> Tensor:
        """The chance of success, or the chances."""
        return self.base_dist.probs


class RelaxedBernoulli(Relaxed):
    """A number that is nearly 0 or 1: by `temperature`, and the chance of 1 as `probs` or `logits`.

    >>> RelaxedBernoulli(mg.tensor(0.5), mg.tensor([0.2, 0.9])).rsample().shape
    minigrad.Size([2])
    """

    arg_constraints: ClassVar = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.unit_interval

    def __init__(
        self,
        temperature: Any,
        probs: Tensor | Number | None = None,
        logits: Tensor | Number | None = None,
        validate_args: bool | None = None,
    ) -> None:
        super().__init__(LogitRelaxedBernoulli(temperature, probs, logits), SigmoidTransform(), validate_args)


class RelaxedOneHotCategorical(Relaxed):
    """Weights that are nearly those of one choice: by `temperature`, and the chances as `probs` or `logits`.

    >>> RelaxedOneHotCategorical(mg.tensor(0.5), mg.tensor([0.2, 0.8])).rsample().shape
    minigrad.Size([2])
    """

    arg_constraints: ClassVar = {"probs": constraints.simplex, "logits": constraints.real_vector}
    support = constraints.simplex

    def __init__(
        self, temperature: Any, probs: Tensor | None = None, logits: Tensor | None = None, validate_args: Any = None
    ) -> None:
        base = ExpRelaxedCategorical(temperature, probs, logits, validate_args=validate_args)
        super().__init__(base, ExpTransform(), validate_args)


class LogisticNormal(TransformedDistribution):
    """Points of the simplex: normal numbers of mean `loc` and deviation `scale`, through the stick-breaking transform.

    >>> LogisticNormal(mg.zeros(2), mg.ones(2)).sample().sum().round()
    tensor(1.)
    """

    arg_constraints: ClassVar = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.simplex
    has_rsample = True
    base_dist: Any

    def __init__(self, loc: Tensor | Number, scale: Tensor | Number, validate_args: bool | None = None) -> None:
        base = Normal(loc, scale, validate_args=validate_args)
        super().__init__(base if base.batch_shape else base.expand([1]), StickBreakingTransform(), validate_args)

    @property
    def loc(self) -> Tensor:
        """The means of the normal numbers."""
        return self.base_dist.base_dist.loc

    @property
    def scale(self) -> Tensor:
        """Their standard deviations."""
        return self.base_dist.base_dist.scale
