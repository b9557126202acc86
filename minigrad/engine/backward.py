"""The backward pass: youngest first.

The youngest node that waits is taken, its gradient is carried across its edges, and each contribution is added to what
the argument's node has received so far. When a node's turn comes, all its consumers, being younger, have spoken: its
gradient is complete. A heap keeps the order. Nothing recurses, so a graph of a million nodes is only longer.

Leaves collect until the end of the pass. If a rule fails on the way, no `.grad` has changed.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from minigrad.engine.mode import set_grad_enabled
from minigrad.engine.node import Leaf, Node, Variable, array_of, plain
from minigrad.engine.observers import observers
from minigrad.engine.versions import writes
from minigrad.errors import GraphError, ShapeError


def propagate(
    seeds: Iterable[tuple[Node, Any]],
    inputs: Iterable[Node] | None = None,
    *,
    retain_graph: bool = False,
    create_graph: bool = False,
) -> dict[Node, Any]:
    """Carry the gradients `seeds` of some nodes back through the graph; the gradient that each input received.

    Without `inputs`, every leaf that is reached. With them, only the paths that lead to one are walked. Gradients are
    arrays, or with `create_graph` Variables whose own history is recorded.
    """
    targets = None if inputs is None else set(inputs)
    wanted = None if targets is None else on_the_way([node for node, _ in seeds], targets)
    pending: dict[Node, Any] = {}
    queue: list[tuple[int, Node]] = []
    arrived: dict[Node, Any] = {}
    with np.errstate(all="ignore"), set_grad_enabled(create_graph):
        contributions: Iterable[tuple[Node, Any]] = seeds
        while True:
            for target, g in contributions:
                if g.shape != target.shape or g.dtype is not target.dtype:
                    g = fitted(g, target)
                if target in pending:
                    pending[target] = pending[target] + g
                else:
                    pending[target] = g
                    heapq.heappush(queue, (-target.order, target))
            if not queue:
                return arrived
            node = heapq.heappop(queue)[1]
            g = pending.pop(node)
            if node.hooks:
                g = hooked(node, g)
            if node.operation is None if targets is None else node in targets:
                arrived[node] = g
            if wanted is not None and not any(edge[0] in wanted for edge in node.edges):
                contributions = ()
                continue
            if node.order < writes.latest:
                writes.check(node)
            contributions = list(node.pull(g, wanted))
            if observers:
                for observer in observers:
                    observer.backward(node, g, contributions)
            if not retain_graph:
                node.free()


def on_the_way(starts: Iterable[Node], targets: set[Node]) -> set[Node]:
    """The nodes from which a target can be reached, the targets among them."""
    oldest = min((target.order for target in targets), default=0)
    seen: set[Node] = set()
    stack = list(starts)
    while stack:
        node = stack.pop()
        if node not in seen and node.order >= oldest:
            seen.add(node)
            stack.extend(edge[0] for edge in node.edges)
    wanted = targets & seen
    for node in sorted(seen, key=lambda each: each.order):
        if any(edge[0] in wanted for edge in node.edges):
            wanted.add(node)
    return wanted


def fitted(g: Any, target: Node) -> Any:
    """The gradient in the shape and dtype of what it belongs to: broadcasting and promotion, undone in one place."""
    if g.shape != target.shape:
        added = len(g.shape) - len(target.shape)
        stretched = tuple(
            axis for axis, size in enumerate(g.shape) if axis < added or (target.shape[axis - added] == 1 != size)
        )
        if added < 0 or any(
            g.shape[i] != target.shape[i - added] for i in range(added, len(g.shape)) if i not in stretched
        ):
            raise ShapeError(f"a rule gave {target.name} a gradient of shape {tuple(g.shape)} for shape {target.shape}")
        g = g.sum(stretched).reshape(target.shape)
    return g if g.dtype == target.dtype else g.astype(target.dtype)


def hooked(node: Node, g: Any) -> Any:
    """The gradient after the hooks of `node` have seen it; each may replace it."""
    plain = not isinstance(g, Variable)
    for hook in list((node.hooks or {}).values()):
        seen = Variable.wrap(np.asarray(g)) if plain and not isinstance(g, Variable) else g
        answer = hook(seen)
        if answer is not None:
            if not isinstance(answer, Variable):
                raise TypeError(f"a hook returns None or a Tensor, not {type(answer).__name__}")
            if answer.array.shape != node.shape:
                raise ShapeError(
                    f"a hook gave a gradient of shape {answer.array.shape} for a tensor of shape {node.shape}"
                )
            if answer.array.dtype != node.dtype:
                raise TypeError(
                    f"a hook gave a gradient of dtype {answer.array.dtype} for a tensor of dtype {node.dtype}"
                )
            g = answer.array if plain else answer
    return g


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
    seeds = [seed(*pair, create_graph) for pair in zip(outputs, weights, strict=True)]
    chosen = None if inputs is None else [node_of(each, "backward") for each in as_sequence(inputs)]
    if chosen is not None and not chosen:
        raise GraphError("backward: inputs is empty; leave it out to reach every leaf")
    retain = create_graph if retain_graph is None else retain_graph
    arrived = propagate(seeds, chosen, retain_graph=retain, create_graph=create_graph)
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
        owner._grad = Variable.wrap(np.array(g.array), g.node) if held is None else held + g
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
    seeds = [seed(*pair, create_graph) for pair in zip(ends, weights, strict=True)]
    retain = create_graph if retain_graph is None else retain_graph
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
