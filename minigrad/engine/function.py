"""A differentiable function of one's own: forward and backward written out, in PyTorch's form.

For what is one formula, a line like those of the package's tables is shorter (`autograd.elementwise` and its
companions). A Function is for what is not: several outputs, state carried from forward to backward, code that is no
mathematics.
"""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from minigrad.engine.function_node import FunctionNode, OutputNode, SavedOutput
from minigrad.engine.mode import mode, no_grad
from minigrad.engine.node import Variable
from minigrad.engine.observers import observers, span
from minigrad.engine.refusing_node import RefusingNode
from minigrad.engine.versions import writes
from minigrad.engine.views import link_view, refuse, returned
from minigrad.errors import GraphError


class Context:
    """What `forward` leaves for `backward`: tensors by save_for_backward, anything else as attributes."""

    needs_input_grad: tuple[bool, ...] = ()

    def __init__(self) -> None:
        self._saved: list[Any] = []
        self._constant: set[int] = set()
        self._dirty: list[Any] = []
        self._zeros = True
        self._saved_for_forward: list[Any] = []
        self._pushing = False  # while jvp runs
        self._own: dict[str, SavedOutput] = {}  # attributes that are outputs
        self._made_by: weakref.ref[FunctionNode] | None = None

    @property
    def _node(self) -> FunctionNode | None:
        """The node of the call, which holds this."""
        return None if self._made_by is None else self._made_by()

    def __getattr__(self, name: str) -> Any:
        own = vars(self).get("_own", {})
        if name not in own:
            raise AttributeError(f"ctx has no attribute {name!r}: forward has not set it")
        return own[name].restored(self._node)

    def __delattr__(self, name: str) -> None:
        if name in vars(self) or self._own.pop(name, None) is None:
            super().__delattr__(name)

    def save_for_forward(self, *tensors: Any) -> None:
        """Keep tensors for `jvp`, which finds them in `saved_tensors`."""
        self._saved_for_forward = list(tensors)

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep tensors, inputs or outputs, with their history."""
        self._saved = list(tensors)

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What was saved: in `jvp` for forward mode, if anything was.

        GraphError where they were freed by an earlier backward pass.
        """
        if self._pushing and self._saved_for_forward:
            return tuple(self._restored(self._saved_for_forward))
        if self._node is not None and self._node.spent:
            raise GraphError(
                f"backward through {self._node.name} a second time: its saved tensors were freed by the first "
                "backward. Specify retain_graph=True when calling backward or grad the first time."
            )
        return tuple(self._restored(self._saved))

    def _restored(self, saved: list[Any]) -> Iterator[Any]:
        return (each.restored(self._node) if isinstance(each, SavedOutput) else each for each in saved)

    def mark_non_differentiable(self, *tensors: Any) -> None:
        """These outputs need no gradient, such as indices."""
        self._constant.update(id(each) for each in tensors)

    def mark_dirty(self, *tensors: Any) -> None:
        """These inputs forward has changed in place, and returns."""
        self._dirty = list(tensors)

    def set_materialize_grads(self, value: bool) -> None:
        """Whether an output that the loss does not depend on gets zeros (the default) or None in backward."""
        self._zeros = value


