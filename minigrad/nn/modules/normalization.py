"""Layer and group normalization and their kin: statistics of each sample, the same in training and evaluation."""

from __future__ import annotations

from typing import Any

from minigrad import ops
from minigrad.creation import empty
from minigrad.errors import ShapeError
from minigrad.nn import functional as F
from minigrad.nn import init
from minigrad.nn.modules.module import Module
from minigrad.nn.parameter import Parameter
from minigrad.ops.dims import sizes
from minigrad.ranges import arange
from minigrad.tensor import Tensor


class LayerNorm(Module):
    """(x - mean) / sqrt(var + eps) * weight + bias, with mean and variance over the last dimensions (Ba et al. 2016).

    Args:
        normalized_shape: the size of the last dimension, or the sizes of the last several.
        eps: added to the variance (default 1e-5).
        elementwise_affine: whether there are `weight` and `bias` (default True).
        bias: whether there is a `bias` beside the weight (default True).
        device, dtype: of the parameters; the CPU, and the default dtype unless given.

    (*, *normalized_shape) to the same shape; see F.layer_norm. `weight` (*normalized_shape) starts at 1, `bias` at 0.

    >>> nn.LayerNorm(3)(mg.tensor([[1.0, 2.0, 3.0]])).detach().round(decimals=3)
    tensor([[-1.2250,  0.0000,  1.2250]])
    """

    weight: Parameter | None
    bias: Parameter | None

    def __init__(
        self,
        normalized_shape: Any,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = sizes((normalized_shape,), "LayerNorm")
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        for name, wanted in (("weight", elementwise_affine), ("bias", elementwise_affine and bias)):
            made = Parameter(empty(self.normalized_shape, device=device, dtype=dtype)) if wanted else None
            self.register_parameter(name, made)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Make the weight 1 and the bias 0."""
        _start(self)

    def forward(self, input: Tensor) -> Tensor:
        return F.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}, "
            f"bias={self.bias is not None}"
        )


class RMSNorm(Module):
    """x / sqrt(mean of x ** 2 + eps) * weight, with the mean over the last dimensions (Zhang and Sennrich 2019).

    Args:
        normalized_shape: the size of the last dimension, or the sizes of the last several.
        eps: added under the root; None, the default, is the precision of the input's dtype.
        elementwise_affine: whether there is a `weight` (default True).
        device, dtype: of the weight; the CPU, and the default dtype unless given.

    (*, *normalized_shape) to the same shape; see F.rms_norm. `weight` (*normalized_shape) starts at 1.

    >>> nn.RMSNorm(2)(mg.tensor([[3.0, 3.0]])).detach()
    tensor([[1., 1.]])
    """

    weight: Parameter | None

    def __init__(
        self,
        normalized_shape: Any,
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.normalized_shape = sizes((normalized_shape,), "RMSNorm")
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        made = Parameter(empty(self.normalized_shape, device=device, dtype=dtype)) if elementwise_affine else None
        self.register_parameter("weight", made)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Make the weight 1."""
        _start(self)

    def forward(self, input: Tensor) -> Tensor:
        return F.rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class GroupNorm(Module):
    """(x - mean) / sqrt(var + eps) * weight + bias, with mean and variance over a group of channels (Wu and He 2018).

    Args:
        num_groups: how many groups of channels of a sample have statistics of their own.
        num_channels: C, divisible by num_groups; ValueError otherwise.
        eps: added to the variance (default 1e-5).
        affine: whether there are `weight` and `bias` (default True).
        device, dtype: of the parameters; the CPU, and the default dtype unless given.
        bias: whether there is a `bias` beside the weight (default True).

    (N, C, *) to the same shape; see F.group_norm. `weight` (C,) starts at 1, `bias` (C,) at 0.

    >>> nn.GroupNorm(2, 6)(mg.randn(4, 6, 8, 8)).shape
    minigrad.Size([4, 6, 8, 8])
    """

    weight: Parameter | None
    bias: Parameter | None

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        if num_groups < 1 or num_channels % num_groups:
            raise ValueError(f"GroupNorm: num_channels ({num_channels}) must be divisible by num_groups ({num_groups})")
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.affine = affine
        for name, wanted in (("weight", affine), ("bias", affine and bias)):
            self.register_parameter(
                name, Parameter(empty(num_channels, device=device, dtype=dtype)) if wanted else None
            )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Make the weight 1 and the bias 0."""
        _start(self)

    def forward(self, input: Tensor) -> Tensor:
        if input.ndim < 2 or input.shape[1] != self.num_channels:
            raise ShapeError(f"GroupNorm: expected input (N, {self.num_channels}, ...), got shape {tuple(input.shape)}")
        return F.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return (
            f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, "
            f"bias={self.bias is not None}"
        )


class LocalResponseNorm(Module):
    """x / (k + alpha * mean of the squares of `size` neighbouring channels) ** beta.

    (Krizhevsky et al. 2012, ImageNet classification with deep convolutional neural networks, section 3.3.)

    Args:
        size: how many channels, from size // 2 before to (size - 1) // 2 after.
        alpha: the weight of the mean (default 1e-4).
        beta: the exponent (default 0.75).
        k: what stands beside the mean (default 1).

    (N, C, *) to the same shape; see F.local_response_norm.

    >>> nn.LocalResponseNorm(2)(mg.ones(1, 4, 8)).shape
    minigrad.Size([1, 4, 8])
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        super().__init__()
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def forward(self, input: Tensor) -> Tensor:
        return F.local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"


class CrossMapLRN2d(LocalResponseNorm):
    """Local response normalization as older models have it, of images: x / (k + alpha / size * sum of squares) ** beta.

    The sum goes over as many channels on either side, and over the first channel everywhere: an oversight of PyTorch's
    that weights have been trained with.

    Args:
        size: of how many channels the sum is; of an even number the last is left out.
        alpha: the weight of the mean (default 1e-4).
        beta: the exponent (default 0.75).
        k: what stands beside the mean (default 1).

    (N, C, H, W) to the same shape. ValueError for another number of dimensions.

    >>> nn.CrossMapLRN2d(3)(mg.ones(1, 4, 2, 2)).shape
    minigrad.Size([1, 4, 2, 2])
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1) -> None:
        super().__init__(size, alpha, beta, k)

    def forward(self, input: Tensor) -> Tensor:
        if input.ndim != 4:
            raise ValueError(f"CrossMapLRN2d: Expected input to be 4D, got {input.ndim}D instead.")
        channels, reach = input.shape[1], (self.size - 1) // 2
        squares = input * input
        wide = F.pad(squares, (0, 0, 0, 0, reach, reach))
        first = ops.where(arange(channels).reshape(-1, 1, 1) > reach, squares[:, :1], 0.0)
        total = sum((wide[:, i : i + channels] for i in range(2 * reach + 1)), first)
        return input / (self.k + self.alpha / self.size * total) ** self.beta


def _start(module: Any) -> None:
    """The parameters of a normalization as they are in the beginning: those that there are."""
    for name, parameter in module.named_parameters(recurse=False):
        (init.zeros_ if name == "bias" else init.ones_)(parameter)
