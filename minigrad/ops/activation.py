"""The table of derivatives: the nonlinearities between layers.

Those that a training step spends time in are primitives with a rule of their own; the others are compositions.
"""

from __future__ import annotations

import math

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.node import plain
from minigrad.engine.observers import aside
from minigrad.engine.primitive import bilinear, elementwise, general
from minigrad.kernels import erf as kernels
from minigrad.kernels import rows
from minigrad.kernels.pieces import in_pieces
from minigrad.ops.choice import mask, where
from minigrad.ops.dims import normalized, numpy_names
from minigrad.ops.elementary import exp, sigmoid, tanh
from minigrad.ops.memory import asked, floating
from minigrad.ops.public import also_in_place
from minigrad.ops.reduction import sum_p
from minigrad.types import DTypeLike, Tensor

__all__ = [
    "elu",
    "gelu",
    "hardshrink",
    "leaky_relu",
    "log_softmax",
    "relu",
    "silu",
    "softmax",
    "softplus",
]


def _relu_piece(x: Array, out: Array | None) -> Array:
    # With numbers for both bounds NumPy takes a third of the time that its maximum of an array and a number takes.
    large = x.dtype.kind == "f" and x.size > 1 << 14
    return x.clip(0, np.inf, out=out) if large else np.maximum(x, x.dtype.type(0), out=out)


def _relu(x: Array) -> Array:
    return in_pieces(_relu_piece, x)


def _leaky_relu(x: Array, *, slope: float) -> Array:
    if not 0 < slope <= 1:  # infinity times 0 is NaN
        return np.where(x > 0, x, x * slope)

    def piece(x: Array, out: Array | None) -> Array:
        scaled = np.multiply(x, slope, out=out)
        return np.maximum(x, scaled, out=out)

    return in_pieces(piece, x)


def _leak(g: Array, x: Array, *, slope: float) -> Array:
    """g where x > 0, slope * g elsewhere: as a product with 1 or slope, each exact."""

    def piece(g: Array, x: Array, out: Array | None) -> Array:
        factor = np.multiply(x > 0, x.dtype.type(1 - slope), dtype=x.dtype, out=out)
        factor += x.dtype.type(slope)
        return np.multiply(g, factor, out=out)

    return in_pieces(piece, g, x) if np.shape(g) == np.shape(x) else piece(g, x, None)


def _elu(x: Array, *, alpha: float, rate: float) -> Array:
    return np.where(x > 0, x, alpha * np.expm1(rate * np.minimum(x, 0)))


def _elu_slope(x: Array, *, alpha: float, rate: float) -> Array:
    return np.where(x > 0, x.dtype.type(1), (alpha * rate) * np.exp(rate * np.minimum(x, 0)))


def _softplus(x: Array, *, beta: float, threshold: float) -> Array:
    scaled = x * beta
    smooth = (np.maximum(scaled, 0) + np.log1p(np.exp(-np.abs(scaled)))) / beta
    return np.where(scaled > threshold, x, smooth)


_gelu_and_cdf = aside(kernels.gelu)


def _gelu(x: Array, *, output: Array, cdf: Array) -> Array:
    return output


def _gelu_back(u: Array, x: Array, *, cdf: Array) -> Array:
    return kernels.gelu_back(u, x, cdf)


def _vecdot(a: Array, b: Array, *, dim: int) -> Array:
    return rows.vecdot(a, b, dim)


def _softmax(x: Array, *, dim: int) -> Array:
    return rows.softmax(x, dim)


def _softmax_back(u: Array, p: Array, *, dim: int) -> Array:
    return rows.softmax_back(u, p, dim)


def _log_softmax(x: Array, *, dim: int) -> Array:
    return rows.log_softmax(x, dim)


relu_p = elementwise("relu(x) = max(x, 0)", _relu, x=lambda g, y: mask(g, y > 0))
leaky_relu_p = elementwise(
    "leaky_relu(x) = x if x > 0, else slope * x", _leaky_relu, x=lambda g, x, slope: leak(g, x, slope=slope)
)
leak = elementwise(
    "leak(g, x) = g if x > 0, else slope * g", _leak, g=lambda g, x, slope: leak(g, x, slope=slope), x=None
)
elu_p = elementwise(
    "elu(x) = x if x > 0, else alpha * (e ** (rate * x) - 1)",
    _elu,
    x=lambda g, x, alpha, rate: g * elu_slope(x, alpha=alpha, rate=rate),
)
elu_slope = elementwise(
    "elu_slope(x) = 1 if x > 0, else alpha * rate * e ** (rate * x)",
    _elu_slope,
    x=lambda g, x, y, rate: g * where(x >= 0, 0.0, rate * y),
)
softplus_p = elementwise(
    "softplus(x) = ln(1 + e ** (beta * x)) / beta",
    _softplus,
    x=lambda g, x, beta, threshold: g * where(x * beta > threshold, 1.0, sigmoid(x * beta)),
)
# Φ(x) of the forward pass, (1 + erf(x / √2)) / 2, is handed to the rules: it is most of the work.
gelu_p = general("gelu(x) = x * (1 + erf(x / 2 ** (1/2))) / 2", _gelu, x=lambda g, x, cdf: gelu_back(g, x, cdf=cdf))
gelu_back = elementwise(
    "gelu_back(u, x) = u * ((1 + erf(x / 2 ** (1/2))) / 2 + x * e ** (-x ** 2 / 2) / (2 * pi) ** (1/2))",
    _gelu_back,
    u=lambda g, x, cdf: gelu_back(g, x, cdf=cdf),
    x=lambda g, u, x: g * (u * (exp(-x * x / 2) * (2 - x * x) / math.sqrt(2 * math.pi))),
)
vecdot_p = bilinear(  # of one shape; `dim` stays, with size 1
    "vecdot(a, b) = sum(a * b)", _vecdot, a=lambda g, b, dim: g * b, b=lambda g, a, dim: g * a
)
softmax_p = general(
    "softmax(x) = e ** x / sum(e ** x)",
    _softmax,
    x=lambda g, y, dim: softmax_back(g, y, dim=dim),
)
softmax_back = general(  # for arrays of one shape
    "softmax_back(u, p) = p * (u - sum(u * p))",
    _softmax_back,
    u=lambda g, p, dim: softmax_back(g, p, dim=dim),
    p=lambda g, u, p, dim: g * (u - vecdot_p(u, p, dim=dim)) - u * vecdot_p(g, p, dim=dim),
)
log_softmax_p = general(
    "log_softmax(x) = x - ln sum(e ** x)",
    _log_softmax,
    x=lambda g, y, dim: g - exp(y) * sum_p(g, dim=(dim,), keepdim=True),
)


