"""What users ask of a graph: `backward`, which fills `.grad`, and `grad`, which returns the gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.engine.backward import propagate
from minigrad.engine.mode import mode
from minigrad.engine.node import Leaf, Node, Variable, array_of, plain
from minigrad.errors import GraphError, ShapeError


def seed(output: Variable, gradient: Any, create_graph: bool) -> tuple[Node, Any]:
    """The pair that starts a pass at `output`: its node, and `gradient` or the one of a scalar."""
    if not isinstance(output, Variable):
        raise TypeError(f"backward starts at a tensor, not {type(output).__name__}")
    array = output.array
    if output.node is None:
        raise GraphError(
            "backward from a tensor that does not require grad and has no grad_fn: nothing was recorded. Was an input "
            "made with requires_grad=True, and the result computed outside no_grad and without detach?"
        )
    if gradient is None:
        if array.size != 1:
            raise GraphError(
                f"grad can be implicitly created only for scalar outputs; this one has shape {array.shape}. "
                "Reduce it first, such as by .sum(), or pass the gradient of the same shape."
            )
        gradient = np.ones_like(array)
    seen = np.shape(plain(gradient))
    if seen != array.shape:
        raise ShapeError(f"the gradient given has shape {seen}, the tensor has shape {array.shape}: they must be equal")
    if create_graph:
        return output.node, gradient if isinstance(gradient, Variable) else Variable.wrap(np.asarray(gradient))
    return output.node, array_of(gradient)


def backward(
    tensors: Variable | Sequence[Variable],
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Variable | Sequence[Variable] | None = None,
) -> None:
    """Add to `.grad` of every leaf (or of `inputs` only) the gradient of the sum of `tensors`.

    `grad_tensors` weighs each tensor: an array of its shape, needed unless it has one element. The graph is freed as it
    is walked unless `retain_graph`, whose default is `create_graph`.
    """
    outputs = as_sequence(tensors)
    weights = [None] * len(outputs) if grad_tensors is None else as_sequence(grad_tensors)
    if len(weights) != len(outputs):
        raise ShapeError(f"backward: {len(outputs)} tensors, but {len(weights)} gradients for them")
    seeds = [seed(*pair, create_graph or mode.written) for pair in zip(outputs, weights, strict=True)]
    chosen = None if inputs is None else [node_of(each, "backward") for each in as_sequence(inputs)]
    if chosen is not None and not chosen:
        raise GraphError("backward: inputs is empty; leave it out to reach every leaf")
    retain = create_graph if retain_graph is None else retain_graph
    create_graph = create_graph or mode.written
    arrived = propagate(seeds, chosen, retain_graph=retain, create_graph=create_graph, accumulates=True)
    taken = {id(g) for _, g in seeds}
    holders = {} if inputs is None else {each.node: each for each in as_sequence(inputs)}
    for node, g in arrived.items():
        owner = node.owner() if isinstance(node, Leaf) else holders.get(node)
        if owner is not None:
            if node.hooks:
                taken.add(id(g))  # a hook may have kept it
            accumulate(owner, g, taken)
            if isinstance(node, Leaf) and node.after:
                for hook in list(node.after.values()):
                    hook(owner)


def accumulate(owner: Any, g: Any, taken: set[int]) -> None:
    """Add `g` to `owner.grad`. The grad that a tensor holds is its own: an array in use elsewhere is copied first."""
    held = owner._grad
    if isinstance(g, Variable):
        owner._grad = Variable.wrap(g.array.copy(order="K"), g.node) if held is None else held + g
    elif held is None:
        if id(g) in taken or not isinstance(g, np.ndarray) or g.base is not None:
            g = np.array(g)
        taken.add(id(g))
        owner._grad = Variable.wrap(g)
    elif held.node is None:
        held.array += g
    else:
        owner._grad = Variable.wrap(held.array + g)


def grad(
    outputs: Variable | Sequence[Variable],
    inputs: Variable | Sequence[Variable],
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    materialize_grads: bool = False,
) -> tuple[Any, ...]:
    """The gradients of the sum of `outputs` in each of `inputs`, as a tuple; no `.grad` changes.

    `grad_outputs` weighs the outputs. With `create_graph` the gradients can be differentiated again. An input that the
    outputs do not depend on is an error, unless `allow_unused` (its gradient is None) or `materialize_grads` (zeros).
    """
    if not only_inputs:
        raise ValueError("grad: only_inputs=False is not supported; use backward to fill every .grad")
    ends = as_sequence(outputs)
    weights = [None] * len(ends) if grad_outputs is None else as_sequence(grad_outputs)
    if len(weights) != len(ends):
        raise ShapeError(f"grad: {len(ends)} outputs, but {len(weights)} grad_outputs")
    chosen = as_sequence(inputs)
    nodes = [node_of(each, "grad") for each in chosen]
    seeds = [seed(*pair, create_graph or mode.written) for pair in zip(ends, weights, strict=True)]
    retain = create_graph if retain_graph is None else retain_graph
    create_graph = create_graph or mode.written
    arrived = propagate(seeds, nodes, retain_graph=retain, create_graph=create_graph)
    if not (allow_unused or materialize_grads):
        for position, node in enumerate(nodes):
            if node not in arrived:
                raise GraphError(
                    f"grad: input {position} was not used to compute the outputs. Pass allow_unused=True to get None "
                    "for it, or materialize_grads=True to get zeros."
                )
    return tuple(_answer(arrived.get(node), each, materialize_grads) for node, each in zip(nodes, chosen, strict=True))


def _answer(g: Any, source: Variable, materialize: bool) -> Any:
    if g is None:
        return Variable.wrap(np.zeros_like(source.array)) if materialize else None
    return g if isinstance(g, Variable) else Variable.wrap(np.asarray(g))


def node_of(tensor: Variable, caller: str) -> Node:
    """The node of an input, or an error where there is none."""
    if not isinstance(tensor, Variable):
        raise TypeError(f"{caller}: inputs are tensors, not {type(tensor).__name__}")
    if tensor.node is None:
        raise GraphError(f"{caller}: an input does not require grad; call requires_grad_() on it before it is used")
    return tensor.node


def as_sequence(value: Any) -> list[Any]:
    """One tensor or several, as a list."""
    return list(value) if isinstance(value, (list, tuple)) else [value]
