"""The operations on elements, and the reductions, as methods: each is a function of `ops`, under PyTorch's name."""

from __future__ import annotations

from typing import Any

from minigrad import ops


class Methods:
    """What a Tensor can compute of its elements."""

    mul = multiply = ops.mul
    floor_divide = ops.floor_divide
    remainder = ops.remainder
    pow = ops.pow
    neg = negative = ops.neg
    abs = absolute = ops.abs
    __pos__ = positive = ops.positive
    add = ops.add
    sub = subtract = ops.sub
    div = divide = true_divide = ops.div
    addcdiv = ops.addcdiv
    addcmul = ops.addcmul
    fmod = ops.fmod
    lerp = ops.lerp

    eq = ops.eq
    ne = not_equal = ops.ne

    lt = less = ops.lt
    le = less_equal = ops.le
    gt = greater = ops.gt
    ge = greater_equal = ops.ge
    bitwise_and = ops.bitwise_and
    bitwise_or = ops.bitwise_or
    bitwise_xor = ops.bitwise_xor
    bitwise_left_shift = ops.bitwise_left_shift
    bitwise_right_shift = ops.bitwise_right_shift
    bitwise_not = ops.bitwise_not

    logical_and = ops.logical_and
    logical_or = ops.logical_or
    logical_xor = ops.logical_xor
    logical_not = ops.logical_not
    isnan = ops.isnan
    isinf = ops.isinf
    isposinf = ops.isposinf
    isneginf = ops.isneginf
    isfinite = ops.isfinite
    equal = ops.equal
    isclose = ops.isclose
    allclose = ops.allclose

    exp = ops.exp
    exp2 = ops.exp2
    expm1 = ops.expm1
    log = ops.log
    log2 = ops.log2
    log10 = ops.log10
    log1p = ops.log1p
    logit = ops.logit
    logaddexp = ops.logaddexp
    logaddexp2 = ops.logaddexp2
    xlogy = ops.xlogy
    float_power = ops.float_power
    sqrt = ops.sqrt
    rsqrt = ops.rsqrt
    square = ops.square
    reciprocal = ops.reciprocal
    sign = sgn = ops.sign
    signbit = ops.signbit
    copysign = ops.copysign
    sin = ops.sin
    cos = ops.cos
    tan = ops.tan
    asin = arcsin = ops.asin
    acos = arccos = ops.acos
    atan = arctan = ops.atan
    atan2 = arctan2 = ops.atan2
    hypot = ops.hypot
    sinc = ops.sinc
    deg2rad = ops.deg2rad
    rad2deg = ops.rad2deg
    sinh = ops.sinh
    cosh = ops.cosh
    tanh = ops.tanh
    asinh = arcsinh = ops.asinh
    acosh = arccosh = ops.acosh
    atanh = arctanh = ops.atanh
    sigmoid = ops.sigmoid
    erf = ops.erf
    erfc = ops.erfc
    erfinv = ops.erfinv
    lgamma = ops.lgamma
    digamma = ops.digamma
    mvlgamma = ops.mvlgamma
    gcd = ops.gcd
    lcm = ops.lcm
    relu = ops.relu
    softmax = ops.softmax
    log_softmax = ops.log_softmax
    floor = ops.floor
    ceil = ops.ceil
    round = ops.round
    trunc = fix = ops.trunc
    frac = ops.frac
    heaviside = ops.heaviside
    ldexp = ops.ldexp
    nan_to_num = ops.nan_to_num
    clamp = clip = ops.clamp
    clamp_min = ops.clamp_min
    clamp_max = ops.clamp_max
    maximum = ops.maximum
    minimum = ops.minimum
    fmax = ops.fmax
    fmin = ops.fmin

    sum = ops.sum
    nansum = ops.nansum
    mean = ops.mean
    nanmean = ops.nanmean
    var = ops.var
    std = ops.std
    prod = ops.prod
    norm = ops.norm
    dist = ops.dist
    median = ops.median
    nanmedian = ops.nanmedian
    quantile = ops.quantile
    nanquantile = ops.nanquantile
    mode = ops.mode
    count_nonzero = ops.count_nonzero
    bernoulli = ops.bernoulli
    multinomial = ops.multinomial
    bincount = ops.bincount
    histc = ops.histc
    cov = ops.cov
    corrcoef = ops.corrcoef
    renorm = ops.renorm
    cumsum = ops.cumsum
    cumprod = ops.cumprod
    cummax = ops.cummax
    cummin = ops.cummin
    logcumsumexp = ops.logcumsumexp
    diff = ops.diff
    amax = ops.amax
    amin = ops.amin
    aminmax = ops.aminmax
    max = ops.max
    min = ops.min
    argmax = ops.argmax
    argmin = ops.argmin
    logsumexp = ops.logsumexp
    all = ops.all
    any = ops.any

    def polygamma(self, n: int) -> Any:
        """The derivative of order `n` of digamma at these elements."""
        return ops.polygamma(n, self)

    def where(self, condition: Any, other: Any) -> Any:
        """This tensor where `condition` holds, `other` elsewhere."""
        return ops.where(condition, self, other)
