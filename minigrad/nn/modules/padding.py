"""Padding as layers: `F.pad` in one mode, around one, two or three spatial axes.

The layers differ in the number of axes and in what stands there: a constant, or what F.pad finds by "reflect",
"replicate" or "circular".
"""

from __future__ import annotations

from typing import ClassVar

from minigrad.errors import UnsupportedShapeError
from minigrad.nn import functional as F
from minigrad.nn.modules.module import Module
from minigrad.ops.dims import for_axes
from minigrad.tensor import Tensor
from minigrad.types import Ints


class _Pad(Module):
    """What all share: how much on which side."""

    axes: ClassVar[int]
    mode: ClassVar[str]
    value: float | None = None

    def __init__(self, padding: Ints) -> None:
        """A size n becomes before + n + after.

        Args:
            padding: one int for all sides, or two for each axis, before and after, the last axis first:
                (left, right, top, bottom, front, back).
        """
        super().__init__()
        given = (padding,) if isinstance(padding, int) else tuple(padding)
        least = min((each for each in given if isinstance(each, int)), default=0)
        self.padding = for_axes(padding, 2 * self.axes, type(self).__name__, "padding", least)

    def forward(self, input: Tensor) -> Tensor:
        if input.ndim not in (self.axes + 1, self.axes + 2) and self.mode != "constant":
            raise UnsupportedShapeError(
                f"{type(self).__name__}: expected a {self.axes + 1}D (unbatched) or {self.axes + 2}D (batched) input, "
                f"got shape {tuple(input.shape)}"
            )
        return F.pad(input, self.padding, self.mode, self.value)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class _ConstantPad(_Pad):
    """A constant around the input; negative padding cuts off."""

    mode = "constant"

    def __init__(self, padding: Ints, value: float) -> None:
        """A size n becomes before + n + after.

        Args:
            padding: one int for all sides, or two for each axis, before and after, the last axis first:
                (left, right, top, bottom, front, back).
            value: what stands there.
        """
        super().__init__(padding)
        self.value = value

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class ConstantPad1d(_ConstantPad):
    """(N, C, L) or (C, L) with `value` at both ends; negative padding cuts off.

    >>> nn.ConstantPad1d(1, 7.0)(mg.zeros(1, 2))
    tensor([[7., 0., 0., 7.]])
    """

    axes = 1


class ConstantPad2d(_ConstantPad):
    """(N, C, H, W) or (C, H, W) with `value` around it; negative padding cuts off.

    >>> nn.ConstantPad2d((1, 0, 0, 0), 7.0)(mg.zeros(1, 1, 1))
    tensor([[[7., 0.]]])
    """

    axes = 2


class ConstantPad3d(_ConstantPad):
    """(N, C, D, H, W) or (C, D, H, W) with `value` around it; negative padding cuts off.

    >>> nn.ConstantPad3d(1, 7.0)(mg.zeros(1, 2, 3, 4)).shape
    minigrad.Size([1, 4, 5, 6])
    """

    axes = 3


class _ZeroPad(_Pad):
    """Zeros around the input; negative padding cuts off."""

    mode = "constant"
    value = 0.0


class ZeroPad1d(_ZeroPad):
    """(N, C, L) or (C, L) with zeros at both ends; negative padding cuts off.

    >>> nn.ZeroPad1d((2, 0))(mg.ones(1, 2))
    tensor([[0., 0., 1., 1.]])
    """

    axes = 1


class ZeroPad2d(_ZeroPad):
    """(N, C, H, W) or (C, H, W) with zeros around it; negative padding cuts off.

    >>> nn.ZeroPad2d(1)(mg.ones(1, 3, 4, 4)).shape
    minigrad.Size([1, 3, 6, 6])
    """

    axes = 2


class ZeroPad3d(_ZeroPad):
    """(N, C, D, H, W) or (C, D, H, W) with zeros around it; negative padding cuts off.

    >>> nn.ZeroPad3d(1)(mg.ones(1, 3, 4, 4, 4)).shape
    minigrad.Size([1, 3, 6, 6, 6])
    """

    axes = 3


class ReflectionPad1d(_Pad):
    """(N, C, L) or (C, L) mirrored at both ends, without repeating them.

    >>> nn.ReflectionPad1d(2)(mg.tensor([[1.0, 2.0, 3.0]]))
    tensor([[3., 2., 1., 2., 3., 2., 1.]])
    """

    axes = 1
    mode = "reflect"


class ReflectionPad2d(_Pad):
    """(N, C, H, W) or (C, H, W) mirrored at the borders, without repeating them.

    >>> nn.ReflectionPad2d(1)(mg.ones(1, 3, 4, 4)).shape
    minigrad.Size([1, 3, 6, 6])
    """

    axes = 2
    mode = "reflect"


class ReflectionPad3d(_Pad):
    """(N, C, D, H, W) or (C, D, H, W) mirrored at the borders, without repeating them.

    >>> nn.ReflectionPad3d(1)(mg.ones(1, 3, 4, 4, 4)).shape
    minigrad.Size([1, 3, 6, 6, 6])
    """

    axes = 3
    mode = "reflect"


class ReplicationPad1d(_Pad):
    """(N, C, L) or (C, L) with both ends repeated.

    >>> nn.ReplicationPad1d(2)(mg.tensor([[1.0, 2.0, 3.0]]))
    tensor([[1., 1., 1., 2., 3., 3., 3.]])
    """

    axes = 1
    mode = "replicate"


class ReplicationPad2d(_Pad):
    """(N, C, H, W) or (C, H, W) with the borders repeated.

    >>> nn.ReplicationPad2d(1)(mg.ones(1, 3, 4, 4)).shape
    minigrad.Size([1, 3, 6, 6])
    """

    axes = 2
    mode = "replicate"


class ReplicationPad3d(_Pad):
    """(N, C, D, H, W) or (C, D, H, W) with the borders repeated.

    >>> nn.ReplicationPad3d(1)(mg.ones(1, 3, 4, 4, 4)).shape
    minigrad.Size([1, 3, 6, 6, 6])
    """

    axes = 3
    mode = "replicate"


class CircularPad1d(_Pad):
    """(N, C, L) or (C, L) with the other end at each end.

    >>> nn.CircularPad1d(2)(mg.tensor([[1.0, 2.0, 3.0]]))
    tensor([[2., 3., 1., 2., 3., 1., 2.]])
    """

    axes = 1
    mode = "circular"


class CircularPad2d(_Pad):
    """(N, C, H, W) or (C, H, W) with the other side at each side.

    >>> nn.CircularPad2d(1)(mg.ones(1, 3, 4, 4)).shape
    minigrad.Size([1, 3, 6, 6])
    """

    axes = 2
    mode = "circular"


class CircularPad3d(_Pad):
    """(N, C, D, H, W) or (C, D, H, W) with the other side at each side.

    >>> nn.CircularPad3d(1)(mg.ones(1, 3, 4, 4, 4)).shape
    minigrad.Size([1, 3, 6, 6, 6])
    """

    axes = 3
    mode = "circular"
