"""Pooling as layers: the largest element of each window, the average, or a norm."""

from __future__ import annotations

from typing import ClassVar

from minigrad.nn import functional as F
from minigrad.nn.modules.module import Module
from minigrad.ops.dims import for_axes
from minigrad.tensor import Tensor
from minigrad.types import Ints


class _MaxPool(Module):
    """The largest element of each window."""

    axes: ClassVar[int]

    def __init__(
        self,
        kernel_size: Ints,
        stride: Ints | None = None,
        padding: Ints = 0,
        dilation: Ints = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        """A size n becomes (n + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1.

        Args:
            kernel_size: the size of a window, one int or one for each axis, as for all sizes here.
            stride: the distance between windows; the window's size unless given.
            padding: how far windows may reach beyond the ends, where nothing counts; at most half a window (default 0).
            dilation: the distance between the elements of a window (default 1).
            return_indices: makes the result a pair: the elements, and where each stands in its flattened plane, int64,
                which MaxUnpool takes (default False).
            ceil_mode: also windows that reach beyond the end (default False).

        The gradient goes to the largest element, of equal ones to the first.
        """
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode

    def forward(self, input: Tensor) -> Tensor:
        return _MAX_POOL[self.axes](
            input, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode, self.return_indices
        )

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(_MaxPool):
    """The largest element of each window of (N, C, L) or (C, L); see F.max_pool1d.

    >>> nn.MaxPool1d(2)(mg.tensor([[1.0, 5.0, 2.0, 3.0]]))
    tensor([[5., 3.]])
    """

    axes = 1


class MaxPool2d(_MaxPool):
    """The largest element of each window of (N, C, H, W) or (C, H, W); see F.max_pool2d.

    >>> nn.MaxPool2d(3, stride=2, padding=1)(mg.zeros(1, 8, 32, 32)).shape
    minigrad.Size([1, 8, 16, 16])
    """

    axes = 2


class MaxPool3d(_MaxPool):
    """The largest element of each window of (N, C, D, H, W) or (C, D, H, W); see F.max_pool3d.

    >>> nn.MaxPool3d(2)(mg.zeros(1, 8, 4, 8, 8)).shape
    minigrad.Size([1, 8, 2, 4, 4])
    """

    axes = 3


class _AvgPool(Module):
    """The average of each window."""

    axes: ClassVar[int]

    def __init__(
        self,
        kernel_size: Ints,
        stride: Ints | None = None,
        padding: Ints = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        """A size n becomes (n + 2 * padding - kernel_size) // stride + 1.

        Args:
            kernel_size: the size of a window, one int or one for each axis, as for all sizes here.
            stride: the distance between windows; the window's size unless given.
            padding: zeros on both sides of each axis; at most half a window (default 0).
            ceil_mode: also windows that reach beyond the end (default False).
            count_include_pad: whether the zeros of the padding count (default True).
            divisor_override: what sums are divided by in place of the count (default None).
        """
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override

    def forward(self, input: Tensor) -> Tensor:
        return _AVG_POOL[self.axes](
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool1d(_AvgPool):
    """The average of each window of (N, C, L) or (C, L); see F.avg_pool1d.

    >>> nn.AvgPool1d(2)(mg.tensor([[1.0, 5.0, 2.0, 4.0]]))
    tensor([[3., 3.]])
    """

    axes = 1

    def __init__(
        self,
        kernel_size: Ints,
        stride: Ints | None = None,
        padding: Ints = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        """A size n becomes (n + 2 * padding - kernel_size) // stride + 1.

        Args:
            kernel_size, stride, padding, ceil_mode, count_include_pad: as in AvgPool2d.
        """
        name = type(self).__name__
        kernel = for_axes(kernel_size, 1, name, "kernel_size", 1)
        step = kernel if stride is None else for_axes(stride, 1, name, "stride", 1)
        super().__init__(kernel, step, for_axes(padding, 1, name, "padding", 0), ceil_mode, count_include_pad)

    def forward(self, input: Tensor) -> Tensor:
        return F.avg_pool1d(input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)


class AvgPool2d(_AvgPool):
    """The average of each window of (N, C, H, W) or (C, H, W); see F.avg_pool2d.

    >>> nn.AvgPool2d(2)(mg.zeros(1, 8, 32, 32)).shape
    minigrad.Size([1, 8, 16, 16])
    """

    axes = 2


class AvgPool3d(_AvgPool):
    """The average of each window of (N, C, D, H, W) or (C, D, H, W); see F.avg_pool3d.

    >>> nn.AvgPool3d(2)(mg.zeros(1, 8, 4, 8, 8)).shape
    minigrad.Size([1, 8, 2, 4, 4])
    """

    axes = 3


class _LPPool(Module):
    """(sum of x ** norm_type) ** (1 / norm_type) over each window; the derivative where the sum is 0 is 0."""

    axes: ClassVar[int]

    def __init__(
        self, norm_type: float, kernel_size: Ints, stride: Ints | None = None, ceil_mode: bool = False
    ) -> None:
        """A size n becomes (n - kernel_size) // stride + 1.

        Args:
            norm_type: the exponent; 1 is the sum, and the larger it is, the nearer to the largest element.
            kernel_size: the size of a window, one int or one for each axis.
            stride: the distance between windows; the window's size unless given.
            ceil_mode: also windows that reach beyond the end (default False).
        """
        super().__init__()
        self.norm_type = norm_type
        self.kernel_size = kernel_size
        self.stride = stride
        self.ceil_mode = ceil_mode

    def forward(self, input: Tensor) -> Tensor:
        pool = _LP_POOL[self.axes]
        return pool(input, float(self.norm_type), self.kernel_size, self.stride, self.ceil_mode)

    def extra_repr(self) -> str:
        return (
            f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"ceil_mode={self.ceil_mode}"
        )


class LPPool1d(_LPPool):
    """The norm of each window of (N, C, L) or (C, L); see F.lp_pool1d.

    >>> nn.LPPool1d(2, 2)(mg.tensor([[3.0, 4.0]]))
    tensor([[5.]])
    """

    axes = 1


class LPPool2d(_LPPool):
    """The norm of each window of (N, C, H, W) or (C, H, W); see F.lp_pool2d.

    >>> nn.LPPool2d(2, 2)(mg.ones(1, 1, 2, 2))
    tensor([[[[2.]]]])
    """

    axes = 2


class LPPool3d(_LPPool):
    """The norm of each window of (N, C, D, H, W) or (C, D, H, W); see F.lp_pool3d.

    >>> nn.LPPool3d(1, 2)(mg.ones(1, 1, 2, 2, 2)).item()
    8.0
    """

    axes = 3


_MAX_POOL = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
_AVG_POOL = {2: F.avg_pool2d, 3: F.avg_pool3d}
_LP_POOL = {1: F.lp_pool1d, 2: F.lp_pool2d, 3: F.lp_pool3d}
