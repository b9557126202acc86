"""Layers that only move the elements of images: pixels to channels and back, and channels among each other."""

from __future__ import annotations

from minigrad.nn import functional as F
from minigrad.nn.modules.module import Module
from minigrad.tensor import Tensor


class PixelShuffle(Module):
    """(*, C * r ** 2, H, W) to (*, C, H * r, W * r): r ** 2 channels become a square (Shi et al. 2016).

    Args:
        upscale_factor: r.

    See F.pixel_shuffle.

    >>> nn.PixelShuffle(2)(mg.zeros(1, 4, 3, 3)).shape
    minigrad.Size([1, 1, 6, 6])
    """

    def __init__(self, upscale_factor: int) -> None:
        super().__init__()
        self.upscale_factor = upscale_factor

    def forward(self, input: Tensor) -> Tensor:
        return F.pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self) -> str:
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Module):
    """(*, C, H * r, W * r) to (*, C * r ** 2, H, W): the inverse of PixelShuffle; see F.pixel_unshuffle.

    Args:
        downscale_factor: r.

    >>> nn.PixelUnshuffle(2)(mg.zeros(1, 1, 6, 6)).shape
    minigrad.Size([1, 4, 3, 3])
    """

    def __init__(self, downscale_factor: int) -> None:
        super().__init__()
        self.downscale_factor = downscale_factor

    def forward(self, input: Tensor) -> Tensor:
        return F.pixel_unshuffle(input, self.downscale_factor)

    def extra_repr(self) -> str:
        return f"downscale_factor={self.downscale_factor}"


class ChannelShuffle(Module):
    """The channels of (N, C, *) dealt out anew: those of all groups in turn (Zhang et al. 2017); see F.channel_shuffle.

    Args:
        groups: how many groups of equal size the channels are in.

    >>> nn.ChannelShuffle(2)(mg.arange(4).reshape(1, 4, 1)).flatten()
    tensor([0, 2, 1, 3])
    """

    def __init__(self, groups: int) -> None:
        super().__init__()
        self.groups = groups

    def forward(self, input: Tensor) -> Tensor:
        return F.channel_shuffle(input, self.groups)

    def extra_repr(self) -> str:
        return f"groups={self.groups}"
