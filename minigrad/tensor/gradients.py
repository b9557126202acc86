"""The history of a tensor: whether it records, the gradient that it collects, and hooks on its way."""

from __future__ import annotations

import warnings
import weakref
from typing import TYPE_CHECKING, Any, TypeVar

from minigrad.dtypes import is_floating
from minigrad.engine.flags import check_flag
from minigrad.engine.grad import backward as run_backward
from minigrad.engine.hooks import Hook, RemovableHandle
from minigrad.engine.inference import outside
from minigrad.engine.node import Leaf, Node, Variable
from minigrad.engine.views import root_of, settled
from minigrad.errors import GraphError, ShapeError

if TYPE_CHECKING:
    from minigrad.tensor.tensor import Tensor

G = TypeVar("G", bound="Gradients")


def _fits(leaf: Leaf, tensor: Variable) -> bool:
    """Whether gradients that arrive at `leaf` have the shape and dtype of `tensor`."""
    return (leaf.shape, leaf.dtype) == (tensor.array.shape, tensor.array.dtype)


class Gradients(Variable):
    """What a Tensor knows of gradients."""

    _grad: Tensor | None = None
    _leaf: Leaf | None = None
    """The node to which a leaf returns that stopped requiring grad: graphs that it is part of still know it."""

    @property
    def requires_grad(self) -> bool:
        """Whether operations on this tensor are recorded. Can be set on leaves; see `requires_grad_`.

        >>> x = mg.tensor([1.0])
        >>> x.requires_grad = True
        >>> (x * 2).requires_grad
        True
        """
        return self.node is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        self.requires_grad_(value)

    def requires_grad_(self: G, requires_grad: bool = True) -> G:
        """Make this leaf collect a gradient (only floating point types can), or stop it. Returns the tensor.

        RuntimeError for other dtypes than floats, and to stop a tensor that is no leaf.

        >>> mg.tensor([1.0]).requires_grad_()
        tensor([1.], requires_grad=True)
        """
        check_flag("requires_grad_", "requires_grad", requires_grad)
        if requires_grad and self.node is None:
            if outside(self):
                raise RuntimeError(
                    "Setting requires_grad=True on inference tensor outside InferenceMode is not allowed."
                )
            if not is_floating(self.array.dtype):
                raise RuntimeError(
                    "requires_grad: Only Tensors of floating point and complex dtype can require gradients, not "
                    f"{self.array.dtype}"
                )
            self.node = self._leaf if self._leaf is not None and _fits(self._leaf, self) else Leaf(self)
        elif not requires_grad and self.node is not None:
            if not self.is_leaf:
                raise RuntimeError("requires_grad: only a leaf can stop requiring grad; .detach() gives one without it")
            self.node, self._leaf = None, self.node
        return self

    @property
    def is_leaf(self) -> bool:
        """True for tensors that no recorded operation made: gradients collect in theirs.

        >>> x = mg.tensor([1.0], requires_grad=True)
        >>> x.is_leaf, (x * 2).is_leaf
        (True, False)
        """
        return self.node is None or isinstance(self.node, Leaf)

    @property
    def grad_fn(self) -> Node | None:
        """The node that made this tensor; None for a leaf.

        >>> x = mg.tensor([1.0], requires_grad=True)
        >>> x.grad_fn is None, (x * 2).grad_fn is None
        (True, False)
        """
        return None if self.is_leaf else self.node

    @property
    def output_nr(self) -> int:
        """Which of several results of a Function this is; 0 for an only one, as all operations have, and for a leaf.

        >>> mg.ones(2, requires_grad=True).exp().output_nr
        0
        """
        return 0 if self.node is None else self.node.number

    @property
    def grad(self) -> Tensor | None:
        """The gradient collected by `backward`, a tensor of this shape and dtype, or None.

        Assigning checks shape and dtype: TypeError or ShapeError.

        >>> x = mg.tensor([3.0], requires_grad=True)
        >>> (x * x).backward()
        >>> x.grad
        tensor([6.])
        """
        if self._grad is None and not self.is_leaf and not self.retains_grad:
            warnings.warn(
                "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. backward() will not fill "
                "it: call retain_grad() on this tensor if you want its gradient, or look at the .grad of the leaf.",
                stacklevel=2,
            )
        return self._grad

    @grad.deleter
    def grad(self) -> None:
        self._grad = None

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if value is not None:
            if not isinstance(value, Variable):
                raise TypeError(f"grad: assigned grad expected to be a Tensor or None but got {type(value).__name__}")
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
        `retain_graph`; `create_graph` records the pass itself, for higher derivatives. GraphError where nothing was
        recorded, where the graph was freed, and for more than one element without a `gradient`.

        >>> x = mg.tensor([1.0, 2.0], requires_grad=True)
        >>> (x * x).backward(mg.tensor([1.0, 10.0]))
        >>> x.grad
        tensor([ 2., 40.])
        """
        run_backward([self], [gradient], retain_graph, create_graph, inputs)

    @property
    def data(self) -> Tensor:
        """The same memory without the history. Assigning another tensor replaces the memory, not the history.

        Changes of it in place are not noted: a backward pass that needs the old values uses the new ones.

        >>> x = mg.tensor([1.0], requires_grad=True)
        >>> x.data
        tensor([1.])
        """
        made = self.detach()
        made.watched = False
        return made

    @data.setter
    def data(self, value: Tensor) -> None:
        if not isinstance(value, Variable):
            raise TypeError(f"data: expected a Tensor, got {type(value).__name__}")
        if self.node is not None and not is_floating(value.array.dtype):
            raise RuntimeError(
                "data: data set to a tensor that requires gradients must be floating point or complex dtype, not "
                f"{value.array.dtype}"
            )
        self.array = value.array
        if isinstance(self.node, Leaf) and not _fits(self.node, self):
            before, self.node = self.node, Leaf(self)  # the leaf of the new shape and dtype
            self.node.hooks, self.node.after = before.hooks, before.after

    def is_inference(self) -> bool:
        """Whether this tensor was made in inference mode, so that it can be in no graph.

        >>> with mg.inference_mode():
        ...     x = mg.ones(2)
        >>> x.is_inference(), x.clone().is_inference()
        (True, False)
        """
        return self.inference is not None

    def detach(self) -> Tensor:
        """A tensor with the same memory that no gradient flows through.

        >>> (mg.tensor([1.0], requires_grad=True) * 2).detach()
        tensor([2.])
        """
        made: Tensor = Variable.wrap(self.array)
        if self.inference is not None:
            made.inference = self.inference
        if not root_of(self).watched:
            made.watched = False
        return made

    def detach_(self: G) -> G:
        """Forget the history of this tensor: it becomes a leaf that requires no grad.

        RuntimeError for a view.

        >>> (mg.tensor([1.0], requires_grad=True) * 2).detach_()
        tensor([2.])
        """
        if settled(self).origin is not None:
            raise RuntimeError("detach_: a view cannot be detached in place; use detach() instead")
        if self.is_leaf:
            return self.requires_grad_(False)
        self.node = None
        return self

    def retain_grad(self) -> None:
        """Keep the gradient of this result in `.grad` too, as leaves do.

        GraphError where there will be none.

        >>> y = mg.tensor([1.0], requires_grad=True) * 2
        >>> y.retain_grad()
        >>> (y * y).backward()
        >>> y.grad
        tensor([4.])
        """
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

        self.node.hooked().kept = keep

    @property
    def retains_grad(self) -> bool:
        """Whether `retain_grad` was called on this result.

        >>> y = mg.tensor([1.0], requires_grad=True) * 2
        >>> y.retain_grad()
        >>> y.retains_grad
        True
        """
        hooks = None if self.node is None else self.node.hooks
        return hooks is not None and hooks.kept is not None

    def register_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(gradient)` when this tensor's gradient is known; what it returns, if not None, replaces it.

        GraphError for a tensor that does not require grad.

        >>> x = mg.tensor([1.0], requires_grad=True)
        >>> handle = x.register_hook(lambda g: 10 * g)
        >>> (x * 2).backward()
        >>> x.grad
        tensor([20.])
        """
        if self.node is None:
            raise GraphError("register_hook: this tensor does not require grad, so no gradient will come by")
        return RemovableHandle(self.node.hooked().on_gradient, hook)

    def register_post_accumulate_grad_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(tensor)` whenever `backward` has added to the `.grad` of this leaf.

        RuntimeError for anything but a leaf that requires grad.

        >>> x = mg.tensor([1.0], requires_grad=True)
        >>> handle = x.register_post_accumulate_grad_hook(lambda leaf: print(leaf.grad))
        >>> (x * 2).backward()
        tensor([2.])
        """
        if not isinstance(self.node, Leaf):
            raise RuntimeError(
                "post accumulate grad hooks cannot be registered on non-leaf tensors: only leaves collect gradients"
            )

        def called(owner: Any, _: Any) -> None:
            if hook(owner) is not None:
                raise RuntimeError("Tensor post accumulate grad hooks should return None.")

        return RemovableHandle(self.node.after, called)
