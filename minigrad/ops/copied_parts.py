"""Parts of a tensor with memory of their own: they may be changed in place, each by itself.

PyTorch calls these pieces unsafe, since it lets them share memory without knowing of each other's changes. As copies
they are safe.
"""

from __future__ import annotations

from collections.abc import Sequence

from minigrad.ops.formats import clone
from minigrad.ops.splitting import chunk, narrow, split
from minigrad.types import Tensor

__all__ = ["narrow_copy", "unsafe_chunk", "unsafe_split", "unsafe_split_with_sizes"]


def narrow_copy(input: Tensor, dim: int, start: int | Tensor, length: int) -> Tensor:
    """A copy of what `narrow` gives a view of.

    >>> mg.narrow_copy(mg.tensor([1, 2, 3, 4]), 0, 1, 2)
    tensor([2, 3])
    """
    return clone(narrow(input, dim, start, length))


def unsafe_split(input: Tensor, split_size: int, dim: int = 0) -> tuple[Tensor, ...]:
    """Copies of the pieces that `split` gives views of.

    >>> mg.unsafe_split(mg.tensor([1, 2, 3]), 2)
    (tensor([1, 2]), tensor([3]))
    """
    return tuple(clone(each) for each in split(input, split_size, dim))


def unsafe_split_with_sizes(input: Tensor, split_sizes: Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Copies of the pieces that `split_with_sizes` gives views of.

    >>> mg.unsafe_split_with_sizes(mg.tensor([1, 2, 3]), [1, 2])
    (tensor([1]), tensor([2, 3]))
    """
    return tuple(clone(each) for each in split(input, list(split_sizes), dim))


def unsafe_chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """Copies of the pieces that `chunk` gives views of.

    >>> mg.unsafe_chunk(mg.tensor([1, 2, 3, 4]), 2)
    (tensor([1, 2]), tensor([3, 4]))
    """
    return tuple(clone(each) for each in chunk(input, chunks, dim))
