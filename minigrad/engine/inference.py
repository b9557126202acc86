"""Inference mode: nothing is recorded, and what is computed belongs to no graph, now or later.

What was made inside is marked, and outside it must not be saved for a derivative, changed in place, or required to
collect a gradient: whoever measures is then sure not to train. A clone made outside is a tensor like others.

The marks are set by an observer, so that programs without inference mode pay nothing. A mark is an object that the
tensors of one block share; when the last tensor of the last block is gone, the observer goes.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

from minigrad.engine.mode import Function, Switch, mode
from minigrad.engine.node import Variable
from minigrad.engine.observers import Observer, observers

if TYPE_CHECKING:
    from typing_extensions import Self

    from minigrad.engine.primitive import Operation


class Mark:
    """What the tensors of one block have in common."""

    __slots__ = ("__weakref__",)


class _Watch(Observer):
    """Marks the results of a block, and sees that none of them is saved for a derivative afterwards."""

    def __init__(self) -> None:
        self.alive = 0
        """How many marks there are."""

    def begin(self) -> Mark:
        """A mark for a new block; while it lives this observer looks on."""
        mark = Mark()
        self.alive += 1
        weakref.finalize(mark, self.end).atexit = False
        if self not in observers:
            observers.append(self)
        return mark

    def end(self) -> None:
        """A mark is gone."""
        self.alive -= 1
        if self.alive == 0 and self in observers:
            observers.remove(self)

    def forward(self, operation: Operation, args: Sequence[Any], static: dict[str, Any], result: Variable) -> None:
        if result.origin is not None:
            result.inference = result.origin.source.inference
        elif mode.inference is not None:
            result.inference = mode.inference
        elif result.node is not None and not operation.parameters[0].startswith("*"):
            given = dict(zip(operation.parameters, args))
            check_saved(given.get(need) for _, rule, _ in result.node.edges for need in rule.needs)

    def applied(self, node: Any, args: Sequence[Any], outputs: Sequence[Any]) -> None:
        check_saved(node.ctx._saved)


_watch = _Watch()


def check_saved(values: Any) -> None:
    """RuntimeError if a tensor among `values`, which a derivative needs, was made in inference mode."""
    if any(isinstance(each, Variable) and each.inference is not None for each in values):
        raise RuntimeError(
            "Inference tensors cannot be saved for backward: this one was made in inference mode. Make a clone of it "
            "outside, which is a normal tensor, or compute it within no_grad instead."
        )


def outside(x: Variable) -> bool:
    """Whether `x` was made in inference mode, which now is off."""
    return x.inference is not None and mode.inference is None


def made_here(x: Any) -> Any:
    """`x`, which has been made in the running mode; the results of operations are marked without this."""
    if mode.inference is not None:
        x.inference = mode.inference
    return x


def is_inference_mode_enabled() -> bool:
    """Whether inference mode is on.

    >>> with mg.inference_mode():
    ...     print(mg.is_inference_mode_enabled())
    True
    """
    return mode.inference is not None


class inference_mode(Switch):  # noqa: N801  lower case, as PyTorch spells it
    """As `no_grad`, and what is made inside can be used in no graph afterwards; with `mode` False as `enable_grad`.

    >>> x = mg.tensor([1.0], requires_grad=True)
    >>> with mg.inference_mode():
    ...     y = x * 2
    >>> y.requires_grad, y.is_inference()
    (False, True)
    """

    @overload
    def __new__(cls, mode: bool = True) -> Self: ...

    @overload
    def __new__(cls, mode: Function) -> Function: ...  # type: ignore[misc]

    def __new__(cls, mode: Any = True) -> Any:
        return cls()(mode) if callable(mode) else super().__new__(cls)

    def __init__(self, mode: Any = True) -> None:
        super().__init__()
        self.value = not mode
        self._marks: list[Mark | None] = []

    def __enter__(self) -> None:
        super().__enter__()
        self._marks.append(mode.inference)
        mode.inference = None if self.value else _watch.begin()

    def __exit__(self, *exception: object) -> None:
        marks, mode.inference = self._marks, self._marks[-1]  # without a call, as in what this extends
        mode.recording, self._before = self._before
        marks.pop()

    def _fresh(self) -> Switch:
        return type(self)(not self.value)
