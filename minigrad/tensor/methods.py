"""Every operation as a method and as an operator of the Tensor, under PyTorch's name: by rule, from the tables.

A public operation whose first argument is a tensor, called `input`, is a method. An elementwise one, and each that its
page marks, has a form in place, whose name ends in an underscore. What is written out here are the exceptions. The
types of all this stand in `methods.pyi`, which is made from the running package (`make stubs`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad import ops
from minigrad.engine.broadcast import stretched_axes
from minigrad.engine.gate import gated
from minigrad.engine.node import Variable
from minigrad.errors import ShapeError
from minigrad.ops.arithmetic import add_p, div_p, sub_p
from minigrad.ops.arrangement import H, T, mT
from minigrad.ops.dims import sizes
from minigrad.ops.public import PUBLIC, first_argument
from minigrad.ops.rounding import imag
from minigrad.random.draws import FILLS
from minigrad.tensor.filling import (
    apply_,
    copy_,
    fill_,
    fill_diagonal_,
    map2_,
    map_,
    random_in_place,
    setitem,
    zero_,
)
from minigrad.tensor.in_place import become, in_place, reshaped_in_place
from minigrad.types import Indices, Ints, Number, Tensor

RECEIVERS = ("input", "A", "B", "L")
"""What the tensor is called whose method an operation is; in linear algebra by the letter of the formula."""

FUNCTIONS_ONLY = frozenset(
    """
    avg_pool1d avg_pool2d avg_pool3d batch_norm binomial bucketize combinations conv1d conv2d conv3d conv_transpose1d
    conv_transpose2d conv_transpose3d elu gelu getitem gradient interpolate leaky_relu max_pool1d max_pool2d
    max_pool3d pdist poisson real rsub silu softplus spmm std_mean var_mean
    """.split()  # noqa: SIM905  a list would take a line for each
)
"""What takes `input` first and is no method of PyTorch's tensors."""

NEVER_IN_PLACE = frozenset(
    """
    fmax fmin isfinite isinf isnan isneginf isposinf logaddexp logaddexp2 maximum minimum signbit
    """.split()  # noqa: SIM905
)
"""Elementwise operations without a form in place."""

UNGATED = frozenset(
    """
    clone expand flatten getitem matmul mean permute reshape softmax squeeze sum transpose unsqueeze view
    """.split()  # noqa: SIM905
)
"""Methods that answer wrong arguments themselves: called so often that a gate around them would be felt."""

OPERATORS_IN_PLACE = {
    "__iadd__": "add_",
    "__isub__": "sub_",
    "__imul__": "mul_",
    "__itruediv__": "div_",
    "__ifloordiv__": "floor_divide_",
    "__imod__": "remainder_",
    "__ipow__": "pow_",
    "__iand__": "bitwise_and_",
    "__ior__": "bitwise_or_",
    "__ixor__": "bitwise_xor_",
    "__ilshift__": "bitwise_left_shift_",
    "__irshift__": "bitwise_right_shift_",
}

OPERANDS = (Variable, np.ndarray, float, int, np.generic)

Operator = Callable[[Any, Any], Any]


def both_ways(operation: Operator) -> tuple[Operator, Operator]:
    """The operator with the tensor on the left, and the one with it on the right.

    What is neither tensor nor array nor number gets its own chance: Python asks the other operand, and raises its own
    error where that does not know either.
    """

    def operator(self: Any, other: Any) -> Any:
        return operation(self, other) if isinstance(other, OPERANDS) or _is_array(other) else NotImplemented

    def reflected(self: Any, other: Any) -> Any:
        return operation(other, self) if isinstance(other, OPERANDS) or _is_array(other) else NotImplemented

    for way, name in ((operator, operation.__name__), (reflected, f"{operation.__name__}, from the right")):
        way.__doc__ = f"The operator of `{name}`."
    return operator, reflected


def _is_array(other: Any) -> bool:
    """Whether an operand that is none of the usual ones is an array of some other library."""
    return hasattr(other, "__array_ufunc__")


