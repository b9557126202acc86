"""Constructors that name a dtype, such as FloatTensor: the way tensors were made before `dtype=` came.

FloatTensor(2, 3) is uninitialized memory of that shape, FloatTensor([2, 3]) holds the numbers 2 and 3.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.dtypes import TENSOR_TYPES
from minigrad.engine.node import Variable, plain
from minigrad.ops.dims import sizes
from minigrad.public_dtypes import dtype
from minigrad.tensor import Tensor


class _TypedMeta(type):
    """Makes isinstance(x, FloatTensor) ask for the dtype, and calling the class make a Tensor."""

    @property
    def dtype(cls) -> dtype:
        return dtype(TENSOR_TYPES[cls.__name__])

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor) and instance.dtype == cls.dtype

    def __call__(cls, *data: Any) -> Any:
        if len(data) == 1 and not isinstance(data[0], (int, np.integer)):
            source = plain(data[0])
            return Variable.wrap(np.array(source, dtype=TENSOR_TYPES[cls.__name__]))
        return Variable.wrap(np.empty(sizes(data, cls.__name__) if data else 0, dtype=TENSOR_TYPES[cls.__name__]))


class FloatTensor(metaclass=_TypedMeta):
    """Tensors of float32."""


class DoubleTensor(metaclass=_TypedMeta):
    """Tensors of float64."""


class HalfTensor(metaclass=_TypedMeta):
    """Tensors of float16."""


class ByteTensor(metaclass=_TypedMeta):
    """Tensors of uint8."""


class CharTensor(metaclass=_TypedMeta):
    """Tensors of int8."""


class ShortTensor(metaclass=_TypedMeta):
    """Tensors of int16."""


class IntTensor(metaclass=_TypedMeta):
    """Tensors of int32."""


class LongTensor(metaclass=_TypedMeta):
    """Tensors of int64."""


class BoolTensor(metaclass=_TypedMeta):
    """Tensors of bool."""
