"""The table of derivatives: running sums and products along one dimension, and what undoes them, differences.

The adjoint of a running sum is the running sum from the other end; hence the keyword `reverse`. All other rules here
come down to one linear recurrence, y[i] = b[i] + a[i] y[i - 1], whose derivative is such a recurrence again, also run
from the other end. It needs no division, so zeros in a product are no special case, and no exponential of more than 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.dtypes import Array, uint8
from minigrad.engine.primitive import general, linear
from minigrad.errors import DTypeError, ShapeError
from minigrad.ops.choice import where
from minigrad.ops.comparison import ne
from minigrad.ops.dims import normalized, normalized_all, numpy_names
from minigrad.ops.elementary import exp
from minigrad.ops.joining import cat
from minigrad.ops.memory import asked, clone_p, half_in_single
from minigrad.ops.public import also_in_place
from minigrad.ops.splitting import narrow_p, widen
from minigrad.types import Dims, DTypeLike, Tensor

__all__ = [
    "cumprod",
    "cumsum",
    "cumulative_trapezoid",
    "diff",
    "gradient",
    "logcumsumexp",
    "trapezoid",
    "trapz",
]


def wide(x: Array) -> Any:
    """Integers and bools add up, and multiply, as int64."""
    return None if x.dtype.kind == "f" else np.int64


def _turned(x: Array, dim: int, reverse: bool) -> Array:
    return np.flip(x, dim) if reverse else x


def _accumulated(x: Array, operation: np.ufunc, dim: int, reverse: bool) -> Array:
    half = x.dtype == np.float16  # what has overflown on the way may come back
    y = operation.accumulate(_turned(x, dim, reverse), dim, dtype=np.float32 if half else wide(x))
    return _turned(y.astype(x.dtype) if half else y, dim, reverse)


def _logcumsumexp(x: Array, *, dim: int) -> Array:
    return np.logaddexp.accumulate(x, dim)


def _recurrence(a: Array, b: Array, *, dim: int, reverse: bool) -> Array:
    y = b.copy()
    factors, rows = (np.moveaxis(_turned(x, dim, reverse), dim, 0) for x in (a, y))
    for i in range(1, len(rows)):
        rows[i] += factors[i] * rows[i - 1]
    return y


def _recurrence_rule(g: Any, a: Any, y: Any, dim: int, reverse: bool) -> tuple[Any, Any]:
    """a: h[i] · y[i − 1]; b: h, a recurrence from the other end, h[i] = g[i] + a[i + 1] · h[i + 1]."""
    g = recurrence(neighbour(a, dim, not reverse), g, dim=dim, reverse=not reverse)
    return g * neighbour(y, dim, reverse), g


def neighbour(x: Any, dim: int, reverse: bool) -> Any:
    """At each place the element before it, or with `reverse` after it; at the border 0."""
    n = x.shape[dim]
    inner, outer = (0, max(n - 1, 0)), (min(n, 1), n)
    if reverse:
        inner, outer = outer, inner
    part = narrow_p(x, dim=dim, start=inner[0], stop=inner[1])
    return widen(part, dim=dim, start=outer[0], stop=outer[1], total=n)


def _neighbour_or_1(x: Any, dim: int, reverse: bool) -> Any:
    """As neighbour, at the border 1."""
    n = x.shape[dim]
    border = np.arange(n) == (n - 1 if reverse else 0)
    return where(border.reshape((n,) + (1,) * (len(x.shape) - dim - 1)), 1.0, neighbour(x, dim, reverse))


def products_of_others(x: Any, dim: int) -> Any:
    """For each element the product of the others along `dim`: of those before it times of those after it."""
    before, after = (cumprod_p(_neighbour_or_1(x, dim, reverse), dim=dim, reverse=reverse) for reverse in (False, True))
    return before * after


def _decay(y: Any, dim: int) -> Any:
    """e ** (y[i] - y[i + 1]), which is at most 1 as y grows; 0 at the border."""
    n = y.shape[dim]
    here, after = (narrow_p(y, dim=dim, start=start, stop=max(n - 1, 0) + start) for start in (0, min(n, 1)))
    return widen(exp(here - after), dim=dim, start=0, stop=max(n - 1, 0), total=n)


cumsum_p = linear(
    "cumsum(x)",
    lambda x, *, dim, reverse: _accumulated(x, np.add, dim, reverse),
    x=lambda g, dim, reverse: cumsum_p(g, dim=dim, reverse=not reverse),
)
recurrence = general("recurrence(a, b) = y, y[i] = b[i] + a[i] y[i - 1]", _recurrence, all=_recurrence_rule)
cumprod_p = general(
    "cumprod(x)",
    lambda x, *, dim, reverse: _accumulated(x, np.multiply, dim, reverse),
    x=lambda g, x, y, dim, reverse: (
        _neighbour_or_1(y, dim, reverse) * recurrence(neighbour(x, dim, not reverse), g, dim=dim, reverse=not reverse)
    ),
)
logcumsumexp_p = general(
    "logcumsumexp(x) = ln cumsum(e ** x)",
    _logcumsumexp,
    x=lambda g, x, y, dim: exp(x - y) * recurrence(_decay(y, dim), g, dim=dim, reverse=True),
)


@also_in_place
@numpy_names
def cumsum(input: Tensor, dim: int, *, dtype: DTypeLike = None) -> Tensor:
    """The sum of the elements up to each one along `dim`. Integers and bools sum to int64.

    Derivative: the sum of the gradients from each element on.

    >>> mg.cumsum(mg.tensor([1.0, 2.0, 3.0]), 0)
    tensor([1., 3., 6.])
    """
    return _along(cumsum_p, "cumsum", input, dim, dtype, reverse=False)


@also_in_place
@numpy_names
def cumprod(input: Tensor, dim: int, *, dtype: DTypeLike = None) -> Tensor:
    """The product of the elements up to each one along `dim`. Integers and bools multiply as int64.

    The derivative is right where elements are 0, too.

    >>> mg.cumprod(mg.tensor([1.0, 2.0, 3.0]), 0)
    tensor([1., 2., 6.])
    """
    return _along(cumprod_p, "cumprod", input, dim, dtype, reverse=False)


@numpy_names
def logcumsumexp(input: Tensor, dim: int) -> Tensor:
    """ln of the sum of e ** input up to each element along `dim`, without overflow for any input.

    >>> mg.logcumsumexp(mg.tensor([0.0, 0.0, 1000.0]), 0)
    tensor([0.0000e+00, 6.9315e-01, 1.0000e+03])
    """
    return _along(logcumsumexp_p, "logcumsumexp", input, dim, None)


def _along(operation: Any, name: str, x: Any, dim: int, dtype: Any, **static: Any) -> Any:
    axis = normalized(dim, x.ndim, name)
    x = asked(x, dtype)
    if x.ndim == 0:
        return asked(operation(x.reshape((1,)), dim=axis, **static).reshape(()), dtype)
    return asked(operation(x, dim=axis, **static), dtype)


# -- differences of neighbours, and integrals --------------------------------------------------------------------------


def _neighbours(x: Any, dim: int) -> tuple[Any, Any]:
    """All elements along `dim` but the last, and all but the first: each beside the one after it."""
    n = x.shape[dim]
    return narrow_p(x, dim=dim, start=0, stop=max(n - 1, 0)), narrow_p(x, dim=dim, start=min(n, 1), stop=n)


@numpy_names
def diff(
    input: Tensor, n: int = 1, dim: int = -1, prepend: Tensor | None = None, append: Tensor | None = None
) -> Tensor:
    """Each element less the one before it along `dim`, `n` times over; of bools, whether they differ.

    `prepend` and `append` are joined to the input first. The result is shorter by `n`; with 0 it is the input.
    ShapeError without dimensions, RuntimeError for a negative `n`.

    >>> mg.diff(mg.tensor([1, 4, 9, 16]))
    tensor([3, 5, 7])
    """
    if input.ndim == 0:
        raise ShapeError("diff expects input to be at least one-dimensional")
    axis = normalized(dim, input.ndim, "diff")
    if n < 0:
        raise RuntimeError(f"diff: order must be non-negative but got {n}")
    if n == 0:
        return clone_p(input)
    parts = [each for each in (prepend, input, append) if each is not None]
    if any(each.ndim != input.ndim for each in parts):
        raise ShapeError("diff expects prepend or append to be the same dimension as input")
    if len({(*each.shape[:axis], *each.shape[axis + 1 :]) for each in parts}) > 1:
        raise ShapeError("diff expects the shape of tensor to prepend or append to match that of input but along `dim`")
    y = cat(parts, axis)
    for _ in range(min(n, y.shape[axis])):
        before, after = _neighbours(y, axis)
        y = ne(after, before) if y.dtype == bool else after - before
    return y


@numpy_names
@half_in_single
def trapezoid(y: Tensor, x: Tensor | None = None, *, dx: float = 1.0, dim: int = -1) -> Tensor:
    """The integral of `y` along `dim` by the trapezoidal rule, at the points `x` or in steps of `dx`.

    >>> mg.trapezoid(mg.tensor([1.0, 2.0, 3.0]))
    tensor(4.)
    """
    return _areas("trapezoid", y, x, dx, dim).sum(dim)


trapz = trapezoid


@numpy_names
@half_in_single
def cumulative_trapezoid(y: Tensor, x: Tensor | None = None, *, dx: float = 1.0, dim: int = -1) -> Tensor:
    """The integral of `y` by the trapezoidal rule up to each point along `dim` but the first; `x` and `dx` as there.

    >>> mg.cumulative_trapezoid(mg.tensor([1.0, 2.0, 3.0]))
    tensor([1.5000, 4.0000])
    """
    return cumsum(_areas("cumulative_trapezoid", y, x, dx, dim), dim)


def gradient(input: Tensor, *, spacing: Any = 1, dim: Dims = None, edge_order: int = 1) -> tuple[Tensor, ...]:
    """The derivative of a function along `dim` (all by default), estimated from its values: a tensor for each.

    `spacing` is the distance of neighbours, a number for all dimensions or one for each, or for each the vector of the
    coordinates. Inside, the estimate is exact for quadratic functions; at the ends, for polynomials of degree
    `edge_order`, 1 or 2. ShapeError where a dimension has fewer than edge_order + 1 elements.

    >>> mg.gradient(mg.tensor([1.0, 4.0, 9.0, 16.0]))
    (tensor([3., 4., 6., 7.]),)
    """
    if input.dtype == uint8:  # whose differences would be taken modulo 256
        raise DTypeError("gradient: does not support uint8 input; call .float() first")
    axes = normalized_all(dim, input.ndim, "gradient")
    spacing = 1 if spacing is None else spacing
    spacings = tuple(spacing) if isinstance(spacing, (tuple, list)) else (spacing,) * len(axes)
    if len(spacings) != len(axes):
        raise ShapeError(f"gradient: expected spacing to be a number or {len(axes)} of them, got {len(spacings)}")
    if edge_order not in (1, 2):
        raise RuntimeError(f"gradient: only supports edge_order=1 and edge_order=2, got {edge_order}")
    return tuple(_slope(input, axis, each, edge_order) for axis, each in zip(axes, spacings))


def _slope(x: Any, axis: int, spacing: Any, edge_order: int) -> Any:
    n = x.shape[axis]
    if n < edge_order + 1:
        raise ShapeError(f"gradient: expected each dimension size to be at least edge_order+1, got {n}")

    def part(y: Any, start: int, stop: int) -> Any:
        return narrow_p(y, dim=axis, start=start, stop=stop)

    if getattr(spacing, "ndim", 0) == 0:
        steps = [spacing] * (n - 1)
        inside = (part(x, 2, n) - part(x, 0, n - 2)) / (2 * spacing) if n > 2 else x
    else:
        if tuple(spacing.shape) != (n,):
            raise ShapeError(f"gradient: {n} coordinates are needed, one for each element, got {tuple(spacing.shape)}")
        gaps = (spacing[1:] - spacing[:-1]).reshape((-1,) + (1,) * (x.ndim - axis - 1))
        steps = [gaps[i] for i in range(n - 1)]
        before, after = gaps[:-1], gaps[1:]
        a, b, c = part(x, 0, n - 2), part(x, 1, n - 1), part(x, 2, n)
        inside = ((c - b) * before * before + (b - a) * after * after) / (before * after * (before + after))
    first, last = (part(x, i + 1, i + 2) - part(x, i, i + 1) for i in (0, n - 2))
    if edge_order == 1:
        ends = first / steps[0], last / steps[-1]
    else:
        second, third = (part(x, i + 1, i + 2) - part(x, i, i + 1) for i in (1, n - 3))
        ends = _end(first, second, steps[0], steps[1]), _end(last, third, steps[-1], steps[-2])
    return cat([ends[0], inside, ends[1]] if n > 2 else list(ends), axis)


def _end(rise: Any, next_rise: Any, step: Any, next_step: Any) -> Any:
    """The slope at an end, by the parabola through the last three values."""
    near, far = rise / step, next_rise / next_step
    return near + (near - far) * step / (step + next_step)


def _areas(name: str, y: Any, x: Any, dx: float, dim: int) -> Any:
    """The trapezoids between neighbours."""
    if y.ndim == 0:
        raise IndexError(f"{name}: takes a tensor of at least one dimension")
    axis = normalized(dim, y.ndim, name)
    left, right = _neighbours(y, axis)
    if x is None:
        return (left + right) / 2 * dx
    if x.ndim != 1 and x.ndim < y.ndim - axis:
        raise ShapeError(f"{name}: x is a vector or has dimension {dim} of y, got {(*x.shape,)} and {(*y.shape,)}")
    steps = diff(x, dim=0 if x.ndim == 1 else axis - y.ndim)
    if x.ndim == 1:
        steps = steps.reshape((-1,) + (1,) * (y.ndim - axis - 1))
    return (left + right) / 2 * steps
