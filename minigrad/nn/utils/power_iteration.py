"""The largest singular value of a weight by the power method: what spectral normalization divides by.

If u and v are the singular vectors of a matrix that belong to its largest singular value, that value is u @ matrix @ v.
A multiplication by the matrix, and one by its transpose, brings any two vectors nearer to them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad import ops
from minigrad.dtypes import Array
from minigrad.engine.node import Variable
from minigrad.nn.modules.conv_transpose import ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from minigrad.nn.modules.module import Module
from minigrad.random import stream


def output_dim(module: Module) -> int:
    """The dimension of a layer's weight that counts its outputs."""
    return 1 if isinstance(module, (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)) else 0


def as_matrix(weight: Any, dim: int) -> Any:
    """`weight` with `dim` in front and its other dimensions as one."""
    return ops.movedim(weight, dim, 0).reshape(weight.shape[dim], -1)


def random_unit(size: int, dtype: Any, eps: float) -> Any:
    """A random vector of length 1."""
    return Variable.wrap(_unit(stream(None).standard_normal(size), eps).astype(dtype))


def iterate(matrix: Array, u: Array, v: Array, steps: int, eps: float) -> None:
    """So many steps of the power method, which change `u` and then `v` in place."""
    for _ in range(steps):
        u[...] = _unit(matrix @ v, eps)
        v[...] = _unit(matrix.T @ u, eps)


def _unit(x: Array, eps: float) -> Array:
    return x / max(np.linalg.norm(x), eps)
