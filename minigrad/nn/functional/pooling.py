"""What is made of pooling: norms of windows, maxima put back where they came from, and pooling to a given size.

(The maxima and averages of windows are in `ops.pooling`.) To a given size it goes over as many nearly equal cells: cell
i of m along an axis of n positions reaches from floor(i n / m) up to ceil((i + 1) n / m), and neighbours may overlap by
one position.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from minigrad import ops
from minigrad.dtypes import Array
from minigrad.engine.node import Variable, plain
from minigrad.engine.observers import aside
from minigrad.errors import ShapeError
from minigrad.kernels import pooling as kernels
from minigrad.kernels.resample import adaptive_average_matrix
from minigrad.ops.choice import mask
from minigrad.ops.dims import for_axes
from minigrad.ops.memory import floating
from minigrad.ops.pooling import batched, check_not_empty
from minigrad.ops.spatial import add_to_planes, resample, take_from_planes
from minigrad.tensor import Tensor
from minigrad.types import Ints

OutputSize: TypeAlias = int | Sequence[int | None] | None
"""A size to be reached: one number for all spatial axes, or one for each; None keeps the input's."""

adaptive_max_indices = aside(kernels.adaptive_max_indices)

_AVG_POOL = {1: ops.avg_pool1d, 2: ops.avg_pool2d, 3: ops.avg_pool3d}


def _lp_pool(
    name: str, axes: int, input: Tensor, norm_type: float, kernel_size: Ints, stride: Ints | None, ceil_mode: bool
) -> Tensor:
    count = math.prod(for_axes(kernel_size, axes, name, "kernel_size", 1))
    # A window that ceil_mode lets reach beyond the end is brought up to the size of the others, as in PyTorch.
    sums = _AVG_POOL[axes](input**norm_type, kernel_size, stride, 0, ceil_mode) * count
    nothing = sums == 0  # there the root has no derivative
    return ops.where(nothing, 0.0, ops.where(nothing, 1.0, sums) ** (1 / norm_type))


