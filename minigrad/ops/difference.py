"""Differences of neighbours, and the integral by the trapezoidal rule: compositions of parts of one dimension."""

from __future__ import annotations

from typing import Any

from minigrad.errors import ShapeError
from minigrad.ops.comparison import ne
from minigrad.ops.cumulative import cumsum
from minigrad.ops.dims import normalized, numpy_names
from minigrad.ops.joining import cat
from minigrad.ops.reduction import sum
from minigrad.ops.splitting import narrow_p
from minigrad.types import Tensor

__all__ = [
    "cumulative_trapezoid",
    "diff",
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

    `prepend` and `append` are joined to the input first. The result is shorter by `n`; ShapeError without dimensions.

    >>> mg.diff(mg.tensor([1, 4, 9, 16]))
    tensor([3, 5, 7])
    """
    if input.ndim == 0:
        raise ShapeError("diff: takes a tensor of at least one dimension")
    axis = normalized(dim, input.ndim, "diff")
    parts = [each for each in (prepend, input, append) if each is not None]
    y = cat(parts, axis)
    for _ in range(n):
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
