"""The table of derivatives: layer normalization, by the statistics of each row.

A row here is what a channel is to batch normalization, so the statistics, and the primitives that stand for them where
a rule is differentiated, are those of `ops.normalization`, with rows (1, R, D) in the place of (N, C, *S). What differs
is the weight, one number for each place in a row, and with it the rule.
"""

from __future__ import annotations

from typing import Any

from minigrad.autograd.graph import Variable
from minigrad.autograd.primitive import general
from minigrad.dtypes import Array
from minigrad.kernels import channels
from minigrad.ops.normalization import blend, inverse_std, standardized


def _layer_norm(x: Array, weight: Array, bias: Array, *, z: Array, r: Array) -> Array:
    y = z * weight
    y += bias
    return y


def _layer_norm_rule(g: Any, x: Any, weight: Any, z: Array, r: Array) -> tuple[Any, Any, Any]:
    zx, rx = standardized(x, z=z, r=r), inverse_std(x, z=z, r=r)
    gz = g * zx
    mean_g, mean_gz = ((each @ weight)[0] / weight.shape[0] for each in (g, gz))
    return blend(g * weight, zx, rx, -rx * mean_gz, -rx * mean_g), gz.sum((0, 1)), g.sum((0, 1))


layer_norm_of = general(
    "layer_norm(x, weight, bias) = weight * (x - mean) / std + bias, row by row", _layer_norm, all=_layer_norm_rule
)


def rows_standardized(x: Any, eps: float, weight: Any = None, bias: Any = None) -> Any:
    """Each row of `x` (R, D) with mean 0 and variance 1, times `weight` (D,), plus `bias` (D,), which needs a weight.

    The variance is the biased one, with `eps` added.
    """
    x = x[None]
    z, r, _, _ = channels.standardize(x.array if isinstance(x, Variable) else x, eps)
    return (standardized(x, z=z, r=r) if weight is None else layer_norm_of(x, weight, bias, z=z, r=r))[0]
