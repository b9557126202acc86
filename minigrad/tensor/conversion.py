"""What a tensor can become: an array, a tensor of another dtype, or a Python number."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

import minigrad.device as devices
from minigrad import named, ops
from minigrad.dtypes import (
    TENSOR_TYPES,
    Array,
    as_dtype,
    float16,
    float32,
    float64,
    int8,
    int16,
    int32,
    int64,
    uint8,
)
from minigrad.engine.mode import mode
from minigrad.engine.node import Variable
from minigrad.engine.primitive import PRIMITIVES
from minigrad.errors import ArgumentError
from minigrad.ops.formats import clone, in_format
from minigrad.ops.memory import astype
from minigrad.types import DTypeLike, Number, Tensor

# Inside the class the names int, float and bool are methods.
Int: TypeAlias = int
Float: TypeAlias = float
Bool: TypeAlias = bool

by_ufunc: dict[Any, Any] = {
    ufunc: each
    for each in reversed(PRIMITIVES.values())  # the first wins
    if isinstance(ufunc := getattr(each.run, "__wrapped__", each.run), np.ufunc)
}
by_ufunc |= {np.power: PRIMITIVES["pow"], np.matmul: ops.matmul}


class Conversions(Variable):
    """What a Tensor can become."""

    def numpy(self, *, force: Bool = False) -> np.ndarray[Any, Any]:
        """The array itself, sharing memory.

        Where operations are recorded, a tensor that requires grad must be detached first, or `force` it: RuntimeError.

        >>> mg.tensor([1, 2]).numpy()
        array([1, 2])
        """
        if self.node is not None and mode.recording and not force:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        return self.array

    def __array__(self, dtype: DTypeLike = None, copy: Bool | None = None) -> Array:
        return np.array(self.numpy(), dtype, copy=copy)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        operation = by_ufunc.get(ufunc) if method == "__call__" and not kwargs else None
        return operation(*inputs) if operation else NotImplemented

    def item(self) -> Number:
        """The only element as a Python number.

        RuntimeError for more elements, or none.

        >>> mg.tensor([1.5]).item()
        1.5
        """
        if self.array.size != 1:
            raise ArgumentError(f"item: a Tensor with {self.array.size} elements cannot be converted to Scalar")
        number: Number = self.array.item()
        return number

    def tolist(self) -> list[Any]:
        """The elements as nested lists of Python numbers; a number alone for a tensor without dimensions.

        >>> mg.tensor([[1, 2], [3, 4]]).tolist()
        [[1, 2], [3, 4]]
        """
        numbers: list[Any] = self.array.tolist()
        return numbers

    def to(
        self: Any,
        *args: Any,
        dtype: DTypeLike = None,
        device: Any = None,
        copy: Bool = False,
        non_blocking: Bool = False,
        memory_format: Any = None,
    ) -> Tensor:
        """This tensor in another dtype, given as such or by another tensor, and in the order of a `memory_format`.

        There is no device but the CPU. The gradient is cast back. RuntimeError for another device, TypeError for a
        dtype that is not supported.

        >>> mg.tensor([1, 2]).to(mg.float32)
        tensor([1., 2.])
        """
        for arg in args:
            if isinstance(arg, Variable):
                dtype = arg.array.dtype
            elif isinstance(arg, (str, devices.device)):
                device = arg
            elif arg is not None and not isinstance(arg, Bool):
                dtype = arg
        devices.check(device)
        if dtype is not None and as_dtype(dtype) != self.array.dtype:
            made = self.astype(dtype)
        else:
            made = clone(self) if copy else self
        return made if memory_format is None else in_format(made, memory_format)

    def astype(self: Any, dtype: DTypeLike) -> Tensor:
        """This tensor in another dtype; always new memory.

        >>> mg.tensor([1.5, 2.5]).astype(mg.int64)
        tensor([1, 2])
        """
        return astype(self, dtype=as_dtype(dtype))

    def type(self, dtype: DTypeLike = None) -> Any:
        """The name of this type of tensor, or with `dtype` this tensor in it.

        >>> mg.tensor([1, 2]).type()
        'minigrad.LongTensor'
        """
        if dtype is None:
            return f"{named.package}." + next(name for name, each in TENSOR_TYPES.items() if each == self.array.dtype)
        return self.to(as_dtype(dtype))

    def type_as(self, other: Tensor) -> Tensor:
        """This tensor in the dtype of `other`.

        >>> mg.tensor([1, 2]).type_as(mg.tensor(0.5))
        tensor([1., 2.])
        """
        return self.to(other.array.dtype)

    def cuda(self, device: Any = None, non_blocking: Bool = False) -> Tensor:
        """RuntimeError: there is no such device. Scripts ask `cuda.is_available()` first."""
        return self.to("cuda")

    def cpu(self: Any, memory_format: Any = None) -> Tensor:
        """This tensor: it is on the CPU."""
        return self

    def half(self, memory_format: Any = None) -> Tensor:
        """This tensor in float16; itself, if it is that already."""
        return self.to(float16)

    def float(self, memory_format: Any = None) -> Tensor:
        """This tensor in float32; itself, if it is that already.

        >>> mg.tensor([1]).float()
        tensor([1.])
        """
        return self.to(float32)

    def double(self, memory_format: Any = None) -> Tensor:
        """This tensor in float64; itself, if it is that already."""
        return self.to(float64)

    def byte(self, memory_format: Any = None) -> Tensor:
        """This tensor in uint8; itself, if it is that already."""
        return self.to(uint8)

    def char(self, memory_format: Any = None) -> Tensor:
        """This tensor in int8; itself, if it is that already."""
        return self.to(int8)

    def short(self, memory_format: Any = None) -> Tensor:
        """This tensor in int16; itself, if it is that already."""
        return self.to(int16)

    def int(self, memory_format: Any = None) -> Tensor:
        """This tensor in int32; itself, if it is that already."""
        return self.to(int32)

    def long(self, memory_format: Any = None) -> Tensor:
        """This tensor in int64; itself, if it is that already.

        >>> mg.tensor([1.5]).long()
        tensor([1])
        """
        return self.to(int64)

    def bool(self, memory_format: Any = None) -> Tensor:
        """This tensor in bool; itself, if it is that already."""
        return self.to(np.bool_)

    def bfloat16(self) -> Tensor:
        """TypeError: there is no such type of number here."""
        return self.to(dtype="bfloat16")

    # -- as a Python number ----------------------------------------------------------------------------------------

    def __bool__(self) -> Any:
        if self.array.size != 1:
            raise RuntimeError(
                f"Boolean value of Tensor with {_count(self.array.size)} is ambiguous; use .any() or .all()"
            )
        return Bool(self.array)

    def __int__(self) -> Any:
        return Int(self.item())

    def __float__(self) -> Any:
        return Float(self.item())

    def __index__(self) -> Any:
        if self.array.dtype.kind not in "iub" or self.array.size != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return Int(self.item())


def _count(size: int) -> str:
    return "no values" if size == 0 else "more than one value"
