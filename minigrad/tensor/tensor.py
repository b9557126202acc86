"""The Tensor: an array, its history, and every operation as a method.

The engine knows it as a Variable and rules know it as something with an array's operators; this class is where both
meet the user. It adds no mathematics: a method is an operation of `ops`, under PyTorch's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, overload

import numpy as np

import minigrad.device as devices
from minigrad import ops
from minigrad.dtypes import Array, as_dtype, get_default_dtype, is_floating
from minigrad.engine.gate import gated
from minigrad.engine.node import Variable, plain
from minigrad.kernels.uninitialized import uninitialized
from minigrad.ops.dims import normalized, sizes
from minigrad.public_dtypes import BY_NUMBER, dtype
from minigrad.tensor.conversion import Bool, Conversions, Int
from minigrad.tensor.data import array_of_data, array_or_memory
from minigrad.tensor.gradients import Gradients
from minigrad.tensor.memory import Memory, Size
from minigrad.tensor.methods import Methods
from minigrad.tensor.printing import text_of
from minigrad.types import DTypeLike, Ints, Number


class Tensor(Methods, Gradients, Conversions, Memory):
    """An n-dimensional array of numbers of one dtype that can record what is computed from it.

    Made by `minigrad.tensor(data)` and the other factories. `Tensor(2, 3)` (uninitialized, of that shape) and
    `Tensor(data)`, both of the default dtype, are PyTorch's older forms.

    >>> mg.tensor([[1.0, 2.0], [3.0, 4.0]]).sum(0)
    tensor([4., 6.])
    """

    def __init__(self, *data: Any) -> None:
        self.array = array_or_memory(data, get_default_dtype(), "Tensor")

    # -- what it is ----------------------------------------------------------------------------------------------

    @property
    def shape(self) -> Size:
        """The sizes of the dimensions.

        >>> mg.ones(2, 3).shape
        minigrad.Size([2, 3])
        """
        return Size(self.array.shape)

    @property
    def dtype(self) -> dtype:
        """The type of the elements.

        >>> mg.tensor([1]).dtype
        minigrad.int64
        """
        return BY_NUMBER[self.array.dtype.num]

    @property
    def ndim(self) -> Int:
        """The number of dimensions.

        >>> mg.ones(2, 3).ndim
        2
        """
        return self.array.ndim  # type: ignore[no-any-return]

    @property
    def device(self) -> devices.device:
        """The CPU, as of every tensor.

        >>> mg.ones(2).device
        device(type='cpu')
        """
        return devices.cpu

    @overload
    def size(self, dim: None = None) -> Size: ...

    @overload
    def size(self, dim: Int) -> Int: ...

    def size(self, dim: Int | None = None) -> Size | Int:
        """The shape, or with `dim` one number of it.

        >>> mg.ones(2, 3).size(-1)
        3
        """
        return self.shape if dim is None else self.shape[normalized(dim, self.ndim, "size")]

    def dim(self) -> Int:
        """The number of dimensions.

        >>> mg.ones(2, 3).dim()
        2
        """
        return self.ndim

    def numel(self) -> Int:
        """The number of elements.

        >>> mg.ones(2, 3).numel()
        6
        """
        return Int(self.array.size)

    def is_floating_point(self) -> Bool:
        """Whether the dtype is float16, float32 or float64.

        >>> mg.tensor([1.0]).is_floating_point()
        True
        """
        return Bool(is_floating(self.dtype))

    def is_complex(self) -> Bool:
        """False: there are no complex dtypes.

        >>> mg.ones(2).is_complex()
        False
        """
        return False

    def is_signed(self) -> Bool:
        """Whether the dtype has negative numbers.

        >>> mg.tensor([1], dtype=mg.uint8).is_signed()
        False
        """
        return self.dtype.kind in "if"

    def is_nonzero(self) -> Bool:
        """Whether the only element is not zero.

        RuntimeError for more elements, or none.

        >>> mg.tensor([2.0]).is_nonzero()
        True
        """
        return Bool(self)

    def is_same_size(self, other: Tensor) -> Bool:
        """Whether `other` has the same shape.

        >>> mg.ones(2, 3).is_same_size(mg.zeros(2, 3))
        True
        """
        return Bool(self.array.shape == other.array.shape)

    ndimension = dim
    nelement = numel

    # -- others like it ------------------------------------------------------------------------------------------

    def new(self, *data: Any, size: Any = None) -> Tensor:
        """As `Tensor(sizes)` or `Tensor(data)`, in this tensor's dtype: an older form.

        >>> mg.tensor([1]).new([2, 3])
        tensor([2, 3])
        """
        given = data if size is None else (Size(size),)
        return self._new(array_or_memory(given, self.array.dtype, "new"), None, False)

    def new_tensor(
        self, data: Any, *, dtype: DTypeLike = None, device: Any = None, requires_grad: Bool = False
    ) -> Tensor:
        """A copy of `data` in this tensor's dtype.

        >>> mg.tensor([1]).new_tensor([2.5, 3.5])
        tensor([2, 3])
        """
        array = array_of_data(data, self.dtype if dtype is None else dtype, "new_tensor", copy=True)
        return self._new(array, device, requires_grad)

    def new_zeros(
        self, *size: Ints, dtype: DTypeLike = None, device: Any = None, requires_grad: Bool = False
    ) -> Tensor:
        """Zeros of shape `size` in this tensor's dtype.

        >>> mg.tensor([1]).new_zeros(2)
        tensor([0, 0])
        """
        return self._new(np.zeros(sizes(size, "new_zeros"), as_dtype(dtype or self.dtype)), device, requires_grad)

    def new_ones(self, *size: Ints, dtype: DTypeLike = None, device: Any = None, requires_grad: Bool = False) -> Tensor:
        """Ones of shape `size` in this tensor's dtype.

        >>> mg.tensor([1]).new_ones(2)
        tensor([1, 1])
        """
        return self._new(np.ones(sizes(size, "new_ones"), as_dtype(dtype or self.dtype)), device, requires_grad)

    def new_empty(
        self, *size: Ints, dtype: DTypeLike = None, device: Any = None, requires_grad: Bool = False
    ) -> Tensor:
        """Uninitialized memory of shape `size` in this tensor's dtype.

        >>> mg.tensor([1]).new_empty(2).shape
        minigrad.Size([2])
        """
        array = np.empty(sizes(size, "new_empty"), as_dtype(dtype or self.dtype))
        return self._new(uninitialized(array), device, requires_grad)

    def new_full(
        self,
        size: Ints,
        fill_value: Number,
        *,
        dtype: DTypeLike = None,
        device: Any = None,
        requires_grad: Bool = False,
    ) -> Tensor:
        """`fill_value` in shape `size`, in this tensor's dtype.

        >>> mg.tensor([1]).new_full((2,), 7)
        tensor([7, 7])
        """
        made = self.new_empty(size, dtype=dtype, device=device)
        made.fill_(fill_value)
        return made.requires_grad_(requires_grad)

    def _new(self, array: Array, device: Any, requires_grad: Bool) -> Tensor:
        devices.check(device)
        made: Tensor = Variable.wrap(array)
        return made.requires_grad_(requires_grad)

    # -- as a container and as text --------------------------------------------------------------------------------

    def __len__(self) -> Any:
        if self.ndim == 0:
            raise TypeError("len() of a 0-d tensor")
        return self.array.shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        if self.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        return iter(ops.unbind(self))

    def __reversed__(self) -> Tensor:
        return ops.flip(self, (0,)) if self.ndim else self

    def __contains__(self, element: Any) -> Any:
        value = plain(element)
        if not isinstance(value, (np.ndarray, np.generic, Bool, Int, float)):
            raise RuntimeError(
                f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type(element)}."
            )
        return Bool(ops.eq(self, value).array.any())

    def __repr__(self) -> str:
        return text_of(self)

    def __format__(self, spec: str) -> str:
        if self.ndim == 0:
            return format(self.array.item(), spec)
        if spec:
            raise TypeError(f"unsupported format string {spec!r} passed to a Tensor of shape {tuple(self.shape)}")
        return str(self)

    def __deepcopy__(self, memo: dict[Any, Any]) -> Tensor:
        if not self.is_leaf:
            raise RuntimeError(
                "deepcopy: only leaves (tensors made by the user) can be copied so; use .detach().clone()"
            )
        copy = type(self).__new__(type(self))
        memo[id(self)] = copy
        copy.array = self.array.copy()
        if self._grad is not None:
            copy._grad = self._grad.detach().clone()
        return copy.requires_grad_(self.requires_grad)

    def __reduce__(self) -> Any:
        if not self.is_leaf:
            raise RuntimeError("pickle: only leaves (tensors made by the user) can be pickled; detach this one first")
        return _rebuilt, (type(self), self.array, self.requires_grad)


Variable.result_type = Tensor

_GATED = """
    is_contiguous is_same_size new new_empty new_full new_ones new_tensor new_zeros polygamma resize_ resize_as_ type_as
    """.split()  # noqa: SIM905
"""What is no operation, and asks the gate as operations do."""

for _name in _GATED:
    setattr(Tensor, _name, gated(getattr(Tensor, _name)))


def _rebuilt(cls: type[Tensor], array: Array, requires_grad: bool) -> Tensor:
    tensor = cls.__new__(cls)
    tensor.array = array
    return tensor.requires_grad_(requires_grad)
