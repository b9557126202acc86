"""The table of derivatives: images in another size, by a fixed linear rule along each axis."""

from __future__ import annotations

import math
from typing import Any

from minigrad.dtypes import Array
from minigrad.engine.primitive import linear
from minigrad.errors import ShapeError
from minigrad.kernels.resample import (
    adaptive_average_matrix,
    antialiased_matrix,
    apply_along_axes,
    interpolation_matrix,
)
from minigrad.types import Tensor

__all__ = [
    "interpolate",
]

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
    back with these weights. ValueError unless just one of size and scale is given, NotImplementedError for a mode that
    does not fit the axes.

    >>> F.interpolate(mg.tensor([[[1.0, 3.0]]]), scale_factor=2, mode="linear", align_corners=False)
    tensor([[[1.0000, 1.5000, 2.5000, 3.0000]]])
    """
    axes = input.ndim - 2
    if mode not in MODES:
        raise NotImplementedError(f"interpolate: mode is one of {', '.join(MODES)}, not {mode!r}")
    if axes not in (1, 2, 3) or MODES[mode] not in (None, axes):
        wanted = f"{(MODES[mode] or 0) + 2} dimensions" if MODES[mode] else "3, 4 or 5 dimensions"
        raise NotImplementedError(
            f"interpolate: mode {mode!r} needs an input of {wanted}, got shape {tuple(input.shape)}"
        )
    if antialias and mode not in ("bilinear", "bicubic"):
        raise ValueError(
            f"interpolate: Anti-alias option is restricted to bilinear and bicubic modes and requires a 4-D tensor as "
            f"input, not {mode!r}"
        )
    if align_corners is not None and MODES[mode] is None:
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
    if min(new) < 1 or min(old) < 1:
        raise ShapeError(f"interpolate: sizes must be greater than 0, got {old} to {new}")
    matrices = tuple(
        _matrix(mode, n, m, bool(align_corners), scale, input.dtype, antialias)
        for n, m, scale in zip(old, new, scales, strict=True)
    )
    return resample(input, matrices=matrices)


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
