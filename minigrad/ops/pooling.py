"""The table of derivatives: pooling, the largest or the average of each window.

Which tap of a window the largest number comes from is found beside it, without a derivative: the gradient goes there.
Averages are linear.
"""

from __future__ import annotations

from typing import Any

from minigrad.dtypes import Array, float64
from minigrad.engine.node import Variable, plain
from minigrad.engine.observers import aside
from minigrad.engine.primitive import general, linear
from minigrad.errors import RankError, ShapeError
from minigrad.kernels import pooling as kernels
from minigrad.kernels.windows import output_size
from minigrad.ops.dims import for_axes
from minigrad.ops.spatial import take_from_planes
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


def _largest(x: Array, *, largest: Array, winner: Array, windows: dict[str, Any]) -> Array:
    return largest


def _to_largest(g: Array, *, winner: Array, size: tuple[int, ...], windows: dict[str, Any]) -> Array:
    return kernels.max_pool_back(g, winner, size, **windows)


_parts = aside(kernels.max_pool)
_indices = aside(kernels.max_pool_indices)


def _places(winner: Array, size: tuple[int, ...], windows: dict[str, Any]) -> Array:
    return _indices(winner, size, **windows)


max_pool_p = general(
    "max_pool(x) = the largest of each window",
    _largest,
    x=lambda g, x_shape, winner, windows: max_pool_back(g, winner=winner, size=x_shape[2:], windows=windows),
)
max_pool_back = linear(
    "max_pool_back(g) = g at the largest of each window, else 0",
    _to_largest,
    g=lambda g, winner, size, windows: take_from_planes(g, index=_places(winner, size, windows)),
)


def _windows(
    name: str, x: Any, axes: int, kernel_size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> dict[str, Any]:
    """The checked geometry as the kernels take it."""
    kernel = for_axes(kernel_size, axes, name, "kernel_size", 1)
    around = for_axes(padding, axes, name, "padding", 0)
    spread = for_axes(dilation, axes, name, "dilation", 1)
    windows: dict[str, Any] = {
        "kernel": kernel,
        "stride": kernel if stride is None or stride == () else for_axes(stride, axes, name, "stride", 1),
        "padding": tuple((p, p) for p in around),
        "dilation": spread,
        "ceil_mode": ceil_mode,
    }
    reach = (1,) if name == "max_pool1d" else spread  # as in PyTorch
    if any(2 * p > (k - 1) * d + 1 for p, k, d in zip(around, kernel, reach, strict=True)):
        raise ShapeError(
            f"{name}: pad should be at most half of effective kernel size, but got pad={padding}, "
            f"kernel_size={kernel_size} and dilation={dilation}"
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
        raise RankError(
            f"{name}: expected a {axes + 1}D (unbatched) or {axes + 2}D (batched) input, got shape {tuple(x.shape)}"
        )
    return bool(x.ndim == axes + 2)


def check_not_empty(name: str, x: Any, axes: int) -> None:
    """ShapeError for a batch whose samples have no elements; the batch itself may be empty."""
    if 0 in x.shape[1:]:
        raise ShapeError(
            f"{name}: Expected {axes + 1}D or {axes + 2}D (batch mode) tensor with optional 0 dim batch size for "
            f"input, and non-zero size for non-batch dimensions, but got: {list(x.shape)}"
        )


def _max_pool(
    name: str, axes: int, x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool, indices: bool
) -> Any:
    if not batched(name, x, axes):
        y = _max_pool(name, axes, x.reshape((1, *x.shape)), kernel, stride, padding, dilation, ceil_mode, True)
        return (y[0][0], y[1][0]) if indices else y[0][0]
    check_not_empty(name, x, axes)
    windows = _windows(name, x, axes, kernel, stride, padding, dilation, ceil_mode)
    largest, winner = _parts(plain(x), **windows)
    del windows["ceil_mode"]  # the output's size says it
    y = max_pool_p(x, largest=largest, winner=winner, windows=windows)
    return (y, Variable.wrap(_places(winner, tuple(x.shape[2:]), windows))) if indices else y


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
    check_not_empty(name, x, axes)
    windows = _windows(name, x, axes, kernel_size, stride, padding, 1, ceil_mode)
    del windows["dilation"]
    if divisor_override == 0:
        raise ShapeError(f"{name}: divisor_override must not be zero")
    counting = {"count_include_pad": count_include_pad, "divisor_override": divisor_override}
    if x.dtype.kind in "iu":  # the whole part of the average
        average = avg_pool(x.astype(float64), size=tuple(x.shape[2:]), windows=windows, counting=counting)
        return average.astype(x.dtype)
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
    """The largest element of each window of `input` (N, C, L) or (C, L).

    `kernel_size`, `stride`, `padding`, `dilation`, `ceil_mode` and `return_indices` are those of max_pool2d.

    >>> F.max_pool1d(mg.tensor([[1.0, 5.0, 2.0, 3.0]]), 2)
    tensor([[5., 3.]])
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
    """The largest element of each window of `input` (N, C, H, W) or (C, H, W).

    Args:
        input: the images.
        kernel_size, stride, padding, dilation: those of the windows, one int or one for each axis. The stride is the
            kernel's size unless given; nothing counts where windows reach beyond the ends, by at most half their size.
        ceil_mode: also windows that reach beyond the end (default False).
        return_indices: makes the result a pair: also where each element stands in its flattened plane, int64.

    Of equal elements the first gets the gradient.

    >>> F.max_pool2d(mg.zeros(1, 8, 32, 32), 3, stride=2, padding=1).shape
    minigrad.Size([1, 8, 16, 16])
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
    """The largest element of each window of `input` (N, C, D, H, W) or (C, D, H, W).

    `kernel_size`, `stride`, `padding`, `dilation`, `ceil_mode` and `return_indices` are those of max_pool2d.

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
    """The average of each window of `input` (N, C, L) or (C, L).

    `kernel_size`, `stride`, `padding`, `ceil_mode` and `count_include_pad` are those of avg_pool2d.

    >>> F.avg_pool1d(mg.tensor([[1.0, 5.0, 2.0, 4.0]]), 2)
    tensor([[3., 3.]])
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
    """The average of each window of `input` (N, C, H, W) or (C, H, W).

    `kernel_size`, `stride` (the kernel's size unless given), `padding` with zeros and `ceil_mode` are those of
    max_pool2d. The padding counts unless `count_include_pad` is False; `divisor_override` takes the place of the count.

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
    """The average of each window of `input` (N, C, D, H, W) or (C, D, H, W).

    `kernel_size`, `stride`, `padding`, `ceil_mode`, `count_include_pad` and `divisor_override` are those of avg_pool2d.

    >>> F.avg_pool3d(mg.ones(1, 1, 4, 4, 4), 2).shape
    minigrad.Size([1, 1, 2, 2, 2])
    """
    return _avg_pool(
        "avg_pool3d", 3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )
