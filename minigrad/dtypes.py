"""The types of numbers, and what two of them make together.

Inside, a dtype is NumPy's own object. What users see is an object of PyTorch's kind (`public_dtypes.py`), which NumPy
takes for its own. Results follow PyTorch: a category (bool < integer < float) wins over precision, a tensor with axes
wins over one without, and Python scalars only ever lift the category. NumPy agrees wherever all arrays have one dtype,
which is nearly always, so `promoted` is off the fast path.
"""

from __future__ import annotations

from numbers import Integral, Number
from typing import Any, TypeAlias

import numpy as np

from minigrad.errors import RangeError
from minigrad.left_out import REASONS

Array: TypeAlias = Any
"""A NumPy array, or one of a library that follows NumPy's protocols."""

DType: TypeAlias = "np.dtype[Any]"

float16 = half = np.dtype(np.float16)
float32 = float = np.dtype(np.float32)
float64 = double = np.dtype(np.float64)
uint8 = np.dtype(np.uint8)
int8 = np.dtype(np.int8)
int16 = short = np.dtype(np.int16)
int32 = int = np.dtype(np.int32)
int64 = long = np.dtype(np.int64)
bool = np.dtype(np.bool_)

TENSOR_TYPES: dict[str, DType] = {
    "FloatTensor": float32,
    "DoubleTensor": float64,
    "HalfTensor": float16,
    "ByteTensor": uint8,
    "CharTensor": int8,
    "ShortTensor": int16,
    "IntTensor": int32,
    "LongTensor": int64,
    "BoolTensor": bool,
}
"""The names that stood for dtypes before there were any: `x.type("torch.LongTensor")`."""

SUPPORTED = frozenset({float16, float32, float64, uint8, int8, int16, int32, int64, bool})

_CATEGORY = {"b": 0, "u": 1, "i": 1, "f": 2}
_default: DType = float32


def get_default_dtype() -> DType:
    """The dtype of a tensor made from Python floats: float32 until set_default_dtype changes it.

    >>> mg.get_default_dtype() == mg.float32
    True
    """
    return _default


def set_default_dtype(dtype: Any) -> None:
    """Make `dtype`, a floating point type, the one that Python floats become.

    TypeError for any other type.

    >>> mg.set_default_dtype(mg.float64)
    >>> mg.tensor([1.0])
    tensor([1.])
    >>> mg.set_default_dtype(mg.float32)
    """
    global _default
    chosen = as_dtype(dtype)
    if chosen.kind != "f":
        raise TypeError(f"set_default_dtype: only floating point types can be the default, not {chosen}")
    _default = chosen


def as_dtype(dtype: Any) -> DType:
    """The dtype that `dtype` names; TypeError if minigrad has no such type of number."""
    name = (
        dtype.rpartition(".")[2] if isinstance(dtype, str) else getattr(dtype, "__name__", getattr(dtype, "name", ""))
    )
    try:
        chosen: DType = TENSOR_TYPES[name] if name in TENSOR_TYPES else np.dtype(dtype)
    except (TypeError, ValueError):
        if name in REASONS:
            raise TypeError(f"dtype {name} is not supported: {REASONS[name]}") from None
        raise TypeError(f"{dtype!r} is not a dtype; use one such as minigrad.float32 or minigrad.int64") from None
    if chosen not in SUPPORTED:
        names = ", ".join(sorted(str(each) for each in SUPPORTED))
        why = f" ({REASONS[str(chosen)]})" if str(chosen) in REASONS else ""
        raise TypeError(f"dtype {chosen} is not supported; the types are {names}{why}")
    return chosen


def is_floating(dtype: Any) -> Any:
    """True for float16, float32 and float64: the dtypes that can carry a gradient."""
    return dtype.kind == "f"


def result_type(*operands: Any) -> DType:
    """The dtype that arrays and Python scalars make together, by PyTorch's rules.

    Arrays with axes decide; an array without axes, or after it a scalar, counts only if its category is higher.

    >>> mg.result_type(mg.tensor([1]), 1.0) == mg.float32
    True
    """
    ranked: list[list[DType]] = [[], [], []]  # with axes, without axes, Python scalars
    for operand in operands:
        if isinstance(operand, (np.bool_, np.number)) or not hasattr(operand, "shape"):
            ranked[2].append(_scalar_type(operand))
        else:
            ranked[0 if operand.ndim else 1].append(operand.dtype)
    chosen: DType | None = None
    for group in ranked:
        if group:
            together = _common(group)
            if chosen is None or _CATEGORY[chosen.kind] < _CATEGORY[together.kind]:
                chosen = together
    if chosen is None:
        raise TypeError("result_type: needs at least one operand, a tensor, an array or a number")
    return chosen


