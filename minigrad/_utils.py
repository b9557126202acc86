"""Tensors as one vector and back, under the name by which programs of several processes and precisions take them."""

from __future__ import annotations

from collections.abc import Sequence

from minigrad.ops import cat
from minigrad.tensor import Tensor


def _flatten_dense_tensors(tensors: Sequence[Tensor]) -> Tensor:
    """One vector of the elements of all `tensors`, one after the other; they are of one dtype."""
    return cat([each.reshape(-1) for each in tensors])


def _unflatten_dense_tensors(flat: Tensor, tensors: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """The parts of the vector `flat`, views of it, in the shapes of `tensors`."""
    parts = flat.split([each.numel() for each in tensors])
    return tuple(part.view(each.shape) for part, each in zip(parts, tensors))
