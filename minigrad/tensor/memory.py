"""How a tensor lies in memory: its shape, bytes, steps and layout, and whose memory it is."""

from __future__ import annotations

import functools
import math
import mmap
from builtins import bool as Bool
from builtins import int as Int
from typing import TYPE_CHECKING, Any, SupportsIndex, TypeVar, overload

import numpy as np

from minigrad import named
from minigrad.engine.versions import writes
from minigrad.engine.views import owner_of, root_of
from minigrad.layouts import contiguous_format, layout, preserve_format, strided
from minigrad.ops.dims import normalized
from minigrad.ops.formats import in_format
from minigrad.tensor.storage import InStorage, contiguous_steps, made_in_steps
from minigrad.types import DTypeLike, Tensor

if TYPE_CHECKING:
    from minigrad.tensor.tensor import Tensor as AnyTensor

S = TypeVar("S", bound="Memory")


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


class Memory(InStorage):
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

    def to_dense(self: Any, dtype: DTypeLike = None, *, masked_grad: Bool | None = None) -> Tensor:
        """This tensor, or one of another `dtype`: as all tensors it is dense.

        >>> mg.ones(2).to_dense()
        tensor([1., 1.])
        """
        return self if dtype is None else self.to(dtype)

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
            steps = contiguous_steps(array.shape)
        else:
            steps = tuple(step // array.itemsize for step in array.strides)
        return steps if dim is None else steps[normalized(dim, array.ndim, "stride")]

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
        """This tensor if it is contiguous, in its own order or that of `memory_format`, else a copy that is.

        RuntimeError for `preserve_format`, and for a format of another number of dimensions.

        >>> mg.ones(2, 3).T.contiguous().stride()
        (2, 1)
        >>> mg.ones(1, 3, 2, 2).contiguous(memory_format=mg.channels_last).stride()
        (12, 1, 6, 3)
        """
        if memory_format is preserve_format:
            raise RuntimeError("preserve memory format is unsupported by the contiguous operator")
        return in_format(self, memory_format)

    def new_empty_strided(
        self, size: Any, stride: Any, *, dtype: DTypeLike = None, device: Any = None, requires_grad: Bool = False
    ) -> AnyTensor:
        """Uninitialized memory of shape `size`, `stride[i]` elements of it apart along dimension i, in this dtype.

        >>> mg.tensor([1]).new_empty_strided((2, 3), (1, 2)).stride()
        (1, 2)
        """
        this: Any = self
        memory = functools.partial(this.new_empty, dtype=dtype, device=device)
        seen: Any = made_in_steps("new_empty_strided", size, stride, memory, requires_grad)
        return seen

    def dim_order(self) -> tuple[Int, ...]:
        """The dimensions in the order in which they lie in memory, the outermost first.

        >>> mg.ones(2, 3, 4).permute(2, 0, 1).dim_order()
        (1, 2, 0)
        """
        steps = self.stride()
        return tuple(sorted(range(len(steps)), key=lambda axis: -steps[axis]))

    @property
    def _base(self) -> AnyTensor | None:
        """The tensor in whose memory this view lies; None for a tensor that is no view."""
        return None if self.origin is None else root_of(self)  # type: ignore[return-value]

    def _is_view(self) -> bool:
        """Whether this tensor was made as a view of another."""
        return self.origin is not None

    @property
    def _version(self) -> int:
        """How often the memory of this tensor, which its views share, has been changed in place."""
        if self.inference is not None:
            raise RuntimeError("Inference tensors do not track version counter.")
        return writes.count(self.array)

    def as_subclass(self, cls: type[S]) -> S:
        """This tensor, its memory and its history, as one of `cls`, a subclass of Tensor.

        >>> type(mg.ones(2).as_subclass(nn.Parameter)).__name__
        'Parameter'
        """
        if not (isinstance(cls, type) and issubclass(cls, Memory)):
            raise TypeError(f"as_subclass: cls must be a subclass of Tensor, got {cls!r}")
        made = object.__new__(cls)  # past a constructor that asks for more
        made.array, made.node, made.origin = self.array, self.node, self.origin
        return made

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
