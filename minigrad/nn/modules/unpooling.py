"""What undoes max pooling, as far as it can be undone, as layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from minigrad.nn import functional as F
from minigrad.nn.modules.module import Module
from minigrad.ops.dims import for_axes
from minigrad.tensor import Tensor
from minigrad.types import Ints


class _MaxUnpool(Module):
    """Maxima back where MaxPool, with the same arguments and `return_indices`, found them; zeros elsewhere."""

    axes: ClassVar[int]

    def __init__(self, kernel_size: Ints, stride: Ints | None = None, padding: Ints = 0) -> None:
        """The sizes are those of the pooling that is undone.

        Args:
            kernel_size: the size of a window, one int or one for each axis.
            stride: the distance between windows; the window's size unless given.
            padding: how far windows reached beyond the ends (default 0).
        """
        super().__init__()
        name = type(self).__name__
        self.kernel_size = for_axes(kernel_size, self.axes, name, "kernel_size", 1)
        self.stride = self.kernel_size if stride is None else for_axes(stride, self.axes, name, "stride", 1)
        self.padding = for_axes(padding, self.axes, name, "padding", 0)

    def forward(self, input: Tensor, indices: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """The maxima where they were found, and zeros elsewhere.

        Args:
            input: the maxima.
            indices: where each stands in its flattened plane, as max pooling returns it.
            output_size: the spatial size or the whole shape of the output, which must pool to that of the input; by
                default (n - 1) * stride + kernel_size - 2 * padding.
        """
        unpool = _MAX_UNPOOL[self.axes]
        return unpool(input, indices, self.kernel_size, self.stride, self.padding, output_size)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpool):
    """The maxima of MaxPool1d put back, (N, C, L) or (C, L); see F.max_unpool1d.

    >>> y, indices = nn.MaxPool1d(2, return_indices=True)(mg.tensor([[1.0, 5.0, 2.0, 3.0]]))
    >>> nn.MaxUnpool1d(2)(y, indices)
    tensor([[0., 5., 0., 3.]])
    """

    axes = 1


class MaxUnpool2d(_MaxUnpool):
    """The maxima of MaxPool2d put back, (N, C, H, W) or (C, H, W); see F.max_unpool2d.

    >>> y, indices = nn.MaxPool2d(2, return_indices=True)(mg.zeros(1, 1, 4, 4))
    >>> nn.MaxUnpool2d(2)(y, indices).shape
    minigrad.Size([1, 1, 4, 4])
    """

    axes = 2


class MaxUnpool3d(_MaxUnpool):
    """The maxima of MaxPool3d put back, (N, C, D, H, W) or (C, D, H, W); see F.max_unpool3d.

    >>> y, indices = nn.MaxPool3d(2, return_indices=True)(mg.zeros(1, 1, 4, 4, 4))
    >>> nn.MaxUnpool3d(2)(y, indices).shape
    minigrad.Size([1, 1, 4, 4, 4])
    """

    axes = 3


_MAX_UNPOOL = {1: F.max_unpool1d, 2: F.max_unpool2d, 3: F.max_unpool3d}
