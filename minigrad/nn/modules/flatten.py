"""Layers that only change the shape."""

from __future__ import annotations

from collections.abc import Sequence

from minigrad.nn.modules.module import Module
from minigrad.ops.dims import sizes
from minigrad.tensor import Tensor


class Flatten(Module):
    """Dimensions `start_dim` to `end_dim` as one.

    Args:
        start_dim: the first of them (default 1: the batch stays).
        end_dim: the last of them (default -1).

    >>> nn.Flatten()(mg.zeros(8, 3, 4, 4)).shape
    minigrad.Size([8, 48])
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input: Tensor) -> Tensor:
        return input.flatten(self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """Dimension `dim` as several: the inverse of Flatten.

    Args:
        dim: the dimension that is split.
        unflattened_size: the sizes that it becomes, a tuple or list; one of them may be -1. TypeError for anything
            else.

    >>> nn.Unflatten(1, (3, 4, 4))(mg.zeros(8, 48)).shape
    minigrad.Size([8, 3, 4, 4])
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        super().__init__()
        if not isinstance(unflattened_size, (tuple, list)):
            raise TypeError(f"Unflatten: unflattened_size is a tuple of ints, not {type(unflattened_size).__name__}")
        self.dim = dim
        self.unflattened_size = sizes((unflattened_size,), "Unflatten")

    def forward(self, input: Tensor) -> Tensor:
        return input.unflatten(self.dim, self.unflattened_size)

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
