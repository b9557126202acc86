"""The hooks of a node called: on the gradient that arrives, and before and after the node carries it on.

A backward pass on arrays shows them to hooks as tensors, and takes their arrays back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from minigrad.engine.broadcast import unbroadcast
from minigrad.engine.hooks import Hook, Hooks
from minigrad.engine.mode import FORWARD, at
from minigrad.engine.node import Node, Variable
from minigrad.errors import ShapeError

Share = tuple[Node, Any]


def arriving(hooks: Hooks, node: Node, g: Any) -> Any:
    """The gradient after the hooks of the tensor have seen it; each may replace it.

    All see one tensor, or the one that the last has returned: libraries leave attributes on it for the next hook.
    """
    plain = not isinstance(g, Variable)
    seen = _shown(g)
    for hook in [*hooks.on_gradient.values(), *(() if hooks.kept is None else (hooks.kept,))]:
        with at(FORWARD):
            answer = hook(seen)
        if answer is not None:
            g, seen = _taken(answer, node.shape, node.dtype, plain), answer
    return g


def before(hooks: Hooks, node: Node, g: Any) -> Any:
    """The gradient (of a node with several outputs, those of all) after the hooks from before have seen it."""
    for hook in list(hooks.before.values()):
        given = _of_outputs(node, g)
        answer = _answers(hook, tuple(map(_shown, given)))
        if answer is not None:
            seen = [
                old if new is None or old is None else _taken(new, old.shape, old.dtype, not isinstance(old, Variable))
                for new, old in _paired(answer, given)
            ]
            g = {i: each for i, each in enumerate(seen) if each is not None} if node.outputs else seen[0]
    return g


def after(hooks: Hooks, node: Node, g: Any, contributions: list[Share]) -> list[Share]:
    """What a node has given to its arguments after the hooks from behind it have seen it."""
    plain = not any(isinstance(each, Variable) for each in _of_outputs(node, g))
    for hook in list(hooks.after.values()):
        edges = list(_by_edge(node, contributions))
        given = [share for _, share in edges]
        answer = _answers(hook, tuple(map(_shown, given)), tuple(map(_shown, _of_outputs(node, g))))
        if answer is not None:
            contributions = [
                (target, _taken(new, target.shape, target.dtype, plain))
                for (target, _), (new, _) in zip(edges, _paired(answer, given), strict=True)
                if new is not None
            ]
    return contributions


def _by_edge(node: Node, contributions: list[Share]) -> Iterator[tuple[Node, Any]]:
    """For each argument that wants a gradient its node and its share, None where there is none."""
    rest = list(contributions)
    for target, _, _ in node.edges:
        if rest and rest[0][0] is target:
            share = rest.pop(0)[1]
            yield target, unbroadcast(share, target.shape, target.dtype, target.name)
        else:
            yield target, None


def _of_outputs(node: Node, g: Any) -> list[Any]:
    return [g.get(i) for i in range(len(node.outputs))] if node.outputs else [g]


def _shown(g: Any) -> Any:
    return g if g is None or isinstance(g, Variable) else Variable.wrap(np.asarray(g))


def _answers(hook: Hook, *given: Any) -> Sequence[Any] | None:
    """What a hook returns, as a sequence; None where it leaves things as they are."""
    with at(FORWARD):
        answer = hook(*given)
    return answer if answer is None or isinstance(answer, (tuple, list)) else (answer,)


def _paired(answer: Sequence[Any], given: Sequence[Any]) -> list[tuple[Any, Any]]:
    if len(answer) != len(given):
        raise RuntimeError(
            f"a hook has returned an incorrect number of values (got {len(answer)}, but expected {len(given)})"
        )
    return list(zip(answer, given))


def _taken(answer: Any, shape: tuple[int, ...], dtype: Any, plain: bool) -> Any:
    """A gradient that a hook has returned, checked."""
    if not isinstance(answer, Variable):
        raise TypeError(f"a hook returns None or a Tensor, not {type(answer).__name__}")
    if answer.array.shape != shape:
        raise ShapeError(f"a hook gave a gradient of shape {answer.array.shape} for a tensor of shape {shape}")
    if answer.array.dtype != dtype:
        raise TypeError(f"a hook gave a gradient of dtype {answer.array.dtype} for a tensor of dtype {dtype}")
    return answer.array if plain else answer
