"""The table of derivatives: layer normalization, by the statistics of each row.

A row here is what a channel is to batch normalization, so the statistics, and the primitives that stand for them where
a rule is differentiated, are those of `ops.normalization`, with rows (1, R, D) in the place of (N, C, *S). What differs
is the weight, one number for each place in a row, and with it the rule.
"""

from __future__ import annotations

from typing import Any

from minigrad.autograd.primitive import general
from minigrad.dtypes import Array
from minigrad.kernels import channels
from minigrad.ops.normalization import blend, inverse_std, standardized


def _layer_norm(x: Array, weight: Array, bias: Array, *, z: Array, r: Array) -> Array:
    y = z * weight
    y += bias
    return y


def _sums(g: Any, weight: Any) -> tuple[Any, Any]:
    """Over the columns of `g` (1, R, D), and over its rows with `weight`, as a mean."""
    return g.sum((0, 1)), (g @ weight)[0] / weight.shape[0]


def _layer_norm_rule(g: Any, x: Any, weight: Any, z: Array, r: Array) -> tuple[Any, Any, Any]:
    zx, rx = standardized(x, z=z, r=r), inverse_std(x, z=z, r=r)
    g_bias, mean_g = _sums(g, weight)
    g_weight, mean_gz = _sums(g * zx, weight)
    return blend(g * weight, zx, rx, -rx * mean_gz, -rx * mean_g), g_weight, g_bias


layer_norm_of = general(
    "layer_norm(x, weight, bias) = weight * (x - mean) / std + bias, row by row", _layer_norm, all=_layer_norm_rule
)


def rows_standardized(x: Any, length: int, eps: float, weight: Any = None, bias: Any = None) -> Any:
    """Each row of `length` numbers in `x`, of any shape, with mean 0 and variance 1, times `weight`, plus `bias`.

    Both are (length,), and the bias needs a weight. The variance is the biased one, with `eps` added.
    """
    rows = x.reshape((1, x.array.size // length if length else 0, length))
    z, r, _, _ = channels.standardize(rows.array, eps)
    y = standardized(rows, z=z, r=r) if weight is None else layer_norm_of(rows, weight, bias, z=z, r=r)
    return y.reshape(x.shape)
