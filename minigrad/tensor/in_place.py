"""Operations that write into the memory of a tensor: the functional operation, and then a change of history.

`x.mul_(y)` computes x * y as ever, copies the result into the memory of x, and makes x the result of that operation. If
x is a view, the root in whose memory it lies has changed too: there, what the view had shown is taken out and the new
value is put in, both by the adjoints of the operations that made the view; then the other views of the root are made
again from it. The watch on saved values (`engine.versions`) is told, and a backward pass that needs the old values says
so; only what was changed through `.data` goes unnoticed. Whether a tensor may be changed is asked at the end of this
page, before anything has been computed or written.
"""

from __future__ import annotations

import contextlib
import functools
import weakref
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np

from minigrad.dtypes import Array, can_cast
from minigrad.engine.broadcast import unbroadcast
from minigrad.engine.gate import gated
from minigrad.engine.inference import outside
from minigrad.engine.mode import HISTORY, at, changing, enable_grad, mode
from minigrad.engine.node import Leaf, Node, Variable, array_of
from minigrad.engine.refusal import DTYPE_NAMES, cannot_become, not_a_tensor
from minigrad.engine.versions import writes
from minigrad.engine.views import BEING_CHANGED, root_of, settled, stale
from minigrad.errors import DTypeError, ShapeError
from minigrad.ops.choice import mask
from minigrad.ops.memory import astype
from minigrad.types import Tensor

WRITES = """`{}` in place: what it computes is written into the memory of this tensor, which is returned.

The gradient flows as through the operation itself. Shape and dtype stay: ShapeError or RuntimeError for a result that
does not fit. RuntimeError also for a leaf that requires grad: change it within `with no_grad()`.
"""
RESHAPES = """`{}` in place: this tensor gets the shape, keeps its numbers, and is returned.

RuntimeError for a leaf that requires grad: change it within `with no_grad()`.
"""
"""What `help()` says of the methods in place."""

F = TypeVar("F", bound=Callable[..., Any])


def in_place(function: Callable[..., Any], name: str) -> Callable[..., Tensor]:
    """The method `name` that puts what `function(x, ...)` returns into x, and returns x."""

    @functools.wraps(function, updated=())
    def method(*args: Any, **kwargs: Any) -> Any:
        x, *others = args or (kwargs.pop("input", None),)
        check_writable(x, name)
        if x.array.dtype != getattr(function, "in_place_dtype", x.array.dtype):
            base, needed = (DTYPE_NAMES[str(each)] for each in (x.array.dtype, function.in_place_dtype))  # type: ignore[attr-defined]
            raise DTypeError(
                f"{name}: the base given to {name} has dtype {base} but the operation's result requires dtype {needed}"
            )
        # A rule may save the old value, which must then have memory of its own.
        saves = mode.recording and any(
            getattr(each, "node", None) is not None for each in (x, *others, *kwargs.values())
        )
        old = Variable.wrap(x.array.copy(), x.node) if saves else x
        with changing(name):
            value = function(old, *others, **kwargs)
            return x if value is old else overwrite(x, value, name)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = WRITES.format(function.__name__)
    return gated(method)


def optionally_in_place(function: F) -> F:
    """Let `inplace=True` put what `function(x, ..., inplace)` returns into x, as its form with an underscore does."""
    position = function.__code__.co_varnames.index("inplace")
    write = in_place(function, f"{function.__name__}_")

    @functools.wraps(function)
    def called(*args: Any, **options: Any) -> Any:
        inplace = args[position] if len(args) > position else options.get("inplace", False)
        return write(*args, **options) if inplace else function(*args, **options)

    return cast(F, called)


