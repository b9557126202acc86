"""The table of derivatives: layer normalization, by the statistics of each row.

A row lies along the last dimension. As in `ops.normalization` the forward pass computes the standardized rows z and
r = 1 / sqrt(variance + eps) once, and hands them to the primitives as static values. The derivative is a projection: it
takes from a gradient what would change the mean or the variance of a row, which no change of x can.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.primitive import general
from minigrad.ops.reduction import mean_over, sum_over


def _mean(x: Array, y: Array) -> Array:
    """The mean of the products of x and y along each row, (..., 1)."""
    return np.vecdot(x, y)[..., None] / x.dtype.type(max(x.shape[-1], 1))


def _statistics(x: Array, eps: float) -> tuple[Array, Array]:
    """(z, r). The variance is the biased one; it is taken of the centred values, so that it loses no digits."""
    z = x - _mean(x, np.ones_like(x, shape=x.shape[-1]))
    r = 1 / np.sqrt(_mean(z, z) + x.dtype.type(eps))
    z *= r
    return z, r


def _layer_norm(x: Array, weight: Array, bias: Array, *, z: Array, r: Array) -> Array:
    y = z * weight
    y += bias
    return y


def _projection(v: Array, z: Array, r: Array) -> Array:
    out = z * _mean(v, z)
    np.subtract(v, out, out=out)
    out -= _mean(v, np.ones_like(v, shape=v.shape[-1]))
    out *= r
    return out


def _over_rows(v: Any) -> Any:
    """The sum of all rows."""
    return sum_over(v, dim=tuple(range(v.ndim - 1)), keepdim=False)


def _row_mean(v: Any) -> Any:
    """The mean of each row, with its axis kept."""
    return mean_over(v, dim=(v.ndim - 1,), keepdim=True)


def _layer_norm_rule(g: Any, x: Any, weight: Any, z: Array, r: Array) -> tuple[Any, Any, Any]:
    """x: r · (v − mean(v) − z · mean(v · z)) with v = g · weight, by row; weight: Σ g · z; bias: Σ g."""
    zx = standardized_rows(x, z=z, r=r)
    return projection(g * weight, zx, inverse_std_of_rows(x, z=z, r=r)), _over_rows(g * zx), _over_rows(g)


layer_norm_of = general(
    "layer_norm(x, weight, bias) = weight * (x - mean) / std + bias, row by row", _layer_norm, all=_layer_norm_rule
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
    _projection,
    v=lambda g, z, r: projection(g, z, r),
    z=lambda g, v, z, r: -r * (g * _row_mean(v * z) + v * _row_mean(g * z)),
    r=lambda g, y, r: _row_mean(g * y) * y.shape[-1] / r,
)


def rows_standardized(x: Any, eps: float, weight: Any = None, bias: Any = None) -> Any:
    """Each row of `x` (..., D) with mean 0 and variance 1, times `weight` (D,), plus `bias` (D,): both or neither.

    The variance is the biased one, with `eps` added.
    """
    z, r = _statistics(x.array, eps)
    return standardized_rows(x, z=z, r=r) if weight is None else layer_norm_of(x, weight, bias, z=z, r=r)
