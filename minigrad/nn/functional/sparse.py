"""Rows of a table by their numbers: what words become."""

from __future__ import annotations

import numpy as np

from minigrad import ops
from minigrad.dtypes import Array
from minigrad.engine.node import Variable, array_of
from minigrad.errors import ArgumentError, DTypeError, PlaceError, ShapeError
from minigrad.ops.dims import sizes_of_memory
from minigrad.ops.indexing import getitem_p, putitem
from minigrad.tensor import Tensor


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """The rows of `weight` (V, D) that the integers `input` (*) name: (*, D).

    Args:
        input: integers from 0 to V - 1; IndexError otherwise.
        weight: the table.
        padding_idx: a row that gets no gradient.
        max_norm: the rows in use that are longer are first shortened to this norm, in place.
        norm_type: the order of that norm (default 2).
        scale_grad_by_freq: divides a row's gradient by how often the row is used (default False).
        sparse: accepted; the gradient is dense (default False).

    >>> F.embedding(mg.tensor([1, 1]), mg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[3., 4.],
            [3., 4.]])
    """
    index = _row_numbers("embedding", input, weight).copy()  # a node keeps it
    rows = weight.shape[0]
    if padding_idx and not -rows <= padding_idx < rows:
        raise AssertionError(f"embedding: padding_idx {padding_idx} must be within the {rows} rows of weight")
    if max_norm is not None:
        _shorten(weight.array, np.unique(index), max_norm, norm_type)
    y = getitem_p(weight, index=index)  # of a single number too a copy, where `weight[index]` would be a view
    if scale_grad_by_freq:
        frequency = np.bincount(index.ravel(), minlength=rows)[index].astype(weight.dtype)
        shared = y / frequency[..., None]
        y = ops.where(ops.isfinite(y), y.detach() + (shared - shared.detach()), shared)  # infinity less itself is NaN
    if padding_idx is not None:
        padding = index == padding_idx % max(rows, 1)
        if padding.any():
            y = ops.where(padding[..., None], y.detach(), y)
    return y


