"""Windows of images as columns, and columns added up to images, as layers."""

from __future__ import annotations

from minigrad.nn import functional as F
from minigrad.nn.modules.module import Module
from minigrad.tensor import Tensor
from minigrad.types import Ints


class Unfold(Module):
    """The windows of images as columns; see F.unfold. Every size is one int, or a pair for height and width.

    Args:
        kernel_size: the size of a window.
        dilation: the distance between its elements (default 1).
        padding: zeros on both sides of each axis (default 0).
        stride: the distance between windows (default 1).

    (N, C, H, W) or (C, H, W) to (N, C * kernel_size, windows) or without N, kernel_size being the number of its
    elements.

    >>> nn.Unfold(2)(mg.zeros(1, 3, 4, 5)).shape
    minigrad.Size([1, 12, 12])
    """

    def __init__(self, kernel_size: Ints, dilation: Ints = 1, padding: Ints = 0, stride: Ints = 1) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def forward(self, input: Tensor) -> Tensor:
        return F.unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, stride={self.stride}"


class Fold(Module):
    """Columns added up to images, each window where it was: the adjoint of Unfold; see F.fold.

    Args:
        output_size: the size of the images.
        kernel_size: the size of a window.
        dilation: the distance between its elements (default 1).
        padding: zeros on both sides of each axis, which are cut off again (default 0).
        stride: the distance between windows (default 1).

    (N, C * kernel_size, windows), or without N, to (N, C, *output_size). ShapeError if the numbers do not fit.

    >>> nn.Fold((4, 5), 2)(mg.ones(1, 12, 12)).shape
    minigrad.Size([1, 3, 4, 5])
    """

    def __init__(
        self,
        output_size: Ints,
        kernel_size: Ints,
        dilation: Ints = 1,
        padding: Ints = 0,
        stride: Ints = 1,
    ) -> None:
        super().__init__()
        self.output_size = output_size
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def forward(self, input: Tensor) -> Tensor:
        return F.fold(input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return (
            f"output_size={self.output_size}, kernel_size={self.kernel_size}, dilation={self.dilation}, "
            f"padding={self.padding}, stride={self.stride}"
        )
