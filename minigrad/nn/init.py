"""Initial values of parameters, written in place.

Every function takes a tensor, a parameter, or the `.data` of one, fills it, and returns it; nothing is recorded. Random
numbers come from the package's generator or from `generator`. The rules that keep the size of signals speak of fans: a
weight (out, in, *kernel) has fan_in = in * prod(kernel), the inputs of one output, and fan_out = out * prod(kernel).
"""

from __future__ import annotations

import math
import warnings
from typing import Any, TypeVar

import numpy as np

from minigrad.dtypes import in_dtype
from minigrad.engine.gate import gate
from minigrad.engine.mode import no_grad
from minigrad.kernels.normal_quantile import normal_quantile
from minigrad.nn.fans import _calculate_correct_fan, _calculate_fan_in_and_fan_out
from minigrad.random import Generator, stream
from minigrad.tensor import Tensor
from minigrad.tensor.in_place import overwrite

__all__ = [
    "calculate_gain", "constant", "constant_", "dirac", "dirac_", "eye", "eye_", "kaiming_normal", "kaiming_normal_",
    "kaiming_uniform", "kaiming_uniform_", "normal", "normal_", "ones_", "orthogonal", "orthogonal_", "sparse_",
    "trunc_normal_", "uniform", "uniform_", "xavier_normal", "xavier_normal_", "xavier_uniform", "xavier_uniform_",
    "zeros_",
]  # fmt: skip

T = TypeVar("T", bound=Tensor)


def uniform_(tensor: T, a: float = 0.0, b: float = 1.0, generator: Generator | None = None) -> T:
    """Fill `tensor` with numbers uniform on [`a`, `b`), from `generator` or the package's own. Returns the tensor.

    >>> nn.init.uniform_(mg.empty(2, 3), -1, 1).shape
    minigrad.Size([2, 3])
    """
    return _filled(tensor, stream(generator).uniform(a, b, tensor.array.shape), "uniform_")


def normal_(tensor: T, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None) -> T:
    """Fill `tensor` with normal numbers of mean `mean` and deviation `std`, from `generator` or the package's own.

    >>> nn.init.normal_(mg.empty(2, 3), std=0.02).shape
    minigrad.Size([2, 3])
    """
    return _filled(tensor, stream(generator).normal(mean, std, tensor.array.shape), "normal_")


def trunc_normal_(
    tensor: T, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0, generator: Generator | None = None
) -> T:
    """Fill `tensor` with normal numbers of which only the part in [a, b] is drawn from. Returns it.

    Args:
        tensor: what is filled.
        mean, std: of the normal distribution before it is cut (default 0 and 1).
        a, b: the least and the largest number (default -2 and 2).
        generator: where numbers come from; the package's own unless given.

    UserWarning if the mean is more than 2 std outside.

    >>> nn.init.trunc_normal_(mg.empty(1000), a=-1, b=1).abs().max().item() <= 1
    True
    """
    if not a - 2 * std <= mean <= b + 2 * std:
        warnings.warn(
            f"trunc_normal_: the mean {mean} is more than 2 std from [{a}, {b}]; the distribution may be inexact",
            stacklevel=3,
        )
    # A uniform number through the inverse of the distribution function; that of 0 and 1 would be infinite.
    low, high = (math.erfc((mean - end) / std / math.sqrt(2)) / 2 for end in (a, b))
    draws = stream(generator).uniform(low, high, tensor.array.shape).clip(1e-300, 1 - 2**-53)
    return _filled(tensor, (mean + std * normal_quantile(draws)).clip(a, b), "trunc_normal_")


def constant_(tensor: T, val: float) -> T:
    """Fill `tensor` with `val`. Returns the tensor.

    >>> nn.init.constant_(mg.empty(2), 0.5)
    tensor([0.5000, 0.5000])
    """
    return _filled(tensor, in_dtype(val, tensor.array.dtype, "constant_"), "constant_")


def ones_(tensor: T) -> T:
    """Fill `tensor` with 1. Returns the tensor.

    >>> nn.init.ones_(mg.empty(2))
    tensor([1., 1.])
    """
    return constant_(tensor, 1)


def zeros_(tensor: T) -> T:
    """Fill `tensor` with 0. Returns the tensor.

    >>> nn.init.zeros_(mg.empty(2))
    tensor([0., 0.])
    """
    return constant_(tensor, 0)