class Methods(Variable):
    """What a Tensor can compute."""

    T, mT, H, mH = property(T), property(mT), property(H), property(ops.adjoint)
    real, imag = property(ops.real), property(imag)

    __add__, __radd__ = both_ways(add_p)
    __sub__, __rsub__ = both_ways(sub_p)
    __mul__, __rmul__ = both_ways(ops.mul)
    __truediv__, __rtruediv__ = both_ways(div_p)
    __floordiv__, __rfloordiv__ = both_ways(ops.floor_divide)
    __mod__, __rmod__ = both_ways(ops.remainder)
    __pow__, __rpow__ = both_ways(ops.pow)
    __matmul__, __rmatmul__ = both_ways(ops.matmul)
    __and__, __rand__ = both_ways(ops.bitwise_and)
    __or__, __ror__ = both_ways(ops.bitwise_or)
    __xor__, __rxor__ = both_ways(ops.bitwise_xor)
    __lshift__, __rlshift__ = both_ways(ops.bitwise_left_shift)
    __rshift__, __rrshift__ = both_ways(ops.bitwise_right_shift)

    # Python reflects a comparison into its counterpart by itself.
    __eq__ = both_ways(ops.eq)[0]
    __ne__ = both_ways(ops.ne)[0]
    __lt__ = both_ways(ops.lt)[0]
    __le__ = both_ways(ops.le)[0]
    __gt__ = both_ways(ops.gt)[0]
    __ge__ = both_ways(ops.ge)[0]
    __hash__ = object.__hash__  # tensors compare element by element, and are keys by identity

    __neg__ = ops.neg
    __abs__ = ops.abs
    __pos__ = ops.positive
    __invert__ = ops.bitwise_not
    __getitem__ = ops.getitem
    __setitem__ = setitem

    _become = become
    copy_, fill_, zero_, fill_diagonal_ = copy_, fill_, zero_, fill_diagonal_
    apply_, map_, map2_ = apply_, map_, map2_

    def where(self, condition: Indices, other: Tensor | Number) -> Tensor:
        """This tensor where `condition` holds, `other` elsewhere.

        >>> mg.tensor([1.0, 2.0]).where(mg.tensor([True, False]), 0.0)
        tensor([1., 0.])
        """
        return ops.where(condition, self, other)

    def polygamma(self, n: int) -> Tensor:
        """The derivative of order `n` of digamma at these elements.

        >>> mg.tensor([1.0]).polygamma(1)
        tensor([1.6449])
        """
        return ops.polygamma(n, self)

    def sum_to_size(self, *size: Ints) -> Tensor:
        """The sum over what broadcasting from `size` to this shape would repeat: a tensor of shape `size`.

        ShapeError where it would not.

        >>> mg.ones(2, 3).sum_to_size(1, 3)
        tensor([[2., 2., 2.]])
        """
        wanted = sizes(size, "sum_to_size")
        try:
            axes = stretched_axes(self.array.shape, wanted)
        except ShapeError as error:
            raise ShapeError(f"sum_to_size: {error}") from None
        return ops.sum(self, axes, keepdim=True).reshape(wanted) if axes or not wanted else self


IN_PLACE: dict[str, Callable[..., Any]] = {"fill_": fill_, "zero_": zero_}
"""The methods in place that are functions of the package as well: all that change a tensor by an operation."""

for _name, _operation in PUBLIC.items():
    if first_argument(_operation) in RECEIVERS and _name not in FUNCTIONS_ONLY:
        _plain = hasattr(_operation, "family") or _name in UNGATED  # the engine itself asks the gate for an operation
        setattr(Methods, _name, _operation if _plain else gated(_operation, _name))
    _way = getattr(_operation, "in_place", "")
    if _way == "reshapes":
        IN_PLACE[f"{_name}_"] = reshaped_in_place(_operation, f"{_name}_")
    elif _way or (getattr(_operation, "family", "") == "elementwise" and _name not in NEVER_IN_PLACE):
        IN_PLACE[f"{_name}_"] = in_place(_operation, f"{_name}_")
Methods.polygamma_ = in_place(Methods.polygamma, "polygamma_")  # type: ignore[attr-defined]

for _name, _method in IN_PLACE.items():
    _method.__module__ = "minigrad"  # where pickle finds it
    setattr(Methods, _name, _method)
for _operator, _name in OPERATORS_IN_PLACE.items():
    setattr(Methods, _operator, both_ways(IN_PLACE[_name])[0])
for _name, _draw in FILLS.items():
    setattr(Methods, f"{_name}_", gated(random_in_place(_draw, f"{_name}_")))
