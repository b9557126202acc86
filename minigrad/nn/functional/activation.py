"""Nonlinearities, under PyTorch's names and with its arguments.

The primitives are in `ops.activation`, and with them gelu and softplus; what is here is composed. (Softmax and its kin
are in `functional.softmax`.) Where a function has a kink, the derivative there is PyTorch's. `inplace` is accepted
everywhere and computes out of place; the functions whose names end in an underscore change their input.
"""

from __future__ import annotations

import math

from minigrad import ops
from minigrad.errors import ShapeError
from minigrad.inplace import in_place
from minigrad.random import stream
from minigrad.tensor import Tensor

SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946
"""The two constants that keep mean 0 and variance 1 from layer to layer (Klambauer et al. 2017)."""


def sigmoid(input: Tensor) -> Tensor:
    """1 / (1 + e ** -x)."""
    return ops.sigmoid(input)


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent."""
    return ops.tanh(input)


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """max(x, 0)."""
    return ops.relu(input)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """x where positive, `negative_slope` * x elsewhere (Maas et al. 2013)."""
    return ops.leaky_relu(input, negative_slope)


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """x * sigmoid(x), also called swish (Elfwing et al. 2017, Ramachandran et al. 2017)."""
    return ops.silu(input)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x where positive, alpha * (e ** x - 1) elsewhere (Clevert et al. 2015)."""
    return ops.elu(input, alpha)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x where positive, alpha * (e ** (x / alpha) - 1) elsewhere (Barron 2017)."""
    return ops.where(input > 0, input, alpha * ops.expm1(ops.clamp(input, max=0) / alpha))


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """elu with the two constants that keep mean 0 and variance 1 from layer to layer (Klambauer et al. 2017)."""
    return SELU_SCALE * ops.elu(input, SELU_ALPHA)


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """x kept between `min_val` and `max_val`; the derivative at both is 0."""
    return ops.where((input <= min_val) | (input >= max_val), ops.clamp(input, min_val, max_val).detach(), input)


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """min(max(x, 0), 6)."""
    return hardtanh(input, 0.0, 6.0)


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """relu6(x + 3) / 6, a sigmoid made of lines (Howard et al. 2019)."""
    return relu6(input + 3) / 6


def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """x * relu6(x + 3) / 6 (Howard et al. 2019)."""
    return input * relu6(input + 3) / 6


def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """0 between -lambd and lambd, x elsewhere."""
    return ops.where((input >= -lambd) & (input <= lambd), 0.0, input)


def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """x moved towards 0 by `lambd`, and 0 where that would go beyond."""
    if lambd < 0:
        raise RuntimeError(f"softshrink: lambd must not be negative, got {lambd}")
    return input - ops.clamp(input, -lambd, lambd)


def tanhshrink(input: Tensor) -> Tensor:
    """x - tanh(x)."""
    return input - ops.tanh(input)


def softsign(input: Tensor) -> Tensor:
    """x / (1 + |x|)."""
    return input / (1 + ops.abs(input))


def logsigmoid(input: Tensor) -> Tensor:
    """ln sigmoid(x), without overflow for any x."""
    return -ops.softplus(-input, threshold=math.inf)


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """x * tanh(softplus(x)) (Misra 2019)."""
    return input * ops.tanh(ops.softplus(input))


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """x where above `threshold`, `value` elsewhere."""
    return ops.where(input <= threshold, float(value), input)


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """a * sigmoid(b), with a and b the two halves of the input along `dim` (Dauphin et al. 2016)."""
    axis = ops.dims.normalized(dim, input.ndim, "glu")
    if input.ndim == 0 or input.shape[axis] % 2:
        raise ShapeError(f"glu: dimension {dim} must have an even size to be halved, the shape is {tuple(input.shape)}")
    half = input.shape[axis] // 2
    return ops.narrow(input, axis, 0, half) * ops.sigmoid(ops.narrow(input, axis, half, half))


def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """x where positive, weight * x elsewhere; `weight` has one element, or one for each channel (He et al. 2015)."""
    channels = input.shape[1] if input.ndim > 1 else 1
    if weight.ndim > 1 or weight.numel() not in (1, channels):
        raise ShapeError(
            f"prelu: weight should have one element, or one for each of {channels} channels, got {tuple(weight.shape)}"
        )
    slope = weight.reshape((-1, *(1,) * (input.ndim - 2))) if input.ndim > 1 else weight.reshape((1,) * input.ndim)
    return ops.where(input > 0, input, slope * input)


def rrelu(
    input: Tensor, lower: float = 1.0 / 8, upper: float = 1.0 / 3, training: bool = False, inplace: bool = False
) -> Tensor:
    """leaky_relu with a slope from [lower, upper) for each element, in evaluation with their mean (Xu et al. 2015)."""
    if lower > upper:
        raise ValueError(f"rrelu: lower must not be greater than upper, got {lower} and {upper}")
    if not training:
        return ops.leaky_relu(input, (lower + upper) / 2)
    slope = stream(None).uniform(lower, upper, tuple(input.shape)).astype(input.dtype)
    return ops.where(input > 0, input, slope * input)


relu_ = in_place(relu, "relu_")
leaky_relu_ = in_place(leaky_relu, "leaky_relu_")
elu_ = in_place(elu, "elu_")
celu_ = in_place(celu, "celu_")
selu_ = in_place(selu, "selu_")
hardtanh_ = in_place(hardtanh, "hardtanh_")
threshold_ = in_place(threshold, "threshold_")
rrelu_ = in_place(rrelu, "rrelu_")
