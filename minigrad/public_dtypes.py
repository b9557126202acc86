"""Dtypes as users see them: PyTorch's attributes on the outside, NumPy's dtype within.

>>> mg.float32, mg.float32.is_floating_point, mg.float32.itemsize
(minigrad.float32, True, 4)

NumPy asks an object for its attribute `dtype` wherever it takes a dtype, so `np.zeros(3, mg.float32)` works, and so do
`array.dtype == mg.float32` and a dict with keys of both kinds.
"""

from __future__ import annotations

from builtins import bool as Bool
from builtins import int as Int
from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad import dtypes, named

if TYPE_CHECKING:
    from typing_extensions import Self

BY_NUMBER: dict[Int, dtype] = {}
"""Every dtype by the number that NumPy gives its type."""


class dtype:  # noqa: N801  PyTorch's name
    """A type of numbers, such as `float32`. There is one object for each, so `is` compares them too."""

    __slots__ = (
        "alignment",
        "dtype",
        "is_complex",
        "is_floating_point",
        "is_signed",
        "itemsize",
        "kind",
        "name",
        "num",
        "type",
    )

    dtype: dtypes.DType
    itemsize: Int
    """Bytes for each number."""
    is_floating_point: Bool
    is_complex: Bool
    is_signed: Bool

    def __new__(cls, source: Any) -> Self:
        number = dtypes.as_dtype(source).num
        if number not in BY_NUMBER:
            BY_NUMBER[number] = super().__new__(cls)
        return BY_NUMBER[number]  # type: ignore[return-value]

    def __init__(self, source: Any) -> None:
        own = self.dtype = dtypes.as_dtype(source)
        self.kind, self.type, self.name, self.num = own.kind, own.type, own.name, own.num
        self.itemsize, self.alignment = own.itemsize, own.alignment
        self.is_floating_point, self.is_signed, self.is_complex = own.kind == "f", own.kind in "if", False

    def to_real(self) -> Self:
        """This dtype: there are no complex ones."""
        return self

    def __eq__(self, other: object) -> Bool:
        if self is other:
            return True
        if isinstance(other, (np.dtype, type)):
            return Bool(self.dtype == other)
        return NotImplemented

    def __hash__(self) -> Int:
        return hash(self.dtype)

    def __repr__(self) -> str:
        return f"{named.package}.{self.name}"

    def __reduce__(self) -> Any:
        return dtype, (self.name,)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self


float16 = half = dtype(dtypes.float16)
float32 = float = dtype(dtypes.float32)
float64 = double = dtype(dtypes.float64)
uint8 = dtype(dtypes.uint8)
int8 = dtype(dtypes.int8)
int16 = short = dtype(dtypes.int16)
int32 = int = dtype(dtypes.int32)
int64 = long = dtype(dtypes.int64)
bool = dtype(dtypes.bool)

BY_NUMBER.update((np.dtype(kind).num, int64) for kind in ("l", "q") if np.dtype(kind) == np.int64)


def get_default_dtype() -> dtype:
    """The dtype of a tensor made from Python floats: float32 until set_default_dtype changes it.

    >>> mg.get_default_dtype()
    minigrad.float32
    """
    return BY_NUMBER[dtypes.get_default_dtype().num]


def promote_types(type1: Any, type2: Any) -> dtype:
    """The smallest dtype that holds the values of both: what tensors of these two make together.

    >>> mg.promote_types(mg.int64, mg.float32)
    minigrad.float32
    """
    return BY_NUMBER[dtypes.promote_types(type1, type2).num]


def result_type(*operands: Any) -> dtype:
    """The dtype that tensors, arrays and Python scalars make together, by PyTorch's rules.

    Those with axes decide; one without axes, or after it a scalar, counts only if its category is higher.

    >>> mg.result_type(mg.ones(1, dtype=mg.int64), 1.5)
    minigrad.float32
    """
    return BY_NUMBER[dtypes.result_type(*operands).num]


class finfo:  # noqa: N801  PyTorch's name
    """The limits of a dtype of floats, by default the default dtype.

    `eps` is the distance from 1 to the next number, `tiny` the smallest positive number of full precision.

    >>> mg.finfo(mg.float16).max, mg.finfo(mg.float32).bits
    (65504.0, 32)
    """

    def __init__(self, type: Any = None) -> None:
        if (limits := getattr(type, "limits", None)) is not None:  # of a type by name only
            self.bits, self.dtype, (digits, least, self.max) = 8 * type.itemsize, type.name, limits
            self.min, self.eps, self.tiny = -self.max, 2.0**-digits, 2.0**least
            self.resolution, self.smallest_normal = 10.0 ** -(3 * digits // 10), self.tiny
            return
        kind = dtypes.get_default_dtype() if type is None else dtypes.as_dtype(type)
        if kind.kind != "f":
            raise TypeError(f"finfo() requires a floating point input type, not {kind}. Use iinfo for integers")
        known = np.finfo(kind)
        self.bits, self.dtype = known.bits, kind.name
        self.eps, self.max, self.min = (each.item() for each in (known.eps, known.max, known.min))
        self.resolution = 10.0**-known.precision
        self.tiny = self.smallest_normal = known.smallest_normal.item()

    def __repr__(self) -> str:
        names = ("resolution", "min", "max", "eps", "smallest_normal", "tiny")
        return f"finfo({', '.join(f'{name}={getattr(self, name):g}' for name in names)}, dtype={self.dtype})"


class iinfo:  # noqa: N801  PyTorch's name
    """The limits of a dtype of integers.

    >>> mg.iinfo(mg.uint8).max, mg.iinfo(mg.int64).bits
    (255, 64)
    """

    def __init__(self, type: Any) -> None:
        kind = dtypes.as_dtype(type)
        if kind.kind not in "iu":
            raise TypeError(f"iinfo() requires an integer input type, not {kind}. Use finfo for floats")
        known = np.iinfo(kind)
        self.bits, self.dtype, self.min, self.max = known.bits, kind.name, known.min, known.max

    def __repr__(self) -> str:
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"
