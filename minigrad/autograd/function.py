"""A differentiable function of one's own: forward and backward written out, in PyTorch's form.

For what is one formula, a line like those of the package's tables is shorter (`autograd.elementwise` and its
companions). A Function is for what is not: several outputs, state carried from forward to backward, code that is no
mathematics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from minigrad.autograd.mode import mode, no_grad
from minigrad.autograd.node import Node, Variable
from minigrad.errors import GraphError, ShapeError


class Context:
    """What `forward` leaves for `backward`: tensors by save_for_backward, anything else as attributes."""

    needs_input_grad: tuple[bool, ...] = ()

    def __init__(self) -> None:
        self._saved: list[Any] = []
        self._constant: set[int] = set()
        self._zeros = True
        self._node: FunctionNode | None = None

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep tensors, inputs or outputs, with their history."""
        self._saved = list(tensors)

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What was saved."""
        if self._node is not None and self._node.spent:
            raise GraphError(
                f"backward through {self._node.name} a second time: its saved tensors were freed by the first "
                "backward. Call backward or grad with retain_graph=True the first time."
            )
        return tuple(each.restored() if isinstance(each, _Output) else each for each in self._saved)

    def mark_non_differentiable(self, *tensors: Any) -> None:
        """These outputs need no gradient, such as indices."""
        self._constant.update(id(each) for each in tensors)

    def set_materialize_grads(self, value: bool) -> None:
        """Whether an output that the loss does not depend on gets zeros (the default) or None in backward."""
        self._zeros = value


class Function:
    """Subclass with static `forward(ctx, *args)` and `backward(ctx, *grads)`; call by `apply(*args)`.

    `backward` gets a gradient for each output and returns one for each argument of forward, None where there is none.
    Written with tensor operations it can be differentiated again.
    """

    @staticmethod
    def forward(ctx: Any, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError("a Function needs a static method forward(ctx, ...)")

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        raise NotImplementedError("a Function needs a static method backward(ctx, ...) to be differentiated")

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """The outputs of forward, with backward as their derivative."""
        ctx = Context()
        ctx.needs_input_grad = tuple(isinstance(each, Variable) and each.node is not None for each in args)
        with no_grad():
            answer = cls.forward(ctx, *args, **kwargs)
        outputs = list(answer) if isinstance(answer, tuple) else [answer]
        if mode.recording and any(ctx.needs_input_grad):
            node = FunctionNode(cls, ctx, args, outputs)
            given = {id(each) for each in args}
            for i, output in enumerate(outputs):
                if isinstance(output, Variable) and output.array.dtype.kind == "f" and id(output) not in ctx._constant:
                    if id(output) in given:  # an input handed through: the output is another tensor
                        outputs[i] = output = Variable.wrap(output.array)
                    output.node = OutputNode(node, i, output)
            node.remember(outputs)
        return tuple(outputs) if isinstance(answer, tuple) else outputs[0]


class _Output:
    """A saved output: without a reference to the tensor, which refers to the node that holds this."""

    def __init__(self, output: Variable) -> None:
        self.array, self._made_by = output.array, output.node

    def restored(self) -> Any:
        return Variable.wrap(self.array, self._made_by)


class Parts:
    """The gradients of several outputs on their way to the node that made them all."""

    shape: tuple[int, ...] = ()
    dtype = None

    def __init__(self, grads: dict[int, Any]) -> None:
        self.grads = grads

    @classmethod
    def of(cls, index: int) -> Callable[[Any], Parts]:
        """What makes a gradient that of output `index` alone."""
        return lambda g: cls({index: g})

    def __add__(self, other: Parts) -> Parts:
        both = dict(self.grads)
        for i, g in other.grads.items():
            both[i] = both[i] + g if i in both else g
        return Parts(both)


class OutputNode(Node):
    """One of the outputs of a Function."""

    __slots__ = ("index", "made_by")

    def __init__(self, made_by: FunctionNode, index: int, output: Variable) -> None:
        super().__init__(None, [(made_by, None, ())], output.array.shape, output.array.dtype, {})  # type: ignore[list-item]
        self.made_by, self.index = made_by, index

    @property
    def name(self) -> str:
        return self.made_by.name

    def pull(self, g: Any, wanted: set[Node] | None = None) -> Iterator[tuple[Node, Any]]:
        yield self.made_by, Parts({self.index: g})

    def saved(self) -> Iterator[tuple[str, Any]]:
        """Nothing: the Function itself saves."""
        return iter(())

    def free(self) -> None:
        """There is nothing saved here."""


class FunctionNode(Node):
    """A Function that was applied: its rule is the user's backward."""

    __slots__ = ("ctx", "function", "inputs", "outputs", "spent")

    def __init__(self, function: type[Function], ctx: Context, args: tuple[Any, ...], outputs: list[Any]) -> None:
        edges = [(each.node, None, ()) for each in args if isinstance(each, Variable) and each.node is not None]
        super().__init__(None, edges, Parts.shape, None, {})  # type: ignore[arg-type]
        self.function, self.ctx, self.spent = function, ctx, False
        self.inputs = [each.node if isinstance(each, Variable) else None for each in args]
        self.outputs = [
            (each.array.shape, each.array.dtype) if isinstance(each, Variable) else None for each in outputs
        ]
        ctx._node = self

    @property
    def name(self) -> str:
        return self.function.__name__

    def remember(self, outputs: list[Any]) -> None:
        """Break the cycle from saved outputs through their nodes to this one."""
        made = {id(each) for each in outputs}
        self.ctx._saved = [_Output(each) if id(each) in made else each for each in self.ctx._saved]

    def pull(self, g: Any, wanted: set[Node] | None = None) -> Iterator[tuple[Node, Any]]:
        recorded = any(isinstance(each, Variable) for each in g.grads.values())
        given = [self._given(g.grads.get(i), described) for i, described in enumerate(self.outputs)]
        answer = self.function.backward(self.ctx, *given)
        shares = answer if isinstance(answer, tuple) else (answer,)
        if len(shares) < len(self.inputs) or any(each is not None for each in shares[len(self.inputs) :]):
            raise ShapeError(
                f"{self.name}.backward returned {len(shares)} gradients for the {len(self.inputs)} arguments of forward"
            )
        for target, share in zip(self.inputs, shares):
            if target is not None and share is not None and (wanted is None or target in wanted):
                if not isinstance(share, Variable):
                    seen = type(share).__name__
                    raise TypeError(f"{self.name}.backward returned {seen} where a Tensor or None belongs")
                yield target, share if recorded else share.array

    def _given(self, g: Any, described: tuple[tuple[int, ...], Any] | None) -> Any:
        """The gradient of one output as backward gets it."""
        if g is None:
            return Variable.wrap(np.zeros(*described)) if self.ctx._zeros and described else None
        return g if isinstance(g, Variable) else Variable.wrap(np.asarray(g))

    def saved(self) -> Iterator[tuple[str, Any]]:
        """What `save_for_backward` was given."""
        for i, each in enumerate(self.ctx._saved):
            if each is not None:
                yield f"saved tensor {i}", each.array

    def free(self) -> None:
        if self.ctx._saved:
            self.spent = True
            self.ctx._saved = []
