"""Questions about elements: the answers are bools, and nothing flows back through them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.dtypes import Array, promoted
from minigrad.engine.node import Variable, array_of
from minigrad.engine.primitive import elementwise
from minigrad.ops.dims import normalized_all, numpy_names
from minigrad.types import Dims, Number, Tensor

__all__ = [
    "all",
    "allclose",
    "any",
    "bitwise_and",
    "bitwise_left_shift",
    "bitwise_not",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "eq",
    "equal",
    "ge",
    "greater",
    "greater_equal",
    "gt",
    "isclose",
    "isfinite",
    "isin",
    "isinf",
    "isnan",
    "isneginf",
    "isposinf",
    "le",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "lt",
    "ne",
    "not_equal",
]


def _in_one_dtype(compare: Callable[..., Array]) -> Callable[..., Array]:
    """The function of two arrays in the dtype that they make together by PyTorch's rules."""

    @functools.wraps(compare)
    def run(a: Array, b: Array) -> Array:
        if hasattr(a, "dtype") and hasattr(b, "dtype") and a.dtype is not b.dtype:
            a, b = promoted([a, b])
        return compare(a, b)

    return run


def _of_bits(operate: Callable[..., Array]) -> Callable[..., Array]:
    """The function of two arrays; a number beside one has its bits, as many as fit: -32 is 0b11100000 of uint8."""

    @functools.wraps(operate)
    def run(a: Array, b: Array) -> Array:
        if type(a) is int:
            a = _low_bits(a, b)
        elif type(b) is int:
            b = _low_bits(b, a)
        return operate(a, b)

    return run


def _low_bits(number: int, beside: Any) -> Any:
    dtype = getattr(beside, "dtype", None)
    if dtype is None or dtype.kind not in "iu" or not -(2**63) <= number < 2**63:
        return number
    return np.asarray(number).astype(dtype)


def _isposinf(x: Array) -> Array:
    return x == np.inf


def _isneginf(x: Array) -> Array:
    return x == -np.inf


eq = elementwise("eq(a, b) = a == b", _in_one_dtype(np.equal), a=None, b=None)
ne = not_equal = elementwise("ne(a, b) = a != b", _in_one_dtype(np.not_equal), a=None, b=None)
lt = less = elementwise("lt(a, b) = a < b", _in_one_dtype(np.less), a=None, b=None)
le = less_equal = elementwise("le(a, b) = a <= b", _in_one_dtype(np.less_equal), a=None, b=None)
gt = greater = elementwise("gt(a, b) = a > b", _in_one_dtype(np.greater), a=None, b=None)
ge = greater_equal = elementwise("ge(a, b) = a >= b", _in_one_dtype(np.greater_equal), a=None, b=None)

logical_and = elementwise("logical_and(a, b)", np.logical_and, a=None, b=None)
logical_or = elementwise("logical_or(a, b)", np.logical_or, a=None, b=None)
logical_xor = elementwise("logical_xor(a, b)", np.logical_xor, a=None, b=None)
logical_not = elementwise("logical_not(x)", np.logical_not, x=None)
bitwise_and = elementwise("bitwise_and(a, b)", _of_bits(np.bitwise_and), a=None, b=None)
bitwise_or = elementwise("bitwise_or(a, b)", _of_bits(np.bitwise_or), a=None, b=None)
bitwise_xor = elementwise("bitwise_xor(a, b)", _of_bits(np.bitwise_xor), a=None, b=None)
bitwise_not = elementwise("bitwise_not(x)", np.invert, x=None)
bitwise_left_shift = elementwise("bitwise_left_shift(a, b) = a * 2 ** b", np.left_shift, a=None, b=None)
bitwise_right_shift = elementwise("bitwise_right_shift(a, b) = floor(a / 2 ** b)", np.right_shift, a=None, b=None)