@also_in_place
def relu(input: Tensor) -> Tensor:
    """max(x, 0); the derivative at 0 is 0.

    The gradient passes where x > 0, and is 0 elsewhere.

    >>> mg.relu(mg.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return relu_p(input)


def leaky_relu(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    """x where positive, `negative_slope` * x elsewhere.

    The gradient passes where x > 0, and times `negative_slope` elsewhere (Maas et al. 2013).

    >>> F.leaky_relu(mg.tensor([-1.0, 2.0]))
    tensor([-0.0100,  2.0000])
    """
    floating(input, "leaky_relu")
    return leaky_relu_p(input, slope=negative_slope)


def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """0 where x is between -`lambd` and `lambd`, x elsewhere, for each x of `input`.

    >>> F.hardshrink(mg.tensor([-1.0, 0.25, 2.0]))
    tensor([-1.,  0.,  2.])
    """
    floating(input, "hardshrink")
    return where((input >= -lambd) & (input <= lambd), 0.0, input)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """ln(1 + e ** (beta x)) / beta of each x of `input`, a smooth relu; x itself where `beta` x > `threshold`.

    >>> F.softplus(mg.tensor([-1.0, 0.0, 30.0]))
    tensor([ 0.3133,  0.6931, 30.0000])
    """
    floating(input, "softplus")
    return softplus_p(input, beta=beta, threshold=threshold)


@numpy_names
def softmax(input: Tensor, dim: int, dtype: DTypeLike = None) -> Tensor:
    """e ** x over its sum along `dim`: positive numbers that add up to 1.

    Derivative: dx = y (g - the sum of g y along `dim`). With `dtype` the input is cast first; integers need it.

    >>> mg.softmax(mg.tensor([0.0, 1.0]), 0)
    tensor([0.2689, 0.7311])
    """
    if dtype is not None:
        input = input.to(dtype)
    floating(input, "softmax")
    axis = normalized(dim, input.ndim, "softmax")
    return softmax_p(input, dim=axis) if input.ndim else exp(input - input)


@numpy_names
def log_softmax(input: Tensor, dim: int, dtype: DTypeLike = None) -> Tensor:
    """The logarithm of softmax, computed without the detour.

    Derivative: dx = g - softmax(x) times the sum of g along `dim`. With `dtype` the input is cast first.

    >>> mg.log_softmax(mg.tensor([0.0, 1.0]), 0)
    tensor([-1.3133, -0.3133])
    """
    if dtype is not None:
        input = input.to(dtype)
    floating(input, "log_softmax")
    axis = normalized(dim, input.ndim, "log_softmax")
    return log_softmax_p(input, dim=axis) if input.ndim else input - input


def silu(input: Tensor) -> Tensor:
    """x sigmoid(x), also called swish (Elfwing et al. 2017, Ramachandran et al. 2017).

    >>> F.silu(mg.tensor([-1.0, 2.0]))
    tensor([-0.2689,  1.7616])
    """
    floating(input, "silu")
    return input * sigmoid(input)


def elu(input: Tensor, alpha: float = 1.0) -> Tensor:
    """x where positive, alpha (e ** x - 1) elsewhere (Clevert et al. 2015).

    >>> F.elu(mg.tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.0000])
    """
    floating(input, "elu")
    return elu_p(input, alpha=alpha, rate=1.0)


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """x * Φ(x) of each x of `input`, with Φ the distribution function of the normal distribution.

    (Hendrycks and Gimpel 2016, Gaussian Error Linear Units.) `approximate` is "none", or "tanh" for x / 2 * (1 +
    tanh(√(2/π) * (x + 0.044715 * x ** 3))).

    >>> F.gelu(mg.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.1587,  0.0000,  0.8413])
    """
    floating(input, "gelu")
    if plain(input).dtype == np.float16:  # which loses what is left of 1 + erf below 0
        return asked(gelu(asked(input, np.float32), approximate), np.float16)
    if approximate == "tanh":
        cubic = input + 0.044715 * input * input * input
        return 0.5 * input * (1 + tanh(math.sqrt(2 / math.pi) * cubic))
    if approximate != "none":
        raise ValueError(f"gelu: approximate is 'none' or 'tanh', not {approximate!r}")
    output, cdf = _gelu_and_cdf(plain(input))
    return gelu_p(input, output=output, cdf=cdf)
