"""The table of derivatives: elements sent along a dimension, each to a place of its own, and what meets there reduced.

Where elements replace what was there, they alone get the gradient; where they are added or compared to it, both do. All
functions here return a new tensor.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad.dtypes import Array, float64, in_dtype
from minigrad.engine.node import Variable
from minigrad.engine.primitive import general, linear
from minigrad.errors import DTypeError, ShapeError
from minigrad.kernels.cells import cells
from minigrad.ops.choice import where
from minigrad.ops.dims import normalized
from minigrad.ops.indexing import gather_p, index_array, index_vector, scatter_add_p, within, without
from minigrad.ops.joining import cat
from minigrad.ops.public import also_in_place
from minigrad.ops.reduction import prod
from minigrad.ops.replacing import index_put_p
from minigrad.ops.shape import ravel, reshape_p
from minigrad.ops.splitting import crop
from minigrad.types import Indices, Number, Tensor

__all__ = [
    "index_reduce",
    "scatter",
    "scatter_add",
    "scatter_reduce",
]


def _scatter(x: Array, src: Array, *, index: Array, dim: int) -> Array:
    y = x.copy()
    y[cells(index, dim)] = src
    return y


def _scatter_extreme(x: Array, src: Array, *, index: Array, dim: int, reduce: str) -> Array:
    y = x.copy()
    (np.maximum if reduce == "amax" else np.minimum).at(y, cells(index, dim), src)
    return y


def _extreme_rule(g: Any, x: Any, src: Any, y: Any, index: Array, dim: int) -> tuple[Any, Any]:
    """All that attain the maximum, or minimum, of a place share its gradient."""
    at_x = (x == y).astype(g.dtype)
    at_src = (src == gather_p(y, index=index, dim=dim)).astype(g.dtype)
    share = g / (at_x + scatter_add_p(at_src, index=index, dim=dim, size=tuple(x.shape)))
    return share * at_x, gather_p(share, index=index, dim=dim) * at_src


scatter_p = linear(
    "scatter(x, src)",
    _scatter,
    x=lambda g, index, dim: scatter_p(g, 0, index=index, dim=dim),
    src=lambda g, index, dim: gather_p(g, index=index, dim=dim),
)
scatter_reduce_p = general("scatter_reduce(x, src)", _scatter_extreme, all=_extreme_rule)


@also_in_place
def scatter(
    input: Tensor,
    dim: int,
    index: Indices,
    src: Tensor | Number | None = None,
    *,
    value: Tensor | Number | None = None,
    reduce: str | None = None,
) -> Tensor:
    """`input` with src[i, j, ...] at the place [index[i, j, ...], j, ...] for dim 0, and so on.

    `src`, or `value`, is a number, or a tensor that is at least as large as `index`. Where places repeat the last one
    stays. `reduce`, "add" or "multiply", joins the elements with those of input instead. The gradient in `src` is
    gathered from the places; what was overwritten gets none.

    >>> mg.scatter(mg.zeros(2, 2), 1, mg.tensor([[1], [0]]), 5.0)
    tensor([[0., 5.],
            [5., 0.]])
    """
    src = value if src is None else src
    if reduce is not None:
        ways = {"add": "sum", "multiply": "prod"}
        if reduce not in ways:
            raise RuntimeError(f"scatter: reduce is 'add' or 'multiply', not {reduce!r}")
        return _scattered("scatter", input, dim, index, src, ways[reduce])
    if input.ndim == 0:
        return reshape_p(scatter(ravel(input), dim, index_array(index, "scatter").reshape(-1), _row(src)), size=())
    axis, places, src = _aligned("scatter", input, dim, index, src)
    return scatter_p(input, src, index=places, dim=axis)


@also_in_place
def scatter_add(input: Tensor, dim: int, index: Indices, src: Tensor) -> Tensor:
    """`input` with src[i, j, ...] added at the place [index[i, j, ...], j, ...] for dim 0, and so on.

    The input gets the gradient as it is, `src` what is gathered from the places.

    >>> mg.scatter_add(mg.zeros(2), 0, mg.tensor([0, 0, 1]), mg.tensor([1.0, 2.0, 3.0]))
    tensor([3., 3.])
    """
    return _scattered("scatter_add", input, dim, index, src, "sum")


@also_in_place
def scatter_reduce(
    input: Tensor, dim: int, index: Indices, src: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    """The "sum", "prod", "mean", "amax" or "amin" of what `src` has for a place, and of what `input` has there.

    Without `include_self` the old element does not take part; where nothing arrives it stays. `index` as in scatter.
    RuntimeError for any other `reduce`.

    >>> mg.scatter_reduce(mg.zeros(2), 0, mg.tensor([0, 0, 1]), mg.tensor([1.0, 2.0, 3.0]), "amax")
    tensor([2., 3.])
    """
    return _scattered("scatter_reduce", input, dim, index, src, reduce, include_self)


@also_in_place
def index_reduce(
    input: Tensor, dim: int, index: Indices, source: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    """The "prod", "mean", "amax" or "amin" of the slices of `source` along `dim` for a place, and of the slice there.

    `index`, a vector, says for which place each is. Without `include_self` the old slice does not take part.
    RuntimeError for any other `reduce`, ShapeError where index and source differ in number.

    >>> mg.index_reduce(mg.ones(2), 0, mg.tensor([0, 0, 1]), mg.tensor([2.0, 3.0, 4.0]), "prod")
    tensor([6., 4.])
    """
    axis = normalized(dim, input.ndim, "index_reduce")
    if reduce not in ("prod", "mean", "amax", "amin"):
        raise RuntimeError(f"index_reduce: reduce is 'prod', 'mean', 'amax' or 'amin', not {reduce!r}")
    if input.ndim == 0:
        y = index_reduce(ravel(input), 0, index, _row(source), reduce, include_self=include_self)
        return reshape_p(y, size=())
    places = index_vector(index, "index_reduce").reshape((-1,) + (1,) * (input.ndim - axis - 1))
    if tuple(source.shape) != (*input.shape[:axis], places.size, *input.shape[axis + 1 :]):
        raise ShapeError(
            f"index_reduce: {places.size} indices for a source of shape {tuple(source.shape)} along dimension {axis}"
            f" of {tuple(input.shape)}: their number must be the source's size there, the other sizes equal"
        )
    spread = np.broadcast_to(places, tuple(source.shape))
    return _scattered("index_reduce", input, axis, spread, source, reduce, include_self)


def _aligned(name: str, x: Any, dim: int, index: Any, src: Any) -> tuple[int, Array, Any]:
    """The axis, the index within bounds, and the part of `src` that it covers."""
    axis = normalized(dim, x.ndim, name)
    places = index_array(index, name, none_will_do=True)
    if not hasattr(src, "dtype"):
        number = in_dtype(src, x.dtype if places.size else float64, name)
        src = np.full(places.shape, number, x.dtype)
    if src.dtype != x.dtype:
        raise DTypeError(f"{name}(): Expected self.dtype to be equal to src.dtype, got {x.dtype} and {src.dtype}")
    places, src = places.reshape(places.shape or (1,)), _row(src)  # what has no dimensions is a vector of one element
    if places.size == 0:  # of whatever shape: nothing is put in
        return axis, np.zeros((0,) * x.ndim, np.int64), reshape_p(ravel(src)[:0], size=(0,) * x.ndim)
    beside = [n for d, n in enumerate(x.shape) if d != axis]
    if (
        not (places.ndim == x.ndim == src.ndim)
        or any(n > m for n, m in zip(without(places.shape, axis), beside, strict=True))
        or any(n > m for n, m in zip(places.shape, src.shape, strict=True))
    ):
        raise ShapeError(
            f"{name}: an index of shape {places.shape} must fit within src, {tuple(src.shape)}, and apart from "
            f"dimension {axis} within the tensor, {tuple(x.shape)}"
        )
    within(places, x.shape[axis] if x.ndim else 1, name, axis)
    return axis, places, crop(src, widths=tuple((0, m - n) for n, m in zip(places.shape, src.shape, strict=True)))


def _row(src: Any) -> Any:
    """A tensor without dimensions as a vector of one element; anything else as it is."""
    return ravel(src) if hasattr(src, "dtype") and src.ndim == 0 else src


def _scattered(name: str, x: Any, dim: int, index: Any, src: Any, reduce: str, include_self: bool = True) -> Any:
    if reduce not in ("sum", "prod", "mean", "amax", "amin"):
        raise RuntimeError(f"{name}: reduce argument must be either sum, prod, mean, amax or amin, got {reduce!r}")
    if x.ndim == 0:
        normalized(dim, 0, name)
        places = index_array(index, name).reshape(-1)
        return reshape_p(_scattered(name, ravel(x), 0, places, _row(src), reduce, include_self), size=())
    axis, places, src = _aligned(name, x, dim, index, src)
    size = tuple(x.shape)
    if not include_self:
        touched = np.zeros(size, bool)
        touched[cells(places, axis)] = True
        x = where(touched, _nothing(reduce, x.dtype), x)
    if reduce in ("amax", "amin"):
        return scatter_reduce_p(x, src, index=places, dim=axis, reduce=reduce)
    if reduce == "prod":
        return _product(x, src, np.arange(math.prod(size)).reshape(size)[cells(places, axis)])
    total = x + scatter_add_p(src, index=places, dim=axis, size=size)
    if reduce == "sum":
        return total
    ones = scatter_add_p(np.ones(places.shape), index=places, dim=axis, size=size)
    count = np.maximum(ones + 1 if include_self else ones, 1).astype(x.dtype)
    return total / count if x.dtype.kind == "f" else total // count


def _nothing(reduce: str, dtype: Any) -> Array:
    """What changes no result: 0 for a sum, 1 for a product, the lowest number for a maximum."""
    if reduce in ("amax", "amin"):
        limits = np.iinfo(dtype) if dtype.kind in "iu" else None
        lowest, highest = (limits.min, limits.max) if limits else (-np.inf, np.inf)
        if dtype.kind == "b":
            lowest, highest = False, True
        return np.asarray(lowest if reduce == "amax" else highest, dtype)
    return np.asarray(1 if reduce == "prod" else 0, dtype)


def _product(x: Any, src: Any, places: Array) -> Any:
    """Each element of `x` times those of `src` that go there: laid out as rows, with ones for what is missing."""
    places = places.ravel()
    order = np.argsort(places, kind="stable")
    slots = np.empty_like(places)
    slots[order] = np.arange(places.size) - np.searchsorted(places[order], places[order])
    ones = np.ones((math.prod(x.shape), int(slots.max(initial=-1)) + 1), x.dtype)
    table = index_put_p(Variable.wrap(ones), ravel(src), index=(places, slots))
    rows = cat([reshape_p(x, size=(ones.shape[0], 1)), table], 1)
    return reshape_p(prod(rows, 1, dtype=x.dtype), size=tuple(x.shape))
