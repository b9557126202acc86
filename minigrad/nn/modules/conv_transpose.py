"""Transposed convolutions over one, two and three spatial axes: a stride spreads positions apart, where it skipped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from minigrad.errors import ShapeError
from minigrad.nn import functional as F
from minigrad.nn.modules.conv import _ConvNd
from minigrad.tensor import Tensor
from minigrad.types import Ints

_CONV_TRANSPOSE = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}


class _ConvTransposeNd(_ConvNd):
    """The transpose of the convolution with the same arguments, which maps its output's shape back to its input's."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Ints,
        stride: Ints = 1,
        padding: Ints = 0,
        output_padding: Ints = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Ints = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        """y[n, o, j] = bias[o] + the sum of x[n, c, i] * weight[c, o, k] where stride * i + dilation * k - padding = j.

        Positions have a number for each spatial axis; sizes are one int for all axes, or one for each. A size n becomes
        (n - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1.

        Args:
            in_channels: the channels of the input.
            out_channels: those of the output.
            kernel_size: the size of the kernels.
            stride: the distance between the windows that are added up (default 1).
            padding: how much is cut off on both sides of each axis (default 0).
            output_padding: how much is added at the end of each axis: of the sizes that a convolution maps to the same
                one, the output has the least plus this; less than stride or dilation (default 0).
            groups: so many blocks of channels are convolved each by itself; must divide both numbers of channels
                (default 1).
            bias: whether there is a bias, else `bias` is None (default True).
            dilation: the distance between the elements of a window (default 1).
            padding_mode: only "zeros"; ValueError for anything else.
            device, dtype: of the parameters; the CPU, and the default dtype unless given.

        `weight` (in_channels, out_channels / groups, *kernel_size) and `bias` (out_channels,) start uniform on
        ±1/sqrt(out_channels / groups * number of elements of a kernel). ValueError if the channels do not divide by
        `groups`.
        """
        if padding_mode != "zeros":
            raise ValueError(
                f'Only "zeros" padding mode is supported for {type(self).__name__}, but got {padding_mode!r}'
            )
        sizes = (kernel_size, stride, padding, dilation, True, output_padding)
        super().__init__(in_channels, out_channels, *sizes, groups, bias, padding_mode, device, dtype)

    def forward(self, input: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """The output, of a size that may be chosen among several.

        Args:
            input: (N, in_channels, *S) or (in_channels, *S).
            output_size: the spatial size, or the whole shape, of the output: chooses among the sizes that a stride
                above 1 leaves open, in place of `output_padding`. ShapeError if it is none of them.
        """
        extra = self.output_padding if output_size is None else self._output_padding(input, tuple(output_size))
        padding = cast("Ints", self.padding)  # of a transposed convolution never a word
        return _CONV_TRANSPOSE[self.axes](
            input, self.weight, self.bias, self.stride, padding, extra, self.groups, self.dilation
        )

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
    """Transposed convolution of (N, in_channels, L) or (in_channels, L) to out_channels channels.

    See F.conv_transpose1d.

    >>> nn.ConvTranspose1d(4, 2, 4, stride=2, padding=1)(mg.zeros(1, 4, 5)).shape
    minigrad.Size([1, 2, 10])
    """

    axes = 1


class ConvTranspose2d(_ConvTransposeNd):
    """Transposed convolution of (N, in_channels, H, W) or (in_channels, H, W) to out_channels channels.

    See F.conv_transpose2d.

    >>> nn.ConvTranspose2d(16, 8, 4, stride=2, padding=1)(mg.zeros(1, 16, 7, 7)).shape
    minigrad.Size([1, 8, 14, 14])
    """

    axes = 2


class ConvTranspose3d(_ConvTransposeNd):
    """Transposed convolution of (N, in_channels, D, H, W), or without N, to out_channels channels.

    See F.conv_transpose3d.

    >>> nn.ConvTranspose3d(2, 1, 2, stride=2)(mg.zeros(1, 2, 3, 3, 3)).shape
    minigrad.Size([1, 1, 6, 6, 6])
    """

    axes = 3
