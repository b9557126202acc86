"""The Parameter: a tensor that a module learns; and the Buffer: one that it keeps.

Being one is all it takes to be found by `Module.parameters()`, and so by an optimizer. What is computed from a
parameter is a plain Tensor.
"""

from __future__ import annotations

from typing import Any

from minigrad.engine.node import Variable
from minigrad.tensor import Tensor


class Parameter(Tensor):
    """A leaf on the memory of a tensor that a module learns: being one is all it takes to be found by `parameters()`.

    Args:
        data: the tensor; TypeError for anything else (default None: an empty one).
        requires_grad: whether gradients are collected; RuntimeError if so and it is not of a floating point dtype
            (default True).

    >>> nn.Parameter(mg.tensor([1.0, 2.0]))
    Parameter containing:
    tensor([1., 2.], requires_grad=True)
    """

    def __init__(self, data: Any = None, requires_grad: bool = True) -> None:
        if data is None:
            super().__init__()
        elif isinstance(data, Variable):
            self.array = data.array
        else:
            raise TypeError(f"Parameter: expected a Tensor, not {type(data).__name__}; minigrad.tensor(data) makes one")
        self.requires_grad_(requires_grad)

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


class Buffer(Tensor):
    """A tensor on the memory of `data` that a module keeps beside its parameters, such as a running mean.

    Assigned as an attribute it is registered; `state_dict` has it if it is `persistent`. TypeError if `data` is no
    tensor.
    """

    def __init__(self, data: Any = None, *, persistent: bool = True) -> None:
        if data is not None and not isinstance(data, Variable):
            raise TypeError(f"Buffer: expected a Tensor, not {type(data).__name__}; minigrad.tensor(data) makes one")
        super().__init__()
        if data is not None:
            self.array = data.array
        self.persistent = persistent
