"""One of n categories: as its number, as a one-hot vector, and as the counts of several draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from minigrad.creation import eye, full_like
from minigrad.distributions import constraints
from minigrad.distributions.distribution import Distribution
from minigrad.distributions.utils import (
    as_shape,
    clamp_probs,
    lazy_property,
    logits_to_probs,
    probs_or_logits,
    probs_to_logits,
)
from minigrad.nn.functional import one_hot
from minigrad.ops import broadcast_tensors, lgamma, log1p, logsumexp
from minigrad.random import stream
from minigrad.ranges import arange
from minigrad.tensor import Size, Tensor
from minigrad.types import Number

__all__ = ["Categorical", "Multinomial", "OneHotCategorical", "OneHotCategoricalStraightThrough"]


class Weighted(Distribution):
    """What has n categories, with weights `probs` or their logarithms `logits` along the last axis.

    Both are normalized: `probs` to sum 1, `logits` to the logarithms of such.
    """

    arg_constraints: ClassVar = {"probs": constraints.simplex, "logits": constraints.real_vector}
    vectors: bool = False
    """Whether a value has an axis for the categories."""

    def __init__(
        self,
        probs: Tensor | Number | None = None,
        logits: Tensor | Number | None = None,
        validate_args: bool | None = None,
    ) -> None:
        name, given = probs_or_logits(probs, logits)
        if not isinstance(given, Tensor):
            raise TypeError(f"{type(self).__name__}: `{name}` must be a Tensor, got {type(given).__name__}")
        if given.dim() < 1:
            raise ValueError(f"`{name}` parameter must be at least one-dimensional.")
        normalized = given - logsumexp(given, -1, keepdim=True) if probs is None else given / given.sum(-1, True)
        setattr(self, name, normalized)
        super().__init__(given.shape[:-1], given.shape[-1:] if self.vectors else (), validate_args)

    @lazy_property
    def logits(self) -> Tensor:
        """The logarithms of the probabilities."""
        return probs_to_logits(self.probs)

    @lazy_property
    def probs(self) -> Tensor:
        """The probabilities, which sum to 1 along the last axis."""
        return logits_to_probs(self.logits)

    @property
    def param_shape(self) -> Size:
        """The shape of `probs`."""
        return self.probs.shape

    def entropy(self) -> Tensor:
        smallest = float(np.finfo(self.logits.dtype).min)  # 0 · log 0 is 0
        return -(self.logits.clamp(min=smallest) * self.probs).sum(-1)

    def _draw(self, sample_shape: Any) -> Any:
        """Numbers of categories: the first of exponential clocks to ring, where each has its probability as rate."""
        shape = (*as_shape(sample_shape), *self.param_shape)
        waiting = stream(None).standard_exponential(shape)
        return Tensor.wrap(np.asarray((self.probs.array / waiting).argmax(-1)))


class Categorical(Weighted):
    """The number, from 0 to n − 1, of a category.

    >>> Categorical(mg.tensor([1.0, 3.0])).log_prob(mg.tensor([0, 1])).exp()
    tensor([0.2500, 0.7500])
    """

    has_enumerate_support = True

    @constraints.dependent_property(is_discrete=True, event_dim=0)
    def support(self) -> Any:
        """The numbers of the categories."""
        return constraints.integer_interval(0, self.param_shape[-1] - 1)

    @property
    def mean(self) -> Tensor:
        return full_like(self.probs[..., 0], math.nan)

    @property
    def mode(self) -> Tensor:
        return self.probs.argmax(-1)

    @property
    def variance(self) -> Tensor:
        return full_like(self.probs[..., 0], math.nan)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return self._draw(sample_shape)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        index, logits = broadcast_tensors(value.long().unsqueeze(-1), self.logits)
        return logits.gather(-1, index[..., :1]).squeeze(-1)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        return self._enumerated(arange(self.param_shape[-1]), expand)


class OneHotCategorical(Weighted):
    """A vector with 1 for the category that is drawn, else 0.

    >>> OneHotCategorical(mg.tensor([1.0, 3.0])).sample((2,)).shape
    minigrad.Size([2, 2])
    """

    support = constraints.one_hot
    has_enumerate_support = True
    vectors = True

    @property
    def mean(self) -> Tensor:
        return self.probs

    @property
    def mode(self) -> Tensor:
        return one_hot(self.probs.argmax(-1), self.param_shape[-1]).to(self.probs.dtype)

    @property
    def variance(self) -> Tensor:
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return one_hot(self._draw(sample_shape), self.param_shape[-1]).to(self.probs.dtype)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        value, logits = broadcast_tensors(value, self.logits)
        return logits.gather(-1, value.argmax(-1, keepdim=True)).squeeze(-1)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        return self._enumerated(eye(self.param_shape[-1], dtype=self.probs.dtype), expand)


class OneHotCategoricalStraightThrough(OneHotCategorical):
    """With the gradient of the probabilities for that of the samples (Bengio, Léonard and Courville 2013)."""

    has_rsample = True

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return self.sample(sample_shape) + (self.probs - self.probs.detach())


class Multinomial(Weighted):
    """How often each category is drawn in `total_count` draws.

    >>> Multinomial(8, mg.tensor([1.0, 3.0])).mean
    tensor([2., 6.])
    """

    vectors = True

    def __init__(
        self,
        total_count: int = 1,
        probs: Tensor | Number | None = None,
        logits: Tensor | Number | None = None,
        validate_args: bool | None = None,
    ) -> None:
        if not isinstance(total_count, int):
            raise NotImplementedError("inhomogeneous total_count is not supported")
        self.total_count = total_count
        super().__init__(probs, logits, validate_args)

    @constraints.dependent_property(is_discrete=True, event_dim=1)
    def support(self) -> Any:
        """Counts that sum to total_count."""
        return constraints.multinomial(self.total_count)

    @property
    def mean(self) -> Tensor:
        return self.probs * self.total_count

    @property
    def variance(self) -> Tensor:
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        weights = self.probs.array.astype(np.float64)
        weights = weights / weights.sum(-1, keepdims=True)
        shape = self._extended_shape(sample_shape)
        drawn = stream(None).multinomial(self.total_count, np.broadcast_to(weights, shape))
        return Tensor.wrap(np.asarray(drawn, self.probs.dtype))

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        value, logits = broadcast_tensors(value, self.logits)
        impossible = (value == 0) & (logits == -math.inf)  # 0 · log 0 is 0
        logits = logits.masked_fill(impossible, 0)
        return lgamma(value.sum(-1) + 1) - lgamma(value + 1).sum(-1) + (logits * value).sum(-1)

    def entropy(self) -> Tensor:
        """n H(p) − log n! + Σᵢ E log xᵢ!, where the count xᵢ of a category is binomial."""
        n, log_p = self.total_count, clamp_probs(self.probs).log()
        log_q = log1p(-clamp_probs(self.probs))
        k = arange(1, n + 1, dtype=self.probs.dtype).reshape(-1, *(1 for _ in self.param_shape))
        log_binomial = math.lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log_p + (n - k) * log_q
        return n * super().entropy() - math.lgamma(n + 1) + (log_binomial.exp() * lgamma(k + 1)).sum((0, -1))
