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


def casts(operation: Operation, args: Sequence[Any], dtype: Any) -> dict[int, Any]:
    """The arguments that were cast, by position, and to which dtype. `dtype` is that of the result."""
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
    cast = promoted(plain, dtype.kind == "f")
    return {
        i: new.dtype
        for i, old, new in zip(positions, arrays, cast, strict=True)
        if isinstance(old, np.ndarray) and old.dtype != new.dtype
    }


def _has_dtype(arg: Any) -> bool:
    return isinstance(arg, Variable | np.ndarray)
