"""A Function in the graph: one node for the call, and one for each of its outputs.

A rule of a primitive has one output to start from. The backward of a Function wants the gradients of all of them at
once, so each output's node hands its gradient on to the node of the call, where they gather.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from minigrad.engine.elsewhere import Name
from minigrad.engine.hooks import Hook, RemovableHandle
from minigrad.engine.mode import FORWARD, at
from minigrad.engine.node import Node, Variable
from minigrad.errors import ShapeError


class SavedOutput:
    """A saved `output`, the one with this `number`: without a reference to its node, which holds what holds this."""

    def __init__(self, output: Variable, number: int) -> None:
        self.array, self.number, self._node = output.array, number, _reference(output.node)

    def restored(self, made_by: FunctionNode | None) -> Any:
        """The output again, with its history, which begins at `made_by`, the node of the call."""
        if self._node is None or made_by is None:
            return Variable.wrap(self.array)
        result = Variable.wrap(self.array, self._node())
        if result.node is None:  # nobody has held this output, so that its node is gone: another takes its place
            result.node = OutputNode(made_by, self.number, result)
            self._node = weakref.ref(result.node)
        return result


def _reference(node: Node | None) -> weakref.ref[Node] | None:
    return None if node is None else weakref.ref(node)


def _described(values: Sequence[Any]) -> list[tuple[tuple[int, ...], Any] | None]:
    """The shape and dtype of each tensor, None for what is none."""
    return [(each.array.shape, each.array.dtype) if isinstance(each, Variable) else None for each in values]


class OutputNode(Node):
    """One of the outputs of a Function: it hands its gradient on, and says by its number whose it is.

    `made_by` is the node of the call, `output` the Variable that was output number `number`.
    """

    __slots__ = ("made_by", "number")

    def __init__(self, made_by: FunctionNode, number: int, output: Variable) -> None:
        super().__init__(None, [(made_by, None, ())], output.array.shape, output.array.dtype, {})  # type: ignore[list-item]
        self.made_by, self.number = made_by, number

    @property
    def name(self) -> Name:
        return self.made_by.name

    def __getattr__(self, name: str) -> Any:
        """What forward has left in `ctx`, which PyTorch's node is."""
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.made_by.ctx, name)

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

    `function` is the user's class, `ctx` what its forward left for backward, `args` and `outputs` what it got and gave,
    `pushes` whether it has a jvp.
    """

    __slots__ = ("arguments", "ctx", "function", "inputs", "outputs", "pushes", "spent")

    def __init__(
        self, function: Any, ctx: Any, args: tuple[Any, ...], outputs: list[Any], pushes: bool = False
    ) -> None:
        edges = [(each.node, None, ()) for each in args if isinstance(each, Variable) and each.node is not None]
        super().__init__(None, edges, (), None, {})  # type: ignore[arg-type]  # its outputs have shapes and dtypes
        self.function, self.ctx, self.spent = function, ctx, False
        self.inputs = [each.node if isinstance(each, Variable) else None for each in args]
        self.arguments, self.outputs = _described(args), _described(outputs)
        self.pushes = pushes
        ctx._made_by = weakref.ref(self)

    @property
    def rule(self) -> Any:
        """The user's backward, under either name."""
        return self.function.vjp or self.function.backward

    @property
    def name(self) -> Name:
        return Name(self.function.__name__)

    def remember(self, outputs: list[Any]) -> None:
        """Break the cycles from saved outputs through their nodes to this one."""
        made = {id(each): i for i, each in enumerate(outputs) if isinstance(each, Variable)}
        ctx = self.ctx
        for saved in (ctx._saved, ctx._saved_for_forward):
            saved[:] = [SavedOutput(each, made[id(each)]) if id(each) in made else each for each in saved]
        for name, value in list(vars(ctx).items()):
            if id(value) in made:
                ctx._own[name] = SavedOutput(value, made[id(value)])
                delattr(ctx, name)

    def pull(self, g: Any, wanted: set[Node] | None = None) -> Iterator[tuple[Node, Any]]:
        recorded = any(isinstance(each, Variable) for each in g.values())
        given = [self._given(g.get(i), described) for i, described in enumerate(self.outputs)]
        with at(FORWARD):
            answer = self.rule(self.ctx, *given)
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

    def push(self, known: dict[Node, Any]) -> list[Any]:
        """The tangent of each output, by the user's jvp from those of the arguments; None for what does not change."""
        tangents = [None if node is None else known.get(node) for node in self.inputs]
        recorded = any(isinstance(each, Variable) for each in tangents)
        given = [self._given(*pair) for pair in zip(tangents, self.arguments)]
        ctx, left = self.ctx, (dict(vars(self.ctx)), dict(self.ctx._own))
        ctx._pushing = True
        try:
            with at(FORWARD, recording=recorded):
                answer = self.function.jvp(ctx, *given)
        finally:
            ctx._pushing = False
            vars(ctx).update(left[0] | vars(ctx))  # what it deletes is there when it is asked for a tangent again
            ctx._own.update(left[1])
        found = answer if isinstance(answer, tuple) else (answer,)
        if len(found) != len(self.outputs):
            raise ShapeError(f"{self.name}.jvp returned {len(found)} tangents for {len(self.outputs)} outputs")
        for t, described in zip(found, self.outputs):
            if t is not None and (not isinstance(t, Variable) or described is None or t.array.shape != described[0]):
                seen = f"shape {t.array.shape}" if isinstance(t, Variable) else type(t).__name__
                raise ShapeError(f"{self.name}.jvp returned {seen} where a tensor like its output belongs")
        return [t if t is None or recorded else t.array for t in found]

    def _given(self, g: Any, described: tuple[tuple[int, ...], Any] | None) -> Any:
        """The gradient of one output as backward gets it, or the tangent of one argument as jvp does."""
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
