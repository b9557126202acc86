"""The methods that end in an underscore: each operation of the list below, in place."""

from __future__ import annotations

import numpy as np

from minigrad import ops
from minigrad.dtypes import Array
from minigrad.inplace import copy_, fill_, in_place, random_in_place, setitem, zero_
from minigrad.random import Generator, stream


def _uniform(shape: tuple[int, ...], a: float = 0.0, b: float = 1.0, *, generator: Generator | None = None) -> Array:
    """Uniform random numbers in [a, b), in place."""
    return stream(generator).uniform(a, b, shape)


def _normal(
    shape: tuple[int, ...], mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None
) -> Array:
    """Normal random numbers, in place."""
    return stream(generator).normal(mean, std, shape)


def _bernoulli(shape: tuple[int, ...], p: float = 0.5, *, generator: Generator | None = None) -> Array:
    """1 with probability `p`, else 0, in place."""
    return np.asarray(stream(generator).random(shape) < p)


def _exponential(shape: tuple[int, ...], lambd: float = 1.0, *, generator: Generator | None = None) -> Array:
    """Exponentially distributed random numbers of rate `lambd`, in place."""
    return stream(generator).exponential(1 / lambd, shape)


class InPlace:
    """What a Tensor can do to itself."""

    __setitem__ = setitem
    copy_ = copy_
    fill_ = fill_
    zero_ = zero_

    __iadd__ = add_ = in_place(ops.add, "add_")
    __isub__ = sub_ = subtract_ = in_place(ops.sub, "sub_")
    __imul__ = mul_ = multiply_ = in_place(ops.mul, "mul_")
    __itruediv__ = div_ = divide_ = in_place(ops.div, "div_")
    __ifloordiv__ = floor_divide_ = in_place(ops.floor_divide, "floor_divide_")
    __imod__ = remainder_ = in_place(ops.remainder, "remainder_")
    __ipow__ = pow_ = in_place(ops.pow, "pow_")

    abs_ = in_place(ops.abs, "abs_")
    ceil_ = in_place(ops.ceil, "ceil_")
    clamp_ = clip_ = in_place(ops.clamp, "clamp_")
    clamp_max_ = in_place(ops.clamp_max, "clamp_max_")
    clamp_min_ = in_place(ops.clamp_min, "clamp_min_")
    cos_ = in_place(ops.cos, "cos_")
    exp_ = in_place(ops.exp, "exp_")
    expm1_ = in_place(ops.expm1, "expm1_")
    floor_ = in_place(ops.floor, "floor_")
    log_ = in_place(ops.log, "log_")
    log1p_ = in_place(ops.log1p, "log1p_")
    neg_ = in_place(ops.neg, "neg_")
    reciprocal_ = in_place(ops.reciprocal, "reciprocal_")
    relu_ = in_place(ops.relu, "relu_")
    round_ = in_place(ops.round, "round_")
    rsqrt_ = in_place(ops.rsqrt, "rsqrt_")
    sigmoid_ = in_place(ops.sigmoid, "sigmoid_")
    sign_ = in_place(ops.sign, "sign_")
    sin_ = in_place(ops.sin, "sin_")
    sqrt_ = in_place(ops.sqrt, "sqrt_")
    square_ = in_place(ops.square, "square_")
    tanh_ = in_place(ops.tanh, "tanh_")
    trunc_ = in_place(ops.trunc, "trunc_")

    uniform_ = random_in_place(_uniform, "uniform_")
    normal_ = random_in_place(_normal, "normal_")
    bernoulli_ = random_in_place(_bernoulli, "bernoulli_")
    exponential_ = random_in_place(_exponential, "exponential_")
