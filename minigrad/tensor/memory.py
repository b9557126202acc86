"""The memory of a tensor: how its numbers lie there, and on which device."""

from __future__ import annotations

from typing import Any

from minigrad import ops
from minigrad.engine.node import Variable
from minigrad.ops.dims import normalized


class Memory(Variable):
    """What a Tensor knows of its memory."""

    is_cpu = True
    is_cuda = False

    @property
    def itemsize(self) -> int:
        """Bytes for each element."""
        return self.array.itemsize  # type: ignore[no-any-return]

    @property
    def nbytes(self) -> int:
        """Bytes for all elements."""
        return self.array.nbytes  # type: ignore[no-any-return]

    def element_size(self) -> int:
        """Bytes for each element."""
        return self.itemsize

    def stride(self, dim: int | None = None) -> Any:
        """Steps in memory between neighbours along each dimension, in elements."""
        steps = tuple(step // self.itemsize for step in self.array.strides)
        return steps if dim is None else steps[normalized(dim, self.array.ndim, "stride")]

    def data_ptr(self) -> int:
        """The address of the first element: equal for tensors that begin in the same memory."""
        return self.array.__array_interface__["data"][0]  # type: ignore[no-any-return]

    def is_contiguous(self, memory_format: Any = None) -> bool:
        """Whether the elements stand in memory in the order of their indices."""
        return self.array.flags.c_contiguous  # type: ignore[no-any-return]

    def contiguous(self, memory_format: Any = None) -> Any:
        """This tensor if it is contiguous, else a copy that is."""
        return self if self.is_contiguous() else ops.contiguous(self)

    def get_device(self) -> int:
        """-1, as of all tensors on the CPU."""
        return -1

    def is_pinned(self) -> bool:
        """False: there is no device to copy to."""
        return False

    def share_memory_(self) -> Any:
        """This tensor: it is not sent to other processes."""
        return self
