"""The tables of derivatives, a family a file, and under each table what is composed of it.

Names in these files are PyTorch's. A primitive whose arguments differ from the public function's (a tuple of counted
axes where users may write -1) has a name of its own, such as sum_over beside sum.
"""

from minigrad.ops.activation import elu, gelu, leaky_relu, log_softmax, relu, silu, softmax, softplus
from minigrad.ops.arithmetic import (
    abs,
    absolute,
    add,
    addcdiv,
    addcmul,
    clamp,
    clamp_max,
    clamp_min,
    clip,
    div,
    divide,
    floor_divide,
    fmax,
    fmin,
    fmod,
    lerp,
    maximum,
    minimum,
    mul,
    multiply,
    neg,
    negative,
    positive,
    reciprocal,
    remainder,
    rsub,
    sign,
    square,
    sub,
    subtract,
    true_divide,
    where,
)
from minigrad.ops.arrangement import (
    H,
    T,
    adjoint,
    flip,
    fliplr,
    flipud,
    moveaxis,
    movedim,
    mT,
    permute,
    roll,
    rot90,
    swapaxes,
    swapdims,
    t,
    transpose,
)
from minigrad.ops.comparison import (
    all,
    allclose,
    any,
    bitwise_and,
    bitwise_left_shift,
    bitwise_not,
    bitwise_or,
    bitwise_right_shift,
    bitwise_xor,
    eq,
    equal,
    ge,
    greater,
    greater_equal,
    gt,
    isclose,
    isfinite,
    isin,
    isinf,
    isnan,
    isneginf,
    isposinf,
    le,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    lt,
    ne,
    not_equal,
)
from minigrad.ops.contraction import (
    einsum,
    inner,
    kron,
    tensordot,
)
from minigrad.ops.conversion import clone, contiguous
from minigrad.ops.convolution import conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d, conv_transpose3d
from minigrad.ops.cumulative import cummax, cummin, cumprod, cumsum, logcumsumexp
from minigrad.ops.difference import cumulative_trapezoid, diff, trapezoid, trapz
from minigrad.ops.distance import cdist, pdist
from minigrad.ops.draws import bernoulli, multinomial, poisson
from minigrad.ops.exponential import (
    acosh,
    arccosh,
    arcsinh,
    arctanh,
    asinh,
    atanh,
    cosh,
    exp,
    exp2,
    expm1,
    float_power,
    log,
    log1p,
    log2,
    log10,
    logaddexp,
    logaddexp2,
    logit,
    pow,
    rsqrt,
    sigmoid,
    sinh,
    sqrt,
    tanh,
    xlogy,
)
from minigrad.ops.extremum import amax, amin, aminmax, argmax, argmin, max, min
from minigrad.ops.gamma import digamma, lgamma, mvlgamma, polygamma
from minigrad.ops.indexing import (
    gather,
    getitem,
    index_select,
    masked_select,
    take,
    take_along_dim,
)
from minigrad.ops.inserting import diagonal_scatter, select_scatter, slice_scatter
from minigrad.ops.integers import gcd, lcm
from minigrad.ops.joining import (
    block_diag,
    cat,
    column_stack,
    concat,
    concatenate,
    dstack,
    hstack,
    row_stack,
    stack,
    vstack,
)
from minigrad.ops.linalg import (
    cholesky,
    cholesky_inverse,
    cholesky_solve,
    det,
    inverse,
    logdet,
    matrix_exp,
    matrix_power,
    pinverse,
    slogdet,
)
from minigrad.ops.linalg.older import qr, svd
from minigrad.ops.norm import dist, norm, renorm
from minigrad.ops.normalization import batch_norm
from minigrad.ops.places import argwhere, nonzero, tril_indices, triu_indices, unravel_index
from minigrad.ops.pooling import avg_pool1d, avg_pool2d, avg_pool3d, max_pool1d, max_pool2d, max_pool3d
from minigrad.ops.product import (
    addbmm,
    addmm,
    addmv,
    addr,
    baddbmm,
    bmm,
    chain_matmul,
    cross,
    dot,
    ger,
    matmul,
    mm,
    mv,
    outer,
    vdot,
)
from minigrad.ops.quantile import median, mode, nanmedian, nanquantile, quantile
from minigrad.ops.reduction import count_nonzero, logsumexp, mean, nanmean, nansum, prod, sum
from minigrad.ops.repetition import (
    broadcast_shapes,
    broadcast_tensors,
    cartesian_prod,
    combinations,
    meshgrid,
    repeat,
    repeat_interleave,
    tile,
    vander,
)
from minigrad.ops.replacing import (
    index_add,
    index_copy,
    index_fill,
    index_put,
    masked_fill,
    masked_scatter,
    put,
)
from minigrad.ops.resampling import interpolate
from minigrad.ops.rounding import (
    ceil,
    copysign,
    fix,
    floor,
    frac,
    heaviside,
    ldexp,
    nan_to_num,
    round,
    sgn,
    signbit,
    trunc,
)
from minigrad.ops.scattering import index_reduce, scatter, scatter_add, scatter_reduce
from minigrad.ops.shape import (
    atleast_1d,
    atleast_2d,
    atleast_3d,
    broadcast_to,
    expand,
    expand_as,
    flatten,
    ravel,
    reshape,
    reshape_as,
    squeeze,
    unflatten,
    unsqueeze,
    view,
    view_as,
)
from minigrad.ops.sorting import (
    argsort,
    bucketize,
    kthvalue,
    msort,
    searchsorted,
    sort,
    topk,
    unique,
    unique_consecutive,
)
from minigrad.ops.special import erf, erfc, erfinv
from minigrad.ops.splitting import (
    chunk,
    dsplit,
    hsplit,
    narrow,
    select,
    split,
    split_with_sizes,
    tensor_split,
    unbind,
    unfold,
    vsplit,
)
from minigrad.ops.statistics import bincount, corrcoef, cov, histc, std, std_mean, var, var_mean
from minigrad.ops.triangular import (
    diag,
    diag_embed,
    diagflat,
    diagonal,
    trace,
    tril,
    triu,
)
from minigrad.ops.trigonometric import (
    acos,
    arccos,
    arcsin,
    arctan,
    arctan2,
    asin,
    atan,
    atan2,
    cos,
    deg2rad,
    hypot,
    rad2deg,
    sin,
    sinc,
    tan,
)

# What `from minigrad.ops import *` takes, for minigrad itself: the operations, not the files they stand in.
__all__ = [name for name, value in globals().items() if callable(value) and not name.startswith("_")]
