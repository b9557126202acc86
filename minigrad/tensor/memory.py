"""How a tensor lies in memory: its shape, bytes, steps, layout, and changes of its size."""

from __future__ import annotations

import math
import mmap
from builtins import bool as Bool
from builtins import int as Int
from typing import Any, SupportsIndex, overload

import numpy as np

from minigrad import named
from minigrad.engine.node import Variable
from minigrad.engine.versions import writes
from minigrad.engine.views import owner_of
from minigrad.layouts import contiguous_format, layout, strided
from minigrad.ops.dims import normalized, sizes_of_memory
from minigrad.ops.memory import contiguous, memory_of, offset_of
from minigrad.types import Tensor


class Size(tuple[int, ...]):
    """A shape: a tuple of ints that can count its elements.

    >>> mg.Size([2, 3]).numel()
    6
    """

    def numel(self) -> int:
        """The number of elements of an array of this shape."""
        return math.prod(self)

    @overload
    def __getitem__(self, index: SupportsIndex) -> int: ...

    @overload
    def __getitem__(self, index: slice) -> Size: ...

    def __getitem__(self, index: Any) -> int | Size:
        part: Any = super().__getitem__(index)
        return Size(part) if isinstance(index, slice) else part

    def __add__(self, other: Any) -> Any:
        return Size(super().__add__(other)) if isinstance(other, tuple) else NotImplemented

    def __radd__(self, other: Any) -> Any:
        return Size(other + tuple(self)) if isinstance(other, tuple) else NotImplemented

    def __mul__(self, times: Any) -> Any:
        return Size(super().__mul__(times))

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return f"{named.package}.Size({list(self)})"


class Storage:
    """The memory of a tensor as far as programs ask: how much there is, where it begins, and its numbers one by one."""

    def __init__(self, tensor: Variable, in_bytes: Bool = False) -> None:
        memory = memory_of(tensor.array)
        whole = tensor.array.reshape(-1) if memory is None else memory
        self._array = whole.view(np.uint8) if in_bytes else whole

    def nbytes(self) -> Int:
        """Bytes of all the memory, which views share."""
        return Int(self._array.nbytes)

    def data_ptr(self) -> Int:
        """The address of the first byte."""
        return Int(self._array.__array_interface__["data"][0])

    def element_size(self) -> Int:
        """Bytes for each number."""
        return Int(self._array.itemsize)

    def size(self) -> Int:
        """How many numbers there are; of an untyped storage, how many bytes."""
        return Int(self._array.size)

    def __len__(self) -> Int:
        return self.size()

    def __getitem__(self, index: Any) -> Any:
        return self._array[index].item() if isinstance(index, Int) else self._array[index].tolist()

    def __setitem__(self, index: Any, value: Any) -> None:
        self._array[index] = value
        writes.note(self._array, "storage")

    def __iter__(self) -> Any:
        return iter(self.tolist())

    def tolist(self) -> list[Any]:
        """The numbers in the order of memory."""
        return self._array.tolist()


