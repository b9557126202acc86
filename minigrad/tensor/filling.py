"""What is put into a tensor: values at an index or everywhere, from the user, another tensor or chance."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np

from minigrad.dtypes import Array, check_numbers, in_dtype
from minigrad.engine.gate import gated
from minigrad.engine.mode import changing, mode
from minigrad.engine.node import Variable, plain
from minigrad.engine.refusal import DTYPE_NAMES, told
from minigrad.engine.unfit import is_tensor_like
from minigrad.errors import DTypeError, ShapeError
from minigrad.ops.index import has_arrays, numbers_apart, plain_index
from minigrad.ops.indexing import getitem_p
from minigrad.ops.public import Type
from minigrad.ops.replacing import index_put_p
from minigrad.random.generator import drawn_into
from minigrad.tensor.in_place import check_fits, check_writable, has_history, note, overlaps, overwrite
from minigrad.types import Number, Tensor


def setitem(x: Any, index: Any, value: Any) -> None:
    """`x[index] = value`: the value is broadcast to the place and cast, and the gradient flows to both.

    RuntimeError for a tensor of another dtype at a place that arrays name, as in PyTorch.
    """
    numbers, index = numbers_apart(plain_index(index))
    if isinstance(value, Variable) and value.array.ndim and value.array.dtype != x.array.dtype and has_arrays(index):
        wanted, got = (DTYPE_NAMES[str(each.array.dtype)] for each in (x, value))
        raise DTypeError(
            "setitem: Index put requires the source and destination dtypes match, "
            f"got {wanted} for the destination and {got} for the source"
        )
    with changing("setitem"):
        while isinstance(value, Variable) and value.array.shape[:1] == (1,):
            value = getitem_p(value, index=0)  # a place may have no room for axes of size 1 in front
        _put(x if numbers is None else getitem_p(x, index=numbers), index, value, "setitem")


def _put(x: Any, index: Any, value: Any, name: str) -> Any:
    """`value` in the elements of `x` that a plain index names."""
    if not x.array.flags.writeable and overlaps(x.array):  # the elements named may be apart from each other
        place = getitem_p(x, index=index)
        x, index = (place, ...) if place.origin is not None else (x, index)
    check_writable(x, name)
    if not is_tensor_like(value):
        value = in_dtype(value, x.array.dtype, name)
    array = plain(value)
    if isinstance(array, (np.ndarray, np.generic)):  # those of other libraries are of dtypes of their own
        check_numbers(array.dtype)
    try:
        if mode.recording and has_history(x, value):
            with changing(name):
                return overwrite(x, index_put_p(Variable.wrap(x.array, x.node), value, index=index), name)
        x.array[index] = array
    except ValueError as error:
        raise ShapeError(
            f"{name}: shape mismatch: {error} (a value of shape {np.shape(array)} into shape {x.array.shape})"
        ) from None
    except (IndexError, TypeError, OverflowError) as error:
        raise told(name, [x.array, array], error) from None
    note(x, name)
    return x


@gated
def copy_(x: Tensor, source: Tensor | Number, non_blocking: bool = False) -> Tensor:
    """The numbers of `source`, broadcast and cast, in the memory of `x`.

    ShapeError where the source does not broadcast to this shape.

    >>> mg.zeros(2).copy_(mg.tensor([1, 2]))
    tensor([1., 2.])
    """
    check_fits(plain(source), x, "copy_")
    return _put(x, ..., source, "copy_")


@gated
def fill_(x: Tensor, value: Tensor | Number) -> Tensor:
    """`value`, a number or a tensor without dimensions, everywhere.

    ShapeError for a value with dimensions.

    >>> mg.zeros(2).fill_(3)
    tensor([3., 3.])
    """
    if np.ndim(plain(value)):
        raise ShapeError(f"fill_: only supports a 0-dimensional value tensor, got shape {tuple(np.shape(value))}")
    return _filled(x, value, "fill_")


@gated
def zero_(x: Tensor) -> Tensor:
    """Zeros everywhere.

    >>> mg.ones(2).zero_()
    tensor([0., 0.])
    """
    return _filled(x, 0, "zero_")


def _filled(x: Any, value: Any, name: str) -> Any:
    """`value` everywhere: a number also in an expanded tensor, of which it is enough to fill what is there once."""
    if 0 in x.array.strides and not isinstance(value, Variable):
        _put(getitem_p(x, index=_once(x.array)), ..., value, name)
        return x
    return _put(x, ..., value, name)


def _once(array: Array) -> tuple[slice, ...]:
    """The index of a part of an expanded array in which each of its numbers is once."""
    return tuple(slice(0, 1) if step == 0 else slice(None) for step in array.strides)


@gated
def apply_(x: Tensor, callable: Callable[[Any], Any]) -> Tensor:
    """What `callable` makes of each element, a Python number, in its place: slow, and without a derivative.

    >>> mg.tensor([1.0, 2.0]).apply_(lambda v: v * v)
    tensor([1., 4.])
    """
    return _mapped("apply_", x, x, x, lambda own, *others: callable(own))


@gated
def map_(x: Tensor, other: Tensor, callable: Callable[[Any, Any], Any]) -> Tensor:
    """What `callable` makes of each element and that of `other`, in the place of the first.

    >>> mg.tensor([1.0, 2.0]).map_(mg.tensor([3.0, 4.0]), max)
    tensor([3., 4.])
    """
    return _mapped("map_", x, other, other, lambda own, one, two: callable(own, one))


@gated
def map2_(x: Tensor, first: Tensor, second: Tensor, callable: Callable[[Any, Any, Any], Any]) -> Tensor:
    """What `callable` makes of each element and those of two others, in the place of the first.

    >>> mg.zeros(2).map2_(mg.tensor([3.0, 4.0]), mg.tensor([1.0, 2.0]), lambda own, a, b: a - b)
    tensor([2., 2.])
    """
    return _mapped("map2_", x, first, second, callable)


def _mapped(name: str, x: Any, first: Any, second: Any, callable: Callable[[Any, Any, Any], Any]) -> Any:
    if any(each.requires_grad for each in (x, first, second)):
        raise RuntimeError(
            f"Can't call {name}() on Variable that requires grad: nothing is known of the derivative. "
            f"Use x.detach().{name}() instead."
        )
    for other in (first, second):
        check_fits(plain(other), x, name)
    arrays = np.broadcast_arrays(plain(x), plain(first), plain(second))
    values = [
        _number(callable(*each), name) for each in zip(*(array.reshape(-1).tolist() for array in arrays), strict=True)
    ]
    return _put(x, ..., np.array(values, x.array.dtype).reshape(x.shape), name)


def _number(value: Any, name: str) -> Any:
    if not isinstance(value, (int, float, np.number, np.bool_)):
        raise TypeError(f"{name}: callable must return a number: must be real number, not {type(value).__name__}")
    return value


def random_in_place(draw: Callable[..., Array], name: str) -> Callable[..., Any]:
    """The method `name` that fills a tensor with random numbers; nothing flows through them."""

    @functools.wraps(draw)
    def method(x: Any, *args: Any, **kwargs: Any) -> Any:
        check_writable(x, name)
        drawn_into(x.array)
        return _put(x, ..., draw(x.array, *args, **kwargs), name)

    method.__name__ = method.__qualname__ = name
    method.__wrapped__ = _face(draw, name)  # where `inspect` looks for signature and source
    return method


def _face(draw: Any, name: str) -> FunctionType:
    """`draw` as a function of a tensor, where it takes an array: for its signature, not to be called."""
    code = draw.__code__
    names = ("input", *code.co_varnames[1:])
    face = FunctionType(code.replace(co_name=name, co_varnames=names), draw.__globals__, name, draw.__defaults__)
    face.__kwdefaults__ = draw.__kwdefaults__
    _, *others, _ = draw.__annotations__.items()
    face.__annotations__ = {k: Type(v) for k, v in (("input", "Tensor"), *others, ("return", "Tensor"))}
    return face


@gated
def fill_diagonal_(x: Tensor, fill_value: Number, wrap: bool = False) -> Tensor:
    """`fill_value` where all indices are equal; with `wrap` again below, in a matrix of more rows than columns.

    ShapeError for a vector, or more than two dimensions of different sizes.

    >>> mg.zeros(2, 2).fill_diagonal_(1)
    tensor([[1., 0.],
            [0., 1.]])
    """
    shape = x.array.shape
    if len(shape) < 2 or (len(shape) > 2 and len(set(shape)) > 1):
        raise ShapeError(f"fill_diagonal_: takes a matrix, or dimensions of equal size, got shape {shape}")
    step = sum(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))
    end = x.array.size if wrap or len(shape) > 2 else shape[1] * shape[1]
    x[np.unravel_index(np.arange(0, min(end, x.array.size), step), shape)] = fill_value
    return x
