"""Checkpointing: compute again in the backward pass instead of keeping what the forward pass computed.

Chen et al., "Training Deep Nets with Sublinear Memory Cost" (2016).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minigrad.engine.mode import enable_grad
from minigrad.engine.saved import saved_tensors_hooks
from minigrad.random import get_rng_state, set_rng_state


def checkpoint(
    function: Callable[..., Any],
    *args: Any,
    use_reentrant: bool | None = None,
    preserve_rng_state: bool = True,
    **kwargs: Any,
) -> Any:
    """`function(*args, **kwargs)`, whose saved values are dropped and computed again when backward needs the first.

    The second run sees the same random numbers (`preserve_rng_state`) and must do the same operations. Gradients of any
    order, and those of tensors that the function closes over, are as without the checkpoint. `use_reentrant` is
    accepted; there is one implementation.
    RuntimeError if the second run saves other values.

    >>> x = mg.tensor([3.0], requires_grad=True)
    >>> mg.utils.checkpoint.checkpoint(lambda x: x * x, x).backward()
    >>> x.grad
    tensor([6.])
    """
    state = get_rng_state() if preserve_rng_state else None
    count = 0
    again: list[Any] = []

    def drop(tensor: Any) -> int:
        nonlocal count
        count += 1
        return count - 1

    def recall(number: int) -> Any:
        if not again:
            _run_again()
        return again[number]

    def keep(tensor: Any) -> int:
        again.append(tensor)
        return len(again) - 1

    def _run_again() -> None:
        now = get_rng_state()
        if state is not None:
            set_rng_state(state)
        try:
            with enable_grad(), saved_tensors_hooks(keep, lambda number: again[number]):
                function(*args, **kwargs)
        finally:
            set_rng_state(now)
        if len(again) != count:
            found = len(again)
            again.clear()
            raise RuntimeError(
                f"checkpoint: the function saved {count} values in the forward pass but {found} when run again; "
                "it must do the same operations both times"
            )

    with saved_tensors_hooks(drop, recall):
        return function(*args, **kwargs)


def get_device_states(*args: Any) -> tuple[list[int], list[Any]]:
    """The GPUs on which arguments are, and the states of their random numbers: none."""
    return [], []


def set_device_states(devices: Sequence[int], states: Sequence[Any]) -> None:
    """Nothing: there is no generator on a GPU."""


def checkpoint_sequential(functions: Sequence[Any], segments: int, x: Any, use_reentrant: bool | None = None) -> Any:
    """A sequence of functions or modules in `segments` parts, each of them a checkpoint.

    ValueError unless there are from 1 to as many segments as functions.

    >>> x = mg.tensor([1.0], requires_grad=True)
    >>> mg.utils.checkpoint.checkpoint_sequential([mg.sin, mg.cos], 2, x).backward()
    >>> x.grad
    tensor([-0.4029])
    """
    steps = list(functions)
    if not 1 <= segments <= len(steps):
        raise ValueError(f"checkpoint_sequential: segments must be from 1 to {len(steps)}, got {segments}")
    size = len(steps) // segments

    def part(start: int, stop: int) -> Callable[[Any], Any]:
        def run(value: Any) -> Any:
            for step in steps[start:stop]:
                value = step(value)
            return value

        return run

    for k in range(segments - 1):
        x = checkpoint(part(k * size, (k + 1) * size), x)
    return part((segments - 1) * size, len(steps))(x)  # the last part is needed first: nothing is gained by dropping it
