"""Functions that make derivatives of functions: what `grad` is to a tensor, these are to a Python function.

Each transform gives the function fresh tensors in the place of its arguments, lets it record, and asks the graph:
backward for products with the Jacobian from the left, forward for those from the right. They nest in any order and to
any depth.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minigrad.autograd.backward import grad as gradients
from minigrad.autograd.forward import push_forward
from minigrad.autograd.mode import enable_grad
from minigrad.autograd.node import Leaf, Node, Variable
from minigrad.errors import ShapeError
from minigrad.ops import clone, stack

Func = Callable[..., Any]


def vjp(func: Func, *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """(func(*primals), f) with f(cotangents) the product of the cotangents with the Jacobian, a tuple by primal."""
    with enable_grad():
        inputs = _traced(primals)
        result = func(*inputs)
        outputs, aux = result if has_aux else (result, None)
    ends = _flat(outputs)
    leaves = _flat(inputs)

    def product(*cotangents: Any) -> Any:
        weights = _flat(cotangents if len(cotangents) != 1 else cotangents[0])
        with enable_grad():
            found = _gradients(ends, leaves, weights)
        return _like(_settled(found, leaves), inputs)

    value = _like(_settled(ends, leaves), outputs)
    return (value, product, aux) if has_aux else (value, product)


def jvp(func: Func, primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False) -> tuple[Any, ...]:
    """(func(*primals), the product of its Jacobian with `tangents`), in one pass along the graph."""
    if len(primals) != len(tangents):
        raise ShapeError(f"jvp: {len(primals)} primals but {len(tangents)} tangents")
    with enable_grad():
        inputs = _traced(primals)
        result = func(*inputs)
        outputs, aux = result if has_aux else (result, None)
        ends = _flat(outputs)
        nodes = {each.node: _matching(t, each) for each, t in zip(_flat(inputs), _flat(tuple(tangents)))}
        known = push_forward([each.node for each in ends if each.node is not None], nodes)
        pushed = [known.get(each.node) if each.node is not None else None for each in ends]
        found = [Variable.wrap(np.zeros_like(e.array)) if t is None else t for e, t in zip(ends, pushed)]
    leaves = _flat(inputs)
    value = _like(_settled(ends, leaves), outputs)
    tangent = _like(_settled(found, leaves), outputs)
    return (value, tangent, aux) if has_aux else (value, tangent)


def grad(func: Func, argnums: Any = 0, has_aux: bool = False) -> Func:
    """The function that computes the gradient of `func`, which returns a scalar, in its argument(s) `argnums`."""
    both = grad_and_value(func, argnums, has_aux)

    @functools.wraps(func)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        found, value = both(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return gradient


def grad_and_value(func: Func, argnums: Any = 0, has_aux: bool = False) -> Func:
    """As `grad`, returning (gradient, value); with `has_aux` (gradient, (value, aux))."""
    numbers = argnums if isinstance(argnums, tuple) else (argnums,)

    @functools.wraps(func)
    def both(*args: Any, **kwargs: Any) -> Any:
        chosen = tuple(args[number] for number in numbers)
        with enable_grad():
            inputs = _traced(chosen)
            full = list(args)
            for number, each in zip(numbers, inputs):
                full[number] = each
            result = func(*full, **kwargs)
            value, aux = result if has_aux else (result, None)
            if not isinstance(value, Variable) or value.array.size != 1 or value.array.ndim > 0:
                seen = f"shape {value.array.shape}" if isinstance(value, Variable) else type(value).__name__
                raise RuntimeError(f"grad: the function must return a scalar tensor (without dimensions), got {seen}")
            leaves = _flat(inputs)
            found = _gradients([value], leaves, [Variable.wrap(np.ones_like(value.array))])
        answer = _like(_settled(found, leaves), inputs)
        (settled,) = _settled([value], leaves)
        return (answer if isinstance(argnums, tuple) else answer[0]), ((settled, aux) if has_aux else settled)

    return both


def value_and_grad(func: Func, argnums: Any = 0, has_aux: bool = False) -> Func:
    """As `grad_and_value`, in the other order: (value, gradient)."""
    both = grad_and_value(func, argnums, has_aux)

    @functools.wraps(func)
    def swapped(*args: Any, **kwargs: Any) -> Any:
        found, value = both(*args, **kwargs)
        return value, found

    return swapped


def jacrev(func: Func, argnums: Any = 0) -> Func:
    """The function that computes the Jacobian of `func`, one backward pass for each element of the output.

    Its shape is that of the output followed by that of the argument.
    """

    @functools.wraps(func)
    def jacobian(*args: Any) -> Any:
        partial, chosen, single = _partial(func, args, argnums)
        value, product = vjp(partial, *chosen)
        array = value.array
        rows: list[list[Any]] = [[] for _ in chosen]
        for place in range(array.size):
            unit = np.zeros(array.size, array.dtype)
            unit[place] = 1
            found = product(Variable.wrap(unit.reshape(array.shape)))
            for row, each in zip(rows, found):
                row.append(each)
        tables = tuple(
            stack(row).reshape((*array.shape, *each.shape)) if row else _zeros((*array.shape, *each.shape), each)
            for row, each in zip(rows, chosen)
        )
        return tables[0] if single else tables

    return jacobian


def _zeros(shape: tuple[int, ...], like: Variable) -> Any:
    return Variable.wrap(np.zeros_like(like.array, shape=shape))


def jacfwd(func: Func, argnums: Any = 0) -> Func:
    """The same Jacobian by forward mode, one pass for each element of the argument."""

    @functools.wraps(func)
    def jacobian(*args: Any) -> Any:
        partial, chosen, single = _partial(func, args, argnums)
        tables = []
        for number, each in enumerate(chosen):
            columns = []
            for place in range(each.array.size):
                tangents = [Variable.wrap(np.zeros_like(other.array)) for other in chosen]
                tangents[number].array.reshape(-1)[place] = 1
                columns.append(jvp(partial, chosen, tangents)[1])
            shape = columns[0].shape if columns else ()
            tables.append(stack(columns, -1).reshape((*shape, *each.shape)))
        return tables[0] if single else tuple(tables)

    return jacobian


def hessian(func: Func, argnums: Any = 0) -> Func:
    """The function that computes the matrix of second derivatives: forward over reverse."""
    return jacfwd(jacrev(func, argnums), argnums)


def hvp(func: Func, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """(gradient, product of the Hessian with `tangents`) of a scalar function, without the Hessian."""
    numbers = tuple(range(len(primals)))
    gradient, product = jvp(grad(func, numbers), primals, tangents)
    return (gradient, product) if len(primals) > 1 else (gradient[0], product[0])


def linearize(func: Func, *primals: Any) -> tuple[Any, Func]:
    """(func(*primals), the linear function of tangents that approximates func there)."""
    return func(*primals), lambda *tangents: jvp(func, primals, tangents)[1]


def vmap(func: Func, in_dims: Any = 0, out_dims: Any = 0) -> Func:
    """`func` over slices along `in_dims` (None: the same for all), the results stacked along `out_dims`.

    It runs as a loop: what is gained is not speed but that it composes with the other transforms.
    """

    @functools.wraps(func)
    def mapped(*args: Any, **kwargs: Any) -> Any:
        dims = in_dims if isinstance(in_dims, (tuple, list)) else (in_dims,) * len(args)
        if len(dims) != len(args):
            raise ValueError(f"vmap: in_dims has {len(dims)} entries for {len(args)} arguments")
        lengths = {arg.shape[dim] for arg, dim in zip(args, dims) if dim is not None}
        if len(lengths) != 1:
            raise ValueError(f"vmap: the mapped dimensions must exist and have one size, got {sorted(lengths)}")
        results = [
            func(*(arg if dim is None else arg.select(dim, i) for arg, dim in zip(args, dims)), **kwargs)
            for i in range(lengths.pop())
        ]
        if not results:
            raise ValueError("vmap: the mapped dimension is empty, so the shape of the result is unknown")
        if isinstance(results[0], (tuple, list)):
            ends = out_dims if isinstance(out_dims, (tuple, list)) else (out_dims,) * len(results[0])
            return tuple(stack(list(each), end) for each, end in zip(zip(*results), ends))
        return stack(results, out_dims)

    return mapped


def _traced(primals: Sequence[Any]) -> tuple[Any, ...]:
    """Each primal (a tensor, or a tuple, list or dict of them) as fresh tensors that record."""
    return tuple(_map(_fresh, each) for each in primals)


def _fresh(primal: Variable) -> Any:
    if not isinstance(primal, Variable):
        raise TypeError(f"expected a tensor to differentiate in, got {type(primal).__name__}")
    copy = clone(primal) if primal.node is not None else Variable.wrap(primal.array)
    if copy.node is None:
        copy.node = Leaf(copy)
    return copy


def _map(function: Callable[[Any], Any], tree: Any) -> Any:
    """`function` of every tensor in nested tuples, lists and dicts."""
    if isinstance(tree, dict):
        return {key: _map(function, each) for key, each in tree.items()}
    if isinstance(tree, (tuple, list)):
        parts = [_map(function, each) for each in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)
    return function(tree)


def _flat(tree: Any) -> list[Any]:
    """The tensors of a tree, in order."""
    found: list[Any] = []
    _map(found.append, tree)
    return found


def _like(values: Sequence[Any], tree: Any) -> Any:
    """`values` in the places of the tensors of a tree."""
    rest = iter(values)
    return _map(lambda _: next(rest), tree)


def _gradients(ends: list[Any], leaves: list[Any], weights: list[Any]) -> list[Any]:
    """As `autograd.grad` with a recorded pass, zeros where there is no path."""
    pairs = [(end, _matching(weight, end)) for end, weight in zip(ends, weights) if end.node is not None]
    if not pairs:
        return [Variable.wrap(np.zeros_like(each.array)) for each in leaves]
    return list(
        gradients([end for end, _ in pairs], leaves, [w for _, w in pairs], create_graph=True, materialize_grads=True)
    )


def _matching(value: Any, like: Variable) -> Any:
    if not isinstance(value, Variable) or value.array.shape != like.array.shape:
        seen = value.array.shape if isinstance(value, Variable) else type(value).__name__
        raise ShapeError(f"a tangent or cotangent has the shape of what it belongs to, {like.array.shape}, not {seen}")
    return value


def _settled(results: list[Any], leaves: list[Any]) -> list[Any]:
    """The results, cut loose from the fresh tensors of this transform unless something else hangs on them too."""
    ours: set[Node] = {each.node for each in leaves if isinstance(each.node, Leaf)}
    return [each if _reaches_beyond(each.node, ours) else Variable.wrap(each.array) for each in results]


def _reaches_beyond(node: Node | None, ours: set[Node]) -> bool:
    seen: set[Node] = set()
    stack_ = [node] if node is not None else []
    while stack_:
        each = stack_.pop()
        if isinstance(each, Leaf) and each not in ours:
            return True
        if each not in seen:
            seen.add(each)
            stack_.extend(edge[0] for edge in each.edges)
    return False


def _partial(func: Func, args: tuple[Any, ...], argnums: Any) -> tuple[Func, tuple[Any, ...], bool]:
    """`func` as a function of its arguments `argnums` only, these, and whether they were one."""
    numbers = argnums if isinstance(argnums, tuple) else (argnums,)

    def of_chosen(*chosen: Any) -> Any:
        full = list(args)
        for number, each in zip(numbers, chosen):
            full[number] = each
        return func(*full)

    return of_chosen, tuple(args[number] for number in numbers), not isinstance(argnums, tuple)
