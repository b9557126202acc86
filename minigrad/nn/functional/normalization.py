"""Normalization by the statistics of each sample: no other sample of the batch has a say.

Layer, group and instance normalization are one computation, rows brought to mean 0 and variance 1; they differ in what
they call a row, and in the shape of the weight.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad import ops
from minigrad.errors import ShapeError
from minigrad.kernels.channels import columns
from minigrad.nn.functional.padding import pad
from minigrad.ops.dims import sizes
from minigrad.ops.memory import floating
from minigrad.ops.normalization import move, rows_standardized
from minigrad.tensor import Tensor


def layer_norm(
    input: Tensor,
    normalized_shape: int | Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """(x - mean) / sqrt(var + `eps`) * `weight` + `bias`, with mean and variance over the last dimensions.

    (Ba et al. 2016, Layer Normalization.) `normalized_shape` has the sizes of these dimensions of `input`, and of
    weight and bias; ShapeError otherwise.

    >>> F.layer_norm(mg.tensor([[1.0, 2.0, 3.0]]), (3,)).round(decimals=3)
    tensor([[-1.2250,  0.0000,  1.2250]])
    """
    floating(input, "layer_norm")
    shape = _last_sizes("layer_norm", input, normalized_shape, weight=weight, bias=bias)
    scale: Any = weight
    shift: Any = bias
    if weight is None and bias is not None:
        scale = np.ones_like(input.array, shape=shape)
    elif weight is not None and bias is None:
        shift = np.zeros_like(input.array, shape=shape)
    if len(shape) == 1:
        return rows_standardized(input, eps, scale, shift)
    rows = input.reshape((*input.shape[: -len(shape)], math.prod(shape)))
    flat = [each if each is None else each.reshape(-1) for each in (scale, shift)]
    return rows_standardized(rows, eps, *flat).reshape(input.shape)


def rms_norm(
    input: Tensor, normalized_shape: int | Sequence[int], weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """x / sqrt(mean of x ** 2 + `eps`) * `weight`, with the mean over the last dimensions (Zhang and Sennrich 2019).

    `normalized_shape` has the sizes of these dimensions of `input`, and of the weight; ShapeError otherwise. `eps` is
    by default the precision of the dtype, for float16 that of float32, in which it is computed.

    >>> F.rms_norm(mg.tensor([[3.0, 3.0]]), (2,))
    tensor([[1., 1.]])
    """
    shape = _last_sizes("rms_norm", input, normalized_shape, weight=weight)
    dims = tuple(range(input.ndim - len(shape), input.ndim))
    x = input.float() if input.dtype == np.float16 else input  # whose squares are soon infinite
    eps = float(np.finfo(x.dtype).eps) if eps is None else eps
    y = (x * ops.rsqrt(ops.mean(x * x, dims, True) + eps)).to(input.dtype)
    return y if weight is None else y * weight


def group_norm(
    input: Tensor, num_groups: int, weight: Tensor | None = None, bias: Tensor | None = None, eps: float = 1e-5
) -> Tensor:
    """(x - mean) / sqrt(var + `eps`) * `weight` + `bias`, with mean and variance over a group of channels.

    (Wu and He 2018, Group Normalization.) `input` (N, C, *) has `num_groups` groups of channels; weight and bias are
    (C,). ShapeError if sizes do not fit.

    >>> F.group_norm(mg.zeros(2, 6, 4), 3).shape
    minigrad.Size([2, 6, 4])
    """
    floating(input, "group_norm")
    _checked_channels("group_norm", input, weight=weight, bias=bias)
    n, c = input.shape[:2]
    if num_groups < 1 or c % num_groups:
        raise ShapeError(
            f"group_norm: Expected number of channels in input to be divisible by num_groups={num_groups}, "
            f"got {c} channels in input of shape {tuple(input.shape)}"
        )
    length = c // num_groups * math.prod(input.shape[2:])
    if length == 1 and n == 1:
        raise ValueError(f"group_norm: expected more than 1 value in a group, got input of shape {tuple(input.shape)}")
    y = rows_standardized(input.reshape((n, num_groups, length)), eps).reshape(input.shape)
    return _scaled(y, weight, bias)


def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """(x - mean) / sqrt(var + eps) * weight + bias, with mean and variance of each channel of each sample over space.

    (Ulyanov et al. 2016.)

    Args:
        input: (N, C, *).
        running_mean, running_var: (C,), statistics over the batch, changed in place.
        weight, bias: (C,).
        use_input_stats: whether the statistics are the input's, and the running ones, if given, move towards their mean
            over the batch; else the running ones are used (default True).
        momentum: how far they move (default 0.1).
        eps: added to the variance (default 1e-5).

    >>> F.instance_norm(mg.tensor([[[1.0, 2.0, 3.0]]])).round(decimals=3)
    tensor([[[-1.2250,  0.0000,  1.2250]]])
    """
    floating(input, "instance_norm")
    _checked_channels(
        "instance_norm", input, weight=weight, bias=bias, running_mean=running_mean, running_var=running_var
    )
    if not use_input_stats:
        if running_mean is None or running_var is None:
            raise ValueError("instance_norm: expected running_mean and running_var when use_input_stats=False")
        return ops.batch_norm(input, running_mean, running_var, weight, bias, False, momentum, eps)
    length = math.prod(input.shape[2:])
    if length == 1:
        raise ValueError(
            "instance_norm: expected more than 1 spatial element when training, "
            f"got input of shape {tuple(input.shape)}"
        )
    y = rows_standardized(input.reshape((*input.shape[:2], length)), eps).reshape(input.shape)
    y = _scaled(y, weight, bias)
    if running_mean is not None:
        space = tuple(range(2, input.ndim))
        move(running_mean, input.array.mean(space).mean(0), momentum)
        move(running_var, input.array.var(space, ddof=1).mean(0), momentum)
    return y


def local_response_norm(input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Tensor:
    """x / (`k` + `alpha` * mean of the squares of `size` neighbouring channels) ** `beta`.

    x is each element of `input` (N, C, *). Krizhevsky et al. 2012, ImageNet classification with deep convolutional
    neural networks, section 3.3.

    >>> F.local_response_norm(mg.ones(1, 4, 8), 2).shape
    minigrad.Size([1, 4, 8])
    """
    if input.ndim < 3:
        raise ShapeError(f"local_response_norm: expected 3D or higher dimensionality input, got {tuple(input.shape)}")
    if input.numel() == 0:
        return input
    squares = (input * input).reshape(input.shape[0], 1, input.shape[1], -1)
    around = pad(squares, (0, 0, size // 2, (size - 1) // 2))
    mean = ops.avg_pool2d(around, (size, 1), 1).reshape(input.shape)
    return input / (k + alpha * mean) ** beta


def _scaled(y: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    """The channels of `y` (N, C, *S) times `weight` plus `bias`."""
    if weight is not None:
        y = y * columns(weight, y.ndim)
    return y if bias is None else y + columns(bias, y.ndim)


def _last_sizes(name: str, input: Tensor, normalized_shape: int | Sequence[int], **parameters: Any) -> tuple[int, ...]:
    shape = sizes((normalized_shape,), name)
    if not shape or tuple(input.shape[-len(shape) :]) != shape:
        raise ShapeError(
            f"{name}: Given normalized_shape={list(shape)}, expected input with shape "
            f"[*, {', '.join(map(str, shape))}], but got input of size{list(input.shape)}"
        )
    for argument, each in parameters.items():
        if each is not None and tuple(each.shape) != shape:
            raise ShapeError(f"{name}: expected {argument} to be of shape {shape}, but got {tuple(each.shape)}")
    return shape


def _checked_channels(name: str, input: Tensor, **parameters: Any) -> None:
    if input.ndim < 2:
        raise ShapeError(f"{name}: expected at least 2 dimensions (N, C, ...), got shape {tuple(input.shape)}")
    for argument, each in parameters.items():
        if each is not None and tuple(each.shape) != (input.shape[1],):
            raise ShapeError(
                f"{name}: {argument} should have one element for each of {input.shape[1]} channels, "
                f"got {tuple(each.shape)}"
            )
