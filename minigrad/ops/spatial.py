"""The table of derivatives: fixed linear maps along the spatial axes of images, each beside its adjoint.

Windows side by side, and their sum; another size, by a rule along each axis; and elements taken out of planes by their
places. A plane is what one channel of one sample has: the spatial axes of (N, C, *S), flattened, and a place a number
from 0 to prod(S) - 1. Pooling finds the places of its maxima, takes the elements from there, and the adjoint adds to
the same places.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from minigrad.dtypes import Array, get_default_dtype, uint8
from minigrad.engine.primitive import linear
from minigrad.errors import ShapeError
from minigrad.kernels import folding
from minigrad.kernels.layout import channels_last
from minigrad.kernels.pieces import each_piece
from minigrad.kernels.resample import (
    adaptive_average_matrix,
    antialiased_matrix,
    apply_along_axes,
    interpolation_matrix,
)
from minigrad.ops.choice import clamp
from minigrad.ops.dims import normalized
from minigrad.ops.formats import lying_as
from minigrad.ops.memory import asked, floating
from minigrad.ops.rounding import round
from minigrad.ops.shape import reshape_p
from minigrad.ops.splitting import along, narrow
from minigrad.types import Tensor

__all__ = [
    "interpolate",
    "unfold",
]


# -- windows, and their sum --------------------------------------------------------------------------------------------


def _unfold(x: Array, *, dim: int, size: int, step: int) -> Array:
    apart = step >= size or x.shape[dim] < size + step or x.size == 0  # what overlaps cannot be written
    return sliding_window_view(x, size, axis=dim, writeable=apart)[along(dim, slice(None, None, step))]


def _overlap_add(g: Array, *, dim: int, size: int, step: int, total: int) -> Array:
    out = np.zeros_like(g, shape=(*g.shape[:dim], total, *g.shape[dim + 1 : -1]))
    for tap in range(size):
        out[along(dim, slice(tap, tap + step * g.shape[dim], step))] += g[..., tap]
    return out


unfold_p = linear(
    "unfold(x)",
    _unfold,
    view=True,
    x=lambda g, x_shape, dim, size, step: overlap_add(g, dim=dim, size=size, step=step, total=x_shape[dim]),
)
overlap_add = linear(
    "overlap_add(g)", _overlap_add, g=lambda g, dim, size, step: unfold_p(g, dim=dim, size=size, step=step)
)


def _unfold_image(x: Array, *, kernel: tuple[int, ...], geometry: tuple[Any, ...]) -> Array:
    return folding.unfold(x, kernel, *geometry)


def _fold_image(windows: Array, *, size: tuple[int, ...], geometry: tuple[Any, ...]) -> Array:
    return folding.fold(windows, size, *geometry)


# (N, C, *S) to (N, C, *kernel, *out) and back; `geometry` is (stride, padding, dilation), as the kernels take it.
unfold_windows = linear(
    "unfold_windows(x)",
    _unfold_image,
    x=lambda g, x_shape, geometry: fold_windows(g, size=x_shape[2:], geometry=geometry),
)
fold_windows = linear(
    "fold_windows(windows)",
    _fold_image,
    windows=lambda g, windows_shape, geometry: unfold_windows(g, kernel=windows_shape[2 : g.ndim], geometry=geometry),
)


def unfold(input: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """All windows of `size` places along `dimension`, `step` apart, their elements in a new last dimension: a view.

    ShapeError where no window fits. The gradients of an element's windows add up.

    >>> mg.tensor([1, 2, 3, 4]).unfold(0, 2, 1)
    tensor([[1, 2],
            [2, 3],
            [3, 4]])
    """
    axis = normalized(dimension, input.ndim, "unfold")
    if input.ndim == 0:
        return narrow(reshape_p(input, size=(1,)), 0, 0, size)
    if size < 0 or step < 1:
        wrong = f"size is {size} but must be >= 0" if size < 0 else f"step is {step} but must be > 0"
        raise ShapeError(f"unfold: {wrong}")
    if size > input.shape[axis]:
        raise ShapeError(
            f"unfold: maximum size for tensor at dimension {axis} is {input.shape[axis]} but size is {size}"
        )
    return unfold_p(input, dim=axis, size=size, step=step)


# -- elements of planes, by their places -------------------------------------------------------------------------------


def _is_channels_last(x: Array) -> bool:
    return bool(channels_last(x).flags.c_contiguous)


def _in_memory(index: Array, plane: int, last: bool) -> Array:
    """Places in planes as places in the memory of all of them; with `last` in channels-last order, as is the result."""
    n, c, *out = index.shape
    samples = np.arange(n).reshape(n, *(1 for _ in index.shape[1:])) * (plane * c)
    if last:
        places: Array = channels_last(index) * c
        places += samples + np.arange(c)
        return places
    return index + (samples + plane * np.arange(c).reshape(c, *(1 for _ in out)))


def _take_from_planes(x: Array, *, index: Array) -> Array:
    last, plane = _is_channels_last(x), math.prod(x.shape[2:])
    memory = channels_last(x) if last else x
    y = np.empty_like(x, shape=(channels_last(index) if last else index).shape, order="C")

    def work(some: slice) -> None:  # "clip": of places that are checked where they come from nothing is clipped
        np.take(memory[some].reshape(-1), _in_memory(index[some], plane, last), out=y[some], mode="clip")

    each_piece(work, len(index), math.prod(index.shape[1:]))
    return np.moveaxis(y, -1, 1) if last else y


def _add_to_planes(g: Array, *, index: Array, size: tuple[int, ...]) -> Array:
    n, c = g.shape[:2]
    last = _is_channels_last(index)
    x = np.zeros_like(g, shape=n * c * math.prod(size))
    values = channels_last(g) if last else g
    np.add.at(x, _in_memory(index, math.prod(size), last).reshape(-1), values.reshape(-1))
    return np.moveaxis(x.reshape(n, *size, c), -1, 1) if last else x.reshape(n, c, *size)


take_from_planes = linear(
    "take_from_planes(x)",
    _take_from_planes,
    x=lambda g, x_shape, index: add_to_planes(g, index=index, size=x_shape[2:]),
)
add_to_planes = linear("add_to_planes(g)", _add_to_planes, g=lambda g, index: take_from_planes(g, index=index))


# -- another size ------------------------------------------------------------------------------------------------------


MODES = {"nearest": None, "nearest-exact": None, "area": None, "linear": 1, "bilinear": 2, "trilinear": 3, "bicubic": 2}


def _resample(x: Array, *, matrices: tuple[Array, ...]) -> Array:
    return apply_along_axes(x, matrices, range(2, 2 + len(matrices)))


resample = linear(
    "resample(x)", _resample, x=lambda g, matrices: resample(g, matrices=tuple(matrix.T for matrix in matrices))
)


def interpolate(
    input: Tensor,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """`input` (N, C, *S), with one to three spatial axes, in another size.

    Args:
        input: the images.
        size: the new size, one int or one for each spatial axis; this or `scale_factor`.
        scale_factor: how many times the old size, one number or one for each axis.
        mode: "nearest", "nearest-exact", "area", "linear" (one axis), "bilinear", "bicubic" (two), "trilinear" (three).
        align_corners: whether the centres of the corner pixels stay in the corners, and not the borders of the image.
        recompute_scale_factor: compute the factor anew from the rounded size.
        antialias: average over what falls on a pixel where the image becomes smaller; bilinear and bicubic only.

    "area" takes averages of nearly equal cells. Each result is a weighted sum of neighbours, and passes its gradient
    back with these weights. Images of uint8 are computed as floats and rounded; DTypeError for other integers, unless
    the mode is one of the nearest. ValueError unless just one of size and scale is given, NotImplementedError for a
    mode that does not fit the axes.

    >>> F.interpolate(mg.tensor([[[1.0, 3.0]]]), scale_factor=2, mode="linear", align_corners=False)
    tensor([[[1.0000, 1.5000, 2.5000, 3.0000]]])
    """
    axes = max(input.ndim - 2, 0)
    if align_corners is not None and mode in MODES and MODES[mode] is None:
        raise ValueError(f"interpolate: align_corners can only be set for the linear and cubic modes, not {mode!r}")
    if (size is None) == (scale_factor is None):
        raise ValueError("interpolate: give either size or scale_factor, and only one of them")
    old = tuple(input.shape[2:])
    scales: tuple[float | None, ...] = (None,) * axes
    if scale_factor is not None:
        factors = tuple(scale_factor) if isinstance(scale_factor, (tuple, list)) else (scale_factor,) * axes
        _fits("scale_factor", factors, axes)
        new = tuple(math.floor(n * float(factor)) for n, factor in zip(old, factors, strict=True))
        scales = scales if recompute_scale_factor else tuple(float(factor) for factor in factors)
    else:
        new = tuple(size) if isinstance(size, (tuple, list)) else (size,) * axes
        _fits("size", new, axes)
    if antialias and mode not in ("bilinear", "bicubic"):
        raise ValueError(
            f"interpolate: Anti-alias option is restricted to bilinear and bicubic modes and requires a 4-D tensor as "
            f"input, not {mode!r}"
        )
    if mode not in MODES:
        raise NotImplementedError(f"interpolate: mode is one of {', '.join(MODES)}, not {mode!r}")
    if axes not in (1, 2, 3) or MODES[mode] not in (None, axes):
        wanted = f"{(MODES[mode] or 0) + 2} dimensions" if MODES[mode] else "3, 4 or 5 dimensions"
        raise NotImplementedError(
            f"interpolate: mode {mode!r} needs an input of {wanted}, got shape {tuple(input.shape)}"
        )
    if min(new) < 1 or min(old) < 1:
        raise ShapeError(f"interpolate: sizes must be greater than 0, got {old} to {new}")
    x = input
    if not mode.startswith("nearest"):
        x = asked(x, get_default_dtype()) if input.dtype == uint8 else floating(x, "interpolate")
    matrices = tuple(
        _matrix(mode, n, m, bool(align_corners), scale, x.dtype, antialias)
        for n, m, scale in zip(old, new, scales, strict=True)
    )
    return lying_as(resample(x, matrices=matrices) if x is input else _resampled_bytes(x, matrices), input)


def _resampled_bytes(x: Tensor, matrices: tuple[Array, ...]) -> Tensor:
    """Axis after axis from the last, rounded each time: so do PyTorch and Pillow."""
    for axis in reversed(range(2, x.ndim)):
        lines = x.swapaxes(axis, -1)
        resized = resample(lines.reshape(1, -1, lines.shape[-1]), matrices=(matrices[axis - 2],))
        x = clamp(round(resized), 0, 255).reshape(*lines.shape[:-1], -1).swapaxes(axis, -1)
    return asked(x, uint8)


def _matrix(mode: str, n: int, m: int, align: bool, scale: float | None, dtype: Any, antialias: bool) -> Array:
    """What an axis of n pixels is multiplied by, to become one of m."""
    if mode == "area":
        return adaptive_average_matrix(n, m, dtype)
    make = antialiased_matrix if antialias else interpolation_matrix
    plain = mode if mode.startswith("nearest") else "cubic" if mode == "bicubic" else "linear"
    return make(plain, n, m, align, scale, dtype)


def _fits(argument: str, values: tuple[Any, ...], axes: int) -> None:
    if len(values) != axes:
        raise ValueError(f"interpolate: {argument} must be a number or {axes} of them, got {values}")
