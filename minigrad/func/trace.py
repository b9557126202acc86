"""One run of a function that is to be differentiated: fresh tensors in, a graph from them to the outputs.

The fresh tensors belong to this run alone, so that runs within runs do not mix up their derivatives. They keep the
history of what they stand for, and so do results: a transform within another is differentiated in its turn. Not so
where the transform is called under `no_grad`: that switches off all recording but its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from minigrad.engine.forward import push_forward
from minigrad.engine.grad import grad
from minigrad.engine.mode import enable_grad, mode
from minigrad.engine.node import Leaf, Node, Variable
from minigrad.errors import ShapeError
from minigrad.func.tree import leaves_of, map_tree, tree_like
from minigrad.ops.memory import clone_p

CALLS = {
    "grad": "grad_and_value(f)(*args)",
    "vjp": "vjp(f, *primals)",
    "jacrev": "jacrev: vjp(f, *primals)",
    "jvp": "jvp(f, primals, tangents)",
    "jacfwd": "jacfwd: jvp(f, primals, tangents)",
}
"""How errors call the transform that runs a function."""


def check_callable(name: str, func: Any) -> None:
    """TypeError unless `func` can be called."""
    if not callable(func):
        raise TypeError(f"{name}: func must be a function, not {type(func).__name__}")


class Trace:
    """`func(*primals)`, recorded. `inputs` and `outputs` are trees, `leaves` and `ends` the tensors in them."""

    def __init__(self, name: str, func: Callable[..., Any], primals: Sequence[Any], has_aux: bool = False) -> None:
        check_callable(name, func)
        self.inputs = tuple(map_tree(lambda each: fresh(name, each), primal) for primal in primals)
        with enable_grad():
            answer = func(*self.inputs)
        called = CALLS.get(name, name)
        if has_aux and not (isinstance(answer, tuple) and len(answer) == 2):
            raise RuntimeError(
                f"{called}: output of function f should be a tuple: (output, aux) if has_aux is True, "
                f"got {type(answer).__name__}"
            )
        self.outputs: Any = answer[0] if has_aux else answer
        self.leaves: list[Any] = leaves_of(self.inputs)
        self.aux: Any = tree_like(answer[1], self.settled(leaves_of(answer[1]))) if has_aux else None
        self.ends: list[Any] = leaves_of(self.outputs)
        if not self.ends or self.ends == [None]:
            raise RuntimeError(f"{called}: Expected f to be a function that has non-empty output")
        for each in self.ends:
            if not isinstance(each, Variable):
                raise RuntimeError(
                    f"{called}: expected f(*primals) to return only tensors, or trees of them, "
                    f"got {type(each).__name__}"
                )

    def pull(self, ends: Sequence[Any], cotangents: Sequence[Any]) -> list[Any]:
        """The gradient of `ends`, weighed by `cotangents`, in each leaf; zeros where there is no path."""
        pairs = [(end, _matching(weight, end)) for end, weight in zip(ends, cotangents, strict=True)]
        pairs = [(end, weight) for end, weight in pairs if end.node is not None]
        if not pairs:
            return [zeros_like(each) for each in self.leaves]
        reached, weights = zip(*pairs)
        with enable_grad():
            found = grad(reached, self.leaves, weights, create_graph=True, materialize_grads=True)
        return self.settled(found)

    def push(self, tangents: Sequence[Any], strict: bool = False) -> list[Any]:
        """The tangent of each end, from one for each leaf; zeros where there is no path, RuntimeError if `strict`."""
        with enable_grad():
            known = {leaf.node: _matching(t, leaf) for leaf, t in zip(self.leaves, tangents, strict=True)}
            known = push_forward([each.node for each in self.ends if each.node is not None], known)
        if strict and any(each.node not in known for each in self.ends):
            raise RuntimeError("jvp(f, primals, tangents, strict=True): an output of f is independent of the inputs")
        return self.settled([known[each.node] if each.node in known else zeros_like(each) for each in self.ends])

    def settled(self, results: Sequence[Any]) -> list[Any]:
        """The results, cut loose from the leaves of this trace unless something else hangs on them too."""
        ours = [each.node for each in self.leaves]
        return [settled(each, ours) if isinstance(each, Variable) else each for each in results]

    def value(self) -> Any:
        """The outputs, settled."""
        return tree_like(self.outputs, self.settled(self.ends))


def zeros_like(each: Variable) -> Any:
    """A constant of zeros in the shape and dtype of another tensor."""
    return Variable.wrap(np.zeros_like(each.array))


def units_like(each: Variable) -> list[Any]:
    """The unit vectors in the shape and dtype of a tensor: each is 1 in one place and 0 in all others."""
    units = np.eye(each.array.size, dtype=each.array.dtype)
    return [Variable.wrap(unit.reshape(each.array.shape)) for unit in units]


def fresh(name: str, primal: Any) -> Any:
    """A tensor that records and belongs to one trace alone, with the values and the history of another."""
    if not isinstance(primal, Variable):
        raise TypeError(f"{name}: expected a tensor to differentiate in, got {type(primal).__name__}")
    if primal.array.dtype.kind != "f":
        raise RuntimeError(f"{name}: only floating point tensors can be differentiated in, not {primal.array.dtype}")
    copy = clone_p(primal) if primal.node is not None and mode.recording else Variable.wrap(primal.array)
    if copy.node is None:
        copy.node = Leaf(copy)
    return copy


def _matching(value: Any, like: Variable) -> Any:
    if not isinstance(value, Variable) or value.array.shape != like.array.shape:
        seen = value.array.shape if isinstance(value, Variable) else type(value).__name__
        raise ShapeError(f"a tangent or cotangent has the shape of what it belongs to, {like.array.shape}, not {seen}")
    return value


def settled(result: Any, leaves: Iterable[Node]) -> Any:
    """A result without its history, unless this is recorded and reaches other leaves than those of a trace."""
    ours = set(leaves)
    if mode.recording and any(isinstance(node, Leaf) and node not in ours for node in history_of(result.node)):
        return result
    return Variable.wrap(result.array)


def history_of(node: Node | None) -> Iterator[Node]:
    """A node and all that it was computed from, each once."""
    seen = {node}
    waiting = [] if node is None else [node]
    while waiting:
        each = waiting.pop()
        yield each
        for target, _, _ in each.edges:
            if target not in seen:
                seen.add(target)
                waiting.append(target)