def lp_pool1d(
    input: Tensor, norm_type: float, kernel_size: Ints, stride: Ints | None = None, ceil_mode: bool = False
) -> Tensor:
    """(sum of x ** `norm_type`) ** (1 / norm_type) over each window of `input` (N, C, L) or (C, L).

    The derivative where the sum is 0 is 0. `kernel_size`, `stride` (the window's size unless given) and `ceil_mode` are
    those of avg_pool1d.

    >>> F.lp_pool1d(mg.tensor([[3.0, 4.0]]), 2, 2)
    tensor([[5.]])
    """
    return _lp_pool("lp_pool1d", 1, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool2d(
    input: Tensor, norm_type: float, kernel_size: Ints, stride: Ints | None = None, ceil_mode: bool = False
) -> Tensor:
    """(sum of x ** `norm_type`) ** (1 / norm_type) over each window of `input` (N, C, H, W) or (C, H, W).

    `kernel_size`, `stride` (the window's size unless given) and `ceil_mode` are those of avg_pool2d.

    >>> F.lp_pool2d(mg.ones(1, 2, 2), 2, 2)
    tensor([[[2.]]])
    """
    return _lp_pool("lp_pool2d", 2, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool3d(
    input: Tensor, norm_type: float, kernel_size: Ints, stride: Ints | None = None, ceil_mode: bool = False
) -> Tensor:
    """(sum of x ** `norm_type`) ** (1 / norm_type) over each window of `input` (N, C, D, H, W) or (C, D, H, W).

    `kernel_size`, `stride` (the window's size unless given) and `ceil_mode` are those of avg_pool3d.

    >>> F.lp_pool3d(mg.ones(1, 2, 2, 2), 1, 2).item()
    8.0
    """
    return _lp_pool("lp_pool3d", 3, input, norm_type, kernel_size, stride, ceil_mode)


def _max_unpool(
    name: str,
    axes: int,
    input: Tensor,
    indices: Tensor,
    kernel_size: Ints,
    stride: Ints | None,
    padding: Ints,
    output_size: Sequence[int] | None,
) -> Tensor:
    if not batched(name, input, axes):
        x, where = (each.reshape((1, *each.shape)) for each in (input, indices))
        return _max_unpool(name, axes, x, where, kernel_size, stride, padding, output_size)[0]
    places: Array = plain(indices)
    if places.dtype.kind not in "iu" or places.shape != input.shape:
        raise ShapeError(
            f"{name}: indices should be integers in the shape of the input, {tuple(input.shape)}; "
            f"got {places.dtype} of shape {places.shape}"
        )
    size = _unpooled_size(name, axes, input, kernel_size, stride, padding, output_size)
    if places.size and (places.min() < 0 or places.max() >= math.prod(size)):
        raise ShapeError(
            f"{name}: indices reach from {places.min()} to {places.max()}, the output {size} has only "
            f"{math.prod(size)} places"
        )
    return add_to_planes(mask(input, _last_of_each(places, math.prod(size))), index=places.copy(), size=size)


def _unpooled_size(
    name: str,
    axes: int,
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None,
    padding: Ints,
    output_size: Sequence[int] | None,
) -> tuple[int, ...]:
    kernel = for_axes(kernel_size, axes, name, "kernel_size", 1)
    steps = kernel if stride is None else for_axes(stride, axes, name, "stride", 1)
    crop = for_axes(padding, axes, name, "padding", 0)
    least = tuple((n - 1) * s + k - 2 * p for n, s, k, p in zip(input.shape[2:], steps, kernel, crop, strict=True))
    if output_size is None:
        return least
    wanted = tuple(int(each) for each in output_size)
    wanted = wanted[2:] if len(wanted) == axes + 2 else wanted
    if len(wanted) != axes or any(abs(w - n) >= s for w, n, s in zip(wanted, least, steps, strict=True)):
        raise ShapeError(
            f"{name}: output_size should have {axes} or {axes + 2} numbers, and be nearer than the stride {steps} to "
            f"{least}; got {tuple(output_size)}"
        )
    return wanted


def _last_of_each(places: Array, plane: int) -> Array:
    """True where no later element of the same plane has the same place: the one that is put there."""
    rows = places.reshape(-1, math.prod(places.shape[2:]))
    number = np.arange(rows.shape[1])
    owner = np.zeros((len(rows), plane), np.int64)
    np.put_along_axis(owner, rows, number[None], axis=1)
    return (np.take_along_axis(owner, rows, axis=1) == number).reshape(places.shape)


def max_unpool1d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """`input`, the maxima (N, C, L) or (C, L), back where max_pool1d found them: at `indices`; zeros elsewhere.

    `kernel_size`, `stride`, `padding` and `output_size` as in max_unpool2d.

    >>> F.max_unpool1d(mg.tensor([[5.0, 3.0]]), mg.tensor([[1, 3]]), 2)
    tensor([[0., 5., 0., 3.]])
    """
    return _max_unpool("max_unpool1d", 1, input, indices, kernel_size, stride, padding, output_size)


def max_unpool2d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """`input`, the maxima (N, C, H, W) or (C, H, W), back where max_pool2d found them: at `indices`; zeros elsewhere.

    The other arguments are those of the pooling: a size n becomes (n - 1) * `stride` + `kernel_size` - 2 * `padding`;
    `output_size`, spatial or the whole shape, chooses another that pools to n. Where indices repeat the last one
    counts.

    >>> F.max_unpool2d(mg.ones(1, 1, 1), mg.tensor([[[2]]]), 2)
    tensor([[[0., 0.],
             [1., 0.]]])
    """
    return _max_unpool("max_unpool2d", 2, input, indices, kernel_size, stride, padding, output_size)


def max_unpool3d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """`input`, maxima (N, C, D, H, W) or without N, back where max_pool3d found them: at `indices`; zeros elsewhere.

    `kernel_size`, `stride`, `padding` and `output_size` as in max_unpool2d.

    >>> F.max_unpool3d(mg.ones(1, 1, 1, 1), mg.tensor([[[[2]]]]), 2).shape
    minigrad.Size([1, 2, 2, 2])
    """
    return _max_unpool("max_unpool3d", 3, input, indices, kernel_size, stride, padding, output_size)


def _sizes(name: str, input: Tensor, output_size: OutputSize, axes: int) -> tuple[int, ...]:
    given: tuple[Any, ...] = tuple(output_size) if isinstance(output_size, (tuple, list)) else (output_size,) * axes
    if len(given) != axes:
        raise ShapeError(f"{name}: output_size must be a number or {axes} of them, got {output_size!r}")
    new = tuple(n if m is None else int(m) for n, m in zip(input.shape[-axes:], given))
    if min(new, default=0) < 0:
        raise ShapeError(f"{name}: elements of output_size must be greater than or equal to 0 but received {new}")
    return new


def _adaptive_avg_pool(name: str, axes: int, input: Tensor, output_size: OutputSize) -> Tensor:
    floating(input, name)
    new = _sizes(name, input, output_size, axes)
    if axes > 1 and new == (1,) * axes:  # of any number of dimensions before them
        return ops.mean(input, tuple(range(-axes, 0)), True)
    if not batched(name, input, axes):
        return _adaptive_avg_pool(name, axes, input.reshape((1, *input.shape)), output_size)[0]
    old = input.shape[2:]
    if 0 in old and max(new) > 0:
        raise ShapeError(f"{name}: an input of shape {tuple(input.shape)} cannot be pooled to the size {new}")
    return resample(input, matrices=tuple(adaptive_average_matrix(n, m, input.dtype) for n, m in zip(old, new)))


def _adaptive_max_pool(name: str, axes: int, input: Tensor, output_size: OutputSize, return_indices: bool) -> Any:
    if not batched(name, input, axes):
        y, indices = _adaptive_max_pool(name, axes, input.reshape((1, *input.shape)), output_size, True)
        return (y[0], indices[0]) if return_indices else y[0]
    check_not_empty(name, floating(input, name), axes)
    out = _sizes(name, input, output_size, axes)
    places = adaptive_max_indices(plain(input), out)
    y = take_from_planes(input, index=places)
    return (y, Variable.wrap(places)) if return_indices else y


def adaptive_avg_pool1d(input: Tensor, output_size: OutputSize) -> Tensor:
    """The averages of `output_size` cells of `input` (N, C, L) or (C, L).

    >>> F.adaptive_avg_pool1d(mg.tensor([[1.0, 3.0, 5.0, 7.0]]), 2)
    tensor([[2., 6.]])
    """
    return _adaptive_avg_pool("adaptive_avg_pool1d", 1, input, output_size)


def adaptive_avg_pool2d(input: Tensor, output_size: OutputSize) -> Tensor:
    """The averages of `output_size` cells of `input` (N, C, H, W) or (C, H, W), or of any (*, H, W) where it is 1.

    >>> F.adaptive_avg_pool2d(mg.zeros(2, 8, 7, 7), (3, None)).shape
    minigrad.Size([2, 8, 3, 7])
    """
    return _adaptive_avg_pool("adaptive_avg_pool2d", 2, input, output_size)


def adaptive_avg_pool3d(input: Tensor, output_size: OutputSize) -> Tensor:
    """The averages of `output_size` cells of `input` (N, C, D, H, W) or (C, D, H, W).

    >>> F.adaptive_avg_pool3d(mg.zeros(2, 8, 7, 7, 7), 1).shape
    minigrad.Size([2, 8, 1, 1, 1])
    """
    return _adaptive_avg_pool("adaptive_avg_pool3d", 3, input, output_size)


def adaptive_max_pool1d(input: Tensor, output_size: OutputSize, return_indices: bool = False) -> Tensor:
    """The largest elements of `output_size` cells of `input` (N, C, L) or (C, L).

    `return_indices` as in adaptive_max_pool2d.

    >>> F.adaptive_max_pool1d(mg.tensor([[1.0, 3.0, 5.0, 7.0]]), 2)
    tensor([[3., 7.]])
    """
    return _adaptive_max_pool("adaptive_max_pool1d", 1, input, output_size, return_indices)


def adaptive_max_pool2d(input: Tensor, output_size: OutputSize, return_indices: bool = False) -> Tensor:
    """The largest elements of `output_size` cells of `input` (N, C, H, W) or (C, H, W).

    With `return_indices` the result is a pair: also where each stands in its flattened plane, int64.

    >>> F.adaptive_max_pool2d(mg.zeros(2, 8, 7, 7), (3, 5)).shape
    minigrad.Size([2, 8, 3, 5])
    """
    return _adaptive_max_pool("adaptive_max_pool2d", 2, input, output_size, return_indices)


def adaptive_max_pool3d(input: Tensor, output_size: OutputSize, return_indices: bool = False) -> Tensor:
    """The largest elements of `output_size` cells of `input` (N, C, D, H, W) or (C, D, H, W).

    `return_indices` as in adaptive_max_pool2d.

    >>> F.adaptive_max_pool3d(mg.zeros(2, 8, 7, 7, 7), 2).shape
    minigrad.Size([2, 8, 2, 2, 2])
    """
    return _adaptive_max_pool("adaptive_max_pool3d", 3, input, output_size, return_indices)
