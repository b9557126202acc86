"""The table of derivatives: windows, and the sum of windows: each the other's adjoint.

They slide along one dimension, a view (`unfold`), or over an image, copied side by side (`nn.functional.unfold`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from minigrad.dtypes import Array
from minigrad.engine.primitive import linear
from minigrad.errors import ShapeError
from minigrad.kernels import folding
from minigrad.ops.dims import normalized
from minigrad.ops.shape import reshape_p
from minigrad.ops.splitting import along, narrow
from minigrad.types import Tensor

__all__ = [
    "unfold",
]


def _unfold(x: Array, *, dim: int, size: int, step: int) -> Array:
    return sliding_window_view(x, size, axis=dim)[along(dim, slice(None, None, step))]


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
    if not 0 <= size <= input.shape[axis] or step < 1:
        raise ShapeError(
            f"unfold: windows of {size} places, {step} apart, in dimension {axis} of size {input.shape[axis]}: "
            "the windows must fit, and the step be at least 1"
        )
    return unfold_p(input, dim=axis, size=size, step=step)