class Memory(Variable):
    """What a Tensor knows of its memory."""

    is_cpu = True
    is_cuda = is_sparse = is_quantized = is_nested = is_meta = is_mps = is_xla = is_mkldnn = is_vulkan = False
    layout: layout = strided

    @property
    def itemsize(self) -> Int:
        """Bytes for each element.

        >>> mg.ones(2, 3).itemsize
        4
        """
        return Int(self.array.itemsize)

    @property
    def nbytes(self) -> Int:
        """Bytes for all elements.

        >>> mg.ones(2, 3).nbytes
        24
        """
        return Int(self.array.nbytes)

    def element_size(self) -> Int:
        """Bytes for each element.

        >>> mg.ones(2, 3).element_size()
        4
        """
        return self.itemsize

    def stride(self, dim: Int | None = None) -> Any:
        """Steps in memory between neighbours along each dimension, in elements.

        Where a size is 1 or 0 no step is ever made; a contiguous tensor has there what PyTorch's have.

        >>> mg.ones(2, 3).stride()
        (3, 1)
        """
        array = self.array
        if array.flags.c_contiguous:
            lengths = [max(n, 1) for n in array.shape]
            steps = tuple(math.prod(lengths[axis + 1 :]) for axis in range(array.ndim))
        else:
            steps = tuple(step // array.itemsize for step in array.strides)
        return steps if dim is None else steps[normalized(dim, array.ndim, "stride")]

    def storage_offset(self) -> Int:
        """How many elements of the memory lie before the first of this tensor.

        >>> mg.arange(6)[2:].storage_offset()
        2
        """
        return offset_of(self.array)

    def storage(self) -> Storage:
        """The memory, which views share, as numbers of this dtype."""
        return Storage(self)

    def untyped_storage(self) -> Storage:
        """The memory, which views share, as bytes."""
        return Storage(self, in_bytes=True)

    def data_ptr(self) -> Int:
        """The address of the first element: equal for tensors that begin in the same memory.

        >>> x = mg.ones(2, 3)
        >>> x.data_ptr() == x.T.data_ptr()
        True
        """
        return Int(self.array.__array_interface__["data"][0])

    def __dlpack__(self, **options: Any) -> Any:
        if self.node is not None:
            raise BufferError("Can't export tensors that require gradient, use tensor.detach()")
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return self.array.__dlpack_device__()

    def is_contiguous(self, memory_format: Any = contiguous_format) -> Bool:
        """Whether the elements stand in memory in the order of their indices, or in that of `memory_format`.

        >>> mg.ones(2, 3).is_contiguous(), mg.ones(2, 3).T.is_contiguous()
        (True, False)
        """
        return Bool(memory_format.order(self.array).flags.c_contiguous)

    def contiguous(self: Any, memory_format: Any = contiguous_format) -> Tensor:
        """This tensor if it is contiguous, else a copy that is; a `memory_format` is a wish, which changes nothing.

        >>> mg.ones(2, 3).T.contiguous().stride()
        (2, 1)
        """
        return self if self.array.flags.c_contiguous else contiguous(self)

    def resize_(self: Any, *size: Any, memory_format: Any = None) -> Tensor:
        """Give this tensor another shape: its elements stay in their order, and what is new is uninitialized.

        RuntimeError if it requires grad.

        >>> mg.arange(6).resize_(2, 2)
        tensor([[0, 1],
                [2, 3]])
        """
        shape = sizes_of_memory(size, "resize_")
        if self.requires_grad:
            raise RuntimeError("resize_: cannot resize variables that require grad")
        count, old = math.prod(shape), self.array.reshape(-1)
        if count > old.size:
            new = np.empty(count, old.dtype)
            new[: old.size] = old
        else:
            new = old[:count]
        self.array = new.reshape(shape)
        return self

    def resize_as_(self: Any, the_template: Any, *, memory_format: Any = None) -> Tensor:
        """Give this tensor the shape of another: see `resize_`."""
        return self.resize_(the_template.shape)

    def is_conj(self) -> Bool:
        """False: no tensor waits to be conjugated.

        >>> mg.ones(2).is_conj()
        False
        """
        return False

    def is_neg(self) -> Bool:
        """False: no tensor waits to be negated.

        >>> mg.ones(2).is_neg()
        False
        """
        return False

    def get_device(self) -> Int:
        """-1, as of all tensors on the CPU."""
        return -1

    def is_pinned(self) -> Bool:
        """False: there is no device to copy to."""
        return False

    def pin_memory(self: Any) -> Tensor:
        """This tensor: there is no device to copy to."""
        return self

    def is_shared(self) -> Bool:
        """Whether `share_memory_` was called on this tensor or on what it is a view of."""
        base = getattr(owner_of(self.array), "base", None)
        return isinstance(base, memoryview) and isinstance(base.obj, mmap.mmap)

    def share_memory_(self: Any) -> Tensor:
        """Move this tensor into memory that processes forked from now on have in common: one sees what another writes.

        A process that is started otherwise ("spawn") gets a copy.

        >>> mg.zeros(2).share_memory_().is_shared()
        True
        """
        if not self.is_shared():
            common = mmap.mmap(-1, max(self.array.nbytes, 1))
            shared = np.frombuffer(common, self.array.dtype, self.array.size).reshape(self.array.shape)
            shared[...] = self.array
            self.array = shared
        return self
