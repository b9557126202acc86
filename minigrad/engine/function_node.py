"""A Function in the graph: one node for the call, and one for each of its outputs.

A rule of a primitive has one output to start from. The backward of a Function wants the gradients of all of them at
once, so each output's node hands its gradient on to the node of the call, where they gather.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from minigrad.engine.hooks import Hook, RemovableHandle
from minigrad.engine.mode import FORWARD, at
from minigrad.engine.node import Node, Variable
from minigrad.errors import ShapeError


class SavedOutput:
    """A saved output: without a reference to the tensor, which refers to the node that holds this."""

    def __init__(self, output: Variable) -> None:
        self.array, self._made_by = output.array, output.node

    def restored(self) -> Any:
        """The output again, with its history."""
        return Variable.wrap(self.array, self._made_by)


class OutputNode(Node):
    """One of the outputs of a Function: it hands its gradient on, and says by its number whose it is.

    `made_by` is the node of the call, `output` the Variable that was output number `number`.
    """

    __slots__ = ("made_by", "number")

    def __init__(self, made_by: FunctionNode, number: int, output: Variable) -> None:
        super().__init__(None, [(made_by, None, ())], output.array.shape, output.array.dtype, {})  # type: ignore[list-item]
        self.made_by, self.number = made_by, number

    @property
    def name(self) -> str:
        return self.made_by.name

    @property
    def next_functions(self) -> tuple[tuple[Node, int], ...]:
        return self.made_by.next_functions

    def register_hook(self, hook: Hook) -> RemovableHandle:
        return self.made_by.register_hook(hook)

    def register_prehook(self, hook: Hook) -> RemovableHandle:
        return self.made_by.register_prehook(hook)

    def pull(self, g: Any, wanted: set[Node] | None = None) -> Iterator[tuple[Node, Any]]:
        yield self.made_by, g

    def saved(self) -> Iterator[tuple[str, Any]]:
        """Nothing: the Function itself saves."""
        return iter(())

    def free(self) -> None:
        """There is nothing saved here."""


class FunctionNode(Node):
    """A Function that was applied: its rule is the user's backward.

    `function` is the user's class, `ctx` what its forward left for backward, `args` and `outputs` what it got and gave.
    """

    __slots__ = ("ctx", "function", "inputs", "outputs", "spent")

    def __init__(self, function: Any, ctx: Any, args: tuple[Any, ...], outputs: list[Any]) -> None:
        edges = [(each.node, None, ()) for each in args if isinstance(each, Variable) and each.node is not None]
        super().__init__(None, edges, (), None, {})  # type: ignore[arg-type]  # its outputs have shapes and dtypes
        self.function, self.ctx, self.spent = function, ctx, False
        self.inputs = [each.node if isinstance(each, Variable) else None for each in args]
        self.outputs = [
            (each.array.shape, each.array.dtype) if isinstance(each, Variable) else None for each in outputs
        ]
        ctx._node = self

    @property
    def name(self) -> str:
        return str(self.function.__name__)

    def remember(self, outputs: list[Any]) -> None:
        """Break the cycle from saved outputs through their nodes to this one."""
        made = {id(each) for each in outputs}
        self.ctx._saved = [SavedOutput(each) if id(each) in made else each for each in self.ctx._saved]

    def pull(self, g: Any, wanted: set[Node] | None = None) -> Iterator[tuple[Node, Any]]:
        recorded = any(isinstance(each, Variable) for each in g.values())
        given = [self._given(g.get(i), described) for i, described in enumerate(self.outputs)]
        with at(FORWARD):
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
