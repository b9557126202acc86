"""Dimension arguments: checked and counted from the front, in the words of PyTorch's errors."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from typing import Any, TypeVar, cast

from minigrad.errors import ShapeError
from minigrad.types import Dims

F = TypeVar("F", bound=Callable[..., Any])

DIMS = 64
"""The most dimensions that NumPy's arrays have."""


def normalized(dim: Any, ndim: int, name: str) -> int:
    """`dim` as a number from 0 to ndim - 1; negative ones count from the end. A scalar has the one dimension 0."""
    try:
        number = operator.index(dim)
    except TypeError:
        raise TypeError(f"{name}: dim must be an int, not {type(dim).__name__}") from None
    if dim is True or dim is False:
        raise TypeError(f"{name}: dim must be an int, not bool")
    size = max(ndim, 1)
    if not -size <= number < size:
        raise IndexError(
            f"{name}: Dimension out of range (expected to be in range of [{-size}, {size - 1}], but got {number})"
        )
    return number % size


def normalized_all(dim: Dims, ndim: int, name: str) -> tuple[int, ...]:
    """`dim` (a number, several, or None for all) as distinct axes from 0 to ndim - 1."""
    if dim is None:
        return tuple(range(ndim))
    given = tuple(dim) if isinstance(dim, (tuple, list)) else (dim,)
    axes = tuple(normalized(each, ndim, name) for each in given)
    if len(set(axes)) < len(axes):
        twice = next(axis for axis in axes if axes.count(axis) > 1)
        raise ShapeError(f"{name}: dim {twice} appears multiple times in the list of dims {given}")
    return axes if ndim else ()


def sizes(shape: tuple[Any, ...], name: str) -> tuple[int, ...]:
    """A shape given as separate numbers or as one sequence."""
    if len(shape) == 1 and isinstance(shape[0], (tuple, list)):
        shape = tuple(shape[0])
    try:
        if bool not in map(type, shape):
            return tuple(operator.index(size) for size in shape)
    except TypeError:
        pass
    raise TypeError(f"{name}: sizes must be integers, got {shape}")


def sizes_of_memory(shape: tuple[Any, ...], name: str) -> tuple[int, ...]:
    """As sizes, of a tensor that `name` makes: ShapeError where there can be none."""
    found = sizes(shape, name)
    if min(found, default=0) < 0:
        raise ShapeError(f"{name}: Trying to create tensor with negative dimension, got {found}")
    if len(found) > DIMS:
        raise ShapeError(f"{name}: a tensor has up to {DIMS} dimensions, not {len(found)}")
    if math.prod(n for n in found if n) >= 2**60:
        raise ShapeError(f"{name}: Storage size calculation overflowed with sizes={list(found)}")
    return found


def one_by_one(function: Callable[[Any, tuple[int, ...]], Any]) -> Callable[..., Any]:
    """Let callers give the numbers that `function` takes as a tuple: one by one, as one sequence, or by its keyword."""
    keyword = function.__code__.co_varnames[1]

    @functools.wraps(function)
    def called(input: Any, *numbers: Any, **options: Any) -> Any:
        if keyword in options and not numbers:
            numbers = (options.pop(keyword),)
        elif (
            not (numbers or options) and getattr(input, "ndim", 0) > 0
        ):  # a scalar has none to give: x.expand(*x.shape)
            raise TypeError(f"{function.__name__}() missing 1 required positional argument: {keyword!r}")
        if options:
            raise TypeError(f"{function.__name__}: got an unexpected keyword {next(iter(options))!r} beside {keyword}")
        return function(input, sizes(numbers, function.__name__))

    called.takes_one_by_one = keyword  # type: ignore[attr-defined]  # what the stubs say of it
    return called


def reduced(dim: Dims, ndim: int, name: str) -> tuple[int, ...]:
    """The axes that a reduction over `dim` takes away. No dimension, as (), means all of them, as in PyTorch."""
    return normalized_all(None if isinstance(dim, (tuple, list)) and not dim else dim, ndim, name)


NUMPY_NAMES = {"axis": "dim", "keepdims": "keepdim"}


def numpy_names(function: F) -> F:
    """Let callers write NumPy's `axis` and `keepdims` for `dim` and `keepdim`, as PyTorch does."""

    @functools.wraps(function)
    def called(*args: Any, **options: Any) -> Any:
        if "axis" in options or "keepdims" in options:
            for theirs, ours in NUMPY_NAMES.items():
                if theirs in options:
                    if ours in options:
                        raise TypeError(
                            f"{function.__name__}: {theirs!r} is another name of {ours!r}: give one of them"
                        )
                    options[ours] = options.pop(theirs)
        return function(*args, **options)

    return cast(F, called)


def for_axes(value: Any, axes: int, name: str, argument: str, least: int) -> tuple[int, ...]:
    """One int for each of `axes`, from an int or a sequence of them."""
    values = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    if len(values) == 1:
        values *= axes
    if len(values) == axes and set(map(type, values)) == {int} and min(values) >= least:
        return values  # as nearly always
    if len(values) != axes:
        raise ShapeError(f"{name}: {argument} must be an int or {axes} of them, got {value!r}")
    if any(isinstance(each, bool) or not hasattr(each, "__index__") for each in values):
        raise TypeError(f"{name}: {argument} must be an int or {axes} of them, got {value!r}")
    if min(values) < least:
        raise ShapeError(f"{name}: {argument} must be at least {least}, got {value!r}")
    return tuple(int(each) for each in values)
