"""What users ask of a graph: `backward`, which fills `.grad`, and `grad`, which returns the gradients."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.backward import propagate
from minigrad.engine.flags import check_switch
from minigrad.engine.mode import mode
from minigrad.engine.node import Leaf, Node, Variable, array_of
from minigrad.engine.observers import span
from minigrad.engine.walk import Callback, finish
from minigrad.errors import GraphError, ShapeError, shown
from minigrad.kernels.layout import copied_like


class GradientEdge(NamedTuple):
    """The place in the graph where a tensor hangs, which can stand for it where gradients start and where they end."""

    node: Node
    output_nr: int = 0
    """0: where an operation has several results, each has a node of its own."""
    ownership_token: Any = None

    @property
    def array(self) -> Array:
        """What a tensor at this place looks like: zeros of its shape and dtype."""
        return np.zeros(self.node.shape, self.node.dtype)


End: TypeAlias = Variable | GradientEdge


def seed(output: End, gradient: Any, create_graph: bool) -> tuple[Node, Any]:
    """The pair that starts a pass at `output`: its node, and `gradient` or the one of a scalar."""
    if not isinstance(output, (Variable, GradientEdge)):
        raise TypeError(f"backward starts at a tensor, not {type(output).__name__}")
    array = output.array
    if output.node is None:
        raise GraphError(
            "backward: element 0 of tensors does not require grad and does not have a grad_fn: nothing was recorded. "
            "Was an input made with requires_grad=True, and the result computed outside no_grad and without detach?"
        )
    if gradient is None:
        if array.size != 1:
            raise GraphError(
                f"grad can be implicitly created only for scalar outputs; this one has shape {array.shape}. "
                "Reduce it first, such as by .sum(), or pass the gradient of the same shape."
            )
        gradient = np.ones(array.shape, array.dtype)
    try:
        given = array_of(gradient)
    except ValueError:  # NumPy's of ragged lists
        raise ShapeError(f"the rows of nested lists must have equal lengths: {shown(gradient):.60}") from None
    if given.shape != array.shape:
        raise ShapeError(
            f"Mismatch in shape: the gradient given has shape {given.shape}, the tensor has shape {array.shape}: they "
            "must be equal"
        )
    if create_graph:
        return output.node, gradient if isinstance(gradient, Variable) else Variable.wrap(given)
    return output.node, Variable.wrap(given) if mode.written else given


def backward(
    tensors: End | Iterable[End],
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: End | Iterable[End] | None = None,
) -> None:
    """Add to `.grad` of every leaf (or of `inputs` only) the gradient of the sum of `tensors`.

    `grad_tensors` weighs each tensor: an array of its shape, needed unless it has one element. The graph is freed as it
    is walked unless `retain_graph`, whose default is `create_graph`.

    >>> x = mg.tensor([1.0, 2.0], requires_grad=True)
    >>> mg.autograd.backward([x.sum(), (x * x).sum()])
    >>> x.grad
    tensor([3., 5.])
    """
    check_switch("backward", "create_graph", create_graph)
    check_switch("backward", "retain_graph", retain_graph or False)
    outputs = as_sequence(tensors)
    weights = [None] * len(outputs) if grad_tensors is None else as_sequence(grad_tensors)
    if len(weights) != len(outputs):
        raise ShapeError(f"backward: {len(outputs)} tensors, but {len(weights)} gradients for them")
    seeds = [seed(*pair, create_graph) for pair in zip(outputs, weights, strict=True)]
    within = None if inputs is None else as_sequence(inputs)
    chosen = None if within is None else [node_of(each, "backward") for each in within]
    if chosen is not None and not chosen:
        raise GraphError("backward: `inputs` argument cannot be empty; leave it out to reach every leaf")
    retain = create_graph if retain_graph is None else retain_graph
    if create_graph:
        warnings.warn(
            "Using backward() with create_graph=True makes .grad refer to the graph, and the graph to the parameter: a "
            "reference cycle that keeps memory. Use autograd.grad when creating the graph to avoid this, or set .grad "
            "to None after use.",
            stacklevel=3,
        )
    with span("backward", "pass"):
        then: list[Callback] = []
        arrived = propagate(
            seeds, chosen, retain_graph=retain, create_graph=create_graph, accumulates=True, callbacks=then
        )
        taken = {id(g) for _, g in seeds}
        holders = {each.node: each for each in within or () if isinstance(each, Variable)}
        received = [
            (_owner(node) if isinstance(node, Leaf) else holders.get(node), node, g) for node, g in arrived.items()
        ]
        recording = mode.recording
        try:
            mode.recording = create_graph
            for owner, node, g in received:
                if owner is not None:
                    if node.hooks:
                        taken.add(id(g))  # a hook may have kept it
                    accumulate(owner, g, taken)
                    if isinstance(node, Leaf) and node.after:
                        for hook in list(node.after.values()):
                            hook(owner, g)
            finish(then)
        finally:
            mode.recording = recording


def _owner(leaf: Leaf) -> Any:
    """The tensor whose gradient rests at `leaf`; None where it is gone or has stopped requiring grad."""
    owner = leaf.owner()
    if owner is None or owner.node is None:
        return None
    if owner.node is not leaf:
        raise ShapeError(
            f"backward: a leaf of shape {leaf.shape} has become a tensor of shape {owner.array.shape} with another "
            "history since it was used; its gradient has no place to go"
        )
    return owner


def accumulate(owner: Any, g: Any, taken: set[int]) -> None:
    """Add `g` to `owner.grad`. The grad that a tensor holds is its own: an array in use elsewhere is copied first."""
    held = owner._grad
    if isinstance(g, Variable):
        owner._grad = Variable.wrap(_laid(g.array, owner.array), g.node) if held is None else held + g
    elif held is None:
        as_leaf = (g.flags.c_contiguous and owner.array.flags.c_contiguous) or g.strides == owner.array.strides
        if not as_leaf or id(g) in taken or not isinstance(g, np.ndarray) or g.base is not None:
            g = _laid(g, owner.array)
        taken.add(id(g))
        owner._grad = Variable.wrap(g)
    elif held.node is None:
        held.array += g
    else:
        owner._grad = Variable.wrap(held.array + g)


def _laid(g: Array, leaf: Array) -> Array:
    """A copy of a gradient in the order of its leaf's memory: C's, or one such as that of channels last."""
    return copied_like(leaf, g) if type(g) is np.ndarray else np.array(g)


def grad(
    outputs: End | Iterable[End],
    inputs: End | Iterable[End],
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

    >>> x = mg.tensor(3.0, requires_grad=True)
    >>> (first,) = mg.autograd.grad(x**3, x, create_graph=True)
    >>> first, mg.autograd.grad(first, x)
    (tensor(27., grad_fn=<mul>), (tensor(18.),))
    """
    if not only_inputs:
        raise ValueError("grad: only_inputs=False is not supported; use backward to fill every .grad")
    ends = as_sequence(outputs)
    weights = [None] * len(ends) if grad_outputs is None else as_sequence(grad_outputs)
    if len(weights) != len(ends):
        raise ShapeError(f"grad: {len(ends)} outputs, but {len(weights)} grad_outputs")
    chosen = as_sequence(inputs)
    nodes = [node_of(each, "grad") for each in chosen]
    seeds = [seed(*pair, create_graph) for pair in zip(ends, weights, strict=True)]
    retain = create_graph if retain_graph is None else retain_graph
    with span("grad", "pass"):
        then: list[Callback] = []
        arrived = propagate(seeds, nodes, retain_graph=retain, create_graph=create_graph, callbacks=then)
        finish(then)
    if not (allow_unused or materialize_grads):
        for position, node in enumerate(nodes):
            if node not in arrived:
                raise GraphError(
                    f"grad: input {position} was not used to compute the outputs. Set allow_unused=True if this is "
                    "the desired behavior, or materialize_grads=True to get zeros."
                )
    return tuple(_answer(arrived.get(node), each, materialize_grads) for node, each in zip(nodes, chosen, strict=True))


def _answer(g: Any, source: End, materialize: bool) -> Any:
    if g is None:
        return Variable.wrap(np.zeros_like(source.array)) if materialize else None
    return g if isinstance(g, Variable) else Variable.wrap(np.asarray(g))


def node_of(tensor: End, caller: str) -> Node:
    """The node of an input, or an error where there is none."""
    if not isinstance(tensor, (Variable, GradientEdge)):
        raise TypeError(f"{caller}: inputs are tensors, not {type(tensor).__name__}")
    if tensor.node is None:
        raise GraphError(
            f"{caller}: one of the differentiated tensors does not require grad; call requires_grad_() on it before it "
            "is used"
        )
    return tensor.node


def as_sequence(value: Any) -> list[Any]:
    """One tensor or several, as a list. Tensors, arrays and edges can be iterated over too, but are one."""
    one = not isinstance(value, Iterable) or isinstance(value, GradientEdge) or hasattr(value, "dtype")
    return [value] if one else list(value)
