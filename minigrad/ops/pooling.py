"""The table of derivatives: pooling, the largest or the average of each window.

Where a maximum stands is found without a derivative; taking it from there is a gather, which has one. Averages are
linear.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.node import Variable, plain
from minigrad.engine.observers import aside
from minigrad.engine.primitive import linear
from minigrad.errors import ShapeError
from minigrad.kernels import pooling as kernels
from minigrad.kernels.channels import channels_last
from minigrad.kernels.windows import output_size
from minigrad.ops.convolution import several
from minigrad.types import Ints, Tensor

__all__ = [
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
]


def _average(x: Array, *, size: tuple[int, ...], windows: dict[str, Any], counting: dict[str, Any]) -> Array:
    return kernels.average_pool(x, **windows, **counting)


def _spread(g: Array, *, size: tuple[int, ...], windows: dict[str, Any], counting: dict[str, Any]) -> Array:
    lying = {key: value for key, value in windows.items() if key != "ceil_mode"}  # the output's size says it
    return kernels.average_pool_adjoint(g, size, **lying, **counting)


avg_pool = linear(
    "avg_pool(x)",
    _average,
    x=lambda g, size, windows, counting: avg_pool_adjoint(g, size=size, windows=windows, counting=counting),
)
avg_pool_adjoint = linear(
    "avg_pool_adjoint(g)",
    _spread,
    g=lambda g, size, windows, counting: avg_pool(g, size=size, windows=windows, counting=counting),
)


def _windows(
    name: str, x: Any, axes: int, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> dict[str, Any]:
    """The checked geometry as the kernels take it."""
    kernel = several(kernel_size, axes, name, "kernel_size", 1)
    around = several(padding, axes, name, "padding", 0)
    spread = several(dilation, axes, name, "dilation", 1)
    windows: dict[str, Any] = {
        "kernel": kernel,
        "stride": kernel if stride is None or stride == () else several(stride, axes, name, "stride", 1),
        "padding": tuple((p, p) for p in around),
        "dilation": spread,
        "ceil_mode": ceil_mode,
    }
    if any(2 * p > (k - 1) * d + 1 for p, k, d in zip(around, kernel, spread, strict=True)):
        raise ShapeError(
            f"{name}: padding should be at most half of the kernel size, "
            f"got padding={padding}, kernel_size={kernel_size}"
        )
    out = tuple(
        output_size(size, k, s, pair, d, ceil_mode)
        for size, k, s, pair, d in zip(x.shape[2:], kernel, windows["stride"], windows["padding"], spread, strict=True)
    )
    if min(out) < 1:
        raise ShapeError(f"{name}: an input of shape {tuple(x.shape)} would give the output size {out}, too small")
    return windows


def batched(name: str, x: Any, axes: int) -> bool:
    """Whether `x` has a batch dimension."""
    if x.ndim not in (axes + 1, axes + 2):
        raise ShapeError(
            f"{name}: expected a {axes + 1}D (unbatched) or {axes + 2}D (batched) input, got shape {tuple(x.shape)}"
        )
    return bool(x.ndim == axes + 2)


def _max_pool(
    name: str,
    axes: int,
    x: Any,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: bool,
    return_indices: bool,
) -> Any:
    if not batched(name, x, axes):
        y = _max_pool(name, axes, x.reshape((1, *x.shape)), kernel_size, stride, padding, dilation, ceil_mode, True)
        return (y[0][0], y[1][0]) if return_indices else y[0][0]
    windows = _windows(name, x, axes, kernel_size, stride, padding, dilation, ceil_mode)
    indices = max_pool_indices(plain(x), **windows)
    y = take_from_planes(x, index=indices)
    return (y, Variable.wrap(indices)) if return_indices else y


max_pool_indices = aside(kernels.max_pool_indices)


def _avg_pool(
    name: str,
    axes: int,
    x: Any,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Any:
    if not batched(name, x, axes):
        batch = x.reshape((1, *x.shape))
        return _avg_pool(
            name, axes, batch, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
        )[0]
    windows = _windows(name, x, axes, kernel_size, stride, padding, 1, ceil_mode)
    del windows["dilation"]
    if divisor_override == 0:
        raise ShapeError(f"{name}: divisor_override must not be zero")
    counting = {"count_include_pad": count_include_pad, "divisor_override": divisor_override}
    return avg_pool(x, size=tuple(x.shape[2:]), windows=windows, counting=counting)


def max_pool1d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    dilation: Ints = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor:
    """The largest element of each window of `input` (N, C, L); `stride` is the kernel's size unless given.

    As max_pool2d, along one axis.

    >>> F.max_pool1d(mg.tensor([[1.0, 3.0, 2.0, 4.0]]), 2)
    tensor([[3., 4.]])
    """
    return _max_pool("max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool2d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    dilation: Ints = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor:
    """The largest element of each window of `input` (N, C, H, W); of equal ones the first gets the gradient.

    With `return_indices` also where each stands in its flattened plane, int64. `stride` is the kernel's size unless
    given. The size becomes ⌊(H + 2 padding - dilation (k - 1) - 1) / stride⌋ + 1, with `ceil_mode` rounded up; the
    padding, at most half the kernel, never wins.

    >>> F.max_pool2d(mg.arange(16.0).reshape(1, 4, 4), 2)
    tensor([[[ 5.,  7.],
             [13., 15.]]])
    """
    return _max_pool("max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool3d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    dilation: Ints = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor:
    """The largest element of each window of `input` (N, C, D, H, W).

    As max_pool2d, along three axes.

    >>> F.max_pool3d(mg.ones(1, 1, 4, 4, 4), 2).shape
    minigrad.Size([1, 1, 2, 2, 2])
    """
    return _max_pool("max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def avg_pool1d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The average of each window of `input` (N, C, L).

    As avg_pool2d, along one axis.

    >>> F.avg_pool1d(mg.tensor([[1.0, 3.0, 2.0, 4.0]]), 2)
    tensor([[2., 3.]])
    """
    return _avg_pool("avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


def avg_pool2d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The average of each window of `input` (N, C, H, W); the padding counts unless `count_include_pad` is False.

    `stride` is the kernel's size unless given; `divisor_override` takes the place of the number of elements. The
    gradient of a window is shared equally by its elements.

    >>> F.avg_pool2d(mg.arange(16.0).reshape(1, 4, 4), 2)
    tensor([[[ 2.5000,  4.5000],
             [10.5000, 12.5000]]])
    """
    return _avg_pool(
        "avg_pool2d", 2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


def avg_pool3d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The average of each window of `input` (N, C, D, H, W).

    As avg_pool2d, along three axes.

    >>> F.avg_pool3d(mg.ones(1, 1, 4, 4, 4), 2).shape
    minigrad.Size([1, 1, 2, 2, 2])
    """
    return _avg_pool(
        "avg_pool3d", 3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


# -- Elements taken out of the planes of images by their places, and put back ------------------------------------------
#
# A plane is what one channel of one sample has: the spatial axes of (N, C, *S), flattened, and a place a number from
# 0 to prod(S) - 1. Pooling finds the places of its maxima; taking the elements from there has a derivative, and its
# adjoint adds to the same places.


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
    last = _is_channels_last(x)
    memory = channels_last(x) if last else x
    y = np.take(memory.reshape(-1), _in_memory(index, prod(x.shape[2:]), last))
    return np.moveaxis(y, -1, 1) if last else y


def _add_to_planes(g: Array, *, index: Array, size: tuple[int, ...]) -> Array:
    n, c = g.shape[:2]
    last = _is_channels_last(index)
    x = np.zeros_like(g, shape=n * c * prod(size))
    values = channels_last(g) if last else g
    np.add.at(x, _in_memory(index, prod(size), last).reshape(-1), values.reshape(-1))
    return np.moveaxis(x.reshape(n, *size, c), -1, 1) if last else x.reshape(n, c, *size)


take_from_planes = linear(
    "take_from_planes(x)",
    _take_from_planes,
    x=lambda g, x_shape, index: add_to_planes(g, index=index, size=x_shape[2:]),
)
add_to_planes = linear("add_to_planes(g)", _add_to_planes, g=lambda g, index: take_from_planes(g, index=index))
