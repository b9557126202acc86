"""The table of derivatives: functions of a square matrix: determinant, powers, exponential.

The differential of det A is the sum of the cofactors times dA (Giles 2008, "Collected matrix derivative results for
forward and reverse mode algorithmic differentiation").

A block matrix [[A, E], [0, A]] has as its exponential [[exp A, L], [0, exp A]], where L is the derivative of exp at A
in the direction E (Mathias 1996, "A chain rule for matrix functions and applications"). The adjoint of that map is the
same one at Aᵀ: one exponential of twice the size gives it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.node import plain
from minigrad.engine.primitive import general
from minigrad.kernels.half import in_single
from minigrad.ops.arrangement import mT
from minigrad.ops.choice import mask, where
from minigrad.ops.composition import recorded, shares
from minigrad.ops.elementary import log
from minigrad.ops.joining import cat
from minigrad.ops.linalg.solve import inv_p, square
from minigrad.ops.memory import clone_p
from minigrad.ops.named_results import result_of
from minigrad.ops.product import matmul
from minigrad.types import Tensor

__all__ = [
    "det",
    "logdet",
    "matrix_exp",
    "matrix_power",
    "slogdet",
]


def _cofactors(x: Array) -> Array:
    """Those of each matrix, from its singular values: each product of all but one, so a singular one has them too."""
    finite, u, s, vh, orientation = _turned(x)
    others = np.where(np.eye(s.shape[-1], dtype=bool), s.dtype.type(1), s[..., None, :]).prod(-1)
    return np.where(finite, (u * (others[..., None, :] * orientation)) @ vh, np.nan)


def _turned(x: Array) -> tuple[Array, Array, Array, Array, Array]:
    """Whether each matrix is finite, its u, s and vh, and the determinant of u vh, 1 or -1."""
    finite = np.isfinite(x).all((-2, -1), keepdims=True)
    u, s, vh = np.linalg.svd(np.where(finite, x, 0))
    return finite, u, s, vh, _matrix(np.linalg.det(u) * np.linalg.det(vh))


def _cofactors_slope(h: Array, x: Array) -> Array:
    """How the cofactors of x change as it moves along h, from products of all singular values but two: none divides.

    Between singular vectors the cofactors are diagonal: d cᵢᵢ = Σⱼ pᵢⱼ hⱼⱼ and d cᵢⱼ = -pᵢⱼ hⱼᵢ, with pᵢⱼ the product
    of the values but number i and j, and pᵢᵢ = 0.
    """
    finite, u, s, vh, orientation = _turned(x)
    same = np.eye(s.shape[-1], dtype=bool)
    kept = ~(same[:, None] | same[None, :])
    p = np.where(same, s.dtype.type(0), np.where(kept, s[..., None, None, :], s.dtype.type(1)).prod(-1)) * orientation
    turned = mT(u) @ h @ mT(vh)
    along = (p * np.diagonal(turned, axis1=-2, axis2=-1)[..., None, :]).sum(-1)
    return np.where(finite, u @ (along[..., None] * same - p * mT(turned)) @ vh, np.nan)


def _slogdet(x: Array) -> Array:
    sign, size = np.linalg.slogdet(x)
    return np.stack((np.where(np.isnan(size), size, sign), size), -1)  # NumPy's sign of NaN is 1


def _cofactors_slope_rule(g: Any, h: Any, x: Any) -> tuple[Any, Any]:
    """h: the slope is symmetric; x: that of y = (<c, h> c - c hᵀ c) / det(x), with c the cofactors, det(x) x⁻ᵀ."""

    def composed(h: Any, x: Any) -> Any:
        c = cofactors(x)
        return (c * _matrix(dot_of_matrices(h, c)) - c @ mT(h) @ c) / _matrix(det_p(x))

    y, places = recorded(composed, h, x)
    return cofactors_slope(g, x), shares(g, y, places)[1]


def _slogdet_rule(g: Any, x: Any, y: Any) -> Any:
    """g x⁻ᵀ; a singular matrix has none, but cofactors over 0: infinity, as the slope of ln at 0."""
    regular = bool((y[..., 1] != -np.inf).all())
    if regular:
        return _matrix(g[..., 1]) * mT(inv_p(x))
    asked = _matrix(g[..., 1])  # where only the sign is, the logarithm's derivative does not matter
    return mask(asked * cofactors(x) / _matrix(det_p(x)), asked != 0)


def dot_of_matrices(a: Any, b: Any) -> Any:
    """The sum of the products of the elements of matrices."""
    return (a * b).sum((-2, -1))


def _matrix(x: Any) -> Any:
    """Numbers in a shape that broadcasts against matrices."""
    return x.reshape((*x.shape, 1, 1))


det_p = general("det(x)", np.linalg.det, x=lambda g, x: _matrix(g) * cofactors(x))
cofactors = general("cofactors(x)", _cofactors, x=lambda g, x: cofactors_slope(g, x))
cofactors_slope = general(
    "cofactors_slope(h, x) = the derivative of the cofactors of x in the direction h",
    _cofactors_slope,
    all=_cofactors_slope_rule,
)
# One primitive has one output: sign and logarithm lie side by side, in a last dimension of size 2.
slogdet_p = general("slogdet(x)", _slogdet, x=_slogdet_rule)


def det(A: Tensor) -> Tensor:
    """The determinant of each square matrix. A singular one has first derivatives; its second ones are not finite.

    Derivative: g times the cofactors of A. ShapeError unless the matrices are square.

    >>> mg.det(mg.tensor([[2.0, 1.0], [0.0, 4.0]]))
    tensor(8.)
    """
    return det_p(square(A, "det"))


class SignAndLog(NamedTuple):
    """What slogdet returns: the determinant is sign * exp(logabsdet)."""

    sign: Tensor
    logabsdet: Tensor


def slogdet(A: Tensor) -> SignAndLog:
    """The sign of the determinant of each square matrix, and the logarithm of its size, without overflow.

    The derivative of the logarithm is A⁻ᵀ; the sign has none.

    >>> mg.slogdet(mg.tensor([[-2.0, 1.0], [0.0, 4.0]])).logabsdet
    tensor(2.0794)
    """
    both = slogdet_p(square(A, "slogdet"))
    return result_of("linalg_slogdet", SignAndLog)(both[..., 0], both[..., 1])


def logdet(A: Tensor) -> Tensor:
    """The logarithm of the determinant of each square matrix: NaN where that is negative.

    >>> mg.logdet(mg.tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor(2.0794)
    """
    sign, size = slogdet(square(A, "logdet"))
    return size + log(sign.detach())


def matrix_power(A: Tensor, n: int) -> Tensor:
    """Each square matrix times itself, n times in all; of the inverse for negative n. By repeated squaring.

    LinAlgError where the inverse is asked for and missing.

    >>> mg.matrix_power(mg.tensor([[1.0, 1.0], [0.0, 1.0]]), 3)
    tensor([[1., 3.],
            [0., 1.]])
    """
    square(A, "matrix_power")
    if n == 0:
        one: Any = np.eye(A.shape[-1], dtype=A.dtype)
        return where(np.ones(tuple(A.shape), bool), one, A)  # which has a derivative, 0
    x, n = (inv_p(A), -n) if n < 0 else (clone_p(A), n)
    power: Any = None
    while n:
        if n % 2:
            power = x if power is None else matmul(power, x)
        n //= 2
        x = matmul(x, x) if n else x
    return power


# -- the exponential ---------------------------------------------------------------------------------------------------

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


@in_single
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
    """The upper right block of the exponential of [[xᵀ, g], [0, xᵀ]] (Najfeld and Havel 1995), which is linear in g.

    A large g would have xᵀ halved until nothing is left of it.
    """
    n, a, size = x.shape[-1], mT(x), np.abs(plain(g)).max((-2, -1), initial=1, keepdims=True)
    y = matrix_exp_p(cat([cat([a, g / size], -1), cat([a * 0, a], -1)], -2))
    return y[..., :n, n:] * size


matrix_exp_p = general("matrix_exp(x) = I + x + x² / 2! + x³ / 3! + …", _matrix_exp, x=_rule)


def matrix_exp(A: Tensor) -> Tensor:
    """The exponential I + A + A²/2 + ... of each square matrix.

    >>> mg.linalg.matrix_exp(mg.tensor([[0.0, 1.0], [0.0, 0.0]]))
    tensor([[1., 1.],
            [0., 1.]])
    """
    return matrix_exp_p(square(A, "matrix_exp"))
