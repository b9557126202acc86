"""Pooling as layers: the largest element of each window, the average, or a norm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from minigrad.nn import functional as F
from minigrad.nn.functional.sizes import Numbers
from minigrad.nn.modules.layer import Layer
from minigrad.nn.modules.module import Module
from minigrad.ops.convolution import several
from minigrad.tensor import Tensor


class _MaxPool(Layer):
    """The largest element of each window; `stride` is the window's size unless given.

    With `return_indices` the result is a pair: the elements, and where each stands in its flattened plane.
    """

    axes: ClassVar[int]

    def __init__(
        self,
        kernel_size: Numbers,
        stride: Numbers | None = None,
        padding: Numbers = 0,
        dilation: Numbers = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
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
    """The largest element of each window of (N, C, L) or (C, L)."""

    axes = 1


class MaxPool2d(_MaxPool):
    """The largest element of each window of (N, C, H, W) or (C, H, W)."""

    axes = 2


class MaxPool3d(_MaxPool):
    """The largest element of each window of (N, C, D, H, W) or (C, D, H, W)."""

    axes = 3


class _AvgPool(Layer):
    """The average of each window; `stride` is the window's size unless given.

    Zeros of the padding count unless `count_include_pad` is False; `divisor_override` takes the place of the count.
    """

    axes: ClassVar[int]

    def __init__(
        self,
        kernel_size: Numbers,
        stride: Numbers | None = None,
        padding: Numbers = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
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
    """The average of each window of (N, C, L) or (C, L)."""

    axes = 1

    def __init__(
        self,
        kernel_size: Numbers,
        stride: Numbers | None = None,
        padding: Numbers = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        name = type(self).__name__
        kernel = several(kernel_size, 1, name, "kernel_size", 1)
        step = kernel if stride is None else several(stride, 1, name, "stride", 1)
        super().__init__(kernel, step, several(padding, 1, name, "padding", 0), ceil_mode, count_include_pad)

    def forward(self, input: Tensor) -> Tensor:
        return F.avg_pool1d(input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)


class AvgPool2d(_AvgPool):
    """The average of each window of (N, C, H, W) or (C, H, W)."""

    axes = 2


class AvgPool3d(_AvgPool):
    """The average of each window of (N, C, D, H, W) or (C, D, H, W)."""

    axes = 3


class _LPPool(Layer):
    """(sum of x ** norm_type) ** (1 / norm_type) over each window; `stride` is the window's size unless given."""

    axes: ClassVar[int]

    def __init__(
        self, norm_type: float, kernel_size: Numbers, stride: Numbers | None = None, ceil_mode: bool = False
    ) -> None:
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
    """The norm of each window of (N, C, L) or (C, L)."""

    axes = 1


class LPPool2d(_LPPool):
    """The norm of each window of (N, C, H, W) or (C, H, W)."""

    axes = 2


class LPPool3d(_LPPool):
    """The norm of each window of (N, C, D, H, W) or (C, D, H, W)."""

    axes = 3


_MAX_POOL = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
_AVG_POOL = {2: F.avg_pool2d, 3: F.avg_pool3d}
_LP_POOL = {1: F.lp_pool1d, 2: F.lp_pool2d, 3: F.lp_pool3d}


class _MaxUnpool(Module):
    """Maxima back where MaxPool, with the same arguments and `return_indices`, found them; zeros elsewhere."""

    axes: ClassVar[int]

    def __init__(self, kernel_size: Numbers, stride: Numbers | None = None, padding: Numbers = 0) -> None:
        super().__init__()
        name = type(self).__name__
        self.kernel_size = several(kernel_size, self.axes, name, "kernel_size", 1)
        self.stride = self.kernel_size if stride is None else several(stride, self.axes, name, "stride", 1)
        self.padding = several(padding, self.axes, name, "padding", 0)

    def forward(self, input: Tensor, indices: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        unpool = _MAX_UNPOOL[self.axes]
        return unpool(input, indices, self.kernel_size, self.stride, self.padding, output_size)

    if TYPE_CHECKING:

        def __call__(self, input: Tensor, indices: Tensor, output_size: Sequence[int] | None = None) -> Tensor: ...

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpool):
    """The inverse of MaxPool1d where the maxima were, (N, C, L) or (C, L)."""

    axes = 1


class MaxUnpool2d(_MaxUnpool):
    """The inverse of MaxPool2d where the maxima were, (N, C, H, W) or (C, H, W)."""

    axes = 2


class MaxUnpool3d(_MaxUnpool):
    """The inverse of MaxPool3d where the maxima were, (N, C, D, H, W) or (C, D, H, W)."""

    axes = 3


_MAX_UNPOOL = {1: F.max_unpool1d, 2: F.max_unpool2d, 3: F.max_unpool3d}
