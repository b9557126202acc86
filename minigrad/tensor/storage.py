"""The memory below tensors, which views share: how much there is, where a tensor lies in it, how it gets another."""

from __future__ import annotations

import math
from builtins import bool as Bool
from builtins import int as Int
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.mode import mode
from minigrad.engine.node import Variable
from minigrad.engine.refusal import not_a_tensor
from minigrad.kernels.uninitialized import uninitialized
from minigrad.ops.dims import sizes, sizes_of_memory
from minigrad.ops.memory import as_strided, memory_of, offset_of
from minigrad.storage import Storage, TypedStorage, UntypedStorage
from minigrad.types import Tensor


def contiguous_steps(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The steps of a contiguous tensor of this shape."""
    lengths = [max(n, 1) for n in shape]
    return tuple(math.prod(lengths[axis + 1 :]) for axis in range(len(shape)))


def made_in_steps(name: str, size: Any, stride: Any, make: Callable[[int], Tensor], requires_grad: bool) -> Tensor:
    """A tensor of these sizes and steps, in the memory that `make` makes of as many elements as it reaches over."""
    shape, steps = sizes((size,), name), sizes((stride,), name)
    room = 1 + sum((n - 1) * step for n, step in zip(shape, steps) if n) if math.prod(shape) else 0
    seen: Tensor = as_strided(make(room), shape, steps)
    return seen.detach().requires_grad_(requires_grad)


def memory_in_a_row(tensor: Variable) -> Array:
    """All the memory that a tensor lies in, as a vector."""
    memory = memory_of(tensor.array)
    return tensor.array.reshape(-1) if memory is None else memory


class InStorage(Variable):
    """What a Tensor knows of the memory that it lies in."""

    def storage_offset(self) -> Int:
        """How many elements of the memory lie before the first of this tensor.

        >>> mg.arange(6)[2:].storage_offset()
        2
        """
        return offset_of(self.array)

    def storage(self) -> TypedStorage:
        """The memory, which views share, as numbers of this dtype."""
        return TypedStorage.of(memory_in_a_row(self))

    def untyped_storage(self) -> UntypedStorage:
        """The memory, which views share, as bytes."""
        return UntypedStorage.of(memory_in_a_row(self).view(np.uint8))

    def data_ptr(self) -> Int:
        """The address of the first element: equal for tensors that begin in the same memory.

        >>> x = mg.ones(2, 3)
        >>> x.data_ptr() == x.T.data_ptr()
        True
        """
        return Int(self.array.__array_interface__["data"][0])

    def resize_(self: Any, *size: Any, memory_format: Any = None) -> Tensor:
        """Give this tensor another shape: the elements that follow each other in its memory, from its first one on.

        Where its memory ends before that, it gets new memory; what is new is uninitialized. RuntimeError if it requires
        grad.

        >>> mg.arange(6).resize_(2, 2)
        tensor([[0, 1],
                [2, 3]])
        """
        shape = sizes_of_memory(size, "resize_")
        if self.requires_grad:
            raise RuntimeError("resize_: cannot resize variables that require grad")
        if shape != self.array.shape:
            count, memory = math.prod(shape), memory_of(self.array)
            old = self.array.reshape(-1) if memory is None else memory[offset_of(self.array) :]
            new = old[:count] if count <= old.size else uninitialized(np.empty(count, old.dtype))
            if count > old.size:
                new[: old.size] = old
            self.array = new.reshape(shape)
        return self

    def resize_as_(self: Any, the_template: Any, *, memory_format: Any = None) -> Tensor:
        """Give this tensor the shape of another: see `resize_`."""
        return self.resize_(the_template.shape)

    def set_(self: Any, source: Any = None, storage_offset: Int = 0, size: Any = None, stride: Any = None) -> Tensor:
        """Let this tensor lie in the memory of `source`, another tensor or a storage; without one it has none.

        From a storage it takes `size` elements from `storage_offset` on, `stride` apart, by default all. RuntimeError
        for another dtype, and for a tensor that requires grad unless gradients are off.

        >>> x, y = mg.zeros(2), mg.ones(3)
        >>> x.set_(y)
        tensor([1., 1., 1.])
        >>> x.data_ptr() == y.data_ptr()
        True
        """
        if self.node is not None and mode.recording:
            raise RuntimeError("set_: a leaf Variable that requires grad is being used in an in-place operation.")
        if not (source is None or isinstance(source, (Variable, Storage))):
            raise not_a_tensor("set_", "source", 1, source)
        if not isinstance(storage_offset, Int) or storage_offset < 0:
            raise TypeError(f"set_: argument 'storage_offset' must be an int of 0 or more, not {storage_offset!r:.60}")
        if source is None:
            array = np.empty(0, self.array.dtype)
        else:
            array = source.array if isinstance(source, Variable) else source.numbers(self.array.dtype, "set_")
        if array.dtype != self.array.dtype:
            raise RuntimeError(f"set_: expected a source of dtype {self.array.dtype}, got {array.dtype}")
        if size is not None:
            whole = sizes((size,), "set_")
            steps = contiguous_steps(whole) if stride is None else sizes((stride,), "set_")
            array = as_strided(Variable.wrap(array), whole, steps, storage_offset).array
        elif not isinstance(source, Variable):
            array = array[storage_offset:]
        self.data = Variable.wrap(array)
        return self

    def is_set_to(self: Any, tensor: Any) -> Bool:
        """Whether `tensor` has the same memory, shape and steps.

        >>> x = mg.ones(2, 3)
        >>> x.is_set_to(x.view(2, 3)), x.is_set_to(x.T)
        (True, False)
        """
        if not isinstance(tensor, InStorage):
            raise not_a_tensor("is_set_to", "tensor", 1, tensor)
        other: Any = tensor
        return Bool(
            self.data_ptr() == other.data_ptr()
            and self.array.shape == other.array.shape
            and self.stride() == other.stride()
        )
