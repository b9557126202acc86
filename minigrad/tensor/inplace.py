"""The methods that end in an underscore: each operation of the list below, in place."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad import ops
from minigrad.dtypes import Array
from minigrad.errors import ShapeError
from minigrad.inplace import become, copy_, fill_, in_place, random_in_place, reshaped_in_place, setitem, zero_
from minigrad.random import Generator, stream


def _expects(held: bool, name: str, wanted: str, given: str) -> None:
    if not held:
        raise RuntimeError(f"{name}: expects {wanted}, got {given}")


def _uniform(shape: tuple[int, ...], a: float = 0.0, b: float = 1.0, *, generator: Generator | None = None) -> Array:
    """Uniform random numbers in [a, b), in place."""
    _expects(a <= b, "uniform_", "a range [a, b)", f"a={a}, b={b}")
    return stream(generator).uniform(a, b, shape)


def _normal(
    shape: tuple[int, ...], mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None
) -> Array:
    """Normal random numbers, in place."""
    _expects(std >= 0, "normal_", "std >= 0", f"std={std}")
    return stream(generator).normal(mean, std, shape)


def _bernoulli(shape: tuple[int, ...], p: Any = 0.5, *, generator: Generator | None = None) -> Array:
    """1 with probability `p`, a number or a tensor of them, else 0, in place."""
    p = np.asarray(p)
    _expects(bool(((p >= 0) & (p <= 1)).all()), "bernoulli_", "p in [0, 1]", f"p={p}")
    return np.asarray(stream(generator).random(shape) < p)


def _exponential(shape: tuple[int, ...], lambd: float = 1.0, *, generator: Generator | None = None) -> Array:
    """Exponentially distributed random numbers of rate `lambd`, in place."""
    _expects(lambd > 0, "exponential_", "lambd > 0", f"lambd={lambd}")
    return stream(generator).exponential(1 / lambd, shape)


def _random(
    shape: tuple[int, ...], low: int = 0, high: int | None = None, *, generator: Generator | None = None
) -> Array:
    """Random whole numbers from `low` up to but without `high`, in place."""
    low, high = (low, high) if high is not None else (0, low or 2**24)
    _expects(low < high, "random_", "low < high", f"low={low}, high={high}")
    return stream(generator).integers(low, high, shape)


def _geometric(shape: tuple[int, ...], p: float, *, generator: Generator | None = None) -> Array:
    """The number of trials up to the first success of probability `p`, in place."""
    _expects(0 < p < 1, "geometric_", "p in (0, 1)", f"p={p}")
    return stream(generator).geometric(p, shape)


def _log_normal(
    shape: tuple[int, ...], mean: float = 1.0, std: float = 2.0, *, generator: Generator | None = None
) -> Array:
    """Numbers whose logarithm is normal, in place."""
    _expects(std > 0, "log_normal_", "std > 0", f"std={std}")
    return stream(generator).lognormal(mean, std, shape)


def _cauchy(
    shape: tuple[int, ...], median: float = 0.0, sigma: float = 1.0, *, generator: Generator | None = None
) -> Array:
    """Numbers of the Cauchy distribution, in place."""
    _expects(sigma > 0, "cauchy_", "sigma > 0", f"sigma={sigma}")
    return median + sigma * stream(generator).standard_cauchy(shape)


FUNCTIONS = """
    abs_ acos_ acosh_ addmv_ arccos_ arccosh_ arcsin_ arcsinh_ arctan_ arctanh_ asin_ asinh_ atan_ atanh_ ceil_
    clamp_ clamp_max_ clamp_min_ clip_ cos_ cosh_ deg2rad_ detach_ erf_ erfc_ exp2_ exp_ expm1_ fill_ fix_ floor_
    frac_ gcd_ index_put_ lcm_ ldexp_ log10_ log1p_ log2_ log_ logit_ nan_to_num_ neg_ negative_ rad2deg_
    reciprocal_ relu_ round_ rsqrt_ sigmoid_ sin_ sinc_ sinh_ sqrt_ square_ tan_ tanh_ trunc_ xlogy_ zero_
