"""Questions about elements: the answers are bools, and nothing flows back through them."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.node import Variable
from minigrad.autograd.primitive import elementwise
from minigrad.dtypes import Array
from minigrad.ops.dims import Dims, normalized_all

eq = elementwise("eq(a, b) = a == b", np.equal, a=None, b=None)
ne = elementwise("ne(a, b) = a != b", np.not_equal, a=None, b=None)
lt = elementwise("lt(a, b) = a < b", np.less, a=None, b=None)
le = elementwise("le(a, b) = a <= b", np.less_equal, a=None, b=None)
gt = elementwise("gt(a, b) = a > b", np.greater, a=None, b=None)
ge = elementwise("ge(a, b) = a >= b", np.greater_equal, a=None, b=None)

logical_and = elementwise("logical_and(a, b)", np.logical_and, a=None, b=None)
logical_or = elementwise("logical_or(a, b)", np.logical_or, a=None, b=None)
logical_xor = elementwise("logical_xor(a, b)", np.logical_xor, a=None, b=None)
logical_not = elementwise("logical_not(x)", np.logical_not, x=None)
bitwise_and = elementwise("bitwise_and(a, b)", np.bitwise_and, a=None, b=None)
bitwise_or = elementwise("bitwise_or(a, b)", np.bitwise_or, a=None, b=None)
bitwise_xor = elementwise("bitwise_xor(a, b)", np.bitwise_xor, a=None, b=None)
bitwise_not = elementwise("bitwise_not(x)", np.invert, x=None)

isnan = elementwise("isnan(x)", np.isnan, x=None)
isinf = elementwise("isinf(x)", np.isinf, x=None)
isfinite = elementwise("isfinite(x)", np.isfinite, x=None)


def equal(x: Any, other: Any) -> bool:
    """Whether both have the same shape and the same elements."""
    a, b = _array(x), _array(other)
    return a.shape == b.shape and bool((a == b).all())


def isclose(x: Any, other: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    """Elementwise |x - other| <= atol + rtol |other|."""
    return Variable.wrap(np.asarray(np.isclose(_array(x), _array(other), rtol, atol, equal_nan)))


def allclose(x: Any, other: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> bool:
    """Whether `isclose` holds everywhere."""
    return bool(np.allclose(_array(x), _array(other), rtol, atol, equal_nan))


def all(x: Any, dim: Dims = None, keepdim: bool = False) -> Any:
    """Whether every element along `dim` is nonzero."""
    array = _array(x)
    return Variable.wrap(
        np.asarray(array.astype(bool).all(axis=normalized_all(dim, array.ndim, "all"), keepdims=keepdim))
    )


def any(x: Any, dim: Dims = None, keepdim: bool = False) -> Any:
    """Whether an element along `dim` is nonzero."""
    array = _array(x)
    return Variable.wrap(
        np.asarray(array.astype(bool).any(axis=normalized_all(dim, array.ndim, "any"), keepdims=keepdim))
    )


def _array(x: Any) -> Array:
    return x.array if isinstance(x, Variable) else np.asarray(x)
