"""The table of derivatives: elements taken out of the planes of images by their places, and put back.

A plane is what one channel of one sample has: the spatial axes of (N, C, *S), flattened, and a place a number from 0 to
prod(S) - 1. Pooling finds the places of its maxima; taking the elements from there has a derivative, and its adjoint
adds to the same places.
"""

from __future__ import annotations

from math import prod

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.primitive import linear
from minigrad.kernels.channels import channels_last

__all__ = []


def _is_channels_last(x: Array) -> bool:
    return bool(channels_last(x).flags.c_contiguous)


def _in_memory(index: Array, plane: int, last: bool) -> Array:
    """Places in planes as places in the memory of all of them; with `last` in channels-last order, as is the result."""
    n, c, *out = index.shape
    samples = np.arange(n).reshape(n, *(1 for _ in index.shape[1:])) * (plane * c)
    if last:
        places: Array = channels_last(index) * c
        places += samples + np.arange(c)
        return places
    return index + (samples + plane * np.arange(c).reshape(c, *(1 for _ in out)))


def _take_from_planes(x: Array, *, index: Array) -> Array:
    last = _is_channels_last(x)
    memory = channels_last(x) if last else x
    y = np.take(memory.reshape(-1), _in_memory(index, prod(x.shape[2:]), last))
    return np.moveaxis(y, -1, 1) if last else y


def _add_to_planes(g: Array, *, index: Array, size: tuple[int, ...]) -> Array:
    n, c = g.shape[:2]
    last = _is_channels_last(index)
    x = np.zeros_like(g, shape=n * c * prod(size))
    values = channels_last(g) if last else g
    np.add.at(x, _in_memory(index, prod(size), last).reshape(-1), values.reshape(-1))
    return np.moveaxis(x.reshape(n, *size, c), -1, 1) if last else x.reshape(n, c, *size)


take_from_planes = linear(
    "take_from_planes(x)",
    _take_from_planes,
    x=lambda g, x_shape, index: add_to_planes(g, index=index, size=x_shape[2:]),
)
add_to_planes = linear("add_to_planes(g)", _add_to_planes, g=lambda g, index: take_from_planes(g, index=index))
