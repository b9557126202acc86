"""Type promotion made visible: which arguments of an element-wise primitive were cast before it ran.

A primitive of arrays of several dtypes, or of integers where the result is a float, first brings its arguments to one
dtype (`engine.record`). In a program this is a step of its own, for NumPy would promote in another way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.dtypes import promoted
from minigrad.engine.node import Variable
from minigrad.engine.primitive import Operation
from minigrad.ops.memory import astype
from minigrad.program.steps import Step, Value


def casts(operation: Operation, args: Sequence[Any], dtype: Any) -> dict[int, Any]:
    """The arguments that were cast, numbers among them, by position, and to which dtype. `dtype` is that of the
    result."""
    if operation.family != "elementwise" or dtype.kind == "b":
        return {}
    if all((each.array if isinstance(each, Variable) else each).dtype is dtype for each in args if _has_dtype(each)):
        return {}  # as it is nearly always
    positions = [i for i, rule in enumerate(operation.rules.values()) if rule is not None] or list(range(len(args)))
    arrays = [args[i].array if isinstance(args[i], Variable) else args[i] for i in positions]
    plain = [each.view(np.ndarray) if isinstance(each, np.ndarray) else each for each in arrays]
    alike = all(not isinstance(args[i], Variable) or arrays[n].dtype == dtype for n, i in enumerate(positions))
    if alike and np.result_type(*plain) == dtype:  # NumPy casts what else there is as the package would
        return {}
    together = promoted(plain, dtype.kind == "f")
    return {
        i: new.dtype
        for i, old, new in zip(positions, arrays, together, strict=True)
        if getattr(old, "dtype", None) != new.dtype
    }


def _has_dtype(arg: Any) -> bool:
    return isinstance(arg, Variable | np.ndarray | np.generic)


def cast(arg: Any, dtype: Any) -> tuple[Value, list[Step]]:
    """An argument in another dtype, and the step that makes it, which a number does not need."""
    if not isinstance(arg, Value):
        return Value((), np.dtype(dtype), constant=np.asarray(arg, dtype)), []
    value = Value(arg.shape, dtype)
    return value, [Step(astype, (arg,), {"dtype": dtype}, (value,))]
