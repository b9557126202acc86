"""Upsampling as a layer: `F.interpolate` with its options kept."""

from __future__ import annotations

from collections.abc import Sequence

from minigrad.nn import functional as F
from minigrad.nn.modules.module import Module
from minigrad.tensor import Tensor


class Upsample(Module):
    """Images in another size; see F.interpolate. (N, C, *S) to (N, C, *size).

    Args:
        size: the new size, one int or one for each spatial axis; this or `scale_factor`.
        scale_factor: how many times the old size, one number or one for each axis.
        mode: "nearest", "nearest-exact", "linear" (3D input), "bilinear", "bicubic" (4D), "trilinear" (5D) or "area"
            (default "nearest").
        align_corners: whether the centres of the corner pixels stay where they are, rather than the borders; for the
            linear and cubic modes.
        recompute_scale_factor: compute the factor anew from the rounded size.

    >>> nn.Upsample(scale_factor=2)(mg.tensor([[[1.0, 2.0]]]))
    tensor([[[1., 1., 2., 2.]]])
    """

    def __init__(
        self,
        size: int | Sequence[int] | None = None,
        scale_factor: float | Sequence[float] | None = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        super().__init__()
        self.size = size
        if isinstance(scale_factor, (tuple, list)):
            scale_factor = tuple(float(factor) for factor in scale_factor)
        self.scale_factor = float(scale_factor) if isinstance(scale_factor, (int, float)) else scale_factor
        self.mode = mode
        self.align_corners = align_corners
        self.recompute_scale_factor = recompute_scale_factor

    def forward(self, input: Tensor) -> Tensor:
        return F.interpolate(
            input, self.size, self.scale_factor, self.mode, self.align_corners, self.recompute_scale_factor
        )

    def extra_repr(self) -> str:
        size = f"size={self.size}" if self.scale_factor is None else f"scale_factor={self.scale_factor}"
        return f"{size}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """(N, C, H, W) to another size, each pixel that of the nearest one before: Upsample in mode "nearest".

    Args:
        size: the new size, an int or a pair; this or `scale_factor`.
        scale_factor: how many times the old size, a number or a pair.

    >>> nn.UpsamplingNearest2d(scale_factor=2)(mg.zeros(1, 3, 4, 4)).shape
    minigrad.Size([1, 3, 8, 8])
    """

    def __init__(
        self, size: int | Sequence[int] | None = None, scale_factor: float | Sequence[float] | None = None
    ) -> None:
        super().__init__(size, scale_factor, mode="nearest")


class UpsamplingBilinear2d(Upsample):
    """(N, C, H, W) to another size, with lines in between and the corners kept: Upsample in mode "bilinear".

    Args:
        size: the new size, an int or a pair; this or `scale_factor`.
        scale_factor: how many times the old size, a number or a pair.

    >>> nn.UpsamplingBilinear2d(size=(3, 5))(mg.zeros(1, 3, 4, 4)).shape
    minigrad.Size([1, 3, 3, 5])
    """

    def __init__(
        self, size: int | Sequence[int] | None = None, scale_factor: float | Sequence[float] | None = None
    ) -> None:
        super().__init__(size, scale_factor, mode="bilinear", align_corners=True)
