"""The table of derivatives: normalization, by the statistics of each row or of a batch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.node import plain
from minigrad.engine.observers import aside
from minigrad.engine.primitive import bilinear, general, linear
from minigrad.errors import ShapeError
from minigrad.kernels import channels, rows
from minigrad.kernels.channels import columns
from minigrad.ops.composition import recorded, shares
from minigrad.ops.memory import clone_p, floating
from minigrad.ops.reduction import mean_p, sum_p
from minigrad.ops.shape import expand_p
from minigrad.types import Tensor

__all__ = [
    "batch_norm",
]

# -- By the statistics of each row: layer normalization ----------------------------------------------------------------
#
# A row lies along the last dimension. The forward pass computes the standardized rows z and r = 1 / sqrt(variance +
# eps) once, and hands them to the primitives as static values. The derivative is a projection: it takes from a
# gradient what would change the mean or the variance of a row, which no change of x can.


_statistics = aside(rows.standardize_rows)
_normalized = aside(rows.layer_norm)


def _layer_norm(x: Array, weight: Array, bias: Array, *, output: Array, z: Array, r: Array) -> Array:
    return output


def _layer_norm_back(u: Array, x: Array, weight: Array, *, z: Array, r: Array) -> Array:
    return rows.layer_norm_back(u, weight, z, r)


def _flat(v: Any) -> Any:
    """(..., D) as one table of rows, whose columns are channels to the sums below."""
    return v.reshape((math.prod(v.shape[:-1]), v.shape[-1]))


def _row_mean(v: Any) -> Any:
    """The mean of each row, with its axis kept."""
    return mean_p(v, dim=(v.ndim - 1,), keepdim=True)


def _layer_norm_rule(g: Any, x: Any, weight: Any, z: Array, r: Array) -> tuple[Any, Any, Any]:
    """x: r · (v − mean(v) − z · mean(v · z)) with v = g · weight, by row; weight: Σ g · z; bias: Σ g."""
    zx = standardized_rows(x, z=z, r=r)
    return layer_norm_back(g, x, weight, z=z, r=r), product_sum(_flat(g), _flat(zx)), channel_sum(_flat(g))


def _layer_norm_back_rule(g: Any, u: Any, x: Any, weight: Any, z: Array, r: Array) -> tuple[Any, Any, Any]:
    """Through the projection of u * weight, whose z and r follow x."""

    def composed(u: Any, x: Any, weight: Any) -> Any:
        return projection(u * weight, standardized_rows(x, z=z, r=r), inverse_std_of_rows(x, z=z, r=r))

    y, places = recorded(composed, u, x, weight)
    return shares(g, y, places)


layer_norm_p = general(
    "layer_norm(x, weight, bias) = weight * (x - mean) / std + bias, row by row", _layer_norm, all=_layer_norm_rule
)
layer_norm_back = general(
    "layer_norm_back(u, x, weight) = projection(u * weight), by the statistics of x",
    _layer_norm_back,
    all=_layer_norm_back_rule,
)
standardized_rows = general(
    "standardized_rows(x) = (x - mean) / std, row by row",
    lambda x, *, z, r: z,
    x=lambda g, x, z, r: projection(g, standardized_rows(x, z=z, r=r), inverse_std_of_rows(x, z=z, r=r)),
)
inverse_std_of_rows = general(
    "inverse_std_of_rows(x) = 1 / std, row by row",
    lambda x, *, z, r: r,
    x=lambda g, x, y, z, r: standardized_rows(x, z=z, r=r) * (-g * y * y / x.shape[-1]),
)
projection = general(
    "projection(v, z, r) = r * (v - mean(v) - z * mean(v * z)), row by row",
    rows.projection,
    v=lambda g, z, r: projection(g, z, r),
    z=lambda g, v, z, r: -r * (g * _row_mean(v * z) + v * _row_mean(g * z)),
    r=lambda g, y, r: _row_mean(g * y) * y.shape[-1] / r,
)


def rows_standardized(x: Any, eps: float, weight: Any = None, bias: Any = None) -> Any:
    """Each row of `x` (..., D) with mean 0 and variance 1, times `weight` (D,), plus `bias` (D,): both or neither.

    The variance is the biased one, with `eps` added.
    """
    if weight is not None:
        output, z, r = _normalized(x.array, plain(weight), plain(bias), eps)
        return layer_norm_p(x, weight, bias, output=output, z=z, r=r)
    z, r = _statistics(x.array, eps)
    y = standardized_rows(x, z=z, r=r)
    return y if y.node is None else clone_p(y)  # the derivative needs z, and the result may be changed in place


# -- Normalization, by the statistics of a batch -----------------------------------------------------------------------
#
# Batch normalization (Ioffe and Szegedy 2015) is weight * (x - mean) * r + bias for each channel, with
# r = 1 / sqrt(variance + eps). The forward pass computes mean and r once and hands them to the primitives below as
# static values; the backward pass reads them there. They are functions of x all the same, and where a rule is itself
# differentiated, `channel_mean` and `inverse_std` stand for them and say how they change with x.


def _count(shape: tuple[int, ...]) -> int:
    """How many numbers of one channel there are in (N, C, *S)."""
    return max(math.prod(shape) // max(shape[1], 1), 1)


def _batch_norm(x: Array, weight: Array, bias: Array, *, mean: Array, r: Array) -> Array:
    return channels.normalize(x, mean, weight * r, bias)


def _batch_norm_rule(g: Any, x: Any, weight: Any, mean: Array, r: Array) -> tuple[Any, Any, Any]:
    """x: weight · r · (g − mean(g) − z · mean(g · z)), by channel; weight: Σ g · z; bias: Σ g; z = (x − mean) · r."""
    n = _count(g.shape)
    m, r = channel_mean(x, mean=mean), inverse_std(x, mean=mean, r=r)
    g_bias, g_weight = channel_sum(g), moment(g, x, m) * r
    a = weight * r
    b = -a * r * (g_weight / n)
    return blend(g, x, a, b, -a * (g_bias / n) - b * m), g_weight, g_bias


add_bias = linear(
    "add_bias(y, bias) = y + bias, channel by channel",
    channels.add_bias,
    y=lambda g: g,
    bias=lambda g: sum_p(g, dim=(0, *range(2, g.ndim)), keepdim=False),
)
channel_sum = linear(
    "channel_sum(x)", channels.channel_sum, x=lambda g, x_shape: expand_p(columns(g, len(x_shape)), size=x_shape)
)
product_sum = bilinear(
    "product_sum(a, b)",
    channels.product_sum,
    a=lambda g, b: columns(g, b.ndim) * b,
    b=lambda g, a: columns(g, a.ndim) * a,
)
moment = general(
    "moment(a, b, m) = sum of a * (b - m)",
    channels.moment,
    a=lambda g, b, m: columns(g, b.ndim) * (b - columns(m, b.ndim)),
    b=lambda g, a: columns(g, a.ndim) * a,
    m=lambda g, a: -g * channel_sum(a),
)
blend = general(
    "blend(x, z, a, b, c) = a * x + b * z + c",
    channels.blend,
    x=lambda g, a: g * columns(a, g.ndim),
    z=lambda g, b: g * columns(b, g.ndim),
    a=lambda g, x: product_sum(g, x),
    b=lambda g, z: product_sum(g, z),
    c=lambda g: channel_sum(g),
)
batch_norm_p = general(
    "batch_norm(x, weight, bias) = weight * (x - mean) / std + bias", _batch_norm, all=_batch_norm_rule
)
channel_mean = general(
    "channel_mean(x) = mean",
    lambda x, *, mean: mean,
    x=lambda g, x: expand_p(columns(g / _count(x.shape), x.ndim), size=x.shape),
)
inverse_std = general(
    "inverse_std(x) = 1 / std",
    lambda x, *, mean, r: r,
    x=lambda g, x, y, mean: (
        columns(-g * y * y * y / _count(x.shape), x.ndim) * (x - columns(channel_mean(x, mean=mean), x.ndim))
    ),
)


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """(x - mean) / sqrt(var + `eps`) * `weight` + `bias`, with mean and variance of each channel.

    (Ioffe and Szegedy 2015, Batch Normalization.) `input` is (N, C, *), the parameters and statistics (C,). If
    `training` the statistics are the batch's (variance without Bessel's correction), and `running_mean` and
    `running_var` move towards them by `momentum` (there with the correction), in place; otherwise the running ones are
    used.

    In training the gradient passes through the statistics, too. ShapeError and ValueError where statistics do
    not fit the channels, are missing, or would be of one value.

    >>> F.batch_norm(mg.tensor([[1.0], [3.0]]), mg.zeros(1), mg.ones(1), eps=0.0)
    tensor([[1.],
            [3.]])
    """
    if training and eps <= 0:
        raise ValueError(f"batch_norm eps must be positive during training, but got {eps}")
    if eps < 0:
        raise ValueError(f"batch_norm eps must be non-negative, but got {eps}")
    if tuple(input.shape) == (0,):  # no samples of no channels
        return clone_p(input)
    if input.ndim < 2:
        raise ShapeError(f"batch_norm: expected at least 2 dimensions (N, C, ...), got shape {tuple(input.shape)}")
    floating(input, "batch_norm")
    c: Any = input.shape[1]
    for name, each in (
        ("running_mean", running_mean),
        ("running_var", running_var),
        ("weight", weight),
        ("bias", bias),
    ):
        if each is not None and tuple(each.shape) != (c,):
            raise ShapeError(
                f"batch_norm: {name} should have one element for each of {c} channels, got {tuple(each.shape)} for an "
                f"input of shape {tuple(input.shape)}"
            )
    array = plain(input)
    weight = np.ones_like(array, shape=c) if weight is None else weight
    bias = np.zeros_like(array, shape=c) if bias is None else bias
    if not training:
        if running_mean is None or running_var is None:
            raise ValueError("batch_norm: expected running_mean and running_var to be given when training=False")
        scale = weight / (running_var + eps) ** 0.5
        return input * columns(scale, input.ndim) + columns(bias - running_mean * scale, input.ndim)
    count = math.prod(array.shape) // c if c else math.prod((array.shape[0], *array.shape[2:]))
    if count == 1:
        raise ValueError(
            f"batch_norm: Expected more than 1 value per channel when training, got input size {tuple(input.shape)}"
        )
    mean, r, variance = statistics(array, eps)
    if running_mean is not None:
        move(running_mean, mean, momentum)
    if running_var is not None and count:
        move(running_var, variance * (count / (count - 1)), momentum)
    return batch_norm_p(input, weight, bias, mean=mean, r=r)


statistics = aside(channels.statistics)


def move(running: Any, value: Array, momentum: float) -> None:
    """Let a running statistic (C,) go by `momentum` towards `value` (C,), in place."""
    array = plain(running)
    array *= 1 - momentum
    array += (momentum * value).astype(array.dtype, copy=False)