def reshaped_in_place(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """The method `name` that gives x the shape that `function(x, ...)` returns: the numbers stay where they are."""

    @functools.wraps(function, updated=())
    def method(*args: Any, **kwargs: Any) -> Any:
        x, *others = args or (kwargs.pop("input", None),)
        check_history(x, name)
        before = Variable.wrap(x.array, x.node)
        before.origin, before.views = x.origin, x.views
        with enable_grad(), changing(name):  # the history goes with the tensor, whatever the mode
            view = function(before, *others, **kwargs)
        if view is not before:
            _step_aside(x, before)
            x.array, x.node, x.origin, x.views = view.array, view.node, view.origin, None
            view.origin.source.views.append(weakref.ref(x))
            if isinstance(before.node, Leaf):
                x.node = before.node if before.node.shape == x.array.shape else Leaf(x)
        return x

    method.__name__ = method.__qualname__ = name
    method.__doc__ = RESHAPES.format(function.__name__)
    return gated(method)


def _step_aside(x: Variable, before: Variable) -> None:
    """Let `before` be what `x` was, to its source and to its views: x is about to become a view of it."""
    if x.origin is not None:
        siblings = x.origin.source.views or []
        x.origin.source.views = [weakref.ref(before) if each() is x else each for each in siblings]
    for reference in x.views or ():
        view = reference()
        if view is not None and view.origin is not None:
            view.origin = view.origin._replace(source=before)


def overwrite(x: Any, value: Any, name: str) -> Any:
    """Copy `value` (a Variable, an array or a number) into the memory of `x`, and make x its result."""
    array = array_of(value)
    if not x.array.flags.writeable:
        check_writable(x, name)
    check_fits(array, x, name)
    if hasattr(value, "dtype") and not can_cast(array.dtype, x.array.dtype):
        raise cannot_become(name, array.dtype, x.array.dtype)
    if mode.recording and has_history(x, value):
        check_recorded(x, name)
        if array.dtype != x.array.dtype:
            value = astype(value, dtype=x.array.dtype)
        with at(HISTORY):
            _adopt(x, value.node)
    np.copyto(x.array, array, casting="unsafe")
    note(x, name)
    return x


def note(x: Variable, name: str) -> None:
    """Tell the watch on saved values that `name` has changed the memory of `x`."""
    if root_of(x).watched:
        writes.note(x.array, name)


def become(x: Any, node: Node, name: str) -> None:
    """Make x, whose memory `name` has changed by itself, the result of `node`."""
    check_history(x, name)
    with at(HISTORY), changing(name):
        _adopt(x, node)


def _adopt(x: Variable, node: Node | None) -> None:
    """Make `node` the history of `x`. Its root gets that of having it put in, and all views of the root follow."""
    shown: Any = np.ones_like(x.array)
    value: Any = Variable.wrap(x.array, node)
    root = x
    while root.origin is not None:
        source, operation, static, _ = root.origin
        assert operation is not None, "what cannot be made again is not changed"
        (put,) = operation.rules_for(1)  # the adjoint of a view puts what it shows in its place
        assert put is not None, "views are linear, and have a rule"
        needed = put.collect(root.array, [source.array], static)
        fit = source.array.shape, source.array.dtype, operation.name
        shown, value = (unbroadcast(put.formula(each, *needed), *fit) for each in (shown, value))
        root = source
    if root is not x:
        node = (mask(Variable.wrap(root.array, root.node), shown == 0) + value).node
    _change_history(root, node)
    _refresh(root)


def _refresh(source: Variable) -> None:
    """Make the history of every view of `source` again, and of the views of these."""
    waiting = [source]
    while waiting:
        source = waiting.pop()
        for reference in source.views or ():
            view = reference()
            if view is not None and view.origin is not None:
                operation, refusal = view.origin.operation, view.origin.refusal
                if refusal is not None or operation is None:
                    again = None if source.node is None or refusal is None else stale(view, refusal)
                else:
                    again = operation(Variable.wrap(source.array, source.node), **view.origin.static).node
                _change_history(view, again)
                waiting.append(view)


def _change_history(x: Variable, node: Node | None) -> None:
    """Make `node` that of x. What `retain_grad` asked for follows; hooks stay with the history they were put on."""
    before = None if x.node is None else x.node.hooks
    if before is not None and before.kept is not None and node is not None:
        node.hooked().kept, before.kept = before.kept, None
    x.node = node


# -- whether it may be changed -----------------------------------------------------------------------------------------


def check_writable(x: Variable, name: str) -> None:
    """RuntimeError where a change of `x` is not allowed: before anything has been computed."""
    check_history(x, name)
    if not x.array.flags.writeable:
        if overlaps(x.array):
            raise RuntimeError(
                f"{name}: unsupported operation: more than one element of the written-to tensor refers to a single "
                "memory location, as in expanded tensors. Clone it first."
            )
        if root_of(x).array.flags.writeable:  # a part of an expanded tensor: NumPy has locked the whole
            with contextlib.suppress(ValueError):
                x.array.flags.writeable = True
        if not x.array.flags.writeable:
            raise RuntimeError(
                f"{name}: this tensor's memory cannot be written: it comes from a read-only array. Clone it first."
            )


def overlaps(array: Array) -> bool:
    """Whether several elements of `array` may be one number."""
    end = array.itemsize  # of the bytes that the axes looked at so far take
    for step, size in sorted((abs(step), size) for step, size in zip(array.strides, array.shape) if size != 1):
        if step < end:
            return bool(array.size > 1)
        end += step * (size - 1)
    return False


def check_history(x: Variable, name: str) -> None:
    """RuntimeError if `x` is a leaf that requires grad, or a view of one, and operations are recorded.

    Likewise if it was made in inference mode and this is off. TypeError if `x` is no tensor.
    """
    if not isinstance(x, Variable):
        raise not_a_tensor(name, "input", 1, x)
    if outside(x):
        raise RuntimeError(
            f"{name}: Inplace update to inference tensor outside InferenceMode is not allowed. Make a clone to get a "
            "normal tensor before the update."
        )
    if not mode.recording:
        return
    link = x  # of the way from x to its root: a leaf may itself lie in memory that wants no gradient
    while link.origin is not None and not isinstance(link.node, Leaf):
        link = link.origin.source
    if isinstance(link.node, Leaf):
        which = "a leaf Variable" if link is x else "a view of a leaf Variable"
        raise RuntimeError(
            f"{name}: {which} that requires grad is being used in an in-place operation. "
            "Change it within `with no_grad():`, or change a clone."
        )


def check_fits(value: Any, x: Variable, name: str) -> None:
    """ShapeError unless `value` broadcasts to the shape of `x`, which does not change."""
    shape = np.shape(value)
    if len(shape) > x.array.ndim or any(n not in (1, m) for n, m in zip(shape[::-1], x.array.shape[::-1])):
        raise ShapeError(f"{name}: output with shape {x.array.shape} doesn't match the broadcast shape {shape}")


def check_recorded(x: Variable, name: str) -> None:
    """RuntimeError if a change of `x` would have to be recorded and `x` is a view that cannot follow."""
    if x.origin is not None and x.origin.refusal is not None:
        settled(x)
    if x.origin is not None and x.origin.refusal is not None:
        raise RuntimeError(f"{name}: {x.origin.refusal.after(BEING_CHANGED)}")


def has_history(x: Variable, value: Any) -> bool:
    """Whether `x`, something in whose memory it lies, or `value` has been recorded."""
    source: Variable | None = x
    while source is not None:
        if source.node is not None:
            return True
        source = source.origin.source if source.origin else None
    return isinstance(value, Variable) and value.node is not None
