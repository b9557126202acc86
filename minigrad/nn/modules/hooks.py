"""Hooks of modules: functions of the user that see, and may change, what goes into a module and comes out of it.

Modules without hooks never come here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from minigrad.ops import cat, split
from minigrad.tensor import Tensor


@dataclass
class Hooks:
    """The hooks of one module, in the order in which they were registered."""

    forward_pre: dict[int, Callable[..., Any]] = field(default_factory=dict)
    forward: dict[int, Callable[..., Any]] = field(default_factory=dict)
    backward: dict[int, Callable[..., Any]] = field(default_factory=dict)


def call_with_hooks(hooks: Hooks, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`module.forward(*args, **kwargs)` with the hooks around it."""
    for hook in list(hooks.forward_pre.values()):
        changed = hook(module, args)
        if changed is not None:
            args = changed if isinstance(changed, tuple) else (changed,)
    backward = _Backward(hooks, module) if hooks.backward else None
    if backward:
        args = backward.entered(args)
    output = module.forward(*args, **kwargs)
    for hook in list(hooks.forward.values()):
        changed = hook(module, args, output)
        if changed is not None:
            output = changed
    return backward.left(output) if backward else output


class _Backward:
    """Calls the backward hooks of one call of a module: with the gradients of its inputs and those of its outputs."""

    def __init__(self, hooks: Hooks, module: Any) -> None:
        self.hooks, self.module = hooks, module
        self.inputs: int | None = None  # how many inputs there are, where none needs a gradient
        self.grad_output: tuple[Any, ...] = ()

    def entered(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        if not any(_traced(arg) for arg in args):
            self.inputs = len(args)
        return tuple(_gated(args, self._inputs_passed))

    def left(self, output: Any) -> Any:
        if isinstance(output, (tuple, list)):
            return type(output)(_gated(output, self._outputs_passed))
        return _gated([output], self._outputs_passed)[0]

    def _outputs_passed(self, grads: tuple[Any, ...]) -> None:
        self.grad_output = grads
        if self.inputs is not None:
            self._inputs_passed((None,) * self.inputs)

    def _inputs_passed(self, grads: tuple[Any, ...]) -> tuple[Any, ...]:
        for hook in list(self.hooks.backward.values()):
            changed = hook(self.module, grads, self.grad_output)
            if changed is not None:
                grads = changed if isinstance(changed, tuple) else (changed,)
        return grads


def _gated(values: Sequence[Any], hook: Callable[[tuple[Any, ...]], Any]) -> list[Any]:
    """The same values, those that need a gradient through one node, where `hook` sees all their gradients at once."""
    chosen = [i for i, each in enumerate(values) if _traced(each)]
    if not chosen:
        return list(values)
    lengths = [values[i].numel() for i in chosen]

    def passed(g: Tensor) -> Tensor | None:
        grads: list[Any] = [None] * len(values)
        for i, part in zip(chosen, split(g, lengths), strict=True):
            grads[i] = part.reshape(values[i].shape)
        changed = hook(tuple(grads))
        return None if changed is None else cat([changed[i].reshape(-1) for i in chosen])

    joined = cat([values[i].reshape(-1) for i in chosen])
    joined.register_hook(passed)
    gated = list(values)
    for i, part in zip(chosen, split(joined, lengths), strict=True):
        gated[i] = part.reshape(values[i].shape).to(values[i].dtype)
    return gated


def _traced(value: Any) -> bool:
    return isinstance(value, Tensor) and value.requires_grad
