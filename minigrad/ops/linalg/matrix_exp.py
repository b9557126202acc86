"""The table of derivatives: the exponential of a matrix.

A block matrix [[A, E], [0, A]] has as its exponential [[exp A, L], [0, exp A]], where L is the derivative of exp at A
in the direction E (Mathias 1996, "A chain rule for matrix functions and applications"). The adjoint of that map is the
same one at Aᵀ: one exponential of twice the size gives it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.primitive import general
from minigrad.ops.arrangement import mT
from minigrad.ops.joining import cat
from minigrad.ops.linalg.solve import square
from minigrad.types import Tensor

__all__ = [
    "matrix_exp",
]

# The numerator of the rational approximation of order 13, and the norm up to which it is exact to float64: Higham 2005,
# "The scaling and squaring method for the matrix exponential revisited", table 2.3 and equation 2.3.
_PADE = (
    64764752532480000.0,
    32382376266240000.0,
    7771770303897600.0,
    1187353796428800.0,
    129060195264000.0,
    10559470521600.0,
    670442572800.0,
    33522128640.0,
    1323241920.0,
    40840800.0,
    960960.0,
    16380.0,
    182.0,
    1.0,
)
_NORM = 5.371920351148152


def _matrix_exp(x: Array) -> Array:
    size = np.abs(x).sum(-2).max(-1, initial=0)
    halvings = np.ceil(np.log2(np.maximum(size, _NORM) / _NORM))
    halvings = np.where(np.isfinite(halvings), halvings, 0).astype(int)
    scaled = (x / np.exp2(halvings)[..., None, None]).astype(x.dtype, copy=False)
    even = np.zeros_like(x) + _PADE[0] * np.eye(x.shape[-1], dtype=x.dtype)
    odd = np.zeros_like(x) + _PADE[1] * np.eye(x.shape[-1], dtype=x.dtype)
    power = second = scaled @ scaled
    for low, high in zip(_PADE[2::2], _PADE[3::2], strict=True):
        even, odd, power = even + low * power, odd + high * power, power @ second
    odd = scaled @ odd
    y = np.linalg.solve(even - odd, even + odd)
    for done in range(int(halvings.max(initial=0))):
        y = np.where((done < halvings)[..., None, None], y @ y, y)
    return y


def _rule(g: Any, x: Any) -> Any:
    """The upper right block of the exponential of [[xᵀ, g], [0, xᵀ]] (Najfeld and Havel 1995)."""
    n, a = x.shape[-1], mT(x)
    y = matrix_exp_p(cat([cat([a, g], -1), cat([a * 0, a], -1)], -2))
    return y[..., :n, n:]


matrix_exp_p = general("matrix_exp(x) = I + x + x² / 2! + x³ / 3! + …", _matrix_exp, x=_rule)


def matrix_exp(A: Tensor) -> Tensor:
    """The exponential I + A + A²/2 + ... of each square matrix.

    >>> mg.linalg.matrix_exp(mg.tensor([[0.0, 1.0], [0.0, 0.0]]))
    tensor([[1., 1.],
            [0., 1.]])
    """
    return matrix_exp_p(square(A, "matrix_exp"))
