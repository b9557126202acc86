"""What undoes max pooling, as far as it can be undone, as layers; see F.max_unpool2d."""

# Operations take arrays too, and are typed Any.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypeAlias

from minigrad.nn import functional as F
from minigrad.nn.module import Module
from minigrad.ops.convolution import several
from minigrad.tensor import Tensor

Numbers: TypeAlias = "int | Sequence[int]"


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
