"""The names of types that signatures use on every floor.

Operations are written below the Tensor and know nothing of it: they run on arrays and Tensors alike. What users hand to
them and get from them are Tensors, and their signatures say so. For type checkers alone the name is imported here; at
run time it stands for anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from minigrad.tensor.tensor import Tensor as Tensor
else:
    Tensor = Any

Number: TypeAlias = bool | int | float
"""A Python number: it takes the dtype of the tensors it meets."""

Indices: TypeAlias = "Tensor | np.ndarray[Any, Any]"
"""Positions, or a condition: integers or bools through which nothing is differentiated."""

Ints: TypeAlias = int | Sequence[int]
"""One number for every axis, or one for each."""

Dims: TypeAlias = int | Sequence[int] | None
"""One dimension, several, or all."""

DTypeLike: TypeAlias = Any
"""A dtype, or what `numpy.dtype` takes for one."""
