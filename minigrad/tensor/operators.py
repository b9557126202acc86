"""Python's operators on tensors: with tensors, arrays and numbers on either side.

What is none of these gets its own chance (Python then asks the other operand), and failing that Python's own error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad import ops
from minigrad.engine.node import Variable
from minigrad.ops.arithmetic import add_p, div_p, sub_p

OPERANDS = (Variable, np.ndarray, float, int, np.generic)

Operator = Callable[[Any, Any], Any]


def _known(other: Any) -> bool:
    """Whether an operand that is none of the usual ones is an array of some other library."""
    return hasattr(other, "__array_ufunc__")


def both_ways(operation: Operator) -> tuple[Operator, Operator]:
    """The operator with the tensor on the left, and the one with it on the right."""

    def operator(self: Any, other: Any) -> Any:
        return operation(self, other) if isinstance(other, OPERANDS) or _known(other) else NotImplemented

    def reflected(self: Any, other: Any) -> Any:
        return operation(other, self) if isinstance(other, OPERANDS) or _known(other) else NotImplemented

    return operator, reflected


class Operators:
    """The operators of a Tensor."""

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
    __invert__ = ops.bitwise_not
    __getitem__ = ops.getitem

    def __pos__(self) -> Any:
        return self
