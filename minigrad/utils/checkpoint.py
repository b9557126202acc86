"""Checkpointing: compute again in the backward pass instead of keeping what the forward pass computed.

Chen et al., "Training Deep Nets with Sublinear Memory Cost" (2016).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any

from minigrad.engine.gate import gate
from minigrad.engine.mode import enable_grad
from minigrad.engine.saved import saved_tensors_hooks
from minigrad.random import get_rng_state, set_rng_state

Contexts = tuple[AbstractContextManager[Any], AbstractContextManager[Any]]

_early_stop: list[bool] = []
"""What `set_checkpoint_early_stop` has decided, the innermost last."""


class _Enough(BaseException):
    """Ends the second run when it has saved what is needed; no `except Exception` of the function's catches it."""


@contextmanager
def set_checkpoint_early_stop(enable: bool) -> Iterator[None]:
    """A context in which the second runs of checkpoints end when all is there that backward needs, or run through.

    It overrides the argument `early_stop` of the checkpoints made within.

    >>> x = mg.tensor([3.0], requires_grad=True)
    >>> with mg.utils.checkpoint.set_checkpoint_early_stop(False):
    ...     y = mg.utils.checkpoint.checkpoint(lambda x: x * x, x)
    >>> y.backward()
    >>> x.grad
    tensor([6.])
    """
    _early_stop.append(enable)
    try:
        yield
    finally:
        _early_stop.pop()


def noop_context_fn() -> Contexts:
    """Two contexts that do nothing: for the first run of a checkpoint, and for the second.

    >>> mg.utils.checkpoint.checkpoint(lambda x: x + 1, mg.ones(1), context_fn=mg.utils.checkpoint.noop_context_fn)
    tensor([2.])
    """
    return nullcontext(), nullcontext()


def checkpoint(
    function: Callable[..., Any],
    *args: Any,
    use_reentrant: bool | None = None,
    preserve_rng_state: bool = True,
    context_fn: Callable[[], Contexts] = noop_context_fn,
    determinism_check: str = "default",
    debug: bool = False,
    early_stop: bool = True,
    **kwargs: Any,
) -> Any:
    """`function(*args, **kwargs)`, whose saved values are dropped and computed again when backward needs the first.

    The second run sees the same random numbers (`preserve_rng_state`) and must do the same operations. Gradients of any
    order, and those of tensors that the function closes over, are as without the checkpoint. The second run ends early,
    as soon as it has saved all values, unless `early_stop` is False. `context_fn` returns a context for each run.
    `use_reentrant` and `debug` are accepted; there is one implementation.
    RuntimeError if the second run saves fewer values, or of other shapes and dtypes (unless `determinism_check` is
    "none").

    >>> x = mg.tensor([3.0], requires_grad=True)
    >>> mg.utils.checkpoint.checkpoint(lambda x: x * x, x).backward()
    >>> x.grad
    tensor([6.])
    """
    state = get_rng_state() if preserve_rng_state else None
    stops = _early_stop[-1] if _early_stop else early_stop
    first, second = context_fn()
    dropped: list[Any] = []
    again: list[Any] = []

    def drop(tensor: Any) -> int:
        dropped.append((tensor.shape, tensor.dtype))
        return len(dropped) - 1

    def recall(number: int) -> Any:
        if not again:
            _run_again()
        return again[number]

    def keep(tensor: Any) -> int:
        again.append(tensor)
        number, like = len(again) - 1, (tensor.shape, tensor.dtype)
        if determinism_check != "none" and number < len(dropped) and like != dropped[number]:
            raise RuntimeError(
                f"checkpoint: recomputed values have different metadata than those of the forward pass: value {number} "
                f"was {_text(dropped[number])}, and is {_text(like)} when run again"
            )
        if stops and len(again) == len(dropped):
            raise _Enough
        return number

    def _run_again() -> None:
        now = get_rng_state()
        if state is not None:
            set_rng_state(state)
        try:
            with suppress(_Enough), second, enable_grad(), saved_tensors_hooks(keep, lambda number: again[number]):
                function(*args, **kwargs)
        except BaseException:
            again.clear()
            raise
        finally:
            set_rng_state(now)
        if len(again) != len(dropped):
            found = len(again)
            again.clear()
            raise RuntimeError(
                "checkpoint: A different number of tensors was saved during the original forward and recomputation, "
                f"{len(dropped)} and {found}: the function must do the same operations both times"
            )

    with first, saved_tensors_hooks(drop, recall):
        return function(*args, **kwargs)


def _text(described: tuple[Any, Any]) -> str:
    return f"{described[1]} of shape {tuple(described[0])}"


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


gate(globals(), ["checkpoint", "checkpoint_sequential"])
