"""`grad` under PyTorch's signature: the engine's, and a batch of passes at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from minigrad.engine import grad as engine
from minigrad.engine.flags import check_switch
from minigrad.engine.grad import End, as_sequence
from minigrad.errors import GraphError, ShapeError
from minigrad.ops import stack
from minigrad.types import Tensor


def grad(
    outputs: End | Iterable[End],
    inputs: End | Iterable[End],
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Tensor, ...]:
    """The gradients of the sum of `outputs` in each of `inputs`, as a tuple; no `.grad` changes.

    `grad_outputs` weighs the outputs. With `is_grads_batched` each has a first dimension more, and so have the
    gradients: one pass for each of its places. With `create_graph` the gradients can be differentiated again. An input
    that the outputs do not depend on is an error, unless `allow_unused` (its gradient is None) or `materialize_grads`
    (zeros). Tensors may be given by their gradient edges.
    """
    check_switch("grad", "create_graph", create_graph)
    check_switch("grad", "retain_graph", retain_graph or False)
    check_switch("grad", "allow_unused", allow_unused or False)
    leaves = as_sequence(inputs)
    if not leaves:
        raise GraphError("grad: `inputs` argument to `grad()` cannot be empty; name the tensors to differentiate in")
    if not is_grads_batched:
        return engine.grad(
            outputs, leaves, grad_outputs, retain_graph, create_graph, only_inputs, allow_unused, materialize_grads
        )
    ends, weights = as_sequence(outputs), as_sequence(grad_outputs)
    counts = {(*np.shape(each), 0)[0] for each in weights if each is not None}
    if len(counts) != 1 or 0 in counts:
        raise ShapeError(f"grad: with is_grads_batched all grad_outputs have one first dimension, got {sorted(counts)}")
    (count,) = counts
    retain = create_graph if retain_graph is None else retain_graph
    rows = [
        engine.grad(
            ends,
            leaves,
            [None if each is None else each[i] for each in weights],
            retain or i < count - 1,
            create_graph,
            only_inputs,
            allow_unused,
            materialize_grads,
        )
        for i in range(count)
    ]
    columns: list[Any] = [None if column[0] is None else stack(column) for column in zip(*rows)]
    return tuple(columns)