def _common(group: list[DType]) -> DType:
    """The dtype that arrays of equal rank make together: with floats among them, the widest of those.

    TypeError for what are no numbers, such as dates, and for numbers that are not computed with here: complex ones.
    """
    for each in group:
        check_numbers(each)
    floats = [each for each in group if each.kind == "f"]
    if floats:
        together = max(floats, key=lambda each: each.itemsize)
    else:
        together = np.result_type(*group)
        if together.kind == "f":  # what NumPy makes of uint64 and signed integers
            together = np.dtype(np.uint64)
    return together if together in SUPPORTED else as_dtype(together)


def check_numbers(dtype: DType) -> None:
    """TypeError unless values of `dtype`, an array's, are bools, integers or real numbers."""
    if dtype.kind not in _CATEGORY:
        why = f" ({REASONS[str(dtype)]})" if str(dtype) in REASONS else ""
        raise TypeError(f"numbers are needed, not values of dtype {dtype}{why}")


def promote_types(type1: Any, type2: Any) -> DType:
    """The smallest dtype that holds the values of both: what tensors of these two make together.

    >>> mg.promote_types(mg.int64, mg.float16) == mg.float16
    True
    """
    return _common([as_dtype(type1), as_dtype(type2)])


def can_cast(from_: Any, to: Any) -> Any:
    """Whether numbers of one dtype may become numbers of another in place: the category must not fall.

    >>> mg.can_cast(mg.int64, mg.float32), mg.can_cast(mg.float32, mg.int64)
    (True, False)
    """
    return _CATEGORY[as_dtype(from_).kind] <= _CATEGORY[as_dtype(to).kind]


def _scalar_type(value: Any) -> DType:
    is_number = isinstance(value, (Number, np.generic))
    kind = np.result_type(value).kind if is_number else ""
    if kind == "O" and isinstance(value, Integral):
        raise RangeError("Overflow when unpacking long: an integer that does not fit into int64")
    try:
        return {"b": bool, "u": int64, "i": int64, "f": _default}[kind]
    except KeyError:
        raise TypeError(f"expected a tensor, an array or a number, not {type(value).__name__}") from None


def in_dtype(value: Any, dtype: DType, name: str) -> Array:
    """A Python number as an array of `dtype`: what the operation `name` puts into a tensor.

    TypeError for what is no number, such as None or a list; RuntimeError for a number that the dtype cannot hold.
    """
    try:
        array = np.asarray(value)
        if array.ndim or (array.dtype.kind not in "biuf" and not isinstance(value, Integral)):
            raise ValueError
    except ValueError:  # NumPy's of lists of lists of several lengths
        raise TypeError(f"{name}: expected a number or a tensor, not {type(value).__name__}") from None
    try:
        check_range(array, dtype, name)
    except OverflowError:  # an integer beyond all floats
        raise _beyond(dtype, name) from None
    return array.astype(dtype)


def float_in_dtype(value: Any, dtype: DType, name: str) -> Array:
    """As in_dtype, of an argument that is a float to PyTorch, so that integers below 0 are beyond unsigned ones."""
    return in_dtype(in_dtype(value, float64, name), dtype, name)


def check_range(array: Array, dtype: DType, name: str) -> None:
    """RuntimeError if a number is beyond what `dtype` can hold. (Negative integers wrap around in an unsigned type.)"""
    if dtype.kind == "f":
        size = np.abs(array)
        fits = (size <= np.finfo(dtype).max) | (size == np.inf) | (size != size)
    elif dtype.kind in "iu" and array.dtype.kind != "b":
        limits = np.iinfo(dtype)
        lowest = -limits.max if dtype.kind == "u" and array.dtype.kind != "f" else limits.min
        fits = (array >= lowest) & (array < limits.max + 1)
    else:
        return
    if not fits.all():
        raise _beyond(dtype, name)


def _beyond(dtype: DType, name: str) -> RangeError:
    return RangeError(f"{name}: value cannot be converted to type {dtype} without overflow")


def promoted(arrays: list[Any], floating: Any = False) -> list[Any]:
    """The same operands with every array cast to the dtype that they make together.

    `floating`: the operation has floating point results only, so integers become the default float first.
    """
    target = result_type(*arrays)
    if floating and target.kind != "f":
        target = _default
    return [each.astype(target) if hasattr(each, "astype") else target.type(each) for each in arrays]
