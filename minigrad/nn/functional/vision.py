"""Images read at any points, and the points of an affine map: the spatial transformer of Jaderberg et al. 2015.

Reading is a weighted sum of the pixels around a point. It is linear in the image, and the weights change with the
point, so the gradient flows to both. (Images in another size are `interpolate`, in `ops.spatial`; here are its older
names.)
"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad import ops
from minigrad.dtypes import Array
from minigrad.engine.node import Variable, plain
from minigrad.errors import ShapeError
from minigrad.kernels.resample import cubic_taps, linear_taps
from minigrad.ops.choice import mask
from minigrad.ops.memory import floating
from minigrad.ops.spatial import interpolate, take_from_planes
from minigrad.tensor import Tensor

PADDING_MODES = ("zeros", "border", "reflection")


def grid_sample(
    input: Tensor,
    grid: Tensor,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Tensor:
    """`input` (N, C, H, W) at the points `grid` (N, H', W', 2): (N, C, H', W').

    Or volumes, with points of 3 numbers.

    Args:
        input: the images.
        grid: points (x, y), from -1 to 1 within the image.
        mode: "bilinear" (trilinear in volumes), "nearest", where the gradient in the grid is zero, or for images
            "bicubic".
        padding_mode: what lies outside: "zeros", the "border", or the image's "reflection" there (default "zeros").
        align_corners: whether -1 and 1 are the centres of the corner pixels, and not the borders of the image; False,
            with a UserWarning, unless given.

    ShapeError if shapes do not fit.

    >>> points = mg.tensor([[[[-0.5, 0.0], [0.5, 0.0]]]])
    >>> F.grid_sample(mg.tensor([[[[1.0, 2.0]]]]), points, align_corners=False)
    tensor([[[[1., 2.]]]])
    """
    axes = input.ndim - 2
    if axes in (2, 3) and grid.ndim == input.ndim and grid.shape[-1] != axes:
        raise ShapeError(
            f"grid_sample: expected grid to have size {axes} in last dimension, but got grid with sizes {[*grid.shape]}"
        )
    if axes not in (2, 3) or grid.ndim != input.ndim or grid.shape[0] != input.shape[0]:
        raise ShapeError(
            "grid_sample: an input (N, C, H, W) goes with a grid (N, H', W', 2), one (N, C, D, H, W) with "
            f"(N, D', H', W', 3); got {tuple(input.shape)} and {tuple(grid.shape)}"
        )
    if mode not in ("bilinear", "nearest", "bicubic") or (mode == "bicubic" and axes == 3):
        raise ValueError(
            f"grid_sample: expected mode to be 'bilinear', 'nearest' or for images 'bicubic', but got: {mode!r}"
        )
    if padding_mode not in PADDING_MODES:
        raise ValueError(
            f"grid_sample: expected padding_mode to be one of {', '.join(PADDING_MODES)}, but got: {padding_mode!r}"
        )
    if input.dtype != grid.dtype:
        raise RuntimeError(f"grid_sample: input ({input.dtype}) and grid ({grid.dtype}) should have the same dtype")
    if min(input.shape[2:]) < 1:
        raise ShapeError(f"grid_sample: the input has no pixels to read, its shape is {tuple(input.shape)}")
    aligned = _aligned("grid_sample", align_corners)
    taps = []
    for axis, size in enumerate(input.shape[2:]):
        x = grid[..., axes - 1 - axis]  # the last number of a point belongs to the first axis
        position = (x + 1) * ((size - 1) / 2) if aligned else ((x + 1) * size - 1) / 2
        if mode != "bicubic":
            position = _inside(position, size, padding_mode, aligned)
        taps.append(_taps(position, size, mode, padding_mode, aligned))
    return sum(_read(input, each) for each in itertools.product(*taps))


def _aligned(name: str, align_corners: bool | None) -> bool:
    if align_corners is None:
        warnings.warn(f"{name}: align_corners is False unless given; say which is meant.", stacklevel=3)
    return bool(align_corners)


def _inside(position: Any, size: int, padding_mode: str, aligned: bool) -> Any:
    """Positions outside the image moved into it; those that are stopped at a border no longer move with the point.

    A position of NaN is that of the point -1, as in PyTorch.
    """
    if padding_mode == "zeros":
        return position
    if padding_mode == "reflection":
        low, span = (0.0, size - 1.0) if aligned else (-0.5, float(size))
        if span == 0:
            return position * 0
        away = ops.abs(position - low)
        turns = ops.floor(away / span).detach()
        rest = away - turns * span
        position = low + ops.where(turns % 2 == 0, rest, span - rest)
    moving = (position > 0) & (position < size - 1)
    return ops.where(moving, position, ops.nan_to_num(ops.clamp(position, 0, size - 1).detach()))


def _taps(position: Any, size: int, mode: str, padding_mode: str, aligned: bool) -> list[tuple[Array, Array, Any]]:
    """The pixels that a position reads along one axis: (which, whether it is in the image, its weight)."""
    at = plain(position)
    if mode == "nearest":
        start = np.rint(at)
        weights = {0: mask(position, np.zeros(at.shape, bool)) + 1}  # one, whose derivative is zero
    else:
        start = np.floor(at)
        weights = (linear_taps if mode == "bilinear" else cubic_taps)(position - start)
    taps = []
    for tap, weight in weights.items():
        pixel = start + tap
        if mode == "bicubic":
            pixel = _inside(Variable.wrap(pixel), size, padding_mode, aligned).array
        present = (pixel >= 0) & (pixel <= size - 1)
        taps.append((np.where(present, pixel, 0).astype(np.int64), present, weight))
    return taps


def _read(input: Tensor, taps: tuple[tuple[Array, Array, Any], ...]) -> Any:
    """One pixel for every point, times its weight: (N, C, *points)."""
    n, c, *size = input.shape
    places = np.ravel_multi_index(tuple(pixel for pixel, _, _ in taps), tuple(size))
    present = np.logical_and.reduce([each for _, each, _ in taps])
    weight = ops.unsqueeze(math.prod(each for _, _, each in taps), 1)
    index = np.broadcast_to(places[:, None], (n, c, *places.shape[1:]))
    return mask(take_from_planes(input, index=index), present[:, None]) * weight


def affine_grid(theta: Tensor, size: Sequence[int], align_corners: bool | None = None) -> Tensor:
    """The points of a grid of `size` (N, C, H, W), mapped by `theta` (N, 2, 3): (N, H, W, 2), for grid_sample.

    Each point (x, y) becomes theta @ (x, y, 1). In volumes `size` has five numbers and `theta` is (N, 3, 4).
    `align_corners` as in grid_sample. ShapeError if shapes do not fit.

    >>> F.affine_grid(mg.eye(2, 3)[None], (1, 1, 1, 2), align_corners=False)
    tensor([[[[-0.5000,  0.0000],
              [ 0.5000,  0.0000]]]])
    """
    size = tuple(int(each) for each in size)
    axes = len(size) - 2
    if axes not in (2, 3) or tuple(theta.shape) != (size[0], axes, axes + 1):
        raise ShapeError(
            f"affine_grid: a size (N, C, H, W) goes with theta (N, 2, 3), one (N, C, D, H, W) with (N, 3, 4); "
            f"got {size} and theta {tuple(theta.shape)}"
        )
    if min(size) < 1:
        raise ShapeError(f"affine_grid: sizes must be positive, got {size}")
    floating(theta, "affine_grid")
    aligned = _aligned("affine_grid", align_corners)
    lines: list[Array] = []
    for n in reversed(size[2:]):
        cells = (2 * np.arange(n) + 1 - n) / (max(n - 1, 1) if aligned else n)
        lines.append(cells.reshape(-1, *(1 for _ in lines)))
    points: Any = np.stack(np.broadcast_arrays(*lines, np.ones(size[2:])), axis=-1).astype(theta.dtype)
    mapped = ops.matmul(points.reshape(-1, axes + 1), theta.swapaxes(1, 2))
    return mapped.reshape((size[0], *size[2:], axes))


def upsample(
    input: Tensor,
    size: int | Sequence[int] | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Tensor:
    """interpolate, under its older name.

    `input`, `size`, `scale_factor`, `mode` and `align_corners` are those of interpolate.

    >>> F.upsample(mg.tensor([[[1.0, 2.0]]]), scale_factor=2)
    tensor([[[1., 1., 2., 2.]]])
    """
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(
    input: Tensor, size: int | Sequence[int] | None = None, scale_factor: float | Sequence[float] | None = None
) -> Tensor:
    """`input` as interpolate enlarges it in mode "nearest", to `size` or by `scale_factor`.

    >>> F.upsample_nearest(mg.zeros(1, 3, 4, 4), scale_factor=2).shape
    minigrad.Size([1, 3, 8, 8])
    """
    return interpolate(input, size, scale_factor)


def upsample_bilinear(
    input: Tensor, size: int | Sequence[int] | None = None, scale_factor: float | Sequence[float] | None = None
) -> Tensor:
    """`input` as interpolate enlarges it in mode "bilinear", with the corners kept, to `size` or by `scale_factor`.

    >>> F.upsample_bilinear(mg.zeros(1, 3, 4, 4), size=(3, 5)).shape
    minigrad.Size([1, 3, 3, 5])
    """
    return interpolate(input, size, scale_factor, "bilinear", align_corners=True)
