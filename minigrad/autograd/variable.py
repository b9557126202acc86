"""Variable, which old scripts wrap their tensors in. Since 2018 every tensor can record, and wrapping does no more.

PyTorch keeps the name, as a class whose instances are all tensors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minigrad.engine import node
from minigrad.engine.mode import mode


class _EveryTensor(type):
    """Makes every tensor an instance, and a call return the tensor itself."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, node.Variable)

    def __call__(cls, data: Any, requires_grad: bool = False, volatile: bool = False) -> Any:
        if not isinstance(data, node.Variable):
            raise TypeError(f"Variable: data must be a Tensor, got {type(data).__name__}")
        leaf = node.Variable.wrap(data.array)
        return leaf.requires_grad_() if requires_grad else leaf


class Engine:
    """PyTorch's handle of its engine, of which programs call one thing."""

    @staticmethod
    def queue_callback(callback: Callable[[], object]) -> None:
        """Call `callback()` when the backward pass that is on its way has ended and all `.grad` are filled.

        RuntimeError outside of a backward pass.
        """
        if mode.walk is None:
            raise RuntimeError("queue_callback: Final callbacks can only be installed during backward pass.")
        mode.walk.callbacks.append(callback)


class Variable(metaclass=_EveryTensor):
    """Variable(data) is a leaf tensor on the memory of `data`; `volatile` is ignored, as in PyTorch (use no_grad).

    >>> x = mg.ones(2)
    >>> isinstance(x, mg.autograd.Variable)
    True
    """

    _execution_engine = Engine()
