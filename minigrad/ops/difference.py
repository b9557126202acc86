"""Differences of neighbours, and the integral by the trapezoidal rule: compositions of parts of one dimension."""

from __future__ import annotations

from typing import Any

from minigrad.errors import ShapeError
from minigrad.ops.comparison import ne
from minigrad.ops.cumulative import cumsum
from minigrad.ops.dims import normalized, normalized_all, numpy_names
from minigrad.ops.joining import cat
from minigrad.ops.memory import clone
from minigrad.ops.reduction import sum
from minigrad.ops.splitting import narrow_p
from minigrad.types import Dims, Tensor

__all__ = [
    "cumulative_trapezoid",
    "diff",
    "gradient",
    "trapezoid",
    "trapz",
]


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
        raise ShapeError("diff: takes a tensor of at least one dimension")
    axis = normalized(dim, input.ndim, "diff")
    if n < 0:
        raise RuntimeError(f"diff: order must be non-negative but got {n}")
    if n == 0:
        return clone(input)
    parts = [each for each in (prepend, input, append) if each is not None]
    y = cat(parts, axis)
    for _ in range(min(n, y.shape[axis])):
        before, after = _neighbours(y, axis)
        y = ne(after, before) if y.dtype == bool else after - before
    return y


@numpy_names
def trapezoid(y: Tensor, x: Tensor | None = None, *, dx: float = 1.0, dim: int = -1) -> Tensor:
    """The integral of `y` along `dim` by the trapezoidal rule, at the points `x` or in steps of `dx`.

    >>> mg.trapezoid(mg.tensor([1.0, 2.0, 3.0]))
    tensor(4.)
    """
    return sum(_areas("trapezoid", y, x, dx, dim), dim)


trapz = trapezoid


@numpy_names
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
        before, after = spacing, spacing
    else:
        if tuple(spacing.shape) != (n,):
            raise ShapeError(f"gradient: {n} coordinates are needed, one for each element, got {tuple(spacing.shape)}")
        gaps = (spacing[1:] - spacing[:-1]).reshape((-1,) + (1,) * (x.ndim - axis - 1))
        steps = [gaps[i] for i in range(n - 1)]
        before, after = gaps[:-1], gaps[1:]
    a, b, c = part(x, 0, n - 2), part(x, 1, n - 1), part(x, 2, n)
    inside = ((c - b) * before * before + (b - a) * after * after) / (before * after * (before + after)) if n > 2 else b
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
    steps = diff(x, dim=0 if x.ndim == 1 else axis - y.ndim)
    if x.ndim == 1:
        steps = steps.reshape((-1,) + (1,) * (y.ndim - axis - 1))
    return (left + right) / 2 * steps
