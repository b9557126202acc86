"""The memory of tensors as an object: bytes, or numbers of one dtype, one after the other, without shape or history.

`Tensor.untyped_storage()` and `Tensor.storage()` give that of a tensor, which all its views share; others are made of
sizes or numbers. Tensors are what computes: a storage only says where its memory lies, hands out its numbers and takes
others. The memory of a tensor keeps its size, since NumPy's arrays do.
"""

from __future__ import annotations

import mmap
from builtins import bool as Bool
from builtins import int as Int
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from minigrad import named
from minigrad.device import check, cpu, device
from minigrad.dtypes import TENSOR_TYPES, Array, DType, as_dtype, get_default_dtype
from minigrad.engine.versions import writes
from minigrad.engine.views import owner_of
from minigrad.public_dtypes import dtype as public_dtype

__all__ = ["TypedStorage", "UntypedStorage"]


class Storage:
    """What both kinds have in common: an array of one axis."""

    filename = None
    is_cuda = is_sparse = False

    def __init__(self, *of: Any, dtype: Any, device: Any = None) -> None:
        name = type(self).__name__
        check(device)
        if len(of) > 1:
            raise RuntimeError(f"{name}: Too many positional arguments: takes a size or a sequence of numbers")
        numbers = of[0] if of else 0
        if isinstance(numbers, Int):
            if numbers < 0:
                raise RuntimeError(f"{name}: Storage size must not be negative, got {numbers}")
            self._array: Array = np.empty(numbers, dtype)
        elif isinstance(numbers, Sequence) and not isinstance(numbers, str):
            given = np.array(numbers)
            if given.size and given.dtype.kind not in "biuf":
                raise TypeError(f"{name}: takes a sequence of numbers, got {numbers!r:.60}")
            self._array = given.astype(dtype)
        else:
            raise TypeError(f"{name}: Argument type not recognized: a size or a sequence, not {type(numbers).__name__}")
        self._own = True

    @classmethod
    def of(cls, array: Array) -> Any:
        """The storage that is the memory of `array`, of one axis."""
        made = cls.__new__(cls)
        made._array, made._own = array, False
        return made

    @property
    def device(self) -> device:
        """The CPU."""
        return cpu

    def nbytes(self) -> Int:
        """Bytes of all the memory, which views share."""
        return Int(self._array.nbytes)

    def data_ptr(self) -> Int:
        """The address of the first byte."""
        return Int(self._array.__array_interface__["data"][0]) if self._array.size else 0

    def element_size(self) -> Int:
        """Bytes for each number."""
        return Int(self._array.itemsize)

    def size(self) -> Int:
        """How many numbers there are; of an untyped storage, how many bytes."""
        return Int(self._array.size)

    __len__ = size

    def numbers(self, dtype: DType | None, name: str) -> Array:
        """The memory as a vector of numbers of `dtype`; RuntimeError from `name` where it holds those of another."""
        return self._array

    def tolist(self) -> list[Any]:
        """The numbers in the order of memory."""
        return self._array.tolist()  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.tolist())

    def __getitem__(self, index: Any) -> Any:
        return self._array[index].item() if isinstance(index, Int) else self._array[index].tolist()

    def __setitem__(self, index: Any, value: Any) -> None:
        self._array[index] = value._array if isinstance(value, Storage) else value
        writes.note(self._array, "storage")

    def fill_(self, value: Any) -> Any:
        """Write one number everywhere."""
        if isinstance(value, Storage):
            raise RuntimeError(f"fill_: cannot set item of a storage to one of type {type(value).__name__}")
        self[:] = value
        return self

    def copy_(self, source: Any, non_blocking: Bool | None = None) -> Any:
        """Take the numbers of another storage, of as many."""
        if source.size() != self.size():
            raise RuntimeError(f"copy_: size does not match, self was {self.size()} and source {source.size()}")
        self[:] = source
        return self

    def clone(self) -> Any:
        """A copy with memory of its own."""
        made = type(self).of(self._array.copy())
        made._own = True
        return made

    def resize_(self, size: Int) -> Any:
        """Give it room for so many numbers, what is new being uninitialized. RuntimeError for a tensor's memory."""
        if not self._own and size != self.size():
            raise RuntimeError(
                "resize_: this is the memory of a tensor, which keeps its size; Tensor.resize_ gives the tensor another"
            )
        if size != self.size():
            array = np.empty(size, self._array.dtype)
            kept = min(size, self.size())
            array[:kept] = self._array[:kept]
            self._array = array
        return self

    def resizable(self) -> Bool:
        """Whether `resize_` works."""
        return self._own

    def is_shared(self) -> Bool:
        """Whether forked processes see what is written here: see `Tensor.share_memory_`."""
        base = getattr(owner_of(self._array), "base", None)
        return isinstance(base, memoryview) and isinstance(base.obj, mmap.mmap)

    def is_pinned(self, device: Any = None) -> Bool:
        """False: there is no device that memory could be pinned for."""
        return False

    def cpu(self) -> Any:
        """This storage."""
        return self

    __copy__ = clone

    def __deepcopy__(self, memo: dict[Int, Any]) -> Any:
        memo[id(self)] = made = self.clone()
        return made

    def __repr__(self) -> str:
        numbers = "\n".join(f" {each}" for each in self.tolist())
        return f"{numbers}\n[{named.package}.{type(self).__name__} of size {self.size()}]"


class UntypedStorage(Storage):
    """Bytes: so many uninitialized ones, or those of a sequence; or the memory of a tensor, by `untyped_storage()`.

    `device` is the CPU. RuntimeError for more arguments, TypeError for what is no sequence of numbers.

    >>> mg.UntypedStorage([1, 2, 3]).tolist()
    [1, 2, 3]
    >>> mg.ones(2, 3)[0].untyped_storage().nbytes()
    24
    """

    def __init__(self, *of: Any, device: Any = None) -> None:
        super().__init__(*of, dtype=np.uint8, device=device)

    def numbers(self, dtype: DType | None, name: str) -> Array:
        if dtype is None:
            return self._array
        return self._array[: self.size() - self.size() % dtype.itemsize].view(dtype)

    def untyped(self) -> UntypedStorage:
        """This storage."""
        return self

    def byteswap(self, dtype: Any) -> None:
        """Turn the bytes of each number of `dtype` round."""
        self.numbers(as_dtype(dtype), "byteswap").byteswap(inplace=True)
        writes.note(self._array, "storage")


class TypedStorage(Storage):
    """Numbers of one dtype: so many uninitialized ones, or those of a sequence; or a tensor's, by `storage()`.

    `wrap_storage` is an untyped storage whose bytes they are, `device` the CPU. RuntimeError for more arguments,
    TypeError for others.

    >>> mg.TypedStorage([1, 2, 3], dtype=mg.int16).nbytes()
    6
    >>> mg.ones(2, 3)[0].storage().size()
    6
    """

    def __init__(
        self, *of: Any, wrap_storage: UntypedStorage | None = None, dtype: Any = None, device: Any = None
    ) -> None:
        kind = get_default_dtype() if dtype is None else as_dtype(dtype)
        super().__init__(*of, dtype=kind, device=device)
        if wrap_storage is not None:
            if of or not isinstance(wrap_storage, UntypedStorage):
                raise TypeError("TypedStorage: wrap_storage must be an UntypedStorage, and the only source of numbers")
            self._array, self._own = wrap_storage.numbers(kind, "TypedStorage"), False

    def numbers(self, dtype: DType | None, name: str) -> Array:
        if dtype is not None and dtype != self._array.dtype:
            raise RuntimeError(f"{name}: Expected a Storage of type {dtype}, got one of type {self._array.dtype}")
        return self._array

    @property
    def dtype(self) -> public_dtype:
        """The dtype of the numbers."""
        return public_dtype(self._array.dtype)

    def untyped(self) -> UntypedStorage:
        """The same memory as bytes."""
        return UntypedStorage.of(self._array.view(np.uint8))  # type: ignore[no-any-return]

    _untyped_storage = property(untyped)

    def type(self, dtype: Any = None) -> Any:
        """The name that storages of this dtype had, or the numbers as `dtype`."""
        if dtype is not None:
            return self.to(dtype)
        name = next(name for name, each in TENSOR_TYPES.items() if each == self._array.dtype)
        return f"{named.package}.{name.replace('Tensor', 'Storage')}"

    def to(self, dtype: Any) -> TypedStorage:
        """The numbers in another dtype, in memory of their own."""
        return TypedStorage.of(self._array.astype(as_dtype(dtype)))  # type: ignore[no-any-return]


def _cast(name: str) -> Any:
    def cast(self: TypedStorage) -> TypedStorage:
        return self.to(TENSOR_TYPES[f"{name.capitalize()}Tensor"])

    cast.__name__, cast.__doc__ = name, f"The numbers as `{name}`, in memory of their own."
    return cast


for _name in ("float", "double", "half", "long", "int", "short", "char", "byte", "bool"):
    setattr(TypedStorage, _name, _cast(_name))