def eye_(tensor: T) -> T:
    """Make a matrix `tensor` the identity, cut or filled up with zeros to its shape. Returns it.

    ValueError unless it has 2 dimensions.

    >>> nn.init.eye_(mg.empty(2, 3))
    tensor([[1., 0., 0.],
            [0., 1., 0.]])
    """
    if tensor.ndim != 2:
        raise ValueError(f"eye_: needs a tensor with 2 dimensions, this one has shape {tuple(tensor.shape)}")
    return _filled(tensor, np.eye(*tensor.array.shape, dtype=tensor.array.dtype), "eye_")


def dirac_(tensor: T, groups: int = 1) -> T:
    """Make `tensor` kernels (out, in, *kernel) that pass their input on: 1 in the middle for equal channels, else 0.

    Each of the `groups` of outputs begins with the first input again. Returns the tensor; ValueError unless it has 3, 4
    or 5 dimensions and the outputs divide by the groups.

    >>> nn.init.dirac_(mg.empty(1, 1, 3))
    tensor([[[0., 1., 0.]]])
    """
    shape = tensor.array.shape
    if len(shape) not in (3, 4, 5):
        raise ValueError(f"dirac_: needs a tensor with 3, 4 or 5 dimensions, this one has shape {shape}")
    if shape[0] % groups:
        raise ValueError(f"dirac_: {shape[0]} output channels do not divide by {groups} groups")
    kernels = np.zeros(shape)
    size = shape[0] // groups
    channel = np.arange(min(size, shape[1]))
    for group in range(groups):
        kernels[(group * size + channel, channel, *(n // 2 for n in shape[2:]))] = 1
    return _filled(tensor, kernels, "dirac_")


def sparse_(tensor: T, sparsity: float, std: float = 0.01, generator: Generator | None = None) -> T:
    """Fill a matrix `tensor` with normal numbers of deviation `std`, but for a share of each column, which is 0.

    (Martens 2010, Deep learning via Hessian-free optimization.)

    Args:
        tensor: what is filled; ValueError unless it has 2 dimensions.
        sparsity: the share, from 0 to 1.
        std: the standard deviation of the others (default 0.01).
        generator: where numbers come from; the package's own unless given.

    >>> (nn.init.sparse_(mg.empty(10, 3), 0.2) == 0).sum(0)
    tensor([2, 2, 2])
    """
    if tensor.ndim != 2:
        raise ValueError(f"sparse_: needs a tensor with 2 dimensions, this one has shape {tuple(tensor.shape)}")
    rows, columns = tensor.array.shape
    zeros, draw = math.ceil(sparsity * rows), stream(generator)
    values = draw.normal(0, std, (rows, columns))
    for column in range(columns):
        values[draw.permutation(rows)[:zeros], column] = 0
    return _filled(tensor, values, "sparse_")


def xavier_uniform_(tensor: T, gain: float = 1.0, generator: Generator | None = None) -> T:
    """Fill `tensor` uniformly on ±a with a = `gain` * sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010).

    `generator` is the package's own unless given. Returns the tensor; ValueError unless it has 2 dimensions or more.

    >>> nn.init.xavier_uniform_(mg.empty(3, 3)).abs().max().item() <= 1
    True
    """
    bound = gain * math.sqrt(6.0 / max(sum(_calculate_fan_in_and_fan_out(tensor, "xavier_uniform_")), 1))
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: T, gain: float = 1.0, generator: Generator | None = None) -> T:
    """Fill `tensor` with normal numbers of std = `gain` * sqrt(2 / (fan_in + fan_out)) (Glorot and Bengio 2010).

    `generator` is the package's own unless given. Returns the tensor; ValueError unless it has 2 dimensions or more.

    >>> nn.init.xavier_normal_(mg.empty(3, 3)).shape
    minigrad.Size([3, 3])
    """
    std = gain * math.sqrt(2.0 / max(sum(_calculate_fan_in_and_fan_out(tensor, "xavier_normal_")), 1))
    return normal_(tensor, 0.0, std, generator)


def kaiming_uniform_(
    tensor: T,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> T:
    """Fill `tensor` uniformly on ±b with b = gain * sqrt(3 / fan) (He et al. 2015, Delving Deep into Rectifiers).

    Args:
        tensor: what is filled; ValueError unless it has 2 dimensions or more.
        a: the negative slope, where the nonlinearity is leaky_relu (default 0).
        mode: which fan: "fan_in" keeps the size of signals, "fan_out" that of gradients (default "fan_in").
        nonlinearity: what follows the weight, which decides on the gain; see calculate_gain (default "leaky_relu").
        generator: where numbers come from; the package's own unless given.

    >>> nn.init.kaiming_uniform_(mg.empty(3, 6)).abs().max().item() <= 1
    True
    """
    std = _kaiming_std(tensor, a, mode, nonlinearity, "kaiming_uniform_")
    return uniform_(tensor, -math.sqrt(3.0) * std, math.sqrt(3.0) * std, generator)


def kaiming_normal_(
    tensor: T,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> T:
    """Fill `tensor` with normal numbers of std = gain / sqrt(fan) (He et al. 2015, Delving Deep into Rectifiers).

    `a`, `mode`, `nonlinearity` and `generator` are those of kaiming_uniform_.

    >>> nn.init.kaiming_normal_(mg.empty(3, 6), nonlinearity="relu").shape
    minigrad.Size([3, 6])
    """
    return normal_(tensor, 0.0, _kaiming_std(tensor, a, mode, nonlinearity, "kaiming_normal_"), generator)


def orthogonal_(tensor: T, gain: float = 1, generator: Generator | None = None) -> T:
    """Make `tensor` a random (semi-)orthogonal matrix times `gain`; dimensions after the first count as one.

    (Saxe et al. 2013, Exact solutions to the nonlinear dynamics of learning in deep linear networks.) `generator` is
    the package's own unless given. Returns the tensor; ValueError unless it has 2 dimensions or more.

    >>> q = nn.init.orthogonal_(mg.empty(2, 2))
    >>> (q @ q.T - mg.eye(2)).abs().max().item() < 1e-6
    True
    """
    if tensor.ndim < 2:
        raise ValueError(f"orthogonal_: needs 2 or more dimensions, this tensor has shape {tuple(tensor.shape)}")
    rows, shape = tensor.array.shape[0], tensor.array.shape
    if tensor.array.size == 0:
        return tensor
    columns = tensor.array.size // rows
    q, r = np.linalg.qr(stream(generator).standard_normal((max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diag(r))  # with these signs q is uniform among the orthogonal matrices
    return _filled(tensor, gain * (q.T if rows < columns else q).reshape(shape), "orthogonal_")


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By how much weights should grow to make up for a nonlinearity.

    Args:
        nonlinearity: "linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu", "conv2d" and its kin, else ValueError.
        param: the negative slope of leaky_relu (default 0.01).

    >>> nn.init.calculate_gain("tanh")
    1.6666666666666667
    """
    if nonlinearity == "leaky_relu":
        if isinstance(param, bool) or not isinstance(param, (int, float, type(None))):
            raise ValueError(f"calculate_gain: negative_slope {param} not a valid number")
        return math.sqrt(2.0 / (1 + (0.01 if param is None else param) ** 2))
    if nonlinearity not in _GAINS:
        raise ValueError(f"calculate_gain: unknown {nonlinearity!r}, it is one of leaky_relu, {', '.join(_GAINS)}")
    return _GAINS[nonlinearity]


_GAINS = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5.0 / 3, "relu": math.sqrt(2.0), "selu": 3.0 / 4}
_GAINS |= {f"conv{transposed}{axes}d": 1.0 for transposed in ("", "_transpose") for axes in (1, 2, 3)}


def _filled(tensor: T, values: Any, name: str) -> T:
    with no_grad():
        return overwrite(tensor, values, name)


def _kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str, name: str) -> float:
    if tensor.array.size == 0:
        warnings.warn(f"{name}: Initializing zero-element tensors is a no-op", stacklevel=4)
        return 0.0
    return calculate_gain(nonlinearity, a) / math.sqrt(max(_calculate_correct_fan(tensor, mode, name), 1))


# The names of old, without the underscore: these changed their argument, too.
uniform, normal, constant, eye, dirac, orthogonal = uniform_, normal_, constant_, eye_, dirac_, orthogonal_
xavier_uniform, xavier_normal = xavier_uniform_, xavier_normal_
kaiming_uniform, kaiming_normal = kaiming_uniform_, kaiming_normal_
gate(globals(), __all__)
