"""Operations that write into the memory of a tensor: the functional operation, and then a change of history.

`x.mul_(y)` computes x * y as ever, copies the result into the memory of x, and makes x the result of that operation. If
x is a view, its source has changed too: there, what the view had shown is taken out of the source and the new value is
put in, both by the view's own operation and its adjoint; then the other views of the source are made again from it. The
watch on saved values (`autograd.versions`) is told, and a backward pass that needs the old values says so.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.autograd.mode import mode, no_grad
from minigrad.autograd.node import Leaf, Variable
from minigrad.autograd.primitive import linear
from minigrad.autograd.versions import writes
from minigrad.dtypes import Array
from minigrad.errors import ShapeError
from minigrad.ops.indexing import item_at, plain_index

_CATEGORY = {"b": 0, "u": 1, "i": 1, "f": 2}


def in_place(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """The method `name` that puts what `function(x, ...)` returns into x, and returns x."""

    @functools.wraps(function)
    def method(x: Any, *args: Any, **kwargs: Any) -> Any:
        check_writable(x, name)
        # A rule may save the old value, which must then have memory of its own.
        saves = mode.recording and any(getattr(each, "node", None) is not None for each in (x, *args, *kwargs.values()))
        old = Variable.wrap(x.array.copy(), x.node) if saves else x
        return overwrite(x, function(old, *args, **kwargs), name)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"`{function.__name__}` in place: changes this tensor's memory, and returns it."
    return method


def reshaped_in_place(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """The method `name` that gives x the shape that `function(x, ...)` returns: the numbers stay where they are."""

    @functools.wraps(function)
    def method(x: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(x.node, Leaf) and mode.recording:
            check_writable(x, name)
        view = function(x, *args, **kwargs)
        x.array, x.node = view.array, view.node
        return x

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"`{function.__name__}` in place: changes the shape of this tensor, and returns it."
    return method


def check_writable(x: Variable, name: str) -> None:
    """RuntimeError where a change of `x` is not allowed: before anything has been computed."""
    if mode.recording:
        source = x
        while source.origin is not None:
            source = source.origin.source
        if isinstance(source.node, Leaf):
            which = "a leaf Variable" if source is x else "a view of a leaf Variable"
            raise RuntimeError(
                f"{name}: {which} that requires grad is being used in an in-place operation. "
                "Change it within `with no_grad():`, or change a clone."
            )
    if not x.array.flags.writeable:
        raise RuntimeError(
            f"{name}: this tensor's memory cannot be written: it is expanded, several elements being one number, or "
            "comes from a read-only array. Clone it first."
        )


def overwrite(x: Any, value: Any, name: str) -> Any:
    """Copy `value` (a Variable, an array or a number) into the memory of `x`, and make x its result."""
    array = value.array if isinstance(value, Variable) else np.asarray(value)
    if np.broadcast_shapes(array.shape, x.array.shape) != x.array.shape:
        raise ShapeError(f"{name}: output with shape {x.array.shape} doesn't match the broadcast shape {array.shape}")
    if _CATEGORY[array.dtype.kind] > _CATEGORY[x.array.dtype.kind] and hasattr(value, "dtype"):
        raise RuntimeError(
            f"{name}: result type {array.dtype} can't be cast to the desired output type {x.array.dtype}"
        )
    if mode.recording and _has_history(x, value):
        _adopt(x, value if isinstance(value, Variable) else Variable.wrap(array))
    np.copyto(x.array, array, casting="unsafe")
    writes.note(x.array, name)
    return x


def _has_history(x: Variable, value: Any) -> bool:
    source: Variable | None = x
    while source is not None:
        if source.node is not None:
            return True
        source = source.origin.source if source.origin else None
    return isinstance(value, Variable) and value.node is not None


def _adopt(x: Variable, value: Variable) -> None:
    """Give `x` the history of `value`, its sources that of having it put in, and their views that of the sources."""
    if x.origin is None:
        if value.array.shape != x.array.shape or value.array.dtype != x.array.dtype:
            value = filled(value, size=x.array.shape, dtype=x.array.dtype)
        x.node = value.node
    else:
        source, operation, static = x.origin
        (rule,) = operation.rules_for(1)
        assert rule is not None, "views are linear, and have a rule"
        needed = rule.collect(x.array, [source.array], static)
        before = Variable.wrap(source.array, source.node)
        value = filled(value, size=x.array.shape, dtype=x.array.dtype)
        kept = before - rule.formula(operation(before, **static), *needed)
        _adopt(source, kept + rule.formula(value, *needed))
        return
    _refresh(x)


def _refresh(source: Variable) -> None:
    """Make the history of every view of `source` again."""
    for reference in source.views or ():
        view = reference()
        if view is not None and view.origin is not None:
            view.node = view.origin.operation(Variable.wrap(source.array, source.node), **view.origin.static).node
            _refresh(view)


def _filled(x: Array, *, size: tuple[int, ...], dtype: Any) -> Array:
    return np.broadcast_to(x, size).astype(dtype)


def _replaced(x: Array, v: Array, *, index: Any) -> Array:
    y = x.copy()
    y[index] = v
    return y


filled = linear("fill(x)", _filled, x=lambda g: g)  # the edge undoes the broadcast and the cast
replaced = linear(
    "setitem(x, v)",
    _replaced,
    x=lambda g, index: replaced(g, 0, index=index),
    v=lambda g, index: item_at(g, index=index),
)


def setitem(x: Any, index: Any, value: Any) -> None:
    """`x[index] = value`: the value is broadcast to the place, and the gradient flows to both."""
    check_writable(x, "setitem")
    index = plain_index(index)
    if mode.recording and _has_history(x, value):
        overwrite(x, replaced(Variable.wrap(x.array, x.node), value, index=index), "setitem")
        return
    array = value.array if isinstance(value, Variable) else value
    try:
        x.array[index] = array
    except ValueError as error:
        raise ShapeError(f"setitem: {error} (a value of shape {np.shape(array)} into shape {x.array.shape})") from None
    writes.note(x.array, "setitem")


def copy_(x: Any, source: Any, non_blocking: bool = False) -> Any:
    """The numbers of `source`, broadcast and cast, in the memory of `x`."""
    check_writable(x, "copy_")
    if isinstance(source, Variable) and source.array.dtype != x.array.dtype:
        source = filled(source, size=source.array.shape, dtype=x.array.dtype)
    return overwrite(x, source, "copy_")


def fill_(x: Any, value: Any) -> Any:
    """`value`, a number or a tensor without dimensions, everywhere."""
    return copy_(x, value)


def zero_(x: Any) -> Any:
    """Zeros everywhere."""
    return copy_(x, 0)


def random_in_place(draw: Callable[..., Array], name: str) -> Callable[..., Any]:
    """The method `name` that fills a tensor with random numbers; nothing flows through them."""

    @functools.wraps(draw)
    def method(x: Any, *args: Any, **kwargs: Any) -> Any:
        check_writable(x, name)
        with no_grad():
            overwrite(x, draw(x.array.shape, *args, **kwargs).astype(x.array.dtype), name)
        return x

    method.__name__ = method.__qualname__ = name
    return method
