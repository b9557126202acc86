"""Instance normalization as a layer: each channel of each sample by itself.

Ulyanov et al., Instance Normalization: The Missing Ingredient for Fast Stylization, 2016. Parameters, buffers and their
names are those of batch normalization, all of them absent by default.
"""

from __future__ import annotations

from typing import Any

from minigrad.errors import ShapeError
from minigrad.nn import functional as F
from minigrad.nn.modules.batchnorm import _NormBase
from minigrad.ops import squeeze, unsqueeze
from minigrad.tensor import Tensor


class _InstanceNorm(_NormBase):
    """(x - mean) / sqrt(var + eps) * weight + bias, with mean and variance of each channel of each sample over space.

    `ndims` are the numbers of dimensions without and with a batch.
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        """Make the parameters and the running statistics, as far as they are wanted.

        Args:
            num_features: C, the number of channels.
            eps: added to the variance (default 1e-5).
            momentum: how far running statistics move towards the batch's (default 0.1).
            affine: whether there are `weight` (C,), which starts at 1, and `bias` (C,), at 0 (default False).
            track_running_stats: whether means over the batch are collected in `running_mean` (C,) and `running_var`
                (C,), and used in evaluation (default False).
            device, dtype: of parameters and statistics; the CPU, and the default dtype unless given.
            bias: whether there is a `bias` beside the weight (default True).

        ShapeError for an input of another number of dimensions or channels; ValueError if a channel has one value.
        """
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)

    def forward(self, input: Tensor) -> Tensor:
        single, batch = self.ndims
        if input.ndim not in self.ndims or input.shape[input.ndim - batch + 1] != self.num_features:
            raise ShapeError(
                f"{type(self).__name__}: expected {single}D or {batch}D input with {self.num_features} channels in "
                f"dimension 0 or 1, got {input.ndim}D input of shape {tuple(input.shape)}"
            )
        x = unsqueeze(input, 0) if input.ndim == single else input
        y = F.instance_norm(
            x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            self.momentum or 0.0,
            self.eps,
        )
        return squeeze(y, 0) if input.ndim == single else y


class InstanceNorm1d(_InstanceNorm):
    """Instance normalization of (N, C, L) or (C, L), to the same shape.

    >>> nn.InstanceNorm1d(1)(mg.tensor([[[1.0, 2.0, 3.0]]])).round(decimals=3)
    tensor([[[-1.2250,  0.0000,  1.2250]]])
    """

    ndims = (2, 3)


class InstanceNorm2d(_InstanceNorm):
    """Instance normalization of (N, C, H, W) or (C, H, W), to the same shape.

    >>> nn.InstanceNorm2d(3)(mg.randn(4, 3, 8, 8)).shape
    minigrad.Size([4, 3, 8, 8])
    """

    ndims = (3, 4)


class InstanceNorm3d(_InstanceNorm):
    """Instance normalization of (N, C, D, H, W) or (C, D, H, W), to the same shape.

    >>> nn.InstanceNorm3d(3)(mg.randn(4, 3, 2, 8, 8)).shape
    minigrad.Size([4, 3, 2, 8, 8])
    """

    ndims = (4, 5)
