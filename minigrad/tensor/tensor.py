"""The Tensor: an array, its history, and every operation as a method.

The engine knows it as a Variable and rules know it as something with an array's operators; this class is where both
meet the user. It adds no mathematics: a method is an operation of `ops`, under PyTorch's name.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

import minigrad.device as devices
from minigrad import named, ops
from minigrad.dtypes import Array, as_dtype, get_default_dtype, is_floating
from minigrad.engine.node import Variable, plain
from minigrad.ops.dims import normalized, sizes
from minigrad.public_dtypes import BY_NUMBER, dtype
from minigrad.tensor.conversion import Bool, Conversions, Int
from minigrad.tensor.gradients import Gradients
from minigrad.tensor.memory import Memory
from minigrad.tensor.methods import Methods
from minigrad.tensor.printing import text_of


class Size(tuple[int, ...]):
    """A shape: a tuple of ints that can count its elements."""

    def numel(self) -> int:
        """The number of elements of an array of this shape."""
        return math.prod(self)

    def __getitem__(self, index: Any) -> Any:
        part = super().__getitem__(index)
        return Size(part) if isinstance(index, slice) else part

    def __repr__(self) -> str:
        return f"{named.package}.Size({list(self)})"


class Tensor(Methods, Gradients, Conversions, Memory):
    """An n-dimensional array of numbers of one dtype that can record what is computed from it.

    Made by `minigrad.tensor(data)` and the other factories. `Tensor(2, 3)` (uninitialized, of that shape) and
    `Tensor(data)`, both of the default dtype, are PyTorch's older forms.
    """

    def __init__(self, *data: Any) -> None:
        if len(data) == 1 and not isinstance(data[0], (Int, np.integer)):
            source = plain(data[0])
            self.array = np.array(source, dtype=get_default_dtype())
        else:
            self.array = np.empty(sizes(data, "Tensor") if data else 0, dtype=get_default_dtype())

    # -- what it is ----------------------------------------------------------------------------------------------

    @property
    def shape(self) -> Size:
        return Size(self.array.shape)

    @property
    def dtype(self) -> dtype:
        return BY_NUMBER[self.array.dtype.num]

    @property
    def ndim(self) -> Int:
        return self.array.ndim  # type: ignore[no-any-return]

    @property
    def device(self) -> devices.device:
        return devices.cpu

    def size(self, dim: Int | None = None) -> Any:
        """The shape, or with `dim` one number of it."""
        return self.shape if dim is None else self.shape[normalized(dim, self.ndim, "size")]

    def dim(self) -> Int:
        """The number of dimensions."""
        return self.ndim

    def numel(self) -> Int:
        """The number of elements."""
        return Int(self.array.size)

    def is_floating_point(self) -> Bool:
        """Whether the dtype is float16, float32 or float64."""
        return Bool(is_floating(self.dtype))

    def is_complex(self) -> Bool:
        """False: there are no complex dtypes."""
        return False

    def is_signed(self) -> Bool:
        """Whether the dtype has negative numbers."""
        return self.dtype.kind in "if"

    def is_nonzero(self) -> Bool:
        """Whether the only element is not zero."""
        return Bool(self)

    def is_same_size(self, other: Tensor) -> Bool:
        """Whether `other` has the same shape."""
        return Bool(self.array.shape == other.array.shape)

    ndimension = dim
    nelement = numel

    # -- others like it ------------------------------------------------------------------------------------------

    def new(self, *data: Any) -> Tensor:
        """As `Tensor(sizes)` or `Tensor(data)`, in this tensor's dtype: an older form."""
        return self._new(Tensor(*data).array.astype(self.dtype), None, False)

    def new_tensor(self, data: Any, *, dtype: Any = None, device: Any = None, requires_grad: Bool = False) -> Tensor:
        """A copy of `data` in this tensor's dtype."""
        source = plain(data)
        return self._new(np.array(source, self.dtype if dtype is None else as_dtype(dtype)), device, requires_grad)

    def new_zeros(self, *size: Any, dtype: Any = None, device: Any = None, requires_grad: Bool = False) -> Tensor:
        """Zeros of shape `size` in this tensor's dtype."""
        return self._new(np.zeros(sizes(size, "new_zeros"), as_dtype(dtype or self.dtype)), device, requires_grad)

    def new_ones(self, *size: Any, dtype: Any = None, device: Any = None, requires_grad: Bool = False) -> Tensor:
        """Ones of shape `size` in this tensor's dtype."""
        return self._new(np.ones(sizes(size, "new_ones"), as_dtype(dtype or self.dtype)), device, requires_grad)

    def new_empty(self, *size: Any, dtype: Any = None, device: Any = None, requires_grad: Bool = False) -> Tensor:
        """Uninitialized memory of shape `size` in this tensor's dtype."""
        return self._new(np.empty(sizes(size, "new_empty"), as_dtype(dtype or self.dtype)), device, requires_grad)

    def new_full(
        self, size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: Bool = False
    ) -> Tensor:
        """`fill_value` in shape `size`, in this tensor's dtype."""
        made = self.new_empty(size, dtype=dtype, device=device)
        made.fill_(fill_value)
        return made.requires_grad_(requires_grad)

    def _new(self, array: Array, device: Any, requires_grad: Bool) -> Tensor:
        devices.check(device)
        made: Tensor = Variable.wrap(array)
        return made.requires_grad_(requires_grad)

    def __getattr__(self, name: str) -> Any:
        from minigrad.left_out import missing  # here, since nobody needs it otherwise

        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}: {missing(name)}")

    # -- as a container and as text --------------------------------------------------------------------------------

    def __len__(self) -> Any:
        if self.ndim == 0:
            raise TypeError("len() of a 0-d tensor")
        return self.array.shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        if self.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        return iter(ops.unbind(self))

    def __contains__(self, element: Any) -> Any:
        value = plain(element)
        return Bool((self.array == value).any())

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


def _rebuilt(cls: type[Tensor], array: Array, requires_grad: bool) -> Tensor:
    tensor = cls.__new__(cls)
    tensor.array = array
    return tensor.requires_grad_(requires_grad)
