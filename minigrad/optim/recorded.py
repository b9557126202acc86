"""A step that is part of the graph: with `differentiable=True` an update runs on tensors in the place of arrays.

The lines of a paper are written once, in the optimizer's `update`, as calls of NumPy. What stands in the place of the
arrays here answers these calls with operations of the package, which are recorded; and where an array would be written
over, it holds another tensor from then on. So gradients flow through the step: to the parameter before it, to its
gradient, to what was remembered, and to options that are tensors.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from minigrad import ops
from minigrad.engine.mode import enable_grad
from minigrad.tensor import Tensor
from minigrad.tensor.conversion import by_ufunc

if TYPE_CHECKING:
    from minigrad.optim.optimizer import Optimizer


def _tensor(value: Any) -> Any:
    return value.tensor if isinstance(value, Recorded) else value


def _where(condition: Any, *values: Any) -> Any:
    """`where`, in which numbers have all their digits."""
    wide = (each if isinstance(each, Tensor) else Tensor.wrap(np.array(each, np.float64)) for each in values)
    return ops.where(condition, *wide)


FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    np.where: _where,
    np.clip: ops.clamp,
    np.zeros_like: lambda x: Tensor.wrap(np.zeros_like(x.array)),
    np.full_like: lambda x, value: Tensor.wrap(np.full_like(x.array, value)),
    np.empty_like: lambda x: Tensor.wrap(np.empty_like(x.array)),
}
"""What updates call besides ufuncs."""


class Recorded(NDArrayOperatorsMixin):
    """A tensor where an update expects an array."""

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor
        self.dtype, self.shape, self.ndim, self.size = tensor.array.dtype, tensor.shape, tensor.ndim, tensor.numel()

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, out: tuple[Any, ...] = (), dtype: Any = None, **_: Any
    ) -> Any:
        operation = by_ufunc.get(ufunc) if method == "__call__" else None
        if operation is None:
            return NotImplemented
        tensors = [_tensor(each) if dtype is None else _tensor(each).to(dtype) for each in inputs]
        return self._answer(operation(*tensors), *out)

    def __array_function__(self, function: Callable[..., Any], _: Any, args: Any, kwargs: dict[str, Any]) -> Any:
        if function not in FUNCTIONS:
            return NotImplemented
        out = (kwargs.pop("out"),) if "out" in kwargs else ()
        return self._answer(FUNCTIONS[function](*map(_tensor, args), **kwargs), *out)

    def _answer(self, result: Any, out: Any = None) -> Any:
        """A result, or what holds it from now on."""
        if out is None:
            return Recorded(result)
        out[...] = result
        return out

    def __setitem__(self, index: Any, value: Any) -> None:
        assert index is Ellipsis, "updates write over the whole of an array"
        self.tensor = _tensor(value).to(self.dtype)

    def astype(self, dtype: Any, **_: Any) -> Recorded:
        """In another dtype."""
        return Recorded(self.tensor.to(dtype))

    def item(self) -> Any:
        """The only number; in the graph still, if a gradient is wanted of it."""
        return self if self.tensor.requires_grad else self.tensor.item()


def update(optimizer: Optimizer, p: Tensor, grad: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
    """`optimizer.update`, recorded: `p` and its `state` become results of it.

    A parameter whose memory is shared with views is written to. One that has its own gets another, so that what the
    graph has saved of the old one stays.
    """
    theta, g = (Tensor.wrap(Recorded(each)) for each in (p, grad))
    held = {name: Tensor.wrap(Recorded(value)) if isinstance(value, Tensor) else value for name, value in state.items()}
    options = {name: Recorded(value) if isinstance(value, Tensor) else value for name, value in group.items()}
    with enable_grad():
        optimizer.update(theta, g, held, options)
        after = theta.array.tensor
        if p.origin is None and not p.views:
            p.array, p.node = after.array, after.node
        else:
            p.copy_(after)
    for name, value in held.items():
        state[name] = _tensor(value.array) if isinstance(value, Tensor) and isinstance(value.array, Recorded) else value
