"""The elements of images in another order: windows as columns, pixels as channels, channels among each other.

The results have memory of their own, also where the order happens to stay.
"""

from __future__ import annotations

import math
from typing import Any

from minigrad.errors import RankError, ShapeError
from minigrad.kernels.windows import output_size
from minigrad.ops.dims import for_axes
from minigrad.ops.memory import contiguous
from minigrad.ops.spatial import fold_windows, unfold_windows
from minigrad.tensor import Tensor
from minigrad.types import Ints


def unfold(input: Tensor, kernel_size: Ints, dilation: Ints = 1, padding: Ints = 0, stride: Ints = 1) -> Tensor:
    """The windows of `input` (N, C, H, W) as columns: (N, C * kernel_size, windows), both in row-major order.

    So a convolution is weight.reshape(O, -1) @ unfold(input). Also (C, H, W) to (C * kernel_size, windows).
    `kernel_size`, `dilation`, `padding` and `stride` are those of a convolution, an int or a pair; ShapeError if no
    window fits.

    >>> F.unfold(mg.arange(4.0).reshape(1, 2, 2), (1, 2))
    tensor([[0., 2.],
            [1., 3.]])
    """
    if input.ndim not in (3, 4):
        raise RankError(f"unfold: expected an input (N, C, H, W) or (C, H, W), got shape {tuple(input.shape)}")
    if input.ndim == 3:
        return unfold(input.reshape((1, *input.shape)), kernel_size, dilation, padding, stride)[0]
    kernel, geometry, out = _windows("unfold", tuple(input.shape[2:]), kernel_size, dilation, padding, stride)
    windows = unfold_windows(input, kernel=kernel, geometry=geometry)
    n, c = input.shape[:2]
    return windows.reshape((n, c * math.prod(kernel), math.prod(out)))


def fold(
    input: Tensor,
    output_size: Ints,
    kernel_size: Ints,
    dilation: Ints = 1,
    padding: Ints = 0,
    stride: Ints = 1,
) -> Tensor:
    """The columns of `unfold` added up to images (N, C, *output_size), each window where it was: the adjoint of unfold.

    `input` is (N, C * kernel_size, windows) or (C * kernel_size, windows); `output_size` is the images' size,
    `kernel_size`, `dilation`, `padding` and `stride` are those of unfold. ShapeError if the numbers do not fit.

    >>> F.fold(mg.ones(2, 4), (2, 3), (1, 2))
    tensor([[[1., 2., 1.],
             [1., 2., 1.]]])
    """
    if input.ndim not in (2, 3):
        raise ShapeError(
            f"fold: expected an input (N, C * kernel_size, windows) or without N, got shape {tuple(input.shape)}"
        )
    if input.ndim == 2:
        return fold(input.reshape((1, *input.shape)), output_size, kernel_size, dilation, padding, stride)[0]
    size = for_axes(output_size, 2, "fold", "output_size", 1)
    kernel, geometry, out = _windows("fold", size, kernel_size, dilation, padding, stride)
    n, rows, columns = input.shape
    if rows % math.prod(kernel) or columns != math.prod(out):
        raise ShapeError(
            "fold: Expected size of input's dimension 1 to be divisible by the product of kernel_size, and dimension 2 "
            f"to match the calculated number of sliding blocks: with output_size={size}, kernel_size={kernel}, "
            f"(stride, padding, dilation)={geometry} an input is (N, C * {math.prod(kernel)}, "
            f"{' * '.join(map(str, out))}), got {tuple(input.shape)}"
        )
    return fold_windows(input.reshape((n, rows // math.prod(kernel), *kernel, *out)), size=size, geometry=geometry)


def _windows(
    name: str, size: tuple[int, ...], kernel_size: Ints, dilation: Ints, padding: Ints, stride: Ints
) -> tuple[tuple[int, ...], tuple[Any, ...], tuple[int, ...]]:
    """The kernel, the geometry as the kernels take it, and the numbers of windows."""
    kernel = for_axes(kernel_size, 2, name, "kernel_size", 1)
    steps = for_axes(stride, 2, name, "stride", 1)
    around = tuple((p, p) for p in for_axes(padding, 2, name, "padding", 0))
    spread = for_axes(dilation, 2, name, "dilation", 1)
    out = tuple(map(output_size, size, kernel, steps, around, spread))
    if min(out) < 1:
        raise ShapeError(
            f"{name}: calculated shape of the array of sliding blocks as {out}, but its components must be at least "
            f"one: an image of size {size} with padding={padding} has no window of {kernel_size}"
        )
    return kernel, (steps, around, spread), out


def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """(*, C * r ** 2, H, W) to (*, C, H * r, W * r): r ** 2 channels become a square (Shi et al. 2016).

    `input` is an image, r the `upscale_factor`. ShapeError if the channels do not divide by r ** 2.

    >>> F.pixel_shuffle(mg.arange(4).reshape(4, 1, 1), 2)
    tensor([[[0, 1],
             [2, 3]]])
    """
    r = upscale_factor
    _needs_image("pixel_shuffle", input, r)
    *batch, c, h, w = input.shape
    if c % r**2:
        raise ShapeError(f"pixel_shuffle: {c} channels, of shape {tuple(input.shape)}, do not divide by {r} ** 2")
    k = len(batch)
    split = input.reshape((*batch, c // r**2, r, r, h, w))
    return contiguous(split.permute((*range(k), k, k + 3, k + 1, k + 4, k + 2))).reshape(
        (*batch, c // r**2, h * r, w * r)
    )


def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """(*, C, H * r, W * r) to (*, C * r ** 2, H, W): the inverse of pixel_shuffle.

    `input` is an image, r the `downscale_factor`. ShapeError if height or width do not divide by r.

    >>> F.pixel_unshuffle(mg.zeros(1, 6, 6), 2).shape
    minigrad.Size([4, 3, 3])
    """
    r = downscale_factor
    _needs_image("pixel_unshuffle", input, r)
    *batch, c, h, w = input.shape
    if h % r or w % r:
        raise ShapeError(f"pixel_unshuffle: the image {h} x {w}, of shape {tuple(input.shape)}, does not divide by {r}")
    k = len(batch)
    split = input.reshape((*batch, c, h // r, r, w // r, r))
    return contiguous(split.permute((*range(k), k, k + 2, k + 4, k + 1, k + 3))).reshape(
        (*batch, c * r**2, h // r, w // r)
    )


def _needs_image(name: str, input: Tensor, factor: int) -> None:
    if input.ndim < 3:
        raise ShapeError(f"{name}: expected an input (*, C, H, W), got shape {tuple(input.shape)}")
    if factor < 1:
        raise RuntimeError(f"{name}: the factor must be positive, got {factor}")


def channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """The channels of `input` (N, C, *) dealt out anew: those of all `groups` in turn (Zhang et al., ShuffleNet, 2017).

    ShapeError if the channels do not divide by groups.

    >>> F.channel_shuffle(mg.arange(4).reshape(1, 4, 1), 2).flatten()
    tensor([0, 2, 1, 3])
    """
    if input.ndim < 3:
        raise ShapeError(f"channel_shuffle: expected an input (N, C, *S), got shape {tuple(input.shape)}")
    n, c, *size = input.shape
    if groups < 1 or c % groups:
        raise ShapeError(f"channel_shuffle: {c} channels, of shape {tuple(input.shape)}, are not {groups} equal groups")
    return contiguous(input.reshape((n, groups, c // groups, *size)).swapaxes(1, 2)).reshape((n, c, *size))
