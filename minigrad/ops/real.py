"""What is asked of complex numbers, answered for real ones, of which all tensors here are made.

Programs that are written for both ask; a real number is its own conjugate and its own real part.
"""

from __future__ import annotations

import numpy as np

from minigrad.dtypes import Array, get_default_dtype
from minigrad.engine.primitive import elementwise
from minigrad.ops.choice import zero
from minigrad.types import Tensor

__all__ = [
    "angle",
    "conj",
    "conj_physical",
    "isreal",
    "real",
    "resolve_conj",
    "resolve_neg",
]


def _angle(x: Array) -> Array:
    return np.angle(x).astype(x.dtype if x.dtype.kind == "f" else get_default_dtype())


angle = elementwise("angle(x) = π if x < 0, else 0", _angle, x=zero)
isreal = elementwise("isreal(x) = True", np.isreal, x=None)


def real(input: Tensor) -> Tensor:
    """The real part: the tensor itself.

    >>> mg.real(mg.tensor([1.0]))
    tensor([1.])
    """
    return input


def conj(input: Tensor) -> Tensor:
    """The conjugate: the tensor itself.

    >>> mg.conj(mg.tensor([1.0]))
    tensor([1.])
    """
    return input


conj_physical = resolve_conj = resolve_neg = conj


def imag(input: Tensor) -> Tensor:
    """RuntimeError, as in PyTorch: a real tensor has no imaginary part that could be changed.

    >>> mg.imag(mg.ones(2))
    Traceback (most recent call last):
    RuntimeError: imag is not implemented for tensors with non-complex dtypes.
    """
    raise RuntimeError("imag is not implemented for tensors with non-complex dtypes.")
