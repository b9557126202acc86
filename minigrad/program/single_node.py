"""A program that gradients pass through as through one operation: forward in one text, backward in another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minigrad.engine.function import Function, once_differentiable
from minigrad.engine.grad import grad
from minigrad.engine.node import Variable
from minigrad.program.runnable import Runnable, Source, fetcher, tensors_of
from minigrad.program.simplify import own_memory
from minigrad.program.steps import Program, Value
from minigrad.program.trace import CannotCompileError


@dataclass
class Split:
    """A program cut in two: what runs when the function is called, and what runs when a gradient comes back."""

    forward: Runnable
    backward: Callable[..., tuple[Any, ...]]
    """A function of the gradients of the outputs, and of what `kept` and the end of forward's results gave."""
    kept: Callable[[list[Any]], tuple[Any, ...]]
    """The inputs that the backward half reads, fetched when the forward half has run."""
    first_saved: int
    """Where in the results of the forward half begins what the backward half reads."""


def split(
    whole: Program, inputs: Sequence[Value], seeds: Sequence[Value], count: int, sources: dict[Value, Source]
) -> Split:
    """Cut `whole` before its backward part. Its first `count` outputs are forward's, the others gradients; `seeds` are
    the inputs that stand for the gradients of the outputs."""
    ends, gradients = whole.outputs[:count], whole.outputs[count:]
    ahead = [step for step in whole.steps if step.part != "backward"]
    back = [step for step in whole.steps if step.part == "backward"]
    made = {result for step in ahead for result in step.results}
    changed = {each.root for step in ahead for each in step.writes}
    if any(each.root in changed and each.root not in made for step in back for each in step.reads()):
        raise CannotCompileError("compile: a value that the gradient needs is changed in place by the function")
    needed = dict.fromkeys([*(each for step in back for each in step.reads()), *gradients])
    saved = [each for each in needed if each in made]
    forward = Runnable(
        own_memory(Program(list(inputs), ahead, [*ends, *saved], aliases=whole.aliases[:count]), len(ends)), sources
    )
    given = dict.fromkeys([*inputs, *seeds, *saved])
    views = [each not in given for each in gradients]  # as any rule may return one
    backward = Runnable(own_memory(Program(list(given), back, gradients, aliases=views), len(gradients)), {})
    reads = [each for each in backward.inputs if each in set(inputs)]
    positions = {value: number for number, value in enumerate([*seeds, *reads, *saved])}
    order = [positions[each] for each in backward.inputs]

    def run_back(*values: Any) -> tuple[Any, ...]:
        with np.errstate(all="ignore"):
            return backward.call(*[values[each] for each in order])

    return Split(forward, run_back, fetcher([sources[each] for each in reads]), len(ends))


def single_node(
    name: str,
    halves: Split,
    deliver: Callable[[list[Any], Sequence[Any]], None],
    results: int,
    differentiable: Sequence[bool],
    targets: Sequence[Source],
) -> Callable[[list[Any]], tuple[Any, ...]]:
    """The function of the leaves that runs the forward half, and leaves one node for the backward half."""

    class Single(Function):
        """The compiled function in the graph."""

        @staticmethod
        def forward(ctx: Any, leaves: list[Any], *tensors: Any) -> Any:
            found = halves.forward(leaves)
            deliver(leaves, found)
            saved = (*halves.kept(leaves), *found[halves.first_saved :])
            ctx.save_for_backward(*(Variable.wrap(np.asarray(each)) for each in saved))
            return _outputs(ctx, [Variable.wrap(np.asarray(each)) for each in found[:results]], differentiable)

        @staticmethod
        @once_differentiable
        def backward(ctx: Any, *gradients: Any) -> Any:
            given = [each.array for each, smooth in zip(gradients, differentiable) if smooth]
            shares = halves.backward(*given, *(each.array for each in ctx.saved_tensors))
            return (None, *(Variable.wrap(np.asarray(each)) for each in shares))

    Single.__name__ = name
    tensors = tensors_of(targets)
    return lambda leaves: Single.apply(leaves, *tensors(leaves))


def traced_node(
    name: str, ends: Sequence[Any], through: Sequence[Any], wanted: Sequence[Any], targets: Sequence[Any]
) -> tuple[Any, ...]:
    """The results of a traced run as one node: its gradients go through the graph that the run itself has left.

    `ends` are the run's outputs, of which gradients pass `through` some, to the tensors `wanted`, which stand for
    `targets` outside.
    """
    differentiable = [any(each is one for one in through) for each in ends]

    class Traced(Function):
        """The traced run in the graph."""

        @staticmethod
        def forward(ctx: Any, made: Any, *tensors: Any) -> Any:
            return _outputs(ctx, made, differentiable)

        @staticmethod
        @once_differentiable
        def backward(ctx: Any, *gradients: Any) -> Any:
            given = [each for each, smooth in zip(gradients, differentiable) if smooth]
            return (None, *grad(through, wanted, given, retain_graph=True, allow_unused=True))

    Traced.__name__ = name
    plain = [Variable.wrap(each.array.view(np.ndarray)) for each in ends]
    return Traced.apply(plain, *targets)  # type: ignore[no-any-return]


def _outputs(ctx: Any, made: Sequence[Any], differentiable: Sequence[bool]) -> tuple[Any, ...]:
    ctx.mark_non_differentiable(*(each for each, smooth in zip(made, differentiable) if not smooth))
    return tuple(made)
