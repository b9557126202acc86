"""Gradients of functions whose value is one number."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.engine.node import Variable
from minigrad.errors import PlaceError
from minigrad.func.products import jvp
from minigrad.func.trace import Trace, check_callable
from minigrad.func.tree import tree_like


def grad(func: Callable[..., Any], argnums: Any = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that computes the gradient of `func`, which returns a scalar, in its argument(s) `argnums`.

    With `has_aux` func returns (scalar, aux), and the new function (gradient, aux).
    RuntimeError unless func returns a scalar, IndexError for an argument that is not there.

    >>> mg.func.grad(mg.sin)(mg.tensor(0.0))
    tensor(1.)
    """
    both = grad_and_value(func, argnums, has_aux)

    @functools.wraps(func)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        found, value = both(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return gradient


def grad_and_value(func: Callable[..., Any], argnums: Any = 0, has_aux: bool = False) -> Callable[..., Any]:
    """As `grad` (`argnums` alike), returning (gradient, value); with `has_aux` (gradient, (value, aux)).

    >>> mg.func.grad_and_value(lambda x: x**3)(mg.tensor(2.0))
    (tensor(12.), tensor(8.))
    """

    @functools.wraps(func)
    def both(*args: Any, **kwargs: Any) -> Any:
        partial, chosen, single = of_arguments("grad", func, argnums, args, kwargs)
        trace = Trace("grad", partial, chosen, has_aux)
        if not isinstance(trace.outputs, Variable) or trace.outputs.array.ndim > 0:
            seen = f"shape {trace.ends[0].array.shape}" if isinstance(trace.outputs, Variable) else "several tensors"
            raise RuntimeError(f"grad: the function must return a scalar tensor (without dimensions), got {seen}")
        found = tree_like(trace.inputs, trace.pull(trace.ends, [Variable.wrap(np.ones_like(trace.outputs.array))]))
        return (found[0] if single else found), ((trace.value(), trace.aux) if has_aux else trace.value())

    return both


def value_and_grad(func: Callable[..., Any], argnums: Any = 0, has_aux: bool = False) -> Callable[..., Any]:
    """As `grad_and_value` (`argnums`, `has_aux`), in the other order: (value, gradient).

    >>> mg.func.value_and_grad(lambda x: x**3)(mg.tensor(2.0))
    (tensor(8.), tensor(12.))
    """
    both = grad_and_value(func, argnums, has_aux)

    @functools.wraps(func)
    def swapped(*args: Any, **kwargs: Any) -> Any:
        found, value = both(*args, **kwargs)
        return value, found

    return swapped


def hvp(func: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Any, Any]:
    """(gradient, product of the Hessian with `tangents`) of a scalar function at `primals`, without the Hessian.

    >>> mg.func.hvp(lambda x: (x**3).sum(), (mg.tensor([1.0, 2.0]),), (mg.tensor([1.0, 1.0]),))[1]
    tensor([ 6., 12.])
    """
    numbers = tuple(range(len(primals)))
    gradient, product = jvp(grad(func, numbers), primals, tangents)
    return (gradient, product) if len(primals) > 1 else (gradient[0], product[0])


def of_arguments(
    name: str, func: Callable[..., Any], argnums: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[Callable[..., Any], tuple[Any, ...], bool]:
    """`func` as a function of its arguments `argnums` only, these arguments, and whether they were asked for as one."""
    check_callable(name, func)
    single = isinstance(argnums, int)
    if not single and not isinstance(argnums, tuple):
        raise RuntimeError(f"{name}: argnums must be int or Tuple of ints, got: {type(argnums).__name__}")
    numbers = (argnums,) if single else argnums
    if not numbers:
        raise RuntimeError(f"{name}: argnums={argnums!r} must be non-empty")
    for number in numbers:
        if not isinstance(number, int):
            raise RuntimeError(f"{name}: argnum must be int, got {type(number).__name__}")
        if not -len(args) <= number < len(args):
            raise PlaceError(f"{name}: Got argnum={number}, but only {len(args)} positional inputs")
    if len({number % len(args) for number in numbers}) < len(numbers):
        raise RuntimeError(f"{name}: argnums elements must be unique, got {argnums!r}")

    def partial(*chosen: Any) -> Any:
        full = list(args)
        for number, each in zip(numbers, chosen):
            full[number] = each
        return func(*full, **kwargs)

    return partial, tuple(args[number] for number in numbers), single
