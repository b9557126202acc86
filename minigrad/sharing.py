"""Tensors on memory that others have made: arrays, buffers, and tensors of other libraries; and the way back.

A change in one is a change in the other.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from minigrad.creation import made
from minigrad.device import check
from minigrad.dtypes import Array, as_dtype
from minigrad.tensor import Tensor
from minigrad.tensor.data import array_of_data
from minigrad.types import DTypeLike


def as_tensor(data: Any, dtype: DTypeLike = None, device: Any = None) -> Tensor:
    """A tensor of `data`, sharing its memory if it is an array or a tensor and the dtype does not change.

    >>> array = np.zeros(2)
    >>> x = mg.as_tensor(array)
    >>> array[0] = 1
    >>> x
    tensor([1., 0.], dtype=minigrad.float64)
    """
    if isinstance(data, Tensor):
        check(device)
        converted: Tensor = data.to(data.dtype if dtype is None else dtype)
        return converted
    return made(array_of_data(data, dtype, "as_tensor", copy=False), device, False)


def asarray(
    obj: Any, *, dtype: DTypeLike = None, device: Any = None, copy: bool | None = None, requires_grad: bool = False
) -> Tensor:
    """As `as_tensor`; with `copy=True` its copy. A buffer such as bytes is taken for numbers of `dtype`.

    ValueError with `copy=False` where memory cannot be shared.

    >>> mg.asarray([1.0, 2.0])
    tensor([1., 2.])
    >>> mg.asarray(bytearray([0, 1]), dtype=mg.uint8)
    tensor([0, 1], dtype=minigrad.uint8)
    """
    if type(obj).__name__ == "PyCapsule":
        obj = from_dlpack(obj)
    elif dtype is not None and isinstance(obj, (bytes, bytearray, memoryview)):
        obj = frombuffer(obj, dtype=dtype)
    shared = as_tensor(obj, dtype, device)
    if copy is False and not hasattr(obj, "dtype"):
        raise ValueError("asarray: can't alias arbitrary sequence into a tensor, as copy=False asks")
    if copy is False and as_dtype(obj.dtype) != shared.array.dtype:
        raise ValueError(f"asarray: can't alias tensor with dtype '{obj.dtype}' into dtype '{shared.dtype}'")
    found = shared.clone() if copy else shared
    return found.requires_grad_() if requires_grad else found


def from_numpy(array: Array) -> Tensor:
    """A tensor on the memory of a NumPy array: a change in one is a change in the other.

    The dtype is the array's. TypeError for anything else than an array of numbers.

    >>> mg.from_numpy(np.array([1, 2]))
    tensor([1, 2])
    """
    if not isinstance(array, np.ndarray):
        raise TypeError(
            f"from_numpy: expected a NumPy array, got {type(array).__name__}; use tensor(data) to copy other data"
        )
    as_dtype(array.dtype)
    if not array.flags.writeable:
        _warn_of_read_only("The given NumPy array")
    return made(np.asarray(array), None, False)  # on the numbers of a matrix or a masked array, without their rules


def _warn_of_read_only(what: str) -> None:
    warnings.warn(f"{what} is not writable. A change of the tensor in place will be an error: copy it.", stacklevel=4)


def frombuffer(
    buffer: Any, *, dtype: DTypeLike, count: int = -1, offset: int = 0, requires_grad: bool = False
) -> Tensor:
    """A vector on the memory of a buffer such as bytes: `count` numbers, or all, from byte `offset` on.

    ValueError for what is no buffer, and for more numbers than there are, or none.

    >>> mg.frombuffer(bytearray([1, 2, 3]), dtype=mg.uint8, offset=1)
    tensor([2, 3], dtype=minigrad.uint8)
    """
    kind = as_dtype(dtype)
    try:
        length = memoryview(buffer).nbytes
    except TypeError:
        raise ValueError("frombuffer: object does not implement Python buffer protocol.") from None
    room = length - offset
    if not (length and count):
        raise ValueError(f"frombuffer: both buffer length ({length}) and count ({count}) must not be 0")
    if not 0 <= offset < length:
        raise ValueError(
            f"frombuffer: offset ({offset} bytes) must be non-negative and no greater than buffer length ({length} "
            "bytes) minus 1"
        )
    if count > 0 and count * kind.itemsize > room:
        raise ValueError(
            f"frombuffer: requested buffer length ({count} * {kind.itemsize} bytes) after offset ({offset} bytes) must "
            f"not be greater than actual buffer length ({length} bytes)"
        )
    if count < 0 and room % kind.itemsize:
        raise ValueError(
            f"frombuffer: buffer length ({room} bytes) after offset ({offset} bytes) must be a multiple of element "
            f"size ({kind.itemsize})"
        )
    array = np.frombuffer(buffer, kind, count, offset)
    if not array.flags.writeable:
        _warn_of_read_only("The given buffer")
    return made(array, None, requires_grad)


class _Exporter:
    """A capsule as NumPy wants it: as an object that gives it."""

    def __init__(self, capsule: Any) -> None:
        self.capsule = capsule

    def __dlpack__(self, **options: Any) -> Any:
        return self.capsule

    def __dlpack_device__(self) -> tuple[int, int]:
        return 1, 0


def from_dlpack(ext_tensor: Any) -> Tensor:
    """A tensor on the memory of an array of another library, by DLPack: its tensor, or what its `to_dlpack` gives.

    BufferError for an array that DLPack cannot pass on, such as one of objects or in another byte order.

    >>> mg.from_dlpack(np.array([1.0, 2.0]))
    tensor([1., 2.], dtype=minigrad.float64)
    """
    try:
        array = np.from_dlpack(ext_tensor if hasattr(ext_tensor, "__dlpack__") else _Exporter(ext_tensor))
    except BufferError as error:
        raise BufferError(f"from_dlpack: {error}") from None
    as_dtype(array.dtype)
    return made(array, None, False)


def to_dlpack(tensor: Tensor) -> Any:
    """The memory of a tensor in a capsule, which `from_dlpack` of any library opens, once.

    BufferError for a tensor that requires grad.

    >>> mg.from_dlpack(mg.to_dlpack(mg.ones(2)))
    tensor([1., 1.])
    """
    return tensor.__dlpack__(max_version=(1, 0))  # older capsules cannot say that the memory may be written
