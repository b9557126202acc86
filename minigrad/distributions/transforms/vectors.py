"""Transforms of whole vectors: onto the simplex."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.distributions import constraints
from minigrad.distributions.transforms.base import Transform
from minigrad.distributions.transforms.elementwise import clipped_sigmoid
from minigrad.errors import ShapeError
from minigrad.nn.functional import logsigmoid, pad
from minigrad.ops import softmax
from minigrad.ranges import arange
from minigrad.tensor import Size, Tensor


class OfVectors(Transform):
    """A transform of the last axis, of which there is one alone."""

    domain: Any = constraints.real_vector

    def forward_shape(self, shape: Sequence[int]) -> Size:
        if len(shape) < self.domain.event_dim:
            raise ShapeError(f"{type(self).__name__}: too few dimensions on input, of shape {tuple(shape)}")
        return Size(shape)

    inverse_shape = forward_shape

    def _key(self) -> Any:
        return ()


class SoftmaxTransform(OfVectors):
    """y = softmax x, along the last axis. It forgets a constant added to x, so it is no bijection."""

    codomain = constraints.simplex

    def _call(self, x: Tensor) -> Tensor:
        return softmax(x, dim=-1)

    def _inverse(self, y: Tensor) -> Tensor:
        return y.log()


class StickBreakingTransform(OfVectors):
    """n numbers to a point of the simplex with n + 1 elements: each breaks its fraction off the rest of a stick.

    The fraction is sigmoid(xᵢ − log(n − i)), i from 0, so that x = 0 breaks the stick in equal parts (Stan Reference
    Manual, "Unit simplex").

    >>> StickBreakingTransform()(mg.zeros(3))
    tensor([0.2500, 0.2500, 0.2500, 0.2500])
    """

    codomain = constraints.simplex
    bijective = True

    def _call(self, x: Tensor) -> Tensor:
        z = clipped_sigmoid(x - _parts(x).log())
        return pad(z, [0, 1], value=1) * pad((1 - z).cumprod(-1), [1, 0], value=1)

    def _inverse(self, y: Tensor) -> Tensor:
        broken = y[..., :-1]
        rest = (1 - broken.cumsum(-1)).clamp(min=float(np.finfo(y.dtype).tiny))
        return broken.log() - rest.log() + _parts(broken).log()

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        x = x - _parts(x).log()
        return (-x + logsigmoid(x) + y[..., :-1].log()).sum(-1)

    def forward_shape(self, shape: Sequence[int]) -> Size:
        return Size((*super().forward_shape(shape)[:-1], shape[-1] + 1))

    def inverse_shape(self, shape: Sequence[int]) -> Size:
        return Size((*super().forward_shape(shape)[:-1], shape[-1] - 1))


def _parts(x: Any) -> Any:
    """n, n − 1, ..., 1: how many parts are to come when each fraction is broken off."""
    return arange(x.shape[-1], 0, -1, dtype=x.dtype)
