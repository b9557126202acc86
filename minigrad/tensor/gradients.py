"""The history of a tensor: whether it records, the gradient that it collects, and hooks on its way."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, TypeVar

from minigrad.dtypes import is_floating
from minigrad.engine.grad import backward as run_backward
from minigrad.engine.node import RETAIN, Hook, Leaf, Node, Variable, tick
from minigrad.engine.versions import writes
from minigrad.errors import GraphError, ShapeError

if TYPE_CHECKING:
    from minigrad.tensor.tensor import Tensor

G = TypeVar("G", bound="Gradients")


class RemovableHandle:
    """What registering a hook returns; `remove()` takes the hook out again."""

    def __init__(self, hooks: dict[int, Any], hook: Any) -> None:
        self._hooks = hooks
        self.id = tick()
        hooks[self.id] = hook

    def remove(self) -> None:
        """Take the hook out; a second call does nothing."""
        self._hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


class Gradients(Variable):
    """What a Tensor knows of gradients."""

    _grad: Tensor | None = None

    @property
    def requires_grad(self) -> bool:
        """Whether operations on this tensor are recorded. Can be set on leaves; see `requires_grad_`."""
        return self.node is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        self.requires_grad_(value)

    def requires_grad_(self: G, requires_grad: bool = True) -> G:
        """Make this leaf collect a gradient (only floating point types can), or stop it. Returns the tensor."""
        if requires_grad and self.node is None:
            if not is_floating(self.array.dtype):
                raise RuntimeError(
                    f"requires_grad: only tensors of floating point dtype can require gradients, not {self.array.dtype}"
                )
            self.node = Leaf(self)
        elif not requires_grad and self.node is not None:
            if not self.is_leaf:
                raise RuntimeError(
                    "requires_grad: only a leaf can stop requiring grad; use .detach() for a tensor without the history"
                )
            self.node = None
        return self

    @property
    def is_leaf(self) -> bool:
        """True for tensors that no recorded operation made: gradients collect in theirs."""
        return self.node is None or isinstance(self.node, Leaf)

    @property
    def grad_fn(self) -> Node | None:
        """The node that made this tensor; None for a leaf."""
        return None if self.is_leaf else self.node

    @property
    def grad(self) -> Tensor | None:
        """The gradient collected by `backward`, a tensor of this shape and dtype, or None."""
        return self._grad

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if value is not None:
            if not isinstance(value, Variable):
                raise TypeError(f"grad: expected a Tensor or None, got {type(value).__name__}")
            ours, theirs = self.array, value.array
            if (theirs.shape, theirs.dtype) != (ours.shape, ours.dtype):
                raise ShapeError(
                    f"grad: a gradient has the shape and dtype of its tensor, {ours.shape} {ours.dtype}; "
                    f"this one is {theirs.shape} {theirs.dtype}"
                )
        self._grad = value

    def backward(
        self,
        gradient: Any = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Any = None,
    ) -> None:
        """Add to `.grad` of every leaf (or of `inputs`) the derivative of this tensor, weighed by `gradient`.

        `gradient` has this tensor's shape; a tensor of one element needs none. The graph is freed on the way unless
        `retain_graph`; `create_graph` records the pass itself, for higher derivatives.
        """
        run_backward([self], [gradient], retain_graph, create_graph, inputs)

    @property
    def data(self) -> Tensor:
        """The same memory without the history. Assigning another tensor replaces the memory, not the history."""
        return self.detach()

    @data.setter
    def data(self, value: Tensor) -> None:
        if not isinstance(value, Variable):
            raise TypeError(f"data: expected a Tensor, got {type(value).__name__}")
        if self.node is not None and not is_floating(value.array.dtype):
            raise RuntimeError(
                f"data: set to a tensor that requires gradients must be floating point, not {value.array.dtype}"
            )
        self.array = value.array
        if isinstance(self.node, Leaf) and (self.node.shape, self.node.dtype) != (self.array.shape, self.array.dtype):
            before, self.node = self.node, Leaf(self)  # the leaf of the new shape and dtype
            self.node.hooks, self.node.after = before.hooks, before.after

    @property
    def _version(self) -> int:
        """How often the memory of this tensor, which its views share, has been changed in place."""
        return writes.count(self.array)

    def detach(self) -> Tensor:
        """A tensor with the same memory that no gradient flows through."""
        return Variable.wrap(self.array)  # type: ignore[no-any-return]

    def detach_(self: G) -> G:
        """Forget the history of this tensor: it becomes a leaf that requires no grad."""
        if self.origin is not None:
            raise RuntimeError("detach_: a view cannot be detached in place; use detach() instead")
        self.node = None
        return self

    def retain_grad(self) -> None:
        """Keep the gradient of this result in `.grad` too, as leaves do."""
        if self.node is None:
            raise GraphError("retain_grad: this tensor does not require grad, there will be none to keep")
        if self.is_leaf or self.retains_grad:
            return
        owner = weakref.ref(self)

        def keep(g: Any) -> None:
            tensor = owner()
            if tensor is not None:
                arrived = g if g.node is not None else g.clone()
                tensor._grad = arrived if tensor._grad is None else tensor._grad + arrived

        self._hook_table()[RETAIN] = keep

    @property
    def retains_grad(self) -> bool:
        """Whether `retain_grad` was called on this result."""
        return not self.is_leaf and self.node is not None and RETAIN in (self.node.hooks or {})

    def register_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(gradient)` when this tensor's gradient is known; what it returns, if not None, replaces it."""
        if self.node is None:
            raise GraphError("register_hook: this tensor does not require grad, so no gradient will come by")
        table = self._hook_table()
        kept = table.pop(RETAIN, None)
        handle = RemovableHandle(table, hook)
        if kept is not None:
            table[RETAIN] = kept  # retain_grad sees what the hooks have made of the gradient
        return handle

    def register_post_accumulate_grad_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(tensor)` whenever `backward` has added to the `.grad` of this leaf."""
        if not isinstance(self.node, Leaf):
            raise RuntimeError("register_post_accumulate_grad_hook: only leaves that require grad accumulate gradients")
        self.node.after = {} if self.node.after is None else self.node.after
        return RemovableHandle(self.node.after, hook)

    def _hook_table(self) -> dict[int, Hook]:
        assert self.node is not None
        if self.node.hooks is None:
            self.node.hooks = {}
        return self.node.hooks
