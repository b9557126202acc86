"""Transposed convolutions over one, two and three spatial axes: a stride spreads positions apart, where it skipped."""

# Operations take arrays too, and are typed Any.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minigrad.errors import ShapeError
from minigrad.nn import functional as F
from minigrad.nn.convolution import Convolution, Numbers
from minigrad.tensor import Tensor

_CONV_TRANSPOSE = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}


class _ConvTranspose(Convolution):
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


class ConvTranspose1d(_ConvTranspose):
    """Transposed convolution of (N, in_channels, L) or (in_channels, L); arguments as ConvTranspose2d."""

    axes = 1


class ConvTranspose2d(_ConvTranspose):
    """Transposed convolution of (N, in_channels, H, W) or (in_channels, H, W) to out_channels channels.

    A size n becomes (n - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1.
    """

    axes = 2


class ConvTranspose3d(_ConvTranspose):
    """Transposed convolution of (N, in_channels, D, H, W) or (in_channels, D, H, W); arguments as ConvTranspose2d."""

    axes = 3
