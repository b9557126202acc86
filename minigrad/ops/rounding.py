"""The table of derivatives: rounding, and the parts of a number: whole and fraction, real and imaginary.

Rounded numbers are constant between their steps, so most slopes are zero; they are there all the same, so that what is
rounded on the way to a loss does not cut the graph. All tensors here are real, so the questions that programs ask of
complex ones have simple answers: a real number is its own conjugate and its own real part.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from minigrad.dtypes import Array, get_default_dtype, is_floating
from minigrad.engine.node import Variable, array_of
from minigrad.engine.primitive import elementwise
from minigrad.ops.arithmetic import mul, sign
from minigrad.ops.choice import mask, zero
from minigrad.ops.comparison import isfinite
from minigrad.ops.elementary import pow
from minigrad.ops.memory import asked, floating, half_in_single
from minigrad.ops.named_results import result_of
from minigrad.ops.public import also_in_place
from minigrad.types import Number, Tensor

__all__ = [
    "angle",
    "ceil",
    "conj",
    "conj_physical",
    "copysign",
    "fix",
    "floor",
    "frac",
    "frexp",
    "heaviside",
    "isreal",
    "ldexp",
    "nan_to_num",
    "nextafter",
    "real",
    "resolve_conj",
    "resolve_neg",
    "round",
    "sgn",
    "signbit",
    "trunc",
]


def _whole(rounding: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """The rounding of floats; integers are whole. (NumPy 2.0 would make floats of them.)"""

    @functools.wraps(rounding)
    def run(x: Array) -> Array:
        return rounding(x) if np.asarray(x).dtype.kind == "f" else np.positive(x)

    return run


def _round(x: Array, *, decimals: int) -> Array:
    if decimals == 0 or x.dtype.kind != "f":
        return np.round(x, decimals)
    if x.dtype == np.float16:
        return _round(x.astype(np.float32), decimals=decimals).astype(np.float16)
    with np.errstate(all="ignore"):
        y = np.round(x, min(max(decimals, -DECIMALS), DECIMALS))
    kept = np.isfinite(y) | ~np.isfinite(x)
    return np.where(kept, y, x if decimals > 0 else x * 0)  # else NumPy has multiplied beyond its numbers


DECIMALS = 300
"""So many places, before or behind the point, and more, are all that a number has."""


def _frac(x: Array) -> Array:
    return x - np.trunc(x)


def _heaviside(x: Array, values: Array) -> Array:
    return np.where(x == 0, values, x > 0)


def _nan_to_num(x: Array, *, nan: float, posinf: float | None, neginf: float | None) -> Array:
    return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


def _angle(x: Array) -> Array:
    return np.angle(x).astype(x.dtype if x.dtype.kind == "f" else get_default_dtype())


def _mantissa(x: Array) -> Array:
    return np.frexp(x)[0]


def _scale(x: Array) -> Array:
    return np.ldexp(np.ones_like(x), -np.frexp(x)[1])


floor = elementwise("floor(x)", _whole(np.floor), x=zero)
ceil = elementwise("ceil(x)", _whole(np.ceil), x=zero)
trunc = fix = elementwise("trunc(x)", _whole(np.trunc), x=zero)
round_p = elementwise("round(x)", _round, x=zero)
frac = elementwise("frac(x) = x - trunc(x)", _frac, x=lambda g: g)

sgn = sign
signbit = elementwise("signbit(x) = True if x < 0 or x = -0", np.signbit, x=None)
copysign = elementwise("copysign(a, b) = |a| * sign(b)", np.copysign, a=lambda g, a, y: g * (sign(a) * sign(y)), b=zero)
heaviside_p = elementwise(
    "heaviside(x, values) = 0 if x < 0, values if x = 0, else 1",
    _heaviside,
    x=zero,
    values=lambda g, x: mask(g, x == 0),
)
nan_to_num_p = elementwise(
    "nan_to_num(x) = nan if isnan(x), posinf if x = inf, neginf if x = -inf, else x",
    _nan_to_num,
    x=lambda g, x: mask(g, isfinite(x)),
)

nextafter = elementwise("nextafter(a, b)", np.nextafter, a=lambda g, a, b: mask(g, a != b), b=zero)
mantissa = elementwise("mantissa(x)", _mantissa, x=lambda g, x: g * scale(x))
scale = elementwise("scale(x)", _scale, x=zero)

angle = elementwise("angle(x) = π if x < 0, else 0", _angle, x=zero)
isreal = elementwise("isreal(x) = True", np.isreal, x=None)


@also_in_place
def heaviside(input: Tensor, values: Tensor) -> Tensor:
    """The step from 0 to 1, with `values` at the step itself. RuntimeError where their dtypes differ.

    >>> mg.heaviside(mg.tensor([-1.0, 0.0, 1.0]), mg.tensor([0.5]))
    tensor([0.0000, 0.5000, 1.0000])
    """
    if hasattr(values, "dtype") and values.dtype != input.dtype:
        raise RuntimeError(
            f"heaviside is not yet implemented for tensors with different dtypes, {input.dtype} and {values.dtype}."
        )
    return heaviside_p(input, values)


@also_in_place
def round(input: Tensor, *, decimals: int = 0) -> Tensor:
    """The nearest integer, halves to the even one; with `decimals`, that many places are kept.

    The derivative is 0.

    >>> mg.round(mg.tensor([0.5, 1.5, 1.2345]))
    tensor([0., 2., 1.])
    """
    return round_p(input, decimals=decimals)


@also_in_place
@half_in_single
def ldexp(input: Tensor, other: Tensor | Number) -> Tensor:
    """input * 2 ** other, in the dtype of the input where `other` has integers.

    >>> mg.ldexp(mg.tensor([1.0, 3.0]), mg.tensor([4, -1]))
    tensor([16.0000,  1.5000])
    """
    if hasattr(other, "dtype") and not is_floating(other.dtype):
        other = asked(other, input.dtype if is_floating(input.dtype) else get_default_dtype())
    return mul(input, pow(2.0, other))


class Parts(NamedTuple):
    """What `frexp` returns."""

    mantissa: Tensor
    exponent: Tensor


def frexp(input: Tensor) -> Parts:
    """The `mantissa`, 0 or of a size in [1/2, 1), and the `exponent`, int32: input = mantissa * 2 ** exponent.

    The gradient of the mantissa passes, times 2 ** -exponent. RuntimeError for what is not floating point.

    >>> tuple(mg.frexp(mg.tensor([3.0, -0.25])))
    (tensor([ 0.7500, -0.5000]), tensor([ 2, -1], dtype=minigrad.int32))
    """
    array = array_of(floating(input, "frexp"))
    return result_of("frexp", Parts)(mantissa(input), Variable.wrap(np.asarray(np.frexp(array)[1])))


@also_in_place
def nan_to_num(input: Tensor, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Tensor:
    """`nan` in the place of NaN, `posinf` and `neginf` in that of the infinities: by default the dtype's extremes.

    The gradient passes where the input is finite.

    >>> mg.nan_to_num(mg.tensor([1.0, float("nan"), float("inf")]), posinf=9.0)
    tensor([1., 0., 9.])
    """
    return nan_to_num_p(input, nan=nan, posinf=posinf, neginf=neginf)


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
