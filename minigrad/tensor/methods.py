"""The operations as methods: each is a function of `ops`, under PyTorch's name."""

from __future__ import annotations

from typing import Any

from minigrad import ops


class Methods:
    """What a Tensor can compute from itself."""

    T = property(ops.T)
    mT = property(ops.mT)
    H = property(ops.H)
    mH = property(ops.adjoint)

    mul = multiply = ops.mul
    floor_divide = ops.floor_divide
    remainder = ops.remainder
    pow = ops.pow
    matmul = ops.matmul
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
    bincount = ops.bincount
    histc = ops.histc
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

    clone = ops.clone
    reshape = ops.reshape
    view = ops.view
    ravel = ops.ravel
    flatten = ops.flatten
    unflatten = ops.unflatten
    unsqueeze = ops.unsqueeze
    squeeze = ops.squeeze
    expand = ops.expand
    broadcast_to = ops.broadcast_to
    reshape_as = ops.reshape_as
    view_as = ops.view_as
    expand_as = ops.expand_as
    repeat = ops.repeat
    tile = ops.tile
    repeat_interleave = ops.repeat_interleave
    permute = ops.permute
    transpose = swapaxes = swapdims = ops.transpose
    movedim = moveaxis = ops.movedim
    t = ops.t
    adjoint = ops.adjoint
    flip = ops.flip
    fliplr = ops.fliplr
    flipud = ops.flipud
    roll = ops.roll
    rot90 = ops.rot90
    narrow = ops.narrow
    select = ops.select
    split = ops.split
    tensor_split = ops.tensor_split
    hsplit = ops.hsplit
    vsplit = ops.vsplit
    dsplit = ops.dsplit
    chunk = ops.chunk
    unbind = ops.unbind
    unfold = ops.unfold
    diag = ops.diag
    diagonal = ops.diagonal
    diag_embed = ops.diag_embed
    diagflat = ops.diagflat
    tril = ops.tril
    triu = ops.triu
    trace = ops.trace
    gather = ops.gather
    take = ops.take
    take_along_dim = ops.take_along_dim
    index_select = ops.index_select
    masked_select = ops.masked_select
    nonzero = ops.nonzero
    argwhere = ops.argwhere
    scatter = ops.scatter
    scatter_add = ops.scatter_add
    scatter_reduce = ops.scatter_reduce
    index_add = ops.index_add
    index_copy = ops.index_copy
    index_fill = ops.index_fill
    index_put = ops.index_put
    put = ops.put
    masked_fill = ops.masked_fill
    masked_scatter = ops.masked_scatter
    sort = ops.sort
    argsort = ops.argsort
    msort = ops.msort
    topk = ops.topk
    kthvalue = ops.kthvalue
    unique = ops.unique
    unique_consecutive = ops.unique_consecutive
    mm = ops.mm
    bmm = ops.bmm
    mv = ops.mv
    dot = ops.dot
    vdot = ops.vdot
    inner = ops.inner
    outer = ger = ops.outer
    kron = ops.kron
    cross = ops.cross
    addmm = ops.addmm
    addmv = ops.addmv
    addr = ops.addr
    addbmm = ops.addbmm
    baddbmm = ops.baddbmm
    det = ops.det
    logdet = ops.logdet
    slogdet = ops.slogdet
    inverse = ops.inverse
    pinverse = ops.pinverse
    matrix_power = ops.matrix_power
    cholesky = ops.cholesky

    def polygamma(self, n: int) -> Any:
        """The derivative of order `n` of digamma at these elements."""
        return ops.polygamma(n, self)

    def where(self, condition: Any, other: Any) -> Any:
        """This tensor where `condition` holds, `other` elsewhere."""
        return ops.where(condition, self, other)
