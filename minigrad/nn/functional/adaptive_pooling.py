"""Pooling to a size that is given, whatever the size of the input: over as many nearly equal cells.

Cell i of m along an axis of n positions goes from floor(i n / m) up to ceil((i + 1) n / m); neighbours may overlap by
one position. `output_size` is one number, or one for each axis, where None keeps the input's.
"""

from __future__ import annotations

from typing import Any

from minigrad.engine.node import Variable, plain
from minigrad.errors import ShapeError
from minigrad.kernels.pooling import adaptive_max_indices
from minigrad.kernels.resample import adaptive_average_matrix
from minigrad.ops.pooling import batched, take_from_planes
from minigrad.ops.resampling import resample


def _sizes(name: str, input: Any, output_size: Any, axes: int) -> tuple[int, ...]:
    given = tuple(output_size) if isinstance(output_size, (tuple, list)) else (output_size,) * axes
    if len(given) != axes:
        raise ShapeError(f"{name}: output_size must be a number or {axes} of them, got {output_size!r}")
    old = tuple(input.shape[2:])
    new = tuple(n if m is None else int(m) for n, m in zip(old, given, strict=True))
    if min(new) < 0 or (0 in old and max(new) > 0):
        raise ShapeError(f"{name}: an input of shape {tuple(input.shape)} cannot be pooled to the size {new}")
    return new


def _adaptive_avg_pool(name: str, axes: int, input: Any, output_size: Any) -> Any:
    if not batched(name, input, axes):
        return _adaptive_avg_pool(name, axes, input.reshape((1, *input.shape)), output_size)[0]
    sizes = zip(input.shape[2:], _sizes(name, input, output_size, axes), strict=True)
    return resample(input, matrices=tuple(adaptive_average_matrix(n, m, input.dtype) for n, m in sizes))


def _adaptive_max_pool(name: str, axes: int, input: Any, output_size: Any, return_indices: bool) -> Any:
    if not batched(name, input, axes):
        y, indices = _adaptive_max_pool(name, axes, input.reshape((1, *input.shape)), output_size, True)
        return (y[0], indices[0]) if return_indices else y[0]
    out = _sizes(name, input, output_size, axes)
    places = adaptive_max_indices(plain(input), out)
    y = take_from_planes(input, index=places)
    return (y, Variable.wrap(places)) if return_indices else y


def adaptive_avg_pool1d(input: Any, output_size: Any) -> Any:
    """The averages of `output_size` cells of (N, C, L) or (C, L)."""
    return _adaptive_avg_pool("adaptive_avg_pool1d", 1, input, output_size)


def adaptive_avg_pool2d(input: Any, output_size: Any) -> Any:
    """The averages of `output_size` cells of (N, C, H, W) or (C, H, W); 1 is the average of each channel."""
    return _adaptive_avg_pool("adaptive_avg_pool2d", 2, input, output_size)


def adaptive_avg_pool3d(input: Any, output_size: Any) -> Any:
    """The averages of `output_size` cells of (N, C, D, H, W) or (C, D, H, W)."""
    return _adaptive_avg_pool("adaptive_avg_pool3d", 3, input, output_size)


def adaptive_max_pool1d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """The largest elements of `output_size` cells of (N, C, L) or (C, L)."""
    return _adaptive_max_pool("adaptive_max_pool1d", 1, input, output_size, return_indices)


def adaptive_max_pool2d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """The largest elements of `output_size` cells of (N, C, H, W) or (C, H, W).

    With `return_indices` also where each stands in its flattened plane, int64.
    """
    return _adaptive_max_pool("adaptive_max_pool2d", 2, input, output_size, return_indices)


def adaptive_max_pool3d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """The largest elements of `output_size` cells of (N, C, D, H, W) or (C, D, H, W)."""
    return _adaptive_max_pool("adaptive_max_pool3d", 3, input, output_size, return_indices)
