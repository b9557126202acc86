"""Transforms of each element by itself: the determinant of the Jacobian is the derivative."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.creation import full_like
from minigrad.distributions import constraints
from minigrad.distributions.transforms.base import Transform
from minigrad.nn.functional import softplus
from minigrad.ops import broadcast_shapes, sigmoid
from minigrad.tensor import Size, Tensor
from minigrad.types import Number


class Increasing(Transform):
    """A bijection that increases, of which there is one alone."""

    bijective = True
    sign = 1

    def _key(self) -> Any:
        return ()


class ExpTransform(Increasing):
    """y = exp x."""

    codomain = constraints.positive

    def _call(self, x: Tensor) -> Tensor:
        return x.exp()

    def _inverse(self, y: Tensor) -> Tensor:
        return y.log()

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return x


class SigmoidTransform(Increasing):
    """y = 1 / (1 + exp(−x)), kept just inside the unit interval; the inverse is logit."""

    codomain = constraints.unit_interval

    def _call(self, x: Tensor) -> Tensor:
        return clipped_sigmoid(x)

    def _inverse(self, y: Tensor) -> Tensor:
        kind = np.finfo(y.dtype)
        y = y.clamp(min=float(kind.tiny), max=1 - float(kind.eps))
        return y.log() - (-y).log1p()

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return -softplus(-x) - softplus(x)


class SoftplusTransform(Increasing):
    """y = log(1 + exp x)."""

    codomain = constraints.positive

    def _call(self, x: Tensor) -> Tensor:
        return softplus(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return (-(-y).expm1()).log() + y

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return -softplus(-x)


class TanhTransform(Increasing):
    """y = tanh x. With `cache_size=1` what was just drawn keeps its x, which atanh cannot find again near ±1."""

    codomain = constraints.interval(-1.0, 1.0)

    def _call(self, x: Tensor) -> Tensor:
        return x.tanh()

    def _inverse(self, y: Tensor) -> Tensor:
        return y.atanh()

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return 2.0 * (math.log(2.0) - x - softplus(-2.0 * x))  # log(1 − tanh² x), without cancellation


class AbsTransform(Transform):
    """y = |x|, of whose two sources the inverse names the positive one."""

    codomain = constraints.positive

    def _call(self, x: Tensor) -> Tensor:
        return x.abs()

    def _inverse(self, y: Tensor) -> Tensor:
        return y

    def _key(self) -> Any:
        return ()


class PowerTransform(Transform):
    """y = x to the `exponent`, for positive x."""

    domain = constraints.positive
    codomain = constraints.positive
    bijective = True

    def __init__(self, exponent: Tensor | Number, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.exponent = exponent

    @property
    def sign(self) -> Any:
        return self.exponent.sign() if isinstance(self.exponent, Tensor) else int(math.copysign(1, self.exponent))

    def _call(self, x: Tensor) -> Tensor:
        return x**self.exponent

    def _inverse(self, y: Tensor) -> Tensor:
        return y ** (1 / self.exponent)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return (self.exponent * y / x).abs().log()

    def forward_shape(self, shape: Sequence[int]) -> Size:
        return Size(broadcast_shapes(shape, getattr(self.exponent, "shape", ())))

    inverse_shape = forward_shape

    def _key(self) -> Any:
        return comparable(self.exponent)


class AffineTransform(Transform):
    """y = `loc` + `scale` · x; with `event_dim` axes, a point is a vector or more.

    >>> AffineTransform(1.0, 2.0)(mg.tensor([0.0, 1.0]))
    tensor([1., 3.])
    """

    bijective = True

    def __init__(self, loc: Tensor | Number, scale: Tensor | Number, event_dim: int = 0, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.loc, self.scale, self._event_dim = loc, scale, event_dim

    @property
    def event_dim(self) -> int:
        return self._event_dim

    @constraints.dependent_property(is_discrete=False)
    def domain(self) -> Any:
        """All points with `event_dim` axes."""
        return constraints.independent(constraints.real, self._event_dim) if self._event_dim else constraints.real

    codomain = domain

    def with_cache(self, cache_size: int = 1) -> Transform:
        if self._cache_size == cache_size:
            return self
        return AffineTransform(self.loc, self.scale, self._event_dim, cache_size)

    @property
    def sign(self) -> Any:
        return self.scale.sign() if isinstance(self.scale, Tensor) else int(self.scale > 0) - int(self.scale < 0)

    def _call(self, x: Tensor) -> Tensor:
        return self.loc + self.scale * x

    def _inverse(self, y: Tensor) -> Tensor:
        return (y - self.loc) / self.scale

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        stretched = (
            self.scale.abs().log() if isinstance(self.scale, Tensor) else full_like(x, math.log(abs(self.scale)))
        )
        n = self._event_dim
        return stretched.expand(*x.shape).flatten(-n).sum(-1) if n else stretched.expand(*x.shape)

    def forward_shape(self, shape: Sequence[int]) -> Size:
        return Size(broadcast_shapes(shape, getattr(self.loc, "shape", ()), getattr(self.scale, "shape", ())))

    inverse_shape = forward_shape

    def _key(self) -> Any:
        return comparable(self.loc), comparable(self.scale), self._event_dim


def clipped_sigmoid(x: Any) -> Any:
    """sigmoid, kept where its logarithm and that of 1 minus it are finite."""
    kind = np.finfo(x.dtype)
    return sigmoid(x).clamp(min=float(kind.tiny), max=1 - float(kind.eps))


def comparable(value: Any) -> Any:
    """A parameter as plain numbers."""
    return value.tolist() if isinstance(value, Tensor) else value


class CumulativeDistributionTransform(Transform):
    """y = P(x), the distribution function of `distribution`, which makes uniform numbers of its samples.

    >>> CumulativeDistributionTransform(mg.distributions.Exponential(1.0))(mg.tensor([0.0, 1.0]))
    tensor([0.0000, 0.6321])
    """

    bijective = True
    codomain = constraints.unit_interval
    sign = 1

    def __init__(self, distribution: Any, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.distribution = distribution

    @property
    def domain(self) -> Any:
        """The support of the distribution."""
        return self.distribution.support

    def _call(self, x: Tensor) -> Tensor:
        return self.distribution.cdf(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return self.distribution.icdf(y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return self.distribution.log_prob(x)
