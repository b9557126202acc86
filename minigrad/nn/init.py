"""Initial values of parameters, written in place.

Every function takes a tensor, a parameter, or the `.data` of one, fills it, and returns it; nothing is recorded. Random
numbers come from the package's generator, which `minigrad.manual_seed` sets, or from `generator`. The rules that keep
the size of signals from layer to layer speak of fans: a weight (out, in, *kernel) has fan_in = in * prod(kernel), the
inputs that one output is made of, and fan_out = out * prod(kernel).
"""

from __future__ import annotations

import math
import warnings
from statistics import NormalDist
from typing import Any, TypeVar

import numpy as np

from minigrad.engine.mode import no_grad
from minigrad.random import Generator, stream
from minigrad.tensor import Tensor
from minigrad.tensor.in_place import overwrite

T = TypeVar("T", bound=Tensor)


def uniform_(tensor: T, a: float = 0.0, b: float = 1.0, generator: Generator | None = None) -> T:
    """Uniform on [a, b)."""
    return _filled(tensor, stream(generator).uniform(a, b, tensor.array.shape), "uniform_")


def normal_(tensor: T, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None) -> T:
    """Normal with mean `mean` and standard deviation `std`."""
    return _filled(tensor, stream(generator).normal(mean, std, tensor.array.shape), "normal_")


def trunc_normal_(
    tensor: T, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0, generator: Generator | None = None
) -> T:
    """Normal with mean `mean` and standard deviation `std`, of which only the part in [a, b] is drawn from."""
    if not a - 2 * std <= mean <= b + 2 * std:
        warnings.warn(
            f"trunc_normal_: the mean {mean} is more than 2 std from [{a}, {b}]; the distribution may be inexact",
            stacklevel=2,
        )
    # A uniform number through the inverse of the distribution function; that of 0 and 1 would be infinite.
    normal = NormalDist()
    low, high = (normal.cdf((end - mean) / std) for end in (a, b))
    draws = stream(generator).uniform(low, high, tensor.array.shape).clip(1e-300, 1 - 2**-53)
    standard = np.fromiter(map(normal.inv_cdf, draws.ravel().tolist()), np.float64, draws.size)
    return _filled(tensor, (mean + std * standard).clip(a, b).reshape(draws.shape), "trunc_normal_")


def constant_(tensor: T, val: float) -> T:
    """`val` everywhere."""
    return _filled(tensor, val, "constant_")


def ones_(tensor: T) -> T:
    """1 everywhere."""
    return constant_(tensor, 1)


def zeros_(tensor: T) -> T:
    """0 everywhere."""
    return constant_(tensor, 0)


def eye_(tensor: T) -> T:
    """The identity matrix, cut or filled up with zeros to the shape of a matrix `tensor`."""
    if tensor.ndim != 2:
        raise ValueError(f"eye_: needs a tensor with 2 dimensions, this one has shape {tuple(tensor.shape)}")
    return _filled(tensor, np.eye(*tensor.array.shape), "eye_")


def dirac_(tensor: T, groups: int = 1) -> T:
    """The kernels (out, in, *kernel) that pass their input on: 1 in the middle for equal channels, else 0.

    Each of the `groups` of outputs begins with the first input again.
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
    """Normal with deviation `std`, but for the share `sparsity` of each column, which is 0 (Martens 2010)."""
    if tensor.ndim != 2:
        raise ValueError(f"sparse_: needs a tensor with 2 dimensions, this one has shape {tuple(tensor.shape)}")
    draw = stream(generator)
    values = draw.normal(0, std, tensor.array.shape)
    rows, columns = values.shape
    for column in range(columns):
        values[draw.permutation(rows)[: math.ceil(sparsity * rows)], column] = 0
    return _filled(tensor, values, "sparse_")


def xavier_uniform_(tensor: T, gain: float = 1.0, generator: Generator | None = None) -> T:
    """Uniform on ±a with a = gain * sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010)."""
    bound = gain * math.sqrt(6.0 / max(sum(_fans(tensor, "xavier_uniform_")), 1))
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: T, gain: float = 1.0, generator: Generator | None = None) -> T:
    """Normal with mean 0 and std = gain * sqrt(2 / (fan_in + fan_out)) (Glorot and Bengio 2010)."""
    std = gain * math.sqrt(2.0 / max(sum(_fans(tensor, "xavier_normal_")), 1))
    return normal_(tensor, 0.0, std, generator)


def kaiming_uniform_(
    tensor: T,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> T:
    """Uniform on ±b with b = gain * sqrt(3 / fan), where `mode` says which fan (He et al. 2015).

    The gain is that of `nonlinearity`, with `a` the negative slope of a leaky_relu.
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
    """Normal with mean 0 and std = gain / sqrt(fan), where `mode` says which fan (He et al. 2015)."""
    return normal_(tensor, 0.0, _kaiming_std(tensor, a, mode, nonlinearity, "kaiming_normal_"), generator)


def orthogonal_(tensor: T, gain: float = 1, generator: Generator | None = None) -> T:
    """A random (semi-)orthogonal matrix times `gain`; dimensions after the first count as one (Saxe et al. 2013)."""
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
    """By how much weights should grow to make up for a nonlinearity; `param` is the negative slope of leaky_relu."""
    if nonlinearity == "leaky_relu":
        return math.sqrt(2.0 / (1 + (0.01 if param is None else param) ** 2))
    try:
        return _GAINS[nonlinearity]
    except KeyError:
        known = ", ".join(("leaky_relu", *_GAINS))
        raise ValueError(f"calculate_gain: no gain is known for {nonlinearity!r}; known are {known}") from None


_GAINS = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5.0 / 3, "relu": math.sqrt(2.0), "selu": 3.0 / 4}
_GAINS |= {f"conv{transposed}{axes}d": 1.0 for transposed in ("", "_transpose") for axes in (1, 2, 3)}


def _filled(tensor: T, values: Any, name: str) -> T:
    with no_grad():
        return overwrite(tensor, values, name)  # type: ignore[no-any-return]


def _fans(tensor: Tensor, name: str) -> tuple[int, int]:
    """(fan_in, fan_out); either can be 0 where there is nothing to fill."""
    shape = tensor.array.shape
    if len(shape) < 2:
        raise ValueError(f"{name}: fan in and fan out need at least 2 dimensions, this tensor has shape {shape}")
    receptive = math.prod(shape[2:])
    return shape[1] * receptive, shape[0] * receptive


def _kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str, name: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"{name}: mode is 'fan_in' or 'fan_out', not {mode!r}")
    fan = _fans(tensor, name)[mode == "fan_out"]
    return calculate_gain(nonlinearity, a) / math.sqrt(max(fan, 1))


# The names of old, without the underscore: these changed their argument, too.
uniform, normal, constant, eye, dirac, orthogonal = uniform_, normal_, constant_, eye_, dirac_, orthogonal_
xavier_uniform, xavier_normal = xavier_uniform_, xavier_normal_
kaiming_uniform, kaiming_normal = kaiming_uniform_, kaiming_normal_