isnan = elementwise("isnan(x)", np.isnan, x=None)
isinf = elementwise("isinf(x)", np.isinf, x=None)
isposinf = elementwise("isposinf(x) = x == inf", _isposinf, x=None)
isneginf = elementwise("isneginf(x) = x == -inf", _isneginf, x=None)
isfinite = elementwise("isfinite(x)", np.isfinite, x=None)


def equal(input: Tensor, other: Tensor | Number) -> bool:
    """Whether both have the same shape and the same elements.

    A bool of Python, not a tensor.

    >>> mg.equal(mg.tensor([1, 2]), mg.tensor([1, 2]))
    True
    """
    a, b = array_of(input), array_of(other)
    return a.shape == b.shape and bool((a == b).all())


def _check_tolerances(name: str, **tolerances: float) -> None:
    for which, tolerance in tolerances.items():
        if tolerance < 0:
            raise RuntimeError(f"{name}: {which} must be greater than or equal to zero, but got {tolerance}")


@np.errstate(all="ignore")
def isclose(
    input: Tensor, other: Tensor | Number, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Tensor:
    """Elementwise |input - other| <= atol + rtol |other|.

    NaN is close to nothing, unless `equal_nan`, and then to NaN. The result is of bools, of the broadcast shape.

    >>> mg.isclose(mg.tensor([1.0, 2.0]), mg.tensor([1.0 + 1e-6, 2.1]))
    tensor([ True, False])
    """
    _check_tolerances("isclose", rtol=rtol, atol=atol)
    return Variable.wrap(np.asarray(np.isclose(array_of(input), array_of(other), rtol, atol, equal_nan)))


@np.errstate(all="ignore")
def allclose(
    input: Tensor, other: Tensor | Number, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> bool:
    """Whether `isclose` holds everywhere, with the same `rtol`, `atol` and `equal_nan`.

    >>> mg.allclose(mg.tensor([1.0]), mg.tensor([1.0 + 1e-6]))
    True
    """
    _check_tolerances("allclose", rtol=rtol, atol=atol)
    return bool(np.allclose(array_of(input), array_of(other), rtol, atol, equal_nan))


def isin(
    elements: Tensor | Number, test_elements: Tensor | Number, *, assume_unique: bool = False, invert: bool = False
) -> Tensor:
    """For each of `elements`, whether it is one of `test_elements`; with `invert`, whether it is none of them.

    >>> mg.isin(mg.tensor([1, 2, 3]), mg.tensor([2, 3, 4]))
    tensor([False,  True,  True])
    """
    given, among = promoted([array_of(elements), array_of(test_elements)])
    found = np.isin(given, among, assume_unique=assume_unique, invert=invert)
    return Variable.wrap(np.asarray(found))


@numpy_names
def all(input: Tensor, dim: Dims = None, keepdim: bool = False) -> Tensor:
    """Whether every element along `dim` is nonzero.

    `dim` is one dimension, several, or all of them; with `keepdim` they stay, of size 1. The result is of bools, or for
    uint8, the bools of old, 0 and 1.

    >>> mg.all(mg.tensor([[True, True], [True, False]]), 1)
    tensor([ True, False])
    """
    return _held(np.all, "all", input, dim, keepdim)


@numpy_names
def any(input: Tensor, dim: Dims = None, keepdim: bool = False) -> Tensor:
    """Whether an element along `dim` is nonzero.

    `dim` is one dimension, several, or all of them; with `keepdim` they stay, of size 1. The result is of bools, or for
    uint8, the bools of old, 0 and 1.

    >>> mg.any(mg.tensor([[0, 0], [0, 1]]), 1)
    tensor([False,  True])
    """
    return _held(np.any, "any", input, dim, keepdim)


def _held(question: Any, name: str, input: Any, dim: Dims, keepdim: bool) -> Any:
    array = array_of(input)
    answer = np.asarray(question(array.astype(bool), axis=normalized_all(dim, array.ndim, name), keepdims=keepdim))
    return Variable.wrap(answer.astype(np.uint8) if array.dtype == np.uint8 else answer)
