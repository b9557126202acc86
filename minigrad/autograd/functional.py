"""PyTorch's older functions of functions; `minigrad.func` has the ones that nest.

The file stands in this folder for its name in PyTorch, but belongs to the floor of `minigrad.func`: the engine does not
import it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad import func as transforms
from minigrad.engine.node import Variable
from minigrad.func.trace import Trace, history_of
from minigrad.func.tree import map_tree

Function = Callable[..., Any]


def jacobian(
    func: Function,
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """The Jacobian of `func` at `inputs`, a tensor or a tuple; tuples of tables where there are several.

    `strategy` "forward-mode" takes a pass for each element of the inputs instead of the outputs. With `strict` an
    output that does not depend on an input is an error. `vectorize` is accepted.

    >>> mg.autograd.functional.jacobian(lambda x: x * x, mg.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    given, single = _arguments(inputs)
    if strategy not in ("reverse-mode", "forward-mode"):
        raise ValueError(f"jacobian: strategy is 'reverse-mode' or 'forward-mode', not {strategy!r}")
    if strict:
        _check_dependence("jacobian", func, given)
    transform = transforms.jacrev if strategy == "reverse-mode" else transforms.jacfwd
    return _plain(transform(func, 0 if single else tuple(range(len(given))))(*given), create_graph)


def hessian(
    func: Function,
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """The matrix of second derivatives of a scalar function; for a tuple of inputs a tuple of tuples.

    >>> mg.autograd.functional.hessian(lambda x: (x**3).sum(), mg.tensor([1.0, 2.0]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    given, single = _arguments(inputs)
    numbers = 0 if single else tuple(range(len(given)))
    gradient = transforms.grad(_scalar(func, "hessian"), numbers)
    return jacobian(gradient, inputs, create_graph, strict, vectorize, outer_jacobian_strategy)


def vjp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """(func(inputs), v times the Jacobian); `v` may be left out for a scalar.

    >>> mg.autograd.functional.vjp(lambda x: x * x, mg.tensor([1.0, 2.0]), mg.tensor([1.0, 1.0]))[1]
    tensor([2., 4.])
    """
    given, single = _arguments(inputs)
    if strict:
        _check_dependence("vjp", func, given)
    value, product = transforms.vjp(func, *given)
    if v is None and (not isinstance(value, Variable) or value.array.size != 1):
        raise RuntimeError("vjp: v may be left out only where the function returns a single number")
    shares = product(_ones(value) if v is None else v)
    return _plain(value, create_graph), _plain(shares[0] if single else shares, create_graph)


def jvp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """(func(inputs), the Jacobian times v); `v` may be left out for a scalar input.

    >>> mg.autograd.functional.jvp(lambda x: x * x, mg.tensor([1.0, 2.0]), mg.tensor([1.0, 1.0]))[1]
    tensor([2., 4.])
    """
    given, _ = _arguments(inputs)
    if strict:
        _check_dependence("jvp", func, given)
    value, tangent = transforms.jvp(func, given, _directions("jvp", given, v))
    return _plain(value, create_graph), _plain(tangent, create_graph)


def hvp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """(func(inputs), the Hessian times v).

    >>> mg.autograd.functional.hvp(lambda x: (x**3).sum(), mg.tensor([1.0, 2.0]), mg.tensor([1.0, 1.0]))[1]
    tensor([ 6., 12.])
    """
    given, single = _arguments(inputs)
    gradient = transforms.grad(_scalar(func, "hvp"), tuple(range(len(given))))
    if strict:
        _check_dependence("hvp", gradient, given)
    _, product = transforms.jvp(gradient, given, _directions("hvp", given, v))
    return _plain(func(*given), create_graph), _plain(product[0] if single else product, create_graph)


def vhp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """(func(inputs), v times the Hessian): as hvp, the Hessian being symmetric.

    >>> mg.autograd.functional.vhp(lambda x: (x**3).sum(), mg.tensor([1.0, 2.0]), mg.tensor([1.0, 1.0]))[1]
    tensor([ 6., 12.])
    """
    return hvp(func, inputs, v, create_graph, strict)


def _arguments(inputs: Any) -> tuple[tuple[Any, ...], bool]:
    """The inputs as a tuple, and whether they were a single tensor."""
    return (tuple(inputs), False) if isinstance(inputs, (tuple, list)) else ((inputs,), True)


def _directions(name: str, given: tuple[Any, ...], v: Any) -> tuple[Any, ...]:
    if v is None:
        if len(given) != 1 or given[0].array.size != 1:
            raise RuntimeError(f"{name}: v may be left out only where the input is a single number")
        return (_ones(given[0]),)
    return _arguments(v)[0]


def _ones(like: Variable) -> Any:
    return Variable.wrap(np.ones_like(like.array))


def _scalar(func: Function, name: str) -> Function:
    """`func` with its value, one number in any shape, as a tensor without dimensions."""

    def scalar(*args: Any) -> Any:
        value = func(*args)
        if not isinstance(value, Variable) or value.array.size != 1:
            raise RuntimeError(f"{name}: the function must return a tensor with a single element")
        return value.reshape(())  # type: ignore[attr-defined]

    return scalar


def _plain(values: Any, create_graph: bool) -> Any:
    """Without history, unless the caller wants to differentiate further."""
    return values if create_graph else map_tree(lambda each: Variable.wrap(each.array), values)


def _check_dependence(name: str, func: Function, given: tuple[Any, ...]) -> None:
    """RuntimeError where an output of `func` does not depend on an input."""
    trace = Trace(name, func, given)
    for k, end in enumerate(trace.ends):
        reached = set(history_of(end.node))
        for i, leaf in enumerate(trace.leaves):
            if leaf.node not in reached:
                raise RuntimeError(f"{name}: output {k} of the function is independent of input {i}, and strict=True")
