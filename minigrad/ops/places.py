"""Where elements stand: the answers are integers that index, and nothing flows back through them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, overload

import numpy as np

from minigrad.dtypes import as_dtype
from minigrad.engine.node import Variable, array_of
from minigrad.errors import ShapeError
from minigrad.ops.indexing import index_array
from minigrad.types import DTypeLike, Indices, Tensor

__all__ = [
    "argwhere",
    "nonzero",
    "tril_indices",
    "triu_indices",
    "unravel_index",
]


@overload
def nonzero(input: Tensor, *, as_tuple: Literal[False] = False) -> Tensor: ...


@overload
def nonzero(input: Tensor, *, as_tuple: Literal[True]) -> tuple[Tensor, ...]: ...


def nonzero(input: Tensor, *, as_tuple: bool = False) -> Any:
    """The places of the elements that are not zero, as the rows of an int64 tensor (n, ndim).

    With `as_tuple` one vector for each dimension instead, which together index the tensor.

    >>> mg.nonzero(mg.tensor([[0, 1], [2, 0]]))
    tensor([[0, 1],
            [1, 0]])
    """
    array = array_of(input)
    if as_tuple:
        return tuple(Variable.wrap(places) for places in np.nonzero(np.atleast_1d(array)))
    return Variable.wrap(np.argwhere(array))


def argwhere(input: Tensor) -> Tensor:
    """The places of the elements that are not zero, as the rows of an int64 tensor (n, ndim).

    >>> mg.argwhere(mg.tensor([0, 1, 2]))
    tensor([[1],
            [2]])
    """
    return nonzero(input)


def unravel_index(indices: Indices, shape: Sequence[int]) -> tuple[Tensor, ...]:
    """The places in a tensor of `shape` of those, `indices`, in it flattened: one int64 tensor for each dimension.

    ShapeError for a place outside.

    >>> mg.unravel_index(mg.tensor([5]), (2, 3))
    (tensor([1]), tensor([2]))
    """
    flat = index_array(indices, "unravel_index")
    try:
        return tuple(Variable.wrap(np.asarray(each)) for each in np.unravel_index(flat, tuple(shape)))
    except ValueError as error:
        raise ShapeError(f"unravel_index: {error}") from None


def tril_indices(row: int, col: int, offset: int = 0, *, dtype: DTypeLike = np.int64, device: Any = None) -> Tensor:
    """The places of the lower triangle of a matrix (row, col), up to diagonal `offset`: (2, n), rows above columns.

    >>> mg.tril_indices(2, 2)
    tensor([[0, 1, 1],
            [0, 0, 1]])
    """
    return Variable.wrap(np.stack(np.tril_indices(row, offset, col)).astype(as_dtype(dtype)))


def triu_indices(row: int, col: int, offset: int = 0, *, dtype: DTypeLike = np.int64, device: Any = None) -> Tensor:
    """The places of the upper triangle of a matrix (row, col), from diagonal `offset` on: (2, n), rows above columns.

    >>> mg.triu_indices(2, 2)
    tensor([[0, 0, 1],
            [0, 1, 1]])
    """
    return Variable.wrap(np.stack(np.triu_indices(row, offset, col)).astype(as_dtype(dtype)))
