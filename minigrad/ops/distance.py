"""The table of derivatives: norms, and distances as norms of differences."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.dtypes import Array, is_floating
from minigrad.engine.primitive import general
from minigrad.errors import ShapeError
from minigrad.ops.arithmetic import abs, sign
from minigrad.ops.arrangement import mT
from minigrad.ops.choice import mask, where
from minigrad.ops.dims import normalized, numpy_names, reduced
from minigrad.ops.elementary import pow
from minigrad.ops.extremum import amax, amin
from minigrad.ops.indexing import index_select
from minigrad.ops.memory import floating
from minigrad.ops.product import matmul
from minigrad.ops.public import also_in_place
from minigrad.ops.reduction import lifted, sum
from minigrad.ops.shape import common_shape, expand_p, unsqueeze
from minigrad.types import Dims, DTypeLike, Number, Tensor

__all__ = [
    "cdist",
    "dist",
    "norm",
    "pdist",
    "renorm",
]


def _norm(x: Array, *, p: float, dim: tuple[int, ...], keepdim: bool) -> Array:
    if x.dtype == np.float16:  # whose squares are soon infinite
        return _norm(x.astype(np.float32), p=p, dim=dim, keepdim=keepdim).astype(x.dtype)
    if p == 2:
        return np.sqrt(np.square(x).sum(axis=dim, keepdims=keepdim))
    return (np.abs(x) ** p).sum(axis=dim, keepdims=keepdim) ** (1 / p)


def _direction(x: Any, y: Any, p: float) -> Any:
    """The gradient of the norm y of x: sign(u) |u| ** (p - 1), where u = x / y has norm 1."""
    if p == 1:
        return sign(x)
    if p < 0:  # where the norm may be 0 beside what is infinite
        x = mask(x, y != 0)
    u = x / where(y == 0, math.inf, y)
    if p == 2:
        return u
    return sign(u) * pow(where(u == 0, 1, abs(u)), p - 1)


def _norm_rule(g: Any, x: Any, y: Any, p: float, dim: tuple[int, ...], keepdim: bool) -> Any:
    """At zero, where a norm has no derivative, 0, whatever g is."""
    g = lifted(mask(g, y != 0), dim, keepdim)
    return g * _direction(x, lifted(y, dim, keepdim), p)


norm_p = general(
    "norm(x) = sum(|x| ** p) ** (1/p)",
    _norm,
    x=_norm_rule,
)


@numpy_names
def norm(input: Tensor, p: Any = "fro", dim: Dims = None, keepdim: bool = False, *, dtype: DTypeLike = None) -> Tensor:
    """The p-norm over `dim`: (sum |input| ** p) ** (1/p), "fro" being p = 2.

    inf and -inf give the largest and the smallest absolute value, 0 the number of elements that are not zero.

    >>> mg.norm(mg.tensor([3.0, 4.0]))
    tensor(5.)
    """
    input = floating(input, "norm", dtype)
    p = 2.0 if p is None or p == "fro" else p
    if isinstance(p, str):
        raise ValueError(f"norm: p is a number, inf, -inf or 'fro', not {p!r}")
    if p == math.inf:
        return amax(abs(input), dim, keepdim)
    if p == -math.inf:
        return amin(abs(input), dim, keepdim)
    dims = reduced(dim, input.ndim, "norm")
    if p < 0 and 0 in (input.shape[each] for each in dims or range(input.ndim)):
        raise ShapeError(
            f"linalg.vector_norm: cannot compute the {p} norm over dimensions {dims} of shape {tuple(input.shape)}: "
            "there is no element, and the operation does not have an identity"
        )
    if p == 0:
        return sum(where(input != 0, 1.0, sign(input)), dim, keepdim)
    return norm_p(input, p=float(p), dim=dims, keepdim=keepdim)


def dist(input: Tensor, other: Tensor | Number, p: float = 2) -> Tensor:
    """The p-norm of input - other.

    >>> mg.dist(mg.tensor([0.0, 0.0]), mg.tensor([3.0, 4.0]))
    tensor(5.)
    """
    return norm(input - other, p)


@also_in_place
def renorm(input: Tensor, p: float, dim: int, maxnorm: float) -> Tensor:
    """`input` with each slice along `dim` whose p-norm exceeds `maxnorm` brought down to it.

    >>> mg.renorm(mg.tensor([[3.0, 4.0], [0.3, 0.4]]), 2, 0, 1.0)
    tensor([[0.6000, 0.8000],
            [0.3000, 0.4000]])
    """
    axis = normalized(dim, input.ndim, "renorm")
    if input.ndim < 2:
        raise ShapeError(f"renorm: input needs at least 2 dimensions, got {input.ndim} dimensions")
    if maxnorm < 0:
        raise RuntimeError(f"renorm: expected maxnorm to be >= 0 but got {maxnorm}")
    lengths = norm(input, p, [each for each in range(input.ndim) if each != axis], True)
    return input * where(lengths > maxnorm, maxnorm / (lengths + 1e-7), 1.0)  # PyTorch's 1e-7


# -- The distances between all rows of two matrices --------------------------------------------------------------------
#
# Two equal rows have no derivative of their distance. The gradient there is 0, as that of a norm at zero: points that
# coincide spoil no training run.

MODES = (
    "use_mm_for_euclid_dist_if_necessary",
    "use_mm_for_euclid_dist",
    "donot_use_mm_for_euclid_dist",
)


def _euclidean(a: Array, b: Array, *, by_product: bool) -> Array:
    if not by_product:
        return np.sqrt(np.add.reduce(np.square(a[..., :, None, :] - b[..., None, :, :]), -1))
    # |a - b|² = |a|² + |b|² - 2 a · b: one matrix product, where the differences would fill M times the memory
    a_squared, b_squared = (np.add.reduce(np.square(each), -1) for each in (a, b))
    squares = a_squared[..., :, None] + b_squared[..., None, :]
    return np.sqrt(np.maximum(squares - 2 * (a @ b.swapaxes(-1, -2)), 0))


def _pull(g: Any, a: Any, b: Any, y: Any) -> Any:
    """The sum of the unit vectors from every row of b to each row of a, weighed by g."""
    weights = mask(g, y != 0) / where(y == 0, math.inf, y)
    return weights.sum(-1)[..., None] * a - matmul(weights, b)


cdist_p = general(
    "cdist(a, b) = |a_i - b_j|",
    _euclidean,
    a=lambda g, a, b, y: _pull(g, a, b, y),
    b=lambda g, a, b, y: _pull(mT(g), b, a, mT(y)),
)


def cdist(x1: Tensor, x2: Tensor, p: float = 2.0, compute_mode: str = MODES[0]) -> Tensor:
    """The p-norms |x1_i - x2_j| (*, P, R) of the differences of all rows of x1 (*, P, M) and x2 (*, R, M).

    With p = 2 the `compute_mode` says whether a matrix product makes them, faster and less exact where rows are near
    each other: "use_mm_for_euclid_dist", "donot_use_mm_for_euclid_dist", or by default for more than 25 rows.
    ShapeError where rows differ in length, RuntimeError for other dtypes than floats, for two dtypes and for p < 0.

    >>> mg.cdist(mg.tensor([[0.0, 0.0]]), mg.tensor([[3.0, 4.0], [0.0, 1.0]]))
    tensor([[5., 1.]])
    """
    if x1.ndim < 2 or x2.ndim < 2 or x1.shape[-1] != x2.shape[-1]:
        raise ShapeError(
            "cdist: takes rows of equal length, (*, P, M) and (*, R, M), "
            f"got shapes {tuple(x1.shape)} and {tuple(x2.shape)}"
        )
    if not is_floating(x1.dtype) or x1.dtype != x2.dtype:
        raise RuntimeError(f"cdist: needs floating point tensors of one dtype, got {x1.dtype} and {x2.dtype}")
    if p < 0:
        raise RuntimeError(f"cdist: p must not be negative, got {p}")
    if compute_mode not in MODES:
        raise ValueError(f"cdist: compute_mode is one of {', '.join(MODES)}, not {compute_mode!r}")
    if p != 2:
        return _norms(unsqueeze(x1, -2) - unsqueeze(x2, -3), p)
    batch = common_shape("cdist", tuple(x1.shape[:-2]), tuple(x2.shape[:-2]))
    a, b = (expand_p(each, size=(*batch, *each.shape[-2:])) for each in (x1, x2))
    many = max(a.shape[-2], b.shape[-2]) > 25
    return cdist_p(a, b, by_product=compute_mode == MODES[1] or (compute_mode == MODES[0] and many))


def pdist(input: Tensor, p: float = 2.0) -> Tensor:
    """The p-norms of the differences of all pairs of rows of `input` (N, M), row 0 first: a vector (N (N - 1) / 2,).

    ShapeError unless it is a matrix, RuntimeError for other dtypes than floats and for p < 0.

    >>> mg.pdist(mg.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]]))
    tensor([5.0000, 1.0000, 4.2426])
    """
    if input.ndim != 2:
        raise ShapeError(f"pdist: takes a matrix (N, M), got shape {tuple(input.shape)}")
    if not is_floating(input.dtype):
        raise RuntimeError(f"pdist: needs a floating point tensor, got {input.dtype}")
    if p < 0:
        raise RuntimeError(f"pdist: p must not be negative, got {p}")
    first, second = np.triu_indices(input.shape[0], 1)
    return _norms(index_select(input, 0, first) - index_select(input, 0, second), p)


def _norms(differences: Any, p: float) -> Any:
    """The norms along the last dimension; those of vectors without elements are 0."""
    return norm(differences, 2.0 if differences.shape[-1] == 0 else p, -1)
