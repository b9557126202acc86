"""Nonlinearities, under PyTorch's names and with its arguments: functions of each element by itself.

The primitives are in `ops.activation`, and with them gelu, hardshrink and softplus; what is here is composed. (Softmax
and its kin are in `softmax`.) Where a function has a kink, the derivative there is PyTorch's. With `inplace=True`, and
where a name ends in an underscore, the result is written into the input, with the checks of all operations in place.
"""

from __future__ import annotations

import math
from typing import Any

from minigrad import ops
from minigrad.errors import ShapeError
from minigrad.ops.activation import elu_p
from minigrad.ops.memory import floating
from minigrad.random import stream
from minigrad.tensor import Tensor
from minigrad.tensor.in_place import in_place, optionally_in_place

SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946
"""The two constants that keep mean 0 and variance 1 from layer to layer (Klambauer et al. 2017)."""


def sigmoid(input: Tensor) -> Tensor:
    """1 / (1 + e ** -x) of each element x of `input`; the derivative is y * (1 - y).

    >>> F.sigmoid(mg.tensor([-2.0, 0.0, 2.0]))
    tensor([0.1192, 0.5000, 0.8808])
    """
    return ops.sigmoid(input)


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent of each element of `input`; the derivative is 1 - y ** 2.

    >>> F.tanh(mg.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.7616,  0.0000,  0.7616])
    """
    return ops.tanh(input)


@optionally_in_place
def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """max(x, 0) of each element x of `input`; the derivative at 0 is 0. `inplace` writes into `input`.

    >>> F.relu(mg.tensor([-1.0, 0.0, 2.0]))
    tensor([0., 0., 2.])
    """
    return ops.relu(input)


@optionally_in_place
def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """x where positive, `negative_slope` * x elsewhere, for each x of `input` (Maas et al. 2013).

    `inplace` writes into `input`.

    >>> F.leaky_relu(mg.tensor([-1.0, 2.0]), 0.1)
    tensor([-0.1000,  2.0000])
    """
    return ops.leaky_relu(input, negative_slope)


@optionally_in_place
def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """x * sigmoid(x), also called swish, of each x of `input` (Elfwing et al. 2017).

    `inplace` writes into `input`.

    >>> F.silu(mg.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.2689,  0.0000,  0.7311])
    """
    return ops.silu(input)


@optionally_in_place
def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x where positive, `alpha` * (e ** x - 1) elsewhere, for each x of `input` (Clevert et al. 2015).

    `inplace` writes into `input`.

    >>> F.elu(mg.tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.0000])
    """
    return ops.elu(input, alpha)


