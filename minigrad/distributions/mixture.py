"""Mixtures: one of several distributions of a kind, each chosen with its weight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from minigrad.autograd import no_grad
from minigrad.distributions import constraints
from minigrad.distributions.categorical import Categorical
from minigrad.distributions.distribution import Distribution
from minigrad.tensor import Tensor

__all__ = ["MixtureSameFamily"]


class MixtureSameFamily(Distribution):
    """`mixture_distribution`, a Categorical (...), chooses along the last axis of the batch of the others.

    `component_distribution` holds these, in a batch (..., k).

    ValueError where the two batches do not fit.

    >>> from minigrad.distributions import Normal
    >>> weights = Categorical(mg.tensor([0.5, 0.5]))
    >>> MixtureSameFamily(weights, Normal(mg.tensor([-1.0, 1.0]), 1.0)).mean
    tensor(0.)
    """

    arg_constraints: ClassVar = {}
    has_rsample = False

    def __init__(
        self, mixture_distribution: Categorical, component_distribution: Distribution, validate_args: Any = None
    ) -> None:
        mixture, component = mixture_distribution, component_distribution
        if not isinstance(mixture, Categorical):
            raise ValueError(" The Mixture distribution needs to be an instance of torch.distributions.Categorical")
        if not isinstance(component, Distribution):
            raise ValueError("The Component distribution need to be an instance of torch.distributions.Distribution")
        batch = component.batch_shape[:-1]
        for i, j in zip(reversed(mixture.batch_shape), reversed(batch), strict=False):
            if 1 not in (i, j) and i != j:
                raise ValueError(
                    f"`mixture_distribution.batch_shape` ({mixture.batch_shape}) is not compatible with "
                    f"`component_distribution.batch_shape`({component.batch_shape})"
                )
        if mixture.logits.shape[-1] != component.batch_shape[-1]:
            raise ValueError(
                f"`mixture_distribution component` ({mixture.logits.shape[-1]}) does not equal "
                f"`component_distribution.batch_shape[-1]` ({component.batch_shape[-1]})"
            )
        self._mixture_distribution, self._component_distribution = mixture, component
        super().__init__(batch, component.event_shape, validate_args)

    @property
    def mixture_distribution(self) -> Categorical:
        """Which component is chosen."""
        return self._mixture_distribution

    @property
    def component_distribution(self) -> Distribution:
        """The components, along the last axis of its batch."""
        return self._component_distribution

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> MixtureSameFamily:
        new = super().expand(batch_shape, _instance)
        k = self._component_distribution.batch_shape[-1]
        new._component_distribution = self._component_distribution.expand((*batch_shape, k))
        new._mixture_distribution = self._mixture_distribution.expand(batch_shape)
        return new

    @constraints.dependent_property
    def support(self) -> Any:
        """That of the components."""
        return self._component_distribution.support

    def _weighed(self, value: Tensor) -> Tensor:
        """The mean over the components."""
        probs = self._mixture_distribution.probs
        events = len(self._event_shape)
        return (probs.reshape(*probs.shape, *(1 for _ in range(events))) * value).sum(-1 - events)

    @property
    def mean(self) -> Tensor:
        return self._weighed(self._component_distribution.mean)

    @property
    def variance(self) -> Tensor:
        """The mean of the variances, and the variance of the means."""
        component, axis = self._component_distribution, -1 - len(self._event_shape)
        apart = component.mean - self.mean.unsqueeze(axis)
        return self._weighed(component.variance) + self._weighed(apart**2)

    def cdf(self, value: Tensor) -> Tensor:
        return (self._component_distribution.cdf(value.unsqueeze(-1)) * self._mixture_distribution.probs).sum(-1)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        spread = value.unsqueeze(-1 - len(self._event_shape))
        weights = self._mixture_distribution.logits.log_softmax(dim=-1)
        return (self._component_distribution.log_prob(spread) + weights).logsumexp(dim=-1)

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        with no_grad():
            chosen = self._mixture_distribution.sample(sample_shape)
            drawn = self._component_distribution.sample(sample_shape)
            events = len(self._event_shape)
            index = chosen.reshape(*chosen.shape, 1, *(1 for _ in range(events)))
            index = index.expand(*index.shape[: len(index.shape) - events], *self._event_shape)
            return drawn.gather(-1 - events, index).squeeze(-1 - events)

    def __repr__(self) -> str:
        return f"MixtureSameFamily(\n  {self._mixture_distribution},\n  {self._component_distribution})"
