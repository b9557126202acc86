"""Sequences of different lengths in one tensor: padded to the longest, or packed without padding.

Packed data has the first elements of all sequences, then the second ones of those that have two, and so on, the longest
sequence first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from minigrad.dtypes import Array, float16, float32, float64, float_in_dtype, in_dtype, int8, int16, int32, int64, uint8
from minigrad.engine.node import Variable, plain
from minigrad.errors import ShapeError
from minigrad.ops import cat, where
from minigrad.ops.indexing import putitem
from minigrad.tensor import Tensor


class PackedSequence(NamedTuple):
    """Sequences of different lengths, as `pack_padded_sequence` makes them."""

    data: Tensor
    """(sum of the lengths, *): step by step, within a step the longest sequence first."""
    batch_sizes: Tensor
    """For each step how many sequences have it."""
    sorted_indices: Tensor | None = None
    """Which sequences come first, second, ... in a step; None if they were sorted by length."""
    unsorted_indices: Tensor | None = None
    """Where each sequence stands in that order."""

    @property
    def is_cuda(self) -> bool:
        """False: there is one device, the CPU."""
        return False

    def to(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """The same sequences with `data.to(...)`; this very object if that changes nothing."""
        data = self.data.to(*args, **kwargs)
        return self if data is self.data else self._replace(data=data)

    def cpu(self) -> PackedSequence:
        """The same sequences on the CPU, where they are."""
        return self

    def pin_memory(self) -> PackedSequence:
        """This object: there is no device to copy to."""
        return self

    def half(self) -> PackedSequence:
        """The same sequences in float16."""
        return self.to(float16)

    def float(self) -> PackedSequence:
        """The same sequences in float32."""
        return self.to(float32)

    def double(self) -> PackedSequence:
        """The same sequences in float64."""
        return self.to(float64)

    def int(self) -> PackedSequence:
        """The same sequences in int32."""
        return self.to(int32)

    def short(self) -> PackedSequence:
        """The same sequences in int16."""
        return self.to(int16)

    def char(self) -> PackedSequence:
        """The same sequences in int8."""
        return self.to(int8)

    def byte(self) -> PackedSequence:
        """The same sequences in uint8."""
        return self.to(uint8)

    def long(self) -> PackedSequence:
        """The same sequences in int64."""
        return self.to(int64)


def pack_padded_sequence(
    input: Tensor, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """The sequences in a padded tensor, without what is beyond their lengths.

    Args:
        input: (T, N, *), or (N, T, *) if `batch_first`.
        lengths: (N,), from 1 to T; ShapeError otherwise.
        batch_first: whether the batch is dimension 0 (default False).
        enforce_sorted: whether lengths must not increase, RuntimeError if they do; else the sequences are put into that
            order (default True).

    >>> nn.utils.rnn.pack_padded_sequence(mg.tensor([[1, 4], [2, 5], [3, 0]]), [3, 2]).data
    tensor([1, 4, 2, 5, 3])
    """
    x: Any = input.transpose(0, 1) if batch_first else input
    sizes = np.asarray(plain(lengths), np.int64)
    if sizes.shape != (x.shape[1],):
        raise ShapeError(
            f"pack_padded_sequence: expected a length for each of {x.shape[1]} sequences, got shape {sizes.shape}"
        )
    if not x.array.size:
        raise ShapeError(f"pack_padded_sequence: Cannot pack empty tensors, got one of shape {tuple(input.shape)}")
    if not sizes.size or sizes.min() < 1 or sizes.max() > x.shape[0]:
        raise ShapeError(f"pack_padded_sequence: lengths must be from 1 to {x.shape[0]}, got {sizes.tolist()}")
    order = None if enforce_sorted else np.argsort(-sizes, kind="stable")
    if order is None and (np.diff(sizes) > 0).any():
        raise RuntimeError(
            "pack_padded_sequence: lengths must be sorted in decreasing order when enforce_sorted=True; "
            f"You can pass `enforce_sorted=False` for any order. Got {sizes.tolist()}"
        )
    return _packed(x, sizes, order)


def _packed(x: Any, sizes: Array, order: Array | None) -> PackedSequence:
    data = x[_places(sizes, order)]
    counts = (sizes > np.arange(sizes.max())[:, None]).sum(1)
    indices = () if order is None else (_wrapped(order), _wrapped(np.argsort(order)))
    return PackedSequence(data, _wrapped(counts), *indices)


def packed_like(x: Any, packed: PackedSequence) -> PackedSequence:
    """`x` (T, N, *) packed as `packed` is."""
    return packed._replace(data=x[_places(_lengths(packed), _order(packed))])


def pad_packed_sequence(
    sequence: PackedSequence, batch_first: bool = False, padding_value: float = 0.0, total_length: int | None = None
) -> tuple[Tensor, Tensor]:
    """The sequences padded to one length, (T, N, *) in the order in which they were packed, and their lengths (N,).

    Args:
        sequence: a PackedSequence.
        batch_first: whether the result is (N, T, *) (default False).
        padding_value: what stands after the end of a sequence (default 0).
        total_length: T; that of the longest sequence unless given. ValueError if it is less.

    >>> packed = nn.utils.rnn.pack_sequence([mg.tensor([1, 2, 3]), mg.tensor([4, 5])])
    >>> nn.utils.rnn.pad_packed_sequence(packed, batch_first=True)
    (tensor([[1, 2, 3],
            [4, 5, 0]]), tensor([3, 2]))
    """
    sizes = _lengths(sequence)
    longest = int(sizes.max())
    total = longest if total_length is None else total_length
    if total < longest:
        raise ValueError(
            "pad_packed_sequence: Expected total_length to be at least the length of the longest sequence in input, "
            f"{longest}, but got total_length={total}"
        )
    data = sequence.data
    padded = putitem(data, index=_places(sizes, _order(sequence)), size=(total, len(sizes), *data.shape[1:]))
    if padding_value:
        filled = (np.arange(total)[:, None] < sizes).reshape(total, len(sizes), *(1 for _ in data.shape[1:]))
        padded = where(filled, padded, in_dtype(padding_value, padded.dtype, "pad_packed_sequence"))
    return padded.swapaxes(0, 1) if batch_first else padded, _wrapped(sizes)


def pad_sequence(
    sequences: Sequence[Tensor], batch_first: bool = False, padding_value: float = 0.0, padding_side: str = "right"
) -> Tensor:
    """Tensors (T_n, *) in one: (T, N, *) with T the longest of them.

    Args:
        sequences: the tensors.
        batch_first: whether the result is (N, T, *) (default False).
        padding_value: what fills up the shorter ones (default 0).
        padding_side: where it stands, "right" or "left"; ValueError for anything else (default "right").

    >>> nn.utils.rnn.pad_sequence([mg.tensor([1, 2, 3]), mg.tensor([4])], batch_first=True)
    tensor([[1, 2, 3],
            [4, 0, 0]])
    """
    if padding_side not in ("right", "left"):
        raise ValueError(f"pad_sequence: padding_side is 'right' or 'left', not {padding_side!r}")
    if not hasattr(sequences, "__iter__"):
        raise RuntimeError(
            f"pad_sequence: Expected iterable for input sequences, but got arg of type: {type(sequences).__name__}"
        )
    sequences = list(sequences)
    if any(each.ndim == 0 for each in sequences if hasattr(each, "ndim")):
        raise ShapeError("pad_sequence: a tensor without dimensions is no sequence")
    sizes = np.array([len(each) for each in sequences])
    first = sequences[0]
    data = cat([each.to(first.dtype).expand(len(each), *first.shape[1:]) for each in sequences])
    total = int(sizes.max())
    n = np.repeat(np.arange(len(sizes)), sizes)
    t = np.arange(len(n)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    if padding_side == "left":
        t += total - sizes[n]
    padded = putitem(data, index=(t, n), size=(total, len(sizes), *data.shape[1:]))
    if padding_value:
        filled = np.zeros((total, len(sizes)), bool)
        filled[t, n] = True
        number = float_in_dtype(padding_value, padded.dtype, "pad_sequence")
        padded = where(filled.reshape(total, len(sizes), *(1 for _ in data.shape[1:])), padded, number)
    return padded.swapaxes(0, 1) if batch_first else padded


def unpad_sequence(padded_sequences: Tensor, lengths: Any, batch_first: bool = False) -> list[Tensor]:
    """The sequences in `padded_sequences` (T, N, *), or (N, T, *) if `batch_first`, as a list, each cut to its length.

    `lengths` (N,) are those.

    >>> nn.utils.rnn.unpad_sequence(mg.tensor([[1, 4], [2, 0]]), mg.tensor([2, 1]))
    [tensor([1, 2]), tensor([4])]
    """
    rows = padded_sequences if batch_first else padded_sequences.swapaxes(0, 1)
    return [row[:size] for row, size in zip(rows, np.asarray(lengths).tolist(), strict=True)]


def pack_sequence(sequences: Sequence[Tensor], enforce_sorted: bool = True) -> PackedSequence:
    """Tensors (T_n, *) packed.

    Args:
        sequences: the tensors.
        enforce_sorted: whether lengths must not increase, RuntimeError if they do; else the tensors are put into that
            order (default True).

    >>> nn.utils.rnn.pack_sequence([mg.tensor([1, 2]), mg.tensor([3])]).batch_sizes
    tensor([2, 1])
    """
    return pack_padded_sequence(pad_sequence(sequences), [len(each) for each in sequences], False, enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Tensor]:
    """The tensors (T_n, *) in `packed_sequences`, as a list.

    >>> nn.utils.rnn.unpack_sequence(nn.utils.rnn.pack_sequence([mg.tensor([1, 2]), mg.tensor([3])]))
    [tensor([1, 2]), tensor([3])]
    """
    return unpad_sequence(*pad_packed_sequence(packed_sequences))


def _order(packed: PackedSequence) -> Array | None:
    return None if packed.sorted_indices is None else packed.sorted_indices.array


def _lengths(packed: PackedSequence) -> Array:
    """The length of each sequence, in the order in which they were packed."""
    counts = packed.batch_sizes.array
    lengths = (counts[:, None] > np.arange(counts[0])).sum(0)
    return lengths if packed.unsorted_indices is None else lengths[packed.unsorted_indices.array]


def _places(sizes: Array, order: Array | None) -> tuple[Array, Array]:
    """(time, sequence) of each element of packed data."""
    order = np.arange(len(sizes)) if order is None else order
    t, position = np.nonzero(np.arange(sizes.max())[:, None] < sizes[order])
    return t, order[position]


def _wrapped(numbers: Array) -> Tensor:
    return Variable.wrap(numbers.astype(np.int64))