""".split()  # noqa: SIM905  a list would take a line for each
"""The methods that are functions of the package as well."""


class InPlace:
    """What a Tensor can do to itself."""

    __setitem__ = setitem
    _become = become
    copy_ = copy_
    fill_ = fill_
    zero_ = zero_

    __iadd__ = add_ = in_place(ops.add, "add_")
    __isub__ = sub_ = subtract_ = in_place(ops.sub, "sub_")
    __imul__ = mul_ = multiply_ = in_place(ops.mul, "mul_")
    __itruediv__ = div_ = divide_ = true_divide_ = in_place(ops.div, "div_")
    __ifloordiv__ = floor_divide_ = in_place(ops.floor_divide, "floor_divide_")
    __imod__ = remainder_ = in_place(ops.remainder, "remainder_")
    __ipow__ = pow_ = in_place(ops.pow, "pow_")
    __iand__ = bitwise_and_ = in_place(ops.bitwise_and, "bitwise_and_")
    __ior__ = bitwise_or_ = in_place(ops.bitwise_or, "bitwise_or_")
    __ixor__ = bitwise_xor_ = in_place(ops.bitwise_xor, "bitwise_xor_")

    abs_ = absolute_ = in_place(ops.abs, "abs_")
    acos_ = arccos_ = in_place(ops.acos, "acos_")
    acosh_ = arccosh_ = in_place(ops.acosh, "acosh_")
    addbmm_ = in_place(ops.addbmm, "addbmm_")
    addcdiv_ = in_place(ops.addcdiv, "addcdiv_")
    addcmul_ = in_place(ops.addcmul, "addcmul_")
    addmm_ = in_place(ops.addmm, "addmm_")
    addmv_ = in_place(ops.addmv, "addmv_")
    addr_ = in_place(ops.addr, "addr_")
    asin_ = arcsin_ = in_place(ops.asin, "asin_")
    asinh_ = arcsinh_ = in_place(ops.asinh, "asinh_")
    atan_ = arctan_ = in_place(ops.atan, "atan_")
    atan2_ = arctan2_ = in_place(ops.atan2, "atan2_")
    atanh_ = arctanh_ = in_place(ops.atanh, "atanh_")
    baddbmm_ = in_place(ops.baddbmm, "baddbmm_")
    bitwise_left_shift_ = in_place(ops.bitwise_left_shift, "bitwise_left_shift_")
    bitwise_not_ = in_place(ops.bitwise_not, "bitwise_not_")
    bitwise_right_shift_ = in_place(ops.bitwise_right_shift, "bitwise_right_shift_")
    ceil_ = in_place(ops.ceil, "ceil_")
    clamp_ = clip_ = in_place(ops.clamp, "clamp_")
    clamp_max_ = in_place(ops.clamp_max, "clamp_max_")
    clamp_min_ = in_place(ops.clamp_min, "clamp_min_")
    copysign_ = in_place(ops.copysign, "copysign_")
    cos_ = in_place(ops.cos, "cos_")
    cosh_ = in_place(ops.cosh, "cosh_")
    cumprod_ = in_place(ops.cumprod, "cumprod_")
    cumsum_ = in_place(ops.cumsum, "cumsum_")
    deg2rad_ = in_place(ops.deg2rad, "deg2rad_")
    digamma_ = in_place(ops.digamma, "digamma_")
    eq_ = in_place(ops.eq, "eq_")
    erf_ = in_place(ops.erf, "erf_")
    erfc_ = in_place(ops.erfc, "erfc_")
    erfinv_ = in_place(ops.erfinv, "erfinv_")
    exp_ = in_place(ops.exp, "exp_")
    exp2_ = in_place(ops.exp2, "exp2_")
    expm1_ = in_place(ops.expm1, "expm1_")
    float_power_ = in_place(ops.float_power, "float_power_")
    floor_ = in_place(ops.floor, "floor_")
    fmod_ = in_place(ops.fmod, "fmod_")
    frac_ = in_place(ops.frac, "frac_")
    ge_ = greater_equal_ = in_place(ops.ge, "ge_")
    gt_ = greater_ = in_place(ops.gt, "gt_")
    heaviside_ = in_place(ops.heaviside, "heaviside_")
    hypot_ = in_place(ops.hypot, "hypot_")
    index_add_ = in_place(ops.index_add, "index_add_")
    index_copy_ = in_place(ops.index_copy, "index_copy_")
    index_fill_ = in_place(ops.index_fill, "index_fill_")
    index_put_ = in_place(ops.index_put, "index_put_")
    ldexp_ = in_place(ops.ldexp, "ldexp_")
    le_ = less_equal_ = in_place(ops.le, "le_")
    lerp_ = in_place(ops.lerp, "lerp_")
    lgamma_ = in_place(ops.lgamma, "lgamma_")
    log_ = in_place(ops.log, "log_")
    log10_ = in_place(ops.log10, "log10_")
    log1p_ = in_place(ops.log1p, "log1p_")
    log2_ = in_place(ops.log2, "log2_")
    logical_and_ = in_place(ops.logical_and, "logical_and_")
    logical_not_ = in_place(ops.logical_not, "logical_not_")
    logical_or_ = in_place(ops.logical_or, "logical_or_")
    logical_xor_ = in_place(ops.logical_xor, "logical_xor_")
    logit_ = in_place(ops.logit, "logit_")
    lt_ = less_ = in_place(ops.lt, "lt_")
    masked_fill_ = in_place(ops.masked_fill, "masked_fill_")
    masked_scatter_ = in_place(ops.masked_scatter, "masked_scatter_")
    nan_to_num_ = in_place(ops.nan_to_num, "nan_to_num_")
    ne_ = not_equal_ = in_place(ops.ne, "ne_")
    neg_ = negative_ = in_place(ops.neg, "neg_")
    polygamma_ = in_place(ops.polygamma, "polygamma_")
    put_ = in_place(ops.put, "put_")
    rad2deg_ = in_place(ops.rad2deg, "rad2deg_")
    reciprocal_ = in_place(ops.reciprocal, "reciprocal_")
    relu_ = in_place(ops.relu, "relu_")
    round_ = in_place(ops.round, "round_")
    rsqrt_ = in_place(ops.rsqrt, "rsqrt_")
    scatter_ = in_place(ops.scatter, "scatter_")
    scatter_add_ = in_place(ops.scatter_add, "scatter_add_")
    scatter_reduce_ = in_place(ops.scatter_reduce, "scatter_reduce_")
    sgn_ = in_place(ops.sgn, "sgn_")
    sigmoid_ = in_place(ops.sigmoid, "sigmoid_")
    sign_ = in_place(ops.sign, "sign_")
    sin_ = in_place(ops.sin, "sin_")
    sinc_ = in_place(ops.sinc, "sinc_")
    sinh_ = in_place(ops.sinh, "sinh_")
    sqrt_ = in_place(ops.sqrt, "sqrt_")
    square_ = in_place(ops.square, "square_")
    tan_ = in_place(ops.tan, "tan_")
    tanh_ = in_place(ops.tanh, "tanh_")
    tril_ = in_place(ops.tril, "tril_")
    triu_ = in_place(ops.triu, "triu_")
    trunc_ = fix_ = in_place(ops.trunc, "trunc_")
    xlogy_ = in_place(ops.xlogy, "xlogy_")

    index_reduce_ = in_place(ops.index_reduce, "index_reduce_")
    renorm_ = in_place(ops.renorm, "renorm_")
    gcd_ = in_place(ops.gcd, "gcd_")
    lcm_ = in_place(ops.lcm, "lcm_")
    mvlgamma_ = in_place(ops.mvlgamma, "mvlgamma_")

    squeeze_ = reshaped_in_place(ops.squeeze, "squeeze_")
    swapaxes_ = reshaped_in_place(ops.swapaxes, "swapaxes_")
    swapdims_ = transpose_ = reshaped_in_place(ops.transpose, "transpose_")
    t_ = reshaped_in_place(ops.t, "t_")
    unsqueeze_ = reshaped_in_place(ops.unsqueeze, "unsqueeze_")

    uniform_ = random_in_place(_uniform, "uniform_")
    normal_ = random_in_place(_normal, "normal_")
    bernoulli_ = random_in_place(_bernoulli, "bernoulli_")
    exponential_ = random_in_place(_exponential, "exponential_")
    random_ = random_in_place(_random, "random_")
    geometric_ = random_in_place(_geometric, "geometric_")
    log_normal_ = random_in_place(_log_normal, "log_normal_")
    cauchy_ = random_in_place(_cauchy, "cauchy_")

    def fill_diagonal_(self: Any, fill_value: Any, wrap: bool = False) -> Any:
        """`fill_value` where all indices are equal; with `wrap` again below, in a matrix of more rows than columns."""
        shape = self.array.shape
        if len(shape) < 2 or (len(shape) > 2 and len(set(shape)) > 1):
            raise ShapeError(f"fill_diagonal_: takes a matrix, or dimensions of equal size, got shape {shape}")
        step = sum(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))
        end = self.array.size if wrap or len(shape) > 2 else shape[1] * shape[1]
        self[np.unravel_index(np.arange(0, min(end, self.array.size), step), shape)] = fill_value
        return self
