"""The Layer: a module from one tensor to one tensor, as most are; and what type checkers are told of calls.

A Module takes anything and returns anything, so a call of one is `Any`. A class that declares the call, for type
checkers alone, says what comes out: `nn.Linear(2, 3)(x)` is a Tensor. Modules of other forms declare theirs in the same
way. At run time every call is that of Module, hooks and all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minigrad.nn.modules.module import Module
from minigrad.tensor import Tensor


def changed(module: Module, **usual: object) -> str:
    """How the options of a layer are printed after others: those that do not have their usual values."""
    values = {name: getattr(module, name) for name in usual}
    return "".join(f", {name}={value}" for name, value in values.items() if value != usual[name])


class Layer(Module):
    """A module whose `forward` takes one tensor and returns one."""

    if TYPE_CHECKING:

        def __call__(self, input: Tensor) -> Tensor: ...