@optionally_in_place
def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x where positive, `alpha` * (e ** (x / alpha) - 1) elsewhere, for each x of `input` (Barron 2017).

    `inplace` writes into `input`.

    >>> F.celu(mg.tensor([-1.0, 2.0]), 2.0)
    tensor([-0.7869,  2.0000])
    """
    floating(input, "celu")
    return elu_p(input, alpha=alpha, rate=1 / alpha)


@optionally_in_place
def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """elu of `input` with constants that keep mean 0 and variance 1 from layer to layer (Klambauer et al. 2017).

    `inplace` writes into `input`.

    >>> F.selu(mg.tensor([-1.0, 2.0]))
    tensor([-1.1113,  2.1014])
    """
    floating(input, "selu")
    return SELU_SCALE * ops.elu(input, SELU_ALPHA)


@optionally_in_place
def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """Each x of `input` kept between `min_val` and `max_val`; the derivative at both is 0.

    `inplace` writes into `input`.

    >>> F.hardtanh(mg.tensor([-2.0, 0.5, 2.0]))
    tensor([-1.0000,  0.5000,  1.0000])
    """
    if min_val > max_val:
        raise ValueError(f"hardtanh: min_val cannot be greater than max_val, got {min_val} and {max_val}")
    kept = ops.clamp(input, min_val, max_val).detach().to(input.dtype)  # of integers too, whatever the bounds are
    return ops.where((input > min_val) & (input < max_val), input, kept)


@optionally_in_place
def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """min(max(x, 0), 6) of each x of `input`; the derivative at 0 and 6 is 0. `inplace` writes into `input`.

    >>> F.relu6(mg.tensor([-1.0, 3.0, 8.0]))
    tensor([0., 3., 6.])
    """
    return hardtanh(input, 0.0, 6.0)


@optionally_in_place
def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """relu6(x + 3) / 6 of each x of `input`, a sigmoid made of lines (Howard et al. 2019).

    `inplace` writes into `input`.

    >>> F.hardsigmoid(mg.tensor([-4.0, 0.0, 1.5]))
    tensor([0.0000, 0.5000, 0.7500])
    """
    floating(input, "hardsigmoid")
    return relu6(input + 3) / 6


@optionally_in_place
def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """x * relu6(x + 3) / 6 of each x of `input` (Howard et al. 2019). `inplace` writes into `input`.

    >>> F.hardswish(mg.tensor([0.0, 1.5, 4.0]))
    tensor([0.0000, 1.1250, 4.0000])
    """
    floating(input, "hardswish")
    return ops.where(input <= -3, 0.0 * input.detach(), input * (relu6(input + 3) / 6))  # stops an infinite gradient


def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """Each x of `input` moved towards 0 by `lambd`, and 0 where that would go beyond.

    RuntimeError for a negative `lambd`.

    >>> F.softshrink(mg.tensor([-1.0, 0.25, 2.0]))
    tensor([-0.5000,  0.0000,  1.5000])
    """
    floating(input, "softshrink")
    if lambd < 0:
        raise RuntimeError(f"softshrink: lambd must not be negative, got {lambd}")
    return ops.where((input >= -lambd) & (input <= lambd), 0.0, input - lambd * ops.sign(input))


def tanhshrink(input: Tensor) -> Tensor:
    """x - tanh(x) of each x of `input`.

    >>> F.tanhshrink(mg.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.2384,  0.0000,  0.2384])
    """
    return input - ops.tanh(input)


def softsign(input: Tensor) -> Tensor:
    """x / (1 + |x|) of each x of `input`.

    >>> F.softsign(mg.tensor([-1.0, 0.0, 3.0]))
    tensor([-0.5000,  0.0000,  0.7500])
    """
    return input / (1 + ops.abs(input))


def logsigmoid(input: Tensor) -> Tensor:
    """ln(1 / (1 + e ** -x)) of each x of `input`, without overflow for any x.

    >>> F.logsigmoid(mg.tensor([-200.0, 0.0]))
    tensor([-200.0000,   -0.6931])
    """
    floating(input, "logsigmoid")
    return -ops.softplus(-input, threshold=math.inf)


@optionally_in_place
def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """x * tanh(softplus(x)) of each x of `input` (Misra 2019). `inplace` writes into `input`.

    >>> F.mish(mg.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.3034,  0.0000,  0.8651])
    """
    floating(input, "mish")
    return input * ops.tanh(ops.softplus(input))


@optionally_in_place
def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """x where above `threshold`, `value` elsewhere, for each x of `input`. `inplace` writes into `input`.

    >>> F.threshold(mg.tensor([0.0, 1.0, 2.0]), 1.0, 7.0)
    tensor([7., 7., 2.])
    """
    return ops.masked_fill(input, input <= threshold, value)


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """a * sigmoid(b), with a and b the two halves of `input` along `dim` (Dauphin et al. 2016).

    (*, 2n, *) to (*, n, *). ShapeError if the size is odd.

    >>> F.glu(mg.tensor([1.0, 2.0, 0.0, 0.0]))
    tensor([0.5000, 1.0000])
    """
    floating(input, "glu")
    if input.ndim == 0 or input.shape[axis := ops.dims.normalized(dim, input.ndim, "glu")] % 2:
        raise ShapeError(f"glu: dimension {dim} must have an even size to be halved, the shape is {tuple(input.shape)}")
    half = input.shape[axis] // 2
    return ops.narrow(input, axis, 0, half) * ops.sigmoid(ops.narrow(input, axis, half, half))


def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """x where positive, slope * x elsewhere, for each x of `input`; the slopes are `weight` (He et al. 2015).

    `weight` has one element, or one for each channel, dimension 1 of the input; ShapeError otherwise.

    >>> F.prelu(mg.tensor([[-1.0, -1.0]]), mg.tensor([0.1, 0.2]))
    tensor([[-0.1000, -0.2000]])
    """
    channels = input.shape[1] if input.ndim > 1 else 1
    if weight.ndim > 1 or weight.numel() not in (1, channels):
        raise ShapeError(
            f"prelu: weight should have one element, or one for each of {channels} channels, got {tuple(weight.shape)}"
        )
    slope = weight.reshape((-1, *(1,) * (input.ndim - 2))) if input.ndim > 1 else weight.reshape((1,) * input.ndim)
    return ops.where(input > 0, 1.0, slope) * input  # in this order the derivatives multiply no infinity by 0


@optionally_in_place
def rrelu(
    input: Tensor, lower: float = 1.0 / 8, upper: float = 1.0 / 3, training: bool = False, inplace: bool = False
) -> Tensor:
    """leaky_relu of `input` with a slope from [`lower`, `upper`) for each element if `training`, else with their mean.

    (Xu et al. 2015.) RuntimeError if lower is above upper. `inplace` writes into `input`.

    >>> F.rrelu(mg.tensor([-1.0, 2.0]), 0.1, 0.3)
    tensor([-0.2000,  2.0000])
    """
    floating(input, "rrelu")
    if lower > upper:
        raise RuntimeError(
            f"rrelu: Lower bound should be less than or equal to the upper bound, got {lower} and {upper}"
        )
    if not training:
        return ops.leaky_relu(input, (lower + upper) / 2)
    slope: Any = stream(None).uniform(lower, upper, tuple(input.shape)).astype(input.dtype)
    return ops.where(input > 0, input, slope * input)


relu_ = in_place(relu, "relu_")
leaky_relu_ = in_place(leaky_relu, "leaky_relu_")
elu_ = in_place(elu, "elu_")
celu_ = in_place(celu, "celu_")
selu_ = in_place(selu, "selu_")
hardtanh_ = in_place(hardtanh, "hardtanh_")
threshold_ = in_place(threshold, "threshold_")
rrelu_ = in_place(rrelu, "rrelu_")
