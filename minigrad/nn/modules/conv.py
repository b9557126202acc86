"""Convolutions over one, two and three spatial axes, and what they share with the transposed ones of `conv_transpose`.

All six layers are one class with a number of axes, and a direction.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, cast

from minigrad.creation import empty
from minigrad.nn import functional as F
from minigrad.nn import init
from minigrad.nn.modules.module import Module, changed
from minigrad.nn.parameter import Parameter
from minigrad.ops.dims import for_axes
from minigrad.tensor import Tensor
from minigrad.types import Ints

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


class _ConvNd(Module):
    """What all six share: the parameters and how they are printed."""

    axes: int
    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Ints,
        stride: Ints,
        padding: Ints | str,
        dilation: Ints,
        transposed: bool,
        output_padding: Ints,
        groups: int,
        bias: bool,
        padding_mode: str,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        if not hasattr(self, "axes"):  # a convolution of the user's own gives a size for each
            self.axes = len(cast("Sequence[int]", kernel_size))
        self.transposed = transposed
        if groups < 1:
            raise ValueError(f"{name}: groups must be a positive integer, got {groups}")
        if in_channels % groups or out_channels % groups:
            raise ValueError(
                f"{name}: in_channels={in_channels}, out_channels={out_channels} must be divisible by groups={groups}"
            )
        if padding_mode not in PADDING_MODES:
            raise ValueError(
                f"{name}: padding_mode must be one of {', '.join(PADDING_MODES)}, but got {padding_mode!r}"
            )
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = for_axes(kernel_size, self.axes, name, "kernel_size", 1)
        self.stride = for_axes(stride, self.axes, name, "stride", 1)
        self.padding = self._checked_padding(padding)
        self.dilation = for_axes(dilation, self.axes, name, "dilation", 1)
        self.output_padding = for_axes(output_padding, self.axes, name, "output_padding", 0)
        self.groups = groups
        self.padding_mode = padding_mode
        channels = (in_channels, out_channels // groups) if self.transposed else (out_channels, in_channels // groups)
        self.weight = Parameter(empty(*channels, *self.kernel_size, device=device, dtype=dtype))
        self.register_parameter("bias", Parameter(empty(out_channels, device=device, dtype=dtype)) if bias else None)
        self.reset_parameters()

    def _checked_padding(self, padding: Ints | str) -> tuple[int, ...] | str:
        name = type(self).__name__
        if not isinstance(padding, str):
            return for_axes(padding, self.axes, name, "padding", 0)
        if padding not in ("valid", "same") or self.transposed:
            allowed = "numbers" if self.transposed else "numbers, 'valid' or 'same'"
            raise ValueError(f"{name}: Invalid padding string {padding!r}, padding should be {allowed}")
        if padding == "same" and max(self.stride) > 1:
            raise ValueError(f"{name}: padding='same' is not supported for strided convolutions, stride={self.stride}")
        return padding

    def reset_parameters(self) -> None:
        """Draw weight and bias anew, uniform on ±1/sqrt(fan_in); `nn.init` says what fan_in is."""
        bound = 1 / math.sqrt(max(math.prod(self.weight.shape[1:]), 1))
        init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound)

    def extra_repr(self) -> str:
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        nothing, one = (0,) * self.axes, (1,) * self.axes
        text += changed(self, padding=nothing, dilation=one, output_padding=nothing, groups=1)
        return text + ("" if self.bias is not None else ", bias=False") + changed(self, padding_mode="zeros")


class _Conv(_ConvNd):
    """A convolution, with `padding` numbers, "valid" or "same", and `padding_mode` for what stands there."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Ints,
        stride: Ints = 1,
        padding: Ints | str = 0,
        dilation: Ints = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        """y[n, o, i] = bias[o] + sum over c, k of x[n, c, stride * i + dilation * k - padding] * weight[o, c, k].

        Positions i and k have a number for each spatial axis; sizes are one int for all axes, or one for each. A size n
        becomes (n + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1.

        Args:
            in_channels: the channels of the input.
            out_channels: those of the output.
            kernel_size: the size of the kernels.
            stride: the distance between windows (default 1).
            padding: how much is added on both sides of each axis (default 0); "valid" for nothing, or "same" for as
                much as keeps the size, with stride 1.
            dilation: the distance between the elements of a window (default 1).
            groups: so many blocks of channels are convolved each by itself; must divide both numbers of channels
                (default 1).
            bias: whether there is a bias, else `bias` is None (default True).
            padding_mode: what is added: "zeros", or as F.pad does it, "reflect", "replicate" or "circular" (default
                "zeros").
            device, dtype: of the parameters; the CPU, and the default dtype unless given.

        `weight` (out_channels, in_channels / groups, *kernel_size) and `bias` (out_channels,) start uniform on
        ±1/sqrt(in_channels / groups * number of elements of a kernel). ValueError if the channels do not divide by
        `groups`, for an unknown padding or padding_mode, and for "same" with a stride.
        """
        sizes = (kernel_size, stride, padding, dilation, False, 0)
        super().__init__(in_channels, out_channels, *sizes, groups, bias, padding_mode, device, dtype)

    def forward(self, input: Tensor) -> Tensor:
        return self._conv_forward(input, self.weight, self.bias)

    def _conv_forward(self, input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        """The convolution with parameters other than its own: what subclasses call that change them."""
        convolve = _CONV[self.axes]
        padding: Ints | str = self.padding
        if self.padding_mode != "zeros":
            input, padding = F.pad(input, self._reversed_padding_repeated_twice, self.padding_mode), 0
        return convolve(input, weight, bias, self.stride, padding, self.dilation, self.groups)

    @property
    def _reversed_padding_repeated_twice(self) -> list[int]:
        """The padding as `F.pad` takes it: before and after each axis, the last axis first."""
        widths: list[int] = []
        for axis in reversed(range(self.axes)):
            if isinstance(self.padding, str):
                around = self.dilation[axis] * (self.kernel_size[axis] - 1) if self.padding == "same" else 0
                widths += [around // 2, around - around // 2]
            else:
                widths += [self.padding[axis]] * 2
        return widths


_CONV = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}


class Conv1d(_Conv):
    """Convolution of (N, in_channels, L) or (in_channels, L) to out_channels channels; see F.conv1d.

    >>> nn.Conv1d(2, 4, 3, padding=1)(mg.zeros(1, 2, 10)).shape
    minigrad.Size([1, 4, 10])
    """

    axes = 1


class Conv2d(_Conv):
    """Convolution of (N, in_channels, H, W) or (in_channels, H, W) to out_channels channels; see F.conv2d.

    >>> nn.Conv2d(3, 8, 3, stride=2, padding=1)(mg.zeros(1, 3, 32, 32)).shape
    minigrad.Size([1, 8, 16, 16])
    """

    axes = 2


class Conv3d(_Conv):
    """Convolution of (N, in_channels, D, H, W) or (in_channels, D, H, W) to out_channels channels; see F.conv3d.

    >>> nn.Conv3d(1, 2, (1, 3, 3))(mg.zeros(1, 1, 4, 8, 8)).shape
    minigrad.Size([1, 2, 4, 6, 6])
    """

    axes = 3
