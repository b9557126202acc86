"""What has to do with graphs themselves: nodes, edges, hooks of several tensors, and how values are saved."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from minigrad.engine.grad import GradientEdge, as_sequence
from minigrad.engine.mode import mode as running
from minigrad.engine.node import Leaf, Node, Variable
from minigrad.engine.saved import disable_saved_tensors_hooks, save_on_cpu, saved_tensors_hooks
from minigrad.engine.versions import writes
from minigrad.engine.walk import Pass

__all__ = [
    "GradientEdge",
    "Leaf",
    "Node",
    "Variable",
    "allow_mutation_on_saved_tensors",
    "disable_saved_tensors_hooks",
    "get_gradient_edge",
    "increment_version",
    "register_multi_grad_hook",
    "save_on_cpu",
    "saved_tensors_hooks",
]


def get_gradient_edge(tensor: Variable) -> GradientEdge:
    """The place in the graph where `tensor` hangs: `grad` and `backward` take it for the tensor.

    It keeps the graph alive, and not the tensor's memory. RuntimeError for a tensor that does not require grad.
    """
    if tensor.node is None:
        raise RuntimeError(
            "get_gradient_edge: it is not possible to get the gradient edge for a tensor that does not require grad"
        )
    return GradientEdge(tensor.node)


def increment_version(tensor: Variable | Iterable[Variable]) -> None:
    """Say that the memory of a tensor, or of several, has been changed in place by other means than operations."""
    for each in as_sequence(tensor):
        writes.note(each.array, "increment_version")


class MultiHandle:
    """What registering a hook of several tensors returns; `remove()` takes the hook out again."""

    def __init__(self, handles: Iterable[Any]) -> None:
        self.handles = tuple(handles)

    def remove(self) -> None:
        """Take the hook out of each tensor."""
        for handle in self.handles:
            handle.remove()

    def __enter__(self) -> MultiHandle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


def register_multi_grad_hook(tensors: Sequence[Any], fn: Callable[[Any], None], *, mode: str = "all") -> MultiHandle:
    """Call `fn` in each backward pass with the gradients of all `tensors`, or with `mode` "any" with the first.

    With "all" it is called when the last of them is known, with a list in the order of `tensors`; None stands for a
    tensor that the pass does not come to. ValueError for another mode.
    """
    if mode not in ("all", "any"):
        raise ValueError(f"register_multi_grad_hook: Expects mode to be one of ('all', 'any') but got {mode}")
    passes: weakref.WeakKeyDictionary[Pass, tuple[dict[int, Any], int]] = weakref.WeakKeyDictionary()
    """For each pass the gradients so far, and how many there will be."""
    nodes = [each.node for each in tensors]

    def hook(number: int, g: Any) -> None:
        if running.walk not in passes:
            visited = running.walk.visits(node for node in nodes if node is not None)
            passes[running.walk] = {}, sum(node in visited for node in nodes)
        arrived, expected = passes[running.walk]
        arrived[number] = g
        if mode == "any" and len(arrived) == 1:
            fn(g)
        elif mode == "all" and len(arrived) == expected:
            fn([arrived.get(each) for each in range(len(nodes))])

    return MultiHandle(each.register_hook(functools.partial(hook, number)) for number, each in enumerate(tensors))


class allow_mutation_on_saved_tensors(saved_tensors_hooks):  # noqa: N801  PyTorch's name
    """A context in which what operations save may be changed in place afterwards: they save copies."""

    def __init__(self) -> None:
        super().__init__(lambda tensor: tensor.clone(), lambda saved: saved)
