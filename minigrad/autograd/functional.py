"""PyTorch's older functions of functions; `minigrad.func` has the ones that nest.

The file stands in this folder for its name in PyTorch, but belongs to the floor of `minigrad.func`: the engine does not
import it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minigrad import func as transforms
from minigrad.autograd.node import Variable


def _pair(inputs: Any) -> tuple[tuple[Any, ...], bool]:
    return (inputs, True) if isinstance(inputs, tuple) else ((inputs,), False)


def _plain(value: Any, create_graph: bool) -> Any:
    """Without history, unless the caller wants to differentiate further."""
    if isinstance(value, tuple):
        return tuple(_plain(each, create_graph) for each in value)
    return value if create_graph or not isinstance(value, Variable) else Variable.wrap(value.array)


def jacobian(func: Callable[..., Any], inputs: Any, create_graph: bool = False, strict: bool = False) -> Any:
    """The Jacobian of `func` at `inputs`, a tensor or a tuple; tuples of tables where there are several."""
    given, several = _pair(inputs)
    numbers = tuple(range(len(given)))
    outputs = func(*given)
    if isinstance(outputs, tuple):
        tables = tuple(transforms.jacrev(lambda *xs, k=k: func(*xs)[k], numbers)(*given) for k in range(len(outputs)))
        return _plain(tables if several else tuple(each[0] for each in tables), create_graph)
    table = transforms.jacrev(func, numbers)(*given)
    return _plain(table if several else table[0], create_graph)


def hessian(func: Callable[..., Any], inputs: Any, create_graph: bool = False, strict: bool = False) -> Any:
    """The matrix of second derivatives of a scalar function; for a tuple of inputs a tuple of tuples."""
    given, several = _pair(inputs)
    numbers = tuple(range(len(given)))
    rows = tuple(transforms.jacrev(lambda *xs, k=k: transforms.grad(func, k)(*xs), numbers)(*given) for k in numbers)
    return _plain(rows if several else rows[0][0], create_graph)


def vjp(func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """(func(inputs), v times the Jacobian); `v` may be left out for a scalar."""
    given, several = _pair(inputs)
    value, product = transforms.vjp(func, *given)
    shares = product(Variable.wrap(value.array * 0 + 1) if v is None else v)
    return _plain(value, create_graph), _plain(shares if several else shares[0], create_graph)


def jvp(func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """(func(inputs), the Jacobian times v); `v` may be left out for a scalar input."""
    given, _ = _pair(inputs)
    tangents = tuple(Variable.wrap(each.array * 0 + 1) for each in given) if v is None else _pair(v)[0]
    value, tangent = transforms.jvp(func, given, tangents)
    return _plain(value, create_graph), _plain(tangent, create_graph)


def hvp(func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """(func(inputs), the Hessian times v)."""
    given, several = _pair(inputs)
    tangents = tuple(Variable.wrap(each.array * 0 + 1) for each in given) if v is None else _pair(v)[0]
    _, product = transforms.jvp(transforms.grad(func, tuple(range(len(given)))), given, tangents)
    return _plain(func(*given), create_graph), _plain(product if several else product[0], create_graph)


def vhp(func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """(func(inputs), v times the Hessian): as hvp, the Hessian being symmetric."""
    return hvp(func, inputs, v, create_graph, strict)
