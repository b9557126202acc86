"""Distributions of functions of random values: what is drawn passes through transforms, densities change with it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

from minigrad.autograd import no_grad
from minigrad.distributions import constraints
from minigrad.distributions.distribution import Distribution
from minigrad.distributions.independent import Independent
from minigrad.distributions.transforms import ComposeTransform, Transform
from minigrad.distributions.utils import sum_rightmost
from minigrad.tensor import Size, Tensor

__all__ = ["TransformedDistribution"]


class TransformedDistribution(Distribution):
    """y = f(x) with x from `base_distribution` and f the `transforms` in order.

    log p(y) = log p(x) − log |det df/dx|. ValueError if `transforms` are none, or need more axes than there are.

    >>> from minigrad.distributions import Normal, TanhTransform
    >>> squashed = TransformedDistribution(Normal(0.0, 1.0), TanhTransform(cache_size=1))
    >>> squashed.log_prob(mg.tensor(0.0))
    tensor(-0.9189)
    """

    arg_constraints: ClassVar = {}

    def __init__(
        self,
        base_distribution: Distribution,
        transforms: Transform | list[Transform],
        validate_args: bool | None = None,
    ) -> None:
        self.transforms = [transforms] if isinstance(transforms, Transform) else transforms
        if not isinstance(self.transforms, list) or not all(isinstance(each, Transform) for each in self.transforms):
            raise ValueError(f"transforms must be a Transform or a list of Transforms, but was {transforms}")
        f = ComposeTransform(self.transforms)
        shape = Size((*base_distribution.batch_shape, *base_distribution.event_shape))
        axes = len(base_distribution.event_shape)
        if len(shape) < f.domain.event_dim:
            raise ValueError(
                f"base_distribution needs to have shape with size at least {f.domain.event_dim}, but got {shape}."
            )
        # Parameters of the transforms may have a larger batch than the base.
        transformed = f.forward_shape(shape)
        needed = f.inverse_shape(transformed)
        if needed != shape:
            base_distribution = base_distribution.expand(needed[: len(needed) - axes])
        mixed = f.domain.event_dim - axes  # axes of the base's batch that the transforms mix
        self.base_dist = Independent(base_distribution, mixed) if mixed > 0 else base_distribution
        event_dim = max(f.codomain.event_dim, axes + f.codomain.event_dim - f.domain.event_dim)
        cut = len(transformed) - event_dim
        super().__init__(transformed[:cut], transformed[cut:], validate_args)

    def expand(self, batch_shape: Sequence[int], _instance: Any = None) -> TransformedDistribution:
        new = super().expand(batch_shape, _instance)
        shape = Size((*batch_shape, *self.event_shape))
        for transform in reversed(self.transforms):
            shape = transform.inverse_shape(shape)
        new.base_dist = self.base_dist.expand(Size(shape[: len(shape) - len(self.base_dist.event_shape)]))
        return new

    @property
    def has_rsample(self) -> bool:
        return bool(self.base_dist.has_rsample)

    @constraints.dependent_property(is_discrete=False)
    def support(self) -> Any:
        """Where the last transform leads."""
        if not self.transforms:
            return self.base_dist.support
        codomain = self.transforms[-1].codomain
        more = len(self.event_shape) - codomain.event_dim
        return constraints.independent(codomain, more) if more > 0 else codomain

    def sample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        with no_grad():
            return self._forward(self.base_dist.sample(sample_shape))

    def rsample(self, sample_shape: Sequence[int] = ()) -> Tensor:
        return self._forward(self.base_dist.rsample(sample_shape))

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        event_dim, y = len(self.event_shape), value
        log_det: Any = 0
        for transform in reversed(self.transforms):
            x = transform.inv(y)
            event_dim += transform.domain.event_dim - transform.codomain.event_dim
            change = transform.log_abs_det_jacobian(x, y)
            log_det = log_det + sum_rightmost(change, event_dim - transform.domain.event_dim)
            y = x
        return sum_rightmost(self.base_dist.log_prob(y), event_dim - len(self.base_dist.event_shape)) - log_det

    def cdf(self, value: Tensor) -> Tensor:
        for transform in reversed(self.transforms):
            value = transform.inv(value)
        self.base_dist._validate_sample(value)
        return self._monotone(self.base_dist.cdf(value))

    def icdf(self, value: Tensor) -> Tensor:
        return self._forward(self.base_dist.icdf(self._monotone(value)))

    def _forward(self, x: Any) -> Any:
        for transform in self.transforms:
            x = transform(x)
        return x

    def _monotone(self, probability: Any) -> Any:
        """`probability`, or 1 minus it where the transforms together decrease."""
        sign = math.prod(transform.sign for transform in self.transforms)
        return probability if isinstance(sign, int) and sign == 1 else sign * (probability - 0.5) + 0.5
