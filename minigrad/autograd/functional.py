"""PyTorch's older functions of functions; `minigrad.func` has the ones that nest.

The file stands in this folder for its name in PyTorch, but belongs to the floor of `minigrad.func`: the engine does not
import it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad import func as transforms
from minigrad.engine.gate import gate
from minigrad.engine.mode import mode, set_grad_enabled
from minigrad.engine.node import Variable
from minigrad.errors import ShapeError
from minigrad.func.trace import Trace, history_of
from minigrad.func.tree import leaves_of, map_tree

Function = Callable[..., Any]

SLOPE = "jacobian of the user-provided function with respect to"
"""What of a function is independent of an input where its second derivative is 0."""


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
    if strict and vectorize:
        raise RuntimeError("jacobian: `strict=True` and `vectorize=True` are not supported together")
    given, single = _arguments("jacobian", inputs)
    if strategy not in ("reverse-mode", "forward-mode"):
        raise ValueError(f"jacobian: strategy is 'reverse-mode' or 'forward-mode', not {strategy!r}")
    if strict:
        _check_dependence("jacobian", func, given)
    transform = transforms.jacrev if strategy == "reverse-mode" else transforms.jacfwd
    checked = _checked("jacobian", func)
    with _recorded(create_graph):
        found = transform(checked, 0 if single else tuple(range(len(given))))(*given)
    if strict and create_graph:
        _check_slope("jacobian", found, given)
    return _plain(found, create_graph)


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
    if strict and vectorize:
        raise RuntimeError("hessian: `strict=True` and `vectorize=True` are not supported together")
    given, single = _arguments("hessian", inputs)
    numbers = 0 if single else tuple(range(len(given)))
    gradient = transforms.grad(_scalar(func, "hessian"), numbers)
    if strict:
        _check_dependence("hessian", func, given)
        _check_dependence("hessian", gradient, given, SLOPE)
    return jacobian(gradient, inputs, create_graph, False, vectorize, outer_jacobian_strategy)


def vjp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """(func(inputs), v times the Jacobian); `v` may be left out for a scalar.

    >>> mg.autograd.functional.vjp(lambda x: x * x, mg.tensor([1.0, 2.0]), mg.tensor([1.0, 1.0]))[1]
    tensor([2., 4.])
    """
    given, single = _arguments("vjp", inputs)
    if strict:
        _check_dependence("vjp", func, given)
    with _recorded(create_graph):
        value, product = transforms.vjp(_checked("vjp", func), *given)
        returned = _arguments("vjp", value)[0]
        shares = product(*_directions("vjp", returned, v, "user-provided function returns"))
    if strict and create_graph:
        _check_slope("vjp", shares, given)
    return _plain(value, create_graph), _plain(shares[0] if single else shares, create_graph)


def jvp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """(func(inputs), the Jacobian times v); `v` may be left out for a scalar input.

    >>> mg.autograd.functional.jvp(lambda x: x * x, mg.tensor([1.0, 2.0]), mg.tensor([1.0, 1.0]))[1]
    tensor([2., 4.])
    """
    given, _ = _arguments("jvp", inputs)
    if strict:
        _check_dependence("jvp", func, given)
    with _recorded(create_graph):
        value, tangent = transforms.jvp(_checked("jvp", func), given, _directions("jvp", given, v))
    if strict and create_graph:
        _check_slope("jvp", tangent, given)
    return _plain(value, create_graph), _plain(tangent, create_graph)


def hvp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """(func(inputs), the Hessian times v).

    >>> mg.autograd.functional.hvp(lambda x: (x**3).sum(), mg.tensor([1.0, 2.0]), mg.tensor([1.0, 1.0]))[1]
    tensor([ 6., 12.])
    """
    return _product("hvp", func, inputs, v, create_graph, strict)


def vhp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """(func(inputs), v times the Hessian): as hvp, the Hessian being symmetric.

    >>> mg.autograd.functional.vhp(lambda x: (x**3).sum(), mg.tensor([1.0, 2.0]), mg.tensor([1.0, 1.0]))[1]
    tensor([ 6., 12.])
    """
    return _product("vhp", func, inputs, v, create_graph, strict)


def _product(name: str, func: Function, inputs: Any, v: Any, create_graph: bool, strict: bool) -> Any:
    """(func(inputs), the product of the Hessian and v)."""
    given, single = _arguments(name, inputs)
    gradient = transforms.grad(_scalar(func, name), tuple(range(len(given))))
    if strict:
        _check_dependence(name, func, given)
        _check_dependence(name, gradient, given, SLOPE)
    with _recorded(create_graph):
        _, product = transforms.jvp(gradient, given, _directions(name, given, v))
        value = func(*given)
    return _plain(value, create_graph), _plain(product[0] if single else product, create_graph)


def _recorded(create_graph: bool) -> set_grad_enabled:
    """A block that is recorded where its result is to be differentiated, also within `no_grad`."""
    return set_grad_enabled(create_graph or mode.recording)


def _arguments(name: str, inputs: Any, what: str = "inputs given to") -> tuple[tuple[Any, ...], bool]:
    """The inputs as a tuple, and whether they were a single tensor."""
    given, single = (tuple(inputs), False) if isinstance(inputs, (tuple, list)) else ((inputs,), True)
    for each in given:
        if not isinstance(each, Variable):
            raise TypeError(
                f"The {what} {name} must be either a Tensor or a tuple of Tensors, but one has type "
                f"{type(each).__name__}"
            )
    return given, single


def _checked(name: str, func: Function) -> Function:
    """`func`, whose outputs are to be tensors."""

    def checked(*args: Any) -> Any:
        outputs = func(*args)
        _arguments(name, outputs, "outputs of the user-provided function given to")
        return outputs

    return checked


def _directions(
    name: str, given: tuple[Any, ...], v: Any, who: str = "input to the user-provided function is"
) -> tuple[Any, ...]:
    if v is None:
        if len(given) != 1 or given[0].array.size != 1:
            raise RuntimeError(f"{name}: The vector v can only be None if the {who} a single Tensor with one element")
        return (_ones(given[0]),)
    directions, _ = _arguments(name, v, "v given to")
    if len(directions) != len(given):
        wanted = "a single Tensor" if len(given) == 1 else f"{len(given)} Tensors"
        raise ShapeError(f"{name}: The given v should contain {wanted}. It has {len(directions)}")
    for each, like in zip(directions, given, strict=True):
        if each.array.shape != like.array.shape:
            raise ShapeError(f"{name}: v has invalid size: should be {like.shape} but got {each.shape}")
    return directions


def _ones(like: Variable) -> Any:
    return Variable.wrap(np.ones_like(like.array))


def _scalar(func: Function, name: str) -> Function:
    """`func` with its value, one number in any shape, as a tensor without dimensions."""

    def scalar(*args: Any) -> Any:
        (value, *more), _ = _arguments(name, func(*args), "outputs of the user-provided function given to")
        if more:
            raise RuntimeError(f"The function given to {name} should return a single Tensor")
        if value.array.size != 1:
            raise RuntimeError(f"The Tensor returned by the function given to {name} should contain a single element")
        return value.reshape(())

    return scalar


def _plain(values: Any, create_graph: bool) -> Any:
    """Without history, unless the caller wants to differentiate further."""
    return values if create_graph else map_tree(lambda each: Variable.wrap(each.array), values)


def _check_dependence(name: str, func: Function, given: tuple[Any, ...], of: str = "") -> None:
    """RuntimeError where an output of `func` does not depend on an input: in words, of its `of` and each input."""
    trace = Trace(name, func, given)
    for k, end in enumerate(trace.ends):
        if end.node is None and not of:
            raise RuntimeError(
                f"Output {k} of the user-provided function does not require gradients. The outputs must be computed in "
                "a differentiable manner from the input when running in strict mode."
            )
        output = f"Output {k}" if name == "jacobian" else "The output"
        reached = set(history_of(end.node))
        for i, leaf in enumerate(trace.leaves):
            if leaf.node not in reached:
                what = f"The {of} input {i} is" if of else f"{output} of the user-provided function is"
                raise RuntimeError(f"{what} independent of input {i}. This is not allowed in strict mode.")


def _check_slope(name: str, derivatives: Any, given: tuple[Any, ...]) -> None:
    """RuntimeError where no derivative depends on an input that it could be differentiated in."""
    reached = {node for each in leaves_of(derivatives) for node in history_of(each.node)}
    for i, each in enumerate(given):
        if each.node is not None and each.node not in reached:
            raise RuntimeError(
                f"{name}: The jacobian of the user-provided function is independent of input {i}. This is not allowed "
                "in strict mode when create_graph=True."
            )


gate(globals(), ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"])
