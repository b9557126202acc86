"""Tensors of numbers at equal distances, or of which each is the same multiple of the one before.

An integer dtype cuts off what PyTorch's cuts off: the ends first, and then each number.
"""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from minigrad.creation import made, number_in
from minigrad.dtypes import Array, DType, as_dtype, float64, get_default_dtype, in_dtype, int64
from minigrad.errors import ShapeError
from minigrad.tensor import Tensor
from minigrad.types import DTypeLike


def arange(
    *bounds: Any, dtype: DTypeLike = None, device: Any = None, requires_grad: bool = False, **named: Any
) -> Tensor:
    """arange(end), arange(start, end), arange(start, end, step): numbers from `start`, 0 by default, `step` apart.

    `end` is not among them. The three may be given by name.
    int64, or the default dtype if one of the three is a float. ShapeError for a step that does not lead to the end.

    >>> mg.arange(1, 7, 2)
    tensor([1, 3, 5])
    """
    order = ("end",) if len(bounds) == 1 and "end" not in named else ("start", "end", "step")
    given: dict[str, Any] = {"start": 0, "step": 1, **dict(zip(order, bounds)), **named}
    if len(bounds) > 3 or given.keys() != {"start", "end", "step"} or set(order[: len(bounds)]) & named.keys():
        raise TypeError(f"arange: takes start, end and step, of which end is needed; got {bounds} and {named}")
    start, end, step = (number_in(given[name]) for name in ("start", "end", "step"))
    whole = all(isinstance(each, (int, np.integer)) for each in (start, end, step))
    kind = as_dtype(dtype) if dtype is not None else int64 if whole else get_default_dtype()
    count = None
    if kind.kind in "iu" and not whole:  # the numbers are those of the dtype; int64 alone counts by them, too
        count = 0 if step == 0 else math.ceil((end - start) / step)
        start, end, step = (int(each) for each in (start, end, step))
    if not all(map(math.isfinite, (start, end, step))):
        raise ShapeError(f"arange: unsupported range: {start} -> {end} by {step}; all three must be finite")
    if step == 0 or (end - start) / step < 0:
        raise ShapeError(f"arange: step must be nonzero and lead from {start} to {end}, got {step}")
    if abs(end - start) >= abs(step) * 2**60:
        raise ShapeError(f"arange: no memory has room for the numbers from {start} to {end} by {step}")
    if count is None or kind == int64:
        return made(np.arange(start, end, step).astype(kind), device, requires_grad)
    return made((start + step * np.arange(count)).astype(kind), device, requires_grad)


def range(
    start: Any = 0,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers from `start` to `end`, `step` apart, the last included: the older form of arange.

    In the default dtype unless given, also of integers.

    >>> mg.range(1, 3)
    tensor([1., 2., 3.])
    """
    if end is None:
        raise TypeError('range() missing 1 required positional arguments: "end"')
    kind = get_default_dtype() if dtype is None else as_dtype(dtype)
    first, last, apart = (number_in(each) for each in (start, end, step))
    if apart == 0 or (last - first) / apart < 0:
        raise ShapeError(f"range: upper bound and lower bound inconsistent with step sign: {start}, {end}, {step}")
    numbers = first + apart * np.arange(math.floor((last - first) / apart) + 1)
    return made(numbers.astype(kind), device, requires_grad)


def linspace(
    start: float, end: float, steps: int, *, dtype: DTypeLike = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """`steps` numbers at equal distances from `start` to `end`, both included.

    >>> mg.linspace(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    steps = _count(steps, "linspace")
    kind = get_default_dtype() if dtype is None else as_dtype(dtype)
    first, last = number_in(start), number_in(end)
    for each in (first, last):
        in_dtype(each, kind, "linspace")
    return made(_spaced(first, last, steps, kind).astype(kind), device, requires_grad)


def logspace(
    start: float,
    end: float,
    steps: int,
    base: float = 10.0,
    *,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """`steps` numbers from base ** start to base ** end, each the same multiple of the one before.

    >>> mg.logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    steps = _count(steps, "logspace")
    kind = get_default_dtype() if dtype is None else as_dtype(dtype)
    exponents = _spaced(number_in(start), number_in(end), steps, kind)
    return made(np.power(float(base), exponents).astype(kind), device, requires_grad)


def _count(steps: Any, name: str) -> int:
    """A number of steps; TypeError where it is no integer, ShapeError where it is negative."""
    try:
        count = operator.index(steps)
    except TypeError:
        raise TypeError(f"{name}(): argument 'steps' must be int, not {type(steps).__name__}") from None
    if count < 0:
        raise ShapeError(f"{name}: the number of steps must be non-negative, got {count}")
    return count


def _spaced(start: Any, end: Any, steps: int, kind: DType) -> Array:
    """`steps` numbers from `start` to `end` in float64; an integer dtype has integer ends.

    The first half is counted from the start and the second from the end: what is cut off is then what PyTorch cuts off.
    """
    start, end = (in_dtype(each, float64, "the ends of a range").item() for each in (start, end))
    if kind.kind in "iu":
        start, end = int(start), int(end)
    if steps == 1:
        return np.full(1, start, float64)
    step, half = (end - start) / max(steps - 1, 1), steps // 2
    return np.concatenate([start + step * np.arange(half), end - step * np.arange(steps - half - 1, -1, -1)])
