"""Convolutions over one, two and three spatial axes, and what they share with the transposed ones.

All six layers are one class with a number of axes, and a direction. Weights have the shape (out, in / groups, *kernel),
transposed ones (in, out / groups, *kernel). Weight and bias start uniform on ±1/sqrt(fan_in); `nn.init` says what
fan_in is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from minigrad.creation import empty
from minigrad.errors import ShapeError
from minigrad.nn import functional as F
from minigrad.nn import init
from minigrad.nn.functional.sizes import Numbers
from minigrad.nn.modules.layer import Layer
from minigrad.nn.parameter import Parameter
from minigrad.ops.convolution import several
from minigrad.tensor import Tensor

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


class _ConvNd(Layer):
    """What all share: the parameters and how they are printed."""

    axes: ClassVar[int]
    transposed: ClassVar[bool]
    weight: Parameter
    bias: Parameter | None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Numbers,
        stride: Numbers,
        padding: Numbers | str,
        dilation: Numbers,
        output_padding: Numbers,
        groups: int,
        bias: bool,
        padding_mode: str,
        device: Any,
        dtype: Any,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        if groups < 1 or in_channels % groups or out_channels % groups:
            raise ValueError(
                f"{name}: in_channels={in_channels}, out_channels={out_channels} must be divisible by groups={groups}"
            )
        if padding_mode not in PADDING_MODES:
            raise ValueError(f"{name}: padding_mode is one of {', '.join(PADDING_MODES)}, but got {padding_mode!r}")
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = several(kernel_size, self.axes, name, "kernel_size", 1)
        self.stride = several(stride, self.axes, name, "stride", 1)
        self.padding = self._checked_padding(padding)
        self.dilation = several(dilation, self.axes, name, "dilation", 1)
        self.output_padding = several(output_padding, self.axes, name, "output_padding", 0)
        self.groups = groups
        self.padding_mode = padding_mode
        channels = (in_channels, out_channels // groups) if self.transposed else (out_channels, in_channels // groups)
        self.weight = Parameter(empty(*channels, *self.kernel_size, device=device, dtype=dtype))
        self.register_parameter("bias", Parameter(empty(out_channels, device=device, dtype=dtype)) if bias else None)
        self.reset_parameters()

    def _checked_padding(self, padding: Numbers | str) -> tuple[int, ...] | str:
        name = type(self).__name__
        if not isinstance(padding, str):
            return several(padding, self.axes, name, "padding", 0)
        if padding not in ("valid", "same") or self.transposed:
            allowed = "numbers" if self.transposed else "numbers, 'valid' or 'same'"
            raise ValueError(f"{name}: padding is {allowed}, but got {padding!r}")
        if padding == "same" and max(self.stride) > 1:
            raise ValueError(f"{name}: padding='same' is not supported for strided convolutions, stride={self.stride}")
        return padding

    def reset_parameters(self) -> None:
        """Draw the parameters anew."""
        bound = 1 / math.sqrt(max(math.prod(self.weight.shape[1:]), 1))
        init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound)

    def extra_repr(self) -> str:
        text = f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        if self.padding != (0,) * self.axes:
            text += f", padding={self.padding}"
        if self.dilation != (1,) * self.axes:
            text += f", dilation={self.dilation}"
        if self.output_padding != (0,) * self.axes:
            text += f", output_padding={self.output_padding}"
        if self.groups != 1:
            text += f", groups={self.groups}"
        if self.bias is None:
            text += ", bias=False"
        if self.padding_mode != "zeros":
            text += f", padding_mode={self.padding_mode}"
        return text


class _Conv(_ConvNd):
    """A convolution, with `padding` numbers, "valid" or "same", and `padding_mode` for what stands there."""

    transposed = False

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Numbers,
        stride: Numbers = 1,
        padding: Numbers | str = 0,
        dilation: Numbers = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            0,
            groups,
            bias,
            padding_mode,
            device,
            dtype,
        )

    def forward(self, input: Tensor) -> Tensor:
        convolve = _CONV[self.axes]
        padding: Numbers | str = self.padding
        if self.padding_mode != "zeros":
            input, padding = F.pad(input, self._widths(), self.padding_mode), 0
        return convolve(input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)

    def _widths(self) -> list[int]:
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
    """Convolution of (N, in_channels, L) or (in_channels, L) to out_channels channels; arguments as Conv2d."""

    axes = 1


class Conv2d(_Conv):
    """Convolution of (N, in_channels, H, W) or (in_channels, H, W) to out_channels channels.

    `kernel_size`, `stride`, `padding` and `dilation` are one number or one for each axis. `padding` may also be "valid"
    (none) or "same" (the size stays; stride 1 only). `padding_mode` fills it with zeros, or as `F.pad` does. With
    `groups`, so many blocks of channels are convolved each by itself.
    """

    axes = 2


class Conv3d(_Conv):
    """Convolution of (N, in_channels, D, H, W) or (in_channels, D, H, W); arguments as Conv2d."""

    axes = 3


_CONV_TRANSPOSE = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}


class _ConvTransposeNd(_ConvNd):
    """The transpose of the convolution with the same arguments, which maps its output's shape back to its input's."""

    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Numbers,
        stride: Numbers = 1,
        padding: Numbers = 0,
        output_padding: Numbers = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Numbers = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if padding_mode != "zeros":
            raise ValueError(f"{type(self).__name__}: only padding_mode='zeros' is supported, but got {padding_mode!r}")
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            output_padding,
            groups,
            bias,
            padding_mode,
            device,
            dtype,
        )

    def forward(self, input: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """`output_size` (spatial, or the whole shape) chooses among the sizes that a stride above 1 leaves open."""
        extra = self.output_padding if output_size is None else self._output_padding(input, tuple(output_size))
        return _CONV_TRANSPOSE[self.axes](
            input, self.weight, self.bias, self.stride, self.padding, extra, self.groups, self.dilation
        )

    if TYPE_CHECKING:

        def __call__(self, input: Tensor, output_size: Sequence[int] | None = None) -> Tensor: ...

    def _output_padding(self, input: Tensor, output_size: tuple[int, ...]) -> tuple[int, ...]:
        name = type(self).__name__
        if len(output_size) not in (self.axes, input.ndim):
            raise ShapeError(
                f"{name}: output_size must have {self.axes} or {input.ndim} elements for an input of shape "
                f"{tuple(input.shape)}, got {output_size}"
            )
        assert not isinstance(self.padding, str)
        wanted = output_size[-self.axes :]
        least = tuple(
            (n - 1) * s - 2 * p + d * (k - 1) + 1
            for n, s, p, d, k in zip(
                input.shape[-self.axes :], self.stride, self.padding, self.dilation, self.kernel_size, strict=True
            )
        )
        if any(not low <= size < low + step for size, low, step in zip(wanted, least, self.stride, strict=True)):
            most = tuple(low + step - 1 for low, step in zip(least, self.stride, strict=True))
            raise ShapeError(f"{name}: requested output size {wanted}, but valid sizes reach from {least} to {most}")
        return tuple(size - low for size, low in zip(wanted, least, strict=True))


class ConvTranspose1d(_ConvTransposeNd):
    """Transposed convolution of (N, in_channels, L) or (in_channels, L); arguments as ConvTranspose2d."""

    axes = 1


class ConvTranspose2d(_ConvTransposeNd):
    """Transposed convolution of (N, in_channels, H, W) or (in_channels, H, W) to out_channels channels.

    A size n becomes (n - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1.
    """

    axes = 2


class ConvTranspose3d(_ConvTransposeNd):
    """Transposed convolution of (N, in_channels, D, H, W) or (in_channels, D, H, W); arguments as ConvTranspose2d."""

    axes = 3
