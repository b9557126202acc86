"""Sequences of different lengths: padded, packed, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd import gradcheck, gradgradcheck
from minigrad.nn.utils import rnn


def test_pad_sequence() -> None:
    parts = [mg.tensor([1.0, 2.0]), mg.tensor([3.0]), mg.tensor([4.0, 5.0, 6.0])]
    assert rnn.pad_sequence(parts, batch_first=True).tolist() == [[1, 2, 0], [3, 0, 0], [4, 5, 6]]
    assert rnn.pad_sequence(parts).tolist() == [[1, 3, 4], [2, 0, 5], [0, 0, 6]]
    left = rnn.pad_sequence(parts, batch_first=True, padding_value=-1, padding_side="left")
    assert left.tolist() == [[-1, 1, 2], [-1, -1, 3], [4, 5, 6]]
    back = rnn.unpad_sequence(rnn.pad_sequence(parts), [2, 1, 3])
    assert [each.tolist() for each in back] == [each.tolist() for each in parts]


def test_packed_data_goes_step_by_step_with_the_longest_first() -> None:
    x = mg.tensor([[11.0, 12.0, 0.0], [21.0, 0.0, 0.0], [31.0, 32.0, 33.0]])
    packed = rnn.pack_padded_sequence(x, [2, 1, 3], batch_first=True, enforce_sorted=False)
    assert packed.data.tolist() == [31, 11, 21, 32, 12, 33]
    assert packed.batch_sizes.tolist() == [3, 2, 1]
    assert packed.sorted_indices.tolist() == [2, 0, 1]
    assert packed.unsorted_indices.tolist() == [1, 2, 0]
    padded, lengths = rnn.pad_packed_sequence(packed, batch_first=True, padding_value=-1, total_length=4)
    assert padded.tolist() == [[11, 12, -1, -1], [21, -1, -1, -1], [31, 32, 33, -1]]
    assert lengths.tolist() == [2, 1, 3]
    assert [each.tolist() for each in rnn.unpack_sequence(packed)] == [[11, 12], [21], [31, 32, 33]]


def test_derivatives_agree_with_differences(rng: np.random.Generator) -> None:
    parts = [mg.tensor(rng.standard_normal((n, 2)), requires_grad=True) for n in (2, 3, 1)]

    def function(*xs: Any) -> Any:
        packed = rnn.pack_sequence(list(xs), enforce_sorted=False)
        return packed.data**2, rnn.pad_packed_sequence(packed, padding_value=2.0)[0] ** 3

    assert gradcheck(function, parts)
    assert gradgradcheck(function, parts)


@pytest.mark.torch
@pytest.mark.parametrize("lengths", [[3, 3, 1], [1, 3, 2]], ids=str)
def test_agrees_with_torch(
    lengths: list[int], rng: np.random.Generator, agrees_with_torch: Callable[..., None]
) -> None:
    torch = pytest.importorskip("torch")
    reference = torch.nn.utils.rnn
    enforce = lengths == sorted(lengths, reverse=True)
    x = rng.standard_normal((4, 3, 2))
    ours = rnn.pack_padded_sequence(mg.tensor(x), mg.tensor(lengths), enforce_sorted=enforce)
    theirs = reference.pack_padded_sequence(torch.tensor(x), torch.tensor(lengths), enforce_sorted=enforce)
    for a, b in zip(ours, theirs, strict=True):
        if b is None:
            assert a is None
        else:
            np.testing.assert_array_equal(a.numpy(), b.numpy())
    agrees_with_torch(
        lambda x: rnn.pad_packed_sequence(rnn.pack_padded_sequence(x, lengths, enforce_sorted=enforce))[0],
        lambda x: reference.pad_packed_sequence(reference.pack_padded_sequence(x, lengths, enforce_sorted=enforce))[0],
        x,
    )


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: rnn.pack_padded_sequence(mg.ones(3, 2), [1, 3]), RuntimeError, r"sorted in decreasing.*\[1, 3\]"),
        (lambda: rnn.pack_padded_sequence(mg.ones(3, 2), [4, 3]), RuntimeError, r"from 1 to 3, got \[4, 3\]"),
        (lambda: rnn.pack_padded_sequence(mg.ones(3, 2), [3, 0]), RuntimeError, r"from 1 to 3, got \[3, 0\]"),
        (lambda: rnn.pack_padded_sequence(mg.ones(3, 2), [3]), RuntimeError, "a length for each of 2 sequences"),
        (lambda: rnn.pad_sequence([mg.ones(3)], padding_side="top"), ValueError, "not 'top'"),
        (
            lambda: rnn.pad_packed_sequence(rnn.pack_sequence([mg.ones(3)]), total_length=2),
            ValueError,
            "longest sequence in input, 3, but got total_length=2",
        ),
    ],
)
def test_errors_say_what_was_seen(call: Callable[[], Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call()
