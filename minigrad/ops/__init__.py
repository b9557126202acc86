"""The tables of derivatives, a family a file, and under each table what is composed of it.

Names in these files are PyTorch's. A primitive whose arguments differ from the public function's (a tuple of counted
axes where users may write -1) has a name of its own, such as sum_over beside sum.
"""

from minigrad.ops import conversion, dims
from minigrad.ops.activation import elu, gelu, leaky_relu, log_softmax, relu, silu, softmax, softplus
from minigrad.ops.arithmetic import (
    abs,
    add,
    ceil,
    clamp,
    clamp_max,
    clamp_min,
    div,
    floor,
    floor_divide,
    maximum,
    minimum,
    mul,
    neg,
    reciprocal,
    remainder,
    round,
    sign,
    square,
    sub,
    trunc,
    where,
)
from minigrad.ops.comparison import (
    all,
    allclose,
    any,
    bitwise_and,
    bitwise_not,
    bitwise_or,
    bitwise_xor,
    eq,
    equal,
    ge,
    gt,
    isclose,
    isfinite,
    isinf,
    isnan,
    le,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    lt,
    ne,
)
from minigrad.ops.conversion import clone, contiguous
from minigrad.ops.exponential import cos, exp, expm1, log, log1p, pow, rsqrt, sigmoid, sin, sqrt, tanh
from minigrad.ops.indexing import gather, getitem, take_along_dim
from minigrad.ops.product import einsum, matmul
from minigrad.ops.reduction import amax, amin, argmax, argmin, logsumexp, max, mean, min, prod, std, sum, var
from minigrad.ops.shape import (
    T,
    broadcast_to,
    cat,
    chunk,
    expand,
    flatten,
    flip,
    movedim,
    mT,
    narrow,
    permute,
    reshape,
    select,
    split,
    squeeze,
    stack,
    t,
    transpose,
    unbind,
    unflatten,
    unsqueeze,
    view,
)
from minigrad.ops.special import erf, erfc
