"""Windows: weights that rise from the ends of a stretch of a signal to its middle.

`periodic` windows are those of one more number without the last: put side by side they are a periodic function, which
spectra are computed with. Others are symmetric. RuntimeError for a negative length or a dtype that is not of floats.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.creation import made
from minigrad.dtypes import Array, as_dtype, get_default_dtype, is_floating
from minigrad.engine.gate import gate
from minigrad.kernels.bessel import bessel
from minigrad.ops.dims import sizes_of_memory
from minigrad.tensor import Tensor
from minigrad.types import DTypeLike


def _window(
    name: str,
    length: int,
    periodic: bool,
    weights: Callable[[Array], Array],
    dtype: DTypeLike,
    device: Any,
    requires_grad: bool,
) -> Tensor:
    """A window by its `weights` at places that go from 0 at its beginning to 1 at its end."""
    kind = get_default_dtype() if dtype is None else as_dtype(dtype)
    if not is_floating(kind):
        raise RuntimeError(f"{name} expects floating point dtypes, got: {kind}")
    if length < 0:
        raise RuntimeError(f"{name} requires non-negative window_length, got window_length={length}")
    if length == 1:
        return made(np.ones(1, kind), device, requires_grad)
    (count,) = sizes_of_memory((length,), name)
    places = np.arange(count) / max(count - (not periodic), 1)
    return made(weights(places).astype(kind), device, requires_grad)


def _raised_cosine(alpha: float, beta: float) -> Callable[[Array], Array]:
    return lambda t: alpha - beta * np.cos(2 * math.pi * t)


def hann_window(
    window_length: int,
    periodic: bool = True,
    *,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """sin²(π t): the raised cosine of Julius von Hann.

    >>> mg.hann_window(4)
    tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """
    return _window("hann_window", window_length, periodic, _raised_cosine(0.5, 0.5), dtype, device, requires_grad)


def hamming_window(
    window_length: int,
    periodic: bool = True,
    alpha: float = 0.54,
    beta: float = 0.46,
    *,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """`alpha` − `beta` cos 2π t: Hamming's window, which does not quite begin at 0.

    >>> mg.hamming_window(4)
    tensor([0.0800, 0.5400, 1.0000, 0.5400])
    """
    weights = _raised_cosine(alpha, beta)
    return _window("hamming_window", window_length, periodic, weights, dtype, device, requires_grad)


def blackman_window(
    window_length: int,
    periodic: bool = True,
    *,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """0.42 − 0.5 cos 2π t + 0.08 cos 4π t: Blackman's window.

    >>> mg.blackman_window(4)[1:]
    tensor([0.3400, 1.0000, 0.3400])
    """

    def weights(t: Array) -> Array:
        turn = 2 * math.pi * t
        return 0.42 - 0.5 * np.cos(turn) + 0.08 * np.cos(2 * turn)

    return _window("blackman_window", window_length, periodic, weights, dtype, device, requires_grad)


def bartlett_window(
    window_length: int,
    periodic: bool = True,
    *,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """1 − |2 t − 1|: Bartlett's triangle.

    >>> mg.bartlett_window(4)
    tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """

    def weights(t: Array) -> Array:
        return 1 - np.abs(2 * t - 1)

    return _window("bartlett_window", window_length, periodic, weights, dtype, device, requires_grad)


def kaiser_window(
    window_length: int,
    periodic: bool = True,
    beta: float = 12.0,
    *,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """I₀(`beta` √(1 − (2 t − 1)²)) / I₀(`beta`): Kaiser's window, the narrower the larger `beta` is.

    >>> mg.kaiser_window(4, True, 2.0)
    tensor([0.4387, 0.8348, 1.0000, 0.8348])
    """

    def weights(t: Array) -> Array:
        height = beta * np.sqrt(np.maximum(1 - (2 * t - 1) ** 2, 0))
        # The exponentials apart, so that a large beta does not overflow.
        top = bessel(np.array(float(beta)), n=0, scaled=True)
        return bessel(height, n=0, scaled=True) / top * np.exp(np.abs(height) - abs(beta))

    return _window("kaiser_window", window_length, periodic, weights, dtype, device, requires_grad)


gate(globals(), [f"{name}_window" for name in ("bartlett", "blackman", "hamming", "hann", "kaiser")])
