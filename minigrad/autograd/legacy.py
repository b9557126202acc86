"""What old scripts wrap their tensors in. Since 2018 every tensor can record, and wrapping does nothing more."""

from __future__ import annotations

from typing import Any

from minigrad.engine import node


def Variable(data: Any, requires_grad: bool = False, volatile: bool = False) -> Any:
    """A leaf tensor on the memory of `data`. (`volatile` is ignored, as in PyTorch; use no_grad.)

    >>> mg.autograd.Variable(mg.tensor([1.0]), requires_grad=True)
    tensor([1.], requires_grad=True)
    """
    if not isinstance(data, node.Variable):
        raise TypeError(f"Variable: data must be a Tensor, got {type(data).__name__}")
    leaf = node.Variable.wrap(data.array)
    return leaf.requires_grad_() if requires_grad else leaf
