"""Dropout: random zeros in training, nothing in evaluation (Srivastava et al. 2014).

Single elements are dropped, or whole channels (Tompson et al., Efficient Object Localization Using Convolutional
Networks, 2015): neighbours in an image are so alike that single pixels would be no loss. With
`inplace=True` the result is written into the input, with the checks of all operations in place.
"""

from __future__ import annotations

import math
import warnings

import numpy as np

from minigrad.dtypes import Array
from minigrad.errors import ArgumentError, ShapeError
from minigrad.nn.functional.activation import SELU_ALPHA, SELU_SCALE
from minigrad.ops.memory import floating
from minigrad.random import stream
from minigrad.tensor import Tensor


def check_probability(p: float) -> None:
    """ValueError unless `p` can be a probability."""
    if not 0 <= p <= 1:
        raise ArgumentError(f"dropout probability has to be between 0 and 1, but got {p}")


def _kept(input: Tensor, p: float, shape: tuple[int, ...]) -> Array:
    """1 with probability 1 - p, else 0, in the input's dtype."""
    return (stream(None).random(shape, dtype="float32") >= p).astype(input.dtype)


def _channels(input: Tensor) -> tuple[int, ...]:
    """One number for each channel of (N, C, *S), in a shape that broadcasts against it."""
    return (*input.shape[:2], *(1,) * (input.ndim - 2))


def _dropout(input: Tensor, p: float, training: bool, inplace: bool, shape: tuple[int, ...]) -> Tensor:
    check_probability(p)
    if not training or p == 0 or not input.numel():
        return input
    if p == 1:
        return input.zero_() if inplace else input * np.zeros((), input.dtype)
    factor = _kept(floating(input, "dropout"), p, shape) * (1 / (1 - p))
    return input.mul_(factor) if inplace else input * factor


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """If `training`, each element of `input` is 0 with probability `p`, else divided by 1 - p, so that the mean stays.

    `inplace` writes into `input`. ValueError unless p is from 0 to 1.

    >>> F.dropout(mg.ones(3), training=False)
    tensor([1., 1., 1.])
    """
    return _dropout(input, p, training, inplace, tuple(input.shape))


def _channel_dropout(name: str, input: Tensor, p: float, training: bool, inplace: bool, axes: int) -> Tensor:
    if input.ndim < 2 or (axes == 1 and input.ndim > 3):
        raise ShapeError(
            f"{name}: Expected {axes + 1}D or {axes + 2}D input, but received a {input.ndim}D input: of shape "
            f"{tuple(input.shape)}"
        )
    if input.ndim == axes + 1 and axes != 2:
        return _dropout(input, p, training, inplace, (input.shape[0], *(1,) * axes))
    if input.ndim != axes + 2:
        warnings.warn(
            f"{name}: Received a {input.ndim}-D input to {name}, taken as (N, C, ...), where {axes + 2} dimensions are "
            "expected; dropout and dropout1d are for the others.",
            stacklevel=3,
        )
    return _dropout(input, p, training, inplace, _channels(input))


def dropout1d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """If `training`, each channel of `input` (N, C, L) or (C, L) is 0 with probability `p`, else divided by 1 - p.

    `inplace` writes into `input`. ValueError unless p is from 0 to 1.

    >>> F.dropout1d(mg.ones(1, 3, 4)).shape
    minigrad.Size([1, 3, 4])
    """
    return _channel_dropout("dropout1d", input, p, training, inplace, 1)


def dropout2d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """If `training`, each channel of `input` (N, C, H, W) is 0 with probability `p`, else divided by 1 - p.

    Any other input is taken as (N, C, ...), with a UserWarning. `inplace` writes into `input`.

    >>> F.dropout2d(mg.ones(1, 3, 2, 2)).shape
    minigrad.Size([1, 3, 2, 2])
    """
    return _channel_dropout("dropout2d", input, p, training, inplace, 2)


def dropout3d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """If `training`, each channel of `input` (N, C, D, H, W), or without N, is 0 with probability `p`, else over 1 - p.

    `inplace` writes into `input`.

    >>> F.dropout3d(mg.ones(1, 3, 2, 2, 2)).shape
    minigrad.Size([1, 3, 2, 2, 2])
    """
    return _channel_dropout("dropout3d", input, p, training, inplace, 3)


def _alpha_dropout(input: Tensor, p: float, training: bool, inplace: bool, shape: tuple[int, ...]) -> Tensor:
    check_probability(p)
    if not training or p == 0 or not input.numel():
        return input
    if p == 1:
        return input.mul_(0) if inplace else input * 0
    least = -SELU_ALPHA * SELU_SCALE
    scale = 1 / math.sqrt((1 - p) * (1 + p * least**2))
    keep = _kept(input, p, shape)
    factor, shift = keep * scale, (1 - keep) * (scale * least) - scale * p * least
    return input.mul_(factor).add_(shift) if inplace else input * factor + shift


def alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """Dropout for selu (Klambauer et al. 2017): if `training`, elements of `input` become selu's least value.

    Each does with probability `p`; then all is scaled and shifted, so that inputs with mean 0 and variance 1 keep both.
    `inplace` writes into `input`.

    >>> F.alpha_dropout(mg.zeros(3), training=False)
    tensor([0., 0., 0.])
    """
    return _alpha_dropout(input, p, training, inplace, tuple(input.shape))


def feature_alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """alpha_dropout of whole channels of `input` (N, C, *), each with probability `p`, if `training`.

    `inplace` writes into `input`.

    >>> F.feature_alpha_dropout(mg.zeros(1, 2, 3), training=True).shape
    minigrad.Size([1, 2, 3])
    """
    if input.ndim < 2 and training:
        raise ShapeError(f"feature_alpha_dropout: expected an input (N, C, ...), got shape {tuple(input.shape)}")
    return _alpha_dropout(input, p, training, inplace, _channels(input))
