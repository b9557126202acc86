"""The Parameter: a tensor that a module learns; and the Buffer: one that it keeps.

Being one is all it takes to be found by `Module.parameters()`, and so by an optimizer. What is computed from a
parameter is a plain Tensor.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.device import check as check_device
from minigrad.dtypes import as_dtype
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


class Uninitialized(Tensor):
    """A tensor without numbers yet: a lazy layer gives it a shape when it gets its first input."""

    kind: Any = Tensor
    """What it is afterwards."""

    def __init__(self, requires_grad: bool = True, device: Any = None, dtype: Any = None) -> None:
        super().__init__()
        check_device(device)
        if dtype is not None:
            self.array = self.array.astype(as_dtype(dtype))
        self.requires_grad_(requires_grad)

    def materialize(self, shape: Any, device: Any = None, dtype: Any = None) -> None:
        """Give it memory of this shape; it is then an ordinary one of its kind."""
        self.__class__ = self.kind
        wanted = self.array.dtype if dtype is None else as_dtype(dtype)
        self.data = Variable.wrap(np.empty(tuple(shape), wanted))

    @property
    def shape(self) -> Any:
        """RuntimeError: there is none yet."""
        raise RuntimeError(
            "Can't access the shape of an uninitialized parameter or buffer. This error usually happens in "
            "`load_state_dict` when trying to load an uninitialized parameter into an initialized one. Call `forward` "
            "to initialize the parameters before accessing their attributes."
        )

    def detach(self) -> Tensor:
        return self

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class UninitializedParameter(Uninitialized, Parameter):
    """A parameter of a lazy layer."""

    kind = Parameter


class UninitializedBuffer(Uninitialized):
    """A buffer of a lazy layer."""

    def __init__(self, requires_grad: bool = False, device: Any = None, dtype: Any = None) -> None:
        super().__init__(requires_grad, device, dtype)


def is_lazy(param: Any) -> bool:
    """Whether a tensor has no numbers yet."""
    return isinstance(param, Uninitialized)
