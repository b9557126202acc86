"""Pooling to a given size as layers; see `functional.pooling`."""

from __future__ import annotations

from minigrad.nn import functional as F
from minigrad.nn.functional.pooling import OutputSize
from minigrad.nn.modules.module import Module
from minigrad.tensor import Tensor


class _AdaptivePool(Module):
    """Cell i of m along an axis of n positions goes from floor(i n / m) up to ceil((i + 1) n / m)."""

    def __init__(self, output_size: OutputSize) -> None:
        """The size is the output's, whatever that of the input.

        Args:
            output_size: the spatial size of the output, one number or one for each axis; None keeps the input's.
        """
        super().__init__()
        self.output_size = output_size

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_AdaptivePool):
    """The averages of `output_size` cells of (N, C, L) or (C, L).

    >>> nn.AdaptiveAvgPool1d(2)(mg.tensor([[1.0, 3.0, 5.0, 7.0]]))
    tensor([[2., 6.]])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.adaptive_avg_pool1d(input, self.output_size)


class AdaptiveAvgPool2d(_AdaptivePool):
    """The averages of `output_size` cells of (N, C, H, W) or (C, H, W); with 1, of each channel.

    >>> nn.AdaptiveAvgPool2d(1)(mg.zeros(2, 8, 7, 7)).shape
    minigrad.Size([2, 8, 1, 1])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.adaptive_avg_pool2d(input, self.output_size)


class AdaptiveAvgPool3d(_AdaptivePool):
    """The averages of `output_size` cells of (N, C, D, H, W) or (C, D, H, W).

    >>> nn.AdaptiveAvgPool3d((2, None, 4))(mg.zeros(2, 8, 7, 7, 7)).shape
    minigrad.Size([2, 8, 2, 7, 4])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.adaptive_avg_pool3d(input, self.output_size)


class _AdaptiveMaxPool(_AdaptivePool):
    """The largest element of each cell."""

    def __init__(self, output_size: OutputSize, return_indices: bool = False) -> None:
        """The size is the output's, whatever that of the input.

        Args:
            output_size: the spatial size of the output, one number or one for each axis; None keeps the input's.
            return_indices: makes the result a pair: the elements, and where each stands in its flattened plane, int64
                (default False).
        """
        super().__init__(output_size)
        self.return_indices = return_indices


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """The largest elements of `output_size` cells of (N, C, L) or (C, L).

    >>> nn.AdaptiveMaxPool1d(2)(mg.tensor([[1.0, 3.0, 5.0, 7.0]]))
    tensor([[3., 7.]])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.adaptive_max_pool1d(input, self.output_size, self.return_indices)


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """The largest elements of `output_size` cells of (N, C, H, W) or (C, H, W).

    >>> nn.AdaptiveMaxPool2d((3, 5))(mg.zeros(2, 8, 7, 7)).shape
    minigrad.Size([2, 8, 3, 5])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.adaptive_max_pool2d(input, self.output_size, self.return_indices)


class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """The largest elements of `output_size` cells of (N, C, D, H, W) or (C, D, H, W).

    >>> nn.AdaptiveMaxPool3d(2)(mg.zeros(2, 8, 7, 7, 7)).shape
    minigrad.Size([2, 8, 2, 2, 2])
    """

    def forward(self, input: Tensor) -> Tensor:
        return F.adaptive_max_pool3d(input, self.output_size, self.return_indices)
