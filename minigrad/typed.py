"""Constructors that name a dtype, such as FloatTensor: the way tensors were made before `dtype=` came.

FloatTensor(2, 3) is uninitialized memory of that shape, FloatTensor([2, 3]) holds the numbers 2 and 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minigrad.dtypes import TENSOR_TYPES
from minigrad.engine.node import Variable
from minigrad.public_dtypes import dtype
from minigrad.tensor import Tensor
from minigrad.tensor.data import array_or_memory

if TYPE_CHECKING:  # so that a checker knows what a call makes, and what isinstance has found out
    Made = Tensor
else:
    Made = object


class _TypedMeta(type):
    """Makes isinstance(x, FloatTensor) ask for the dtype, and calling the class make a Tensor."""

    @property
    def dtype(cls) -> dtype:
        return dtype(TENSOR_TYPES[cls.__name__])

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor) and instance.dtype == cls.dtype

    def __call__(cls, *data: Any) -> Tensor:
        made: Tensor = Variable.wrap(array_or_memory(data, TENSOR_TYPES[cls.__name__], cls.__name__))
        return made


class _AbsentMeta(type):
    """Of the classes of tensors on a GPU: nothing is of them, and none can be made."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return False

    def __call__(cls, *data: Any) -> Any:
        raise TypeError(f"type {cls.__name__} not available: no GPU is there, minigrad computes on the CPU only")


def absent(name: str) -> type:
    """The class of tensors on a GPU of that name, such as FloatTensor: programs ask whether something is one."""
    return _AbsentMeta(f"cuda.{name}", (), {"__doc__": "Tensors on a GPU, of which there are none."})


class FloatTensor(Made, metaclass=_TypedMeta):
    """Tensors of float32.

    >>> mg.FloatTensor([1, 2])
    tensor([1., 2.])
    """


class DoubleTensor(Made, metaclass=_TypedMeta):
    """Tensors of float64.

    >>> mg.DoubleTensor([1, 2])
    tensor([1., 2.], dtype=minigrad.float64)
    """


class HalfTensor(Made, metaclass=_TypedMeta):
    """Tensors of float16.

    >>> mg.HalfTensor([1, 2])
    tensor([1., 2.], dtype=minigrad.float16)
    """


class ByteTensor(Made, metaclass=_TypedMeta):
    """Tensors of uint8.

    >>> mg.ByteTensor([1, 2])
    tensor([1, 2], dtype=minigrad.uint8)
    """


class CharTensor(Made, metaclass=_TypedMeta):
    """Tensors of int8.

    >>> mg.CharTensor([1, 2])
    tensor([1, 2], dtype=minigrad.int8)
    """


class ShortTensor(Made, metaclass=_TypedMeta):
    """Tensors of int16.

    >>> mg.ShortTensor([1, 2])
    tensor([1, 2], dtype=minigrad.int16)
    """


class IntTensor(Made, metaclass=_TypedMeta):
    """Tensors of int32.

    >>> mg.IntTensor([1, 2])
    tensor([1, 2], dtype=minigrad.int32)
    """


class LongTensor(Made, metaclass=_TypedMeta):
    """Tensors of int64.

    >>> mg.LongTensor([1, 2])
    tensor([1, 2])
    """


class BoolTensor(Made, metaclass=_TypedMeta):
    """Tensors of bool.

    >>> mg.BoolTensor([1, 0])
    tensor([ True, False])
    """
