"""The call of a primitive: it runs, or it records.

Called on plain arrays a primitive just runs NumPy. Called with a Variable it returns one, and if a gradient is wanted
it also leaves a node: the edges to what the result was computed from, each with the values that its rule asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad.engine.mode import mode
from minigrad.engine.node import Edge, Node, Variable
from minigrad.engine.observers import observed, observers
from minigrad.engine.promotion import WITH_RULES, mixed, plain_arrays, promote
from minigrad.engine.refusal import check_arrays, explained
from minigrad.engine.views import link_view

if TYPE_CHECKING:
    from minigrad.engine.primitive import Rules

new = Variable.__new__
ndarray = np.ndarray


def recorder(
    name: str, run: Callable[..., Any], rules: Rules, promoting: tuple[int, ...], view: bool
) -> Callable[..., Any]:
    """The function that carries out a primitive: every operation of every program passes here.

    `promoting` are the positions of the arguments that are brought to one dtype.
    """
    arity = len(rules.parameters)
    known = rules.known
    plain_call = not rules.statics  # without keywords

    def operation(*args: Any, **static: Any) -> Any:
        if len(args) != arity or (static and plain_call):
            if "out" in static:
                return Variable.into(static.pop("out"), operation, args, static)
            args = bound(rules, args, static)
        if observers:
            if not mode.observed:
                return observed(primitive, args, static)  # which calls this again
            mode.observed = False
        arrays: list[Any] = []
        dtype = None  # of the first Variable
        alike = True  # all Variables have it
        wanted: list[tuple[int, Node]] = []  # the arguments that want a gradient: position and node
        for arg in args:
            if isinstance(arg, Variable):
                array = arg.array
                if dtype is None:
                    dtype = array.dtype
                elif array.dtype is not dtype:
                    alike = False
                if arg.node is not None:
                    wanted.append((len(arrays), arg.node))
                arrays.append(array)
            else:
                arrays.append(arg)
        if dtype is None and args and type(args[0]) is not ndarray:
            check_arrays(primitive, args)
        try:
            y = run(*arrays, **static)
            if dtype is None:
                return y
            if promoting and not (alike and y.dtype is dtype) and mixed(args, promoting, y.dtype):
                promote(arrays, promoting, y.dtype.kind == "f")
                y = run(*arrays, **static)
            if type(y) is not ndarray and isinstance(y, WITH_RULES):
                arrays = plain_arrays(arrays)
                y = run(*arrays, **static)
        except (ValueError, TypeError, IndexError, OverflowError, AttributeError, MemoryError) as error:
            raise explained(primitive, arrays, error) from error
        except RuntimeWarning:  # the caller makes errors of warnings, but NaN and infinity are no mistakes
            mode.observed = bool(observers)
            with np.errstate(all="ignore"):
                return operation(*args, **static)

        if isinstance(y, np.generic):  # NumPy's functions answer arrays without axes by scalars
            y = np.asarray(y)
        result = new(Variable.result_type)
        result.array = y
        if wanted and mode.recording and y.dtype.kind == "f":
            edges: list[Edge] = []
            ruled = known if len(known) >= len(args) else rules.up_to(len(args))
            for position, node in wanted:
                rule = ruled[position]
                if rule is not None:
                    edges.append((node, rule, rule.collect(y, arrays, static)))
            if edges:
                result.node = mode.node(primitive, edges, y.shape, y.dtype, static)
        if view and y.base is not None:
            link_view(result, args[0], primitive, static)
        return result

    operation.__name__ = operation.__qualname__ = name
    primitive: Any = operation
    return operation


def bound(rules: Rules, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, ...]:
    """The arguments in order, those given by name among them, which are taken out of `keywords`."""
    if rules.variadic:
        return args
    count = len(rules.parameters)
    given = dict(enumerate(args))
    for keyword in [each for each in keywords if each not in rules.statics]:
        position = rules.keywords.get(keyword)
        if position is None:
            raise TypeError(f"{rules.name}: got an unexpected keyword argument {keyword!r}")
        if position in given:
            raise TypeError(f"{rules.name}: {keyword!r} names an argument that was given already")
        given[position] = keywords.pop(keyword)
    if len(args) > count or len(given) < count:
        signature = f"{rules.name}({', '.join(rules.parameters)})"
        raise TypeError(f"{signature} takes {count} arguments, {len(given)} were given")
    return tuple(given[position] for position in range(count))