def embedding_bag(
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """The "sum", "mean" or "max" of the rows of each bag: (B, D); zeros for an empty bag.

    Args:
        input: integers (B, N), or all bags in one row (N,) with `offsets`.
        weight: the table (V, D).
        offsets: (B,), where each bag starts.
        max_norm, norm_type, scale_grad_by_freq, sparse: as in embedding.
        mode: "sum", "mean" or "max" (default "mean").
        per_sample_weights: in the shape of the input, multiply the rows of a sum.
        include_last_offset: whether offsets has one more, where the last bag ends: at the end of the input, whatever
            it says (default False).
        padding_idx: entries that count nowhere.

    >>> F.embedding_bag(mg.tensor([[0, 1]]), mg.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[2., 3.]])
    """
    if mode not in ("sum", "mean", "max"):
        raise ValueError(f"embedding_bag: mode has to be one of sum, mean or max, not {mode!r}")
    if per_sample_weights is not None and mode != "sum":
        raise NotImplementedError(f"embedding_bag: per_sample_weights is only supported for mode='sum', not {mode!r}")
    if (input.ndim == 1) != (offsets is not None) or input.ndim not in (1, 2):
        raise ShapeError(
            f"embedding_bag: takes input (B, N) without offsets or input (N,) with them, not shape "
            f"{tuple(input.shape)} {'without' if offsets is None else 'with'} offsets"
        )
    if per_sample_weights is not None and tuple(per_sample_weights.shape) != tuple(input.shape):
        raise ShapeError(
            f"embedding_bag: per_sample_weights, {tuple(per_sample_weights.shape)}, should have the same shape as the "
            f"input, {tuple(input.shape)}"
        )
    if per_sample_weights is not None and per_sample_weights.dtype != weight.dtype:
        raise DTypeError(
            f"embedding_bag: expected per_sample_weights, {per_sample_weights.dtype}, to have the same type as weight, "
            f"{weight.dtype}"
        )
    if padding_idx is not None and not -weight.shape[0] <= padding_idx < weight.shape[0]:
        raise PlaceError(
            f"embedding_bag: padding_idx must be within the number of embeddings, {weight.shape[0]}, got {padding_idx}"
        )
    index = _row_numbers("embedding_bag", input, weight).ravel()
    ends = _bag_ends(input.shape, offsets, include_last_offset)
    bags = len(ends) - 1
    used = np.arange(len(index)) < ends[-1]
    if padding_idx is not None:
        used &= index != padding_idx % weight.shape[0]
    bag = np.searchsorted(ends, np.flatnonzero(used), side="right") - 1
    rows = embedding(index[used], weight, None, max_norm, norm_type, scale_grad_by_freq)
    if per_sample_weights is not None:
        rows = rows * per_sample_weights.reshape(-1)[used][:, None]
    if mode == "max":
        nothing = ops.sum(rows[:0], 0)
        return ops.stack([ops.max(rows[bag == b], 0)[0] if (bag == b).any() else nothing for b in range(bags)])
    total = putitem(rows, index=bag, size=(bags, weight.shape[1]))
    if mode == "sum":
        return total
    return total / np.maximum(np.bincount(bag, minlength=bags), 1).astype(weight.dtype)[:, None]


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """For each integer of `tensor` (*) the row (num_classes,) with a 1 at its place and zeros elsewhere, in int64.

    `num_classes` -1 is one more than the largest. RuntimeError for integers that are no class.

    >>> F.one_hot(mg.tensor([0, 2]))
    tensor([[1, 0, 0],
            [0, 0, 1]])
    """
    index = array_of(tensor)
    if index.dtype.kind not in "iu":
        raise RuntimeError(f"one_hot is only applicable to index tensors of an integer dtype, not {index.dtype}")
    if num_classes == -1:
        if not index.size:
            raise RuntimeError("one_hot: cannot infer the total number of classes from an empty tensor")
        num_classes = int(index.max()) + 1
    if num_classes < 1 and not index.size:
        raise RuntimeError(f"one_hot: of an empty tensor the number of classes must be at least 1, got {num_classes}")
    if index.size and not 0 <= index.min() <= index.max() < num_classes:
        raise RuntimeError(
            f"one_hot: class values must be from 0 to {num_classes - 1}, found {index.min()} to {index.max()}"
        )
    rows = np.zeros(sizes_of_memory((*index.shape, num_classes), "one_hot"), np.int64)
    np.put_along_axis(rows, index[..., None].astype(np.int64), 1, -1)
    return Variable.wrap(rows)


def _row_numbers(name: str, input: Tensor, weight: Tensor) -> Array:
    index = array_of(input)
    if index.dtype.kind not in "iu":
        raise DTypeError(
            f"{name}: Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; "
            f"but got {index.dtype}"
        )
    if weight.ndim != 2:
        raise ShapeError(f"{name}: 'weight' must be 2-D, its shape is {tuple(weight.shape)}")
    if index.size and (index.min() < 0 or index.max() >= weight.shape[0]):
        bad = index[(index < 0) | (index >= weight.shape[0])].flat[0]
        what = "Expected idx >= 0 && idx < num_embeddings" if name == "embedding_bag" else "index out of range in self"
        raise PlaceError(f"{name}: {what}: {bad}, for a weight of {weight.shape[0]} rows")
    return index


def _shorten(weight: Array, rows: Array, max_norm: float, norm_type: float) -> None:
    """Scale the `rows` of `weight` whose norm is above `max_norm` down to it, in place."""
    norms = np.linalg.norm(weight[rows], norm_type, axis=1)
    long = norms > max_norm
    weight[rows[long]] *= (max_norm / (norms[long] + 1e-7))[:, None].astype(weight.dtype)


def _bag_ends(shape: tuple[int, ...], offsets: Tensor | None, include_last_offset: bool) -> list[int]:
    """Where bags begin in the flattened input, and where the last one ends."""
    if offsets is None:
        return [row * shape[1] for row in range(shape[0] + 1)]
    starts: list[int] = np.asarray(offsets).tolist()
    ends = [*(starts[:-1] if include_last_offset else starts), shape[0]]
    if include_last_offset and starts[-1] > shape[0]:
        ends = starts  # refused
    if ends[0] != 0 or sorted(ends) != ends or ends[-1] > shape[0]:
        raise ArgumentError(
            "embedding_bag: offsets[0] has to be 0, and offsets must rise to at most the length of input, "
            f"{shape[0]}; got {starts}"
        )
    return ends