class Function:
    """Subclass with static `forward(ctx, *args)` and `backward(ctx, *grads)`; call by `apply(*args)`.

    `backward` gets a gradient for each output and returns one for each argument of forward, None where there is none.
    Written with tensor operations it can be differentiated again. What concerns `ctx` may stand in a static
    `setup_context(ctx, inputs, output)` instead; forward then takes `(*args)` alone.

    >>> class Exp(mg.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         y = x.exp()
    ...         ctx.save_for_backward(y)
    ...         return y
    ...
    ...     @staticmethod
    ...     def backward(ctx, g):
    ...         (y,) = ctx.saved_tensors
    ...         return g * y
    >>> x = mg.tensor([1.0], requires_grad=True)
    >>> Exp.apply(x).backward()
    >>> x.grad
    tensor([2.7183])
    """

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """The outputs, computed from the arguments of `apply`; `ctx` comes first unless there is a setup_context."""
        raise NotImplementedError("You must implement the forward function: a static method forward(ctx, ...)")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        """Keep in `ctx` what backward will need of the arguments and the outputs."""
        raise NotImplementedError("a Function may have a static method setup_context(ctx, inputs, output)")

    @staticmethod
    def backward(ctx: Any, *grads: Any, **kwargs: Any) -> Any:
        """The gradient of each argument of forward, from those of the outputs."""
        raise NotImplementedError(
            "You must implement either the backward or vjp method for a Function: a static method backward(ctx, ...)"
        )

    vjp: Callable[..., Any] | None = None
    """Another name under which a subclass may define `backward`, beside `jvp`."""

    @staticmethod
    def jvp(ctx: Any, *tangents: Any) -> Any:
        """The tangent of each output, from those of the arguments of forward; None where there is none.

        What forward mode uses. Without it the tangents are found by `backward`.
        """
        raise NotImplementedError("a Function may have a static method jvp(ctx, ...)")

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """The outputs of forward, with backward as their derivative."""
        if cls.vjp is not None and cls.backward is not Function.backward:
            raise RuntimeError(
                f"Implementing both 'backward' and 'vjp' for a custom Function is not allowed ({cls.__name__}): they "
                "are two names of one thing"
            )
        ctx = Context()
        ctx.needs_input_grad = tuple(isinstance(each, Variable) and each.node is not None for each in args)
        recording = mode.recording
        try:
            mode.recording = False
            with span(cls.__name__, "function"):
                if cls.setup_context is Function.setup_context:
                    answer = cls.forward(ctx, *args, **kwargs)
                else:
                    answer = cls.forward(*args, **kwargs)
                    cls.setup_context(ctx, args, answer)
        finally:
            mode.recording = recording
        outputs = list(answer) if isinstance(answer, tuple) else [answer]
        for each in ctx._dirty:
            if not any(each is output for output in outputs):
                raise RuntimeError(f"{cls.__name__}: forward must return the tensors that it has marked as dirty")
            writes.note(each.array, cls.__name__)
        if mode.recording and any(ctx.needs_input_grad):
            node = FunctionNode(cls, ctx, args, outputs, pushes=cls.jvp is not Function.jvp)
            for i, output in enumerate(outputs):
                if isinstance(output, Variable) and output.array.dtype.kind == "f" and id(output) not in ctx._constant:
                    outputs[i] = _result(output, OutputNode(node, i, output), args, ctx)
            node.remember(outputs)
            for observer in observers:
                observer.applied(node, args, outputs)
        return tuple(outputs) if isinstance(answer, tuple) else outputs[0]


def _result(output: Any, node: OutputNode, args: tuple[Any, ...], ctx: Context) -> Any:
    """`output` of forward as made by `node`."""
    if any(output is each for each in ctx._dirty):
        output._become(node, node.name)
        return output
    for each in args:
        if output is each:  # an input handed through: the output is another tensor
            output = Variable.wrap(output.array)
            link_view(output, each, None, {})
    refuse(output, returned(node.number, node.name))
    output.node = node
    return output


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """For a backward that is not written with tensor operations: to differentiate its result is then an error.

    >>> class Double(mg.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         return x * 2
    ...
    ...     @staticmethod
    ...     @mg.autograd.function.once_differentiable
    ...     def backward(ctx, g):
    ...         return mg.from_numpy(g.numpy() * 2)
    >>> x = mg.tensor([1.0], requires_grad=True)
    >>> Double.apply(x).backward()
    >>> x.grad
    tensor([2.])
    """

    @functools.wraps(backward)
    def once(ctx: Context, *grads: Any) -> Any:
        with no_grad():
            answer = backward(ctx, *grads)
        if mode.recording and ctx._node is not None:
            for each in answer if isinstance(answer, tuple) else (answer,):
                if isinstance(each, Variable):
                    message = (
                        f"{ctx._node.name}: trying to differentiate twice a function whose backward was marked with "
                        "@once_differentiable"
                    )
                    inputs = [node for node in ctx._node.inputs if node is not None]
                    each.node = RefusingNode(f"backward of {ctx._node.name}", message, inputs, each.array)
        return answer

    return once
