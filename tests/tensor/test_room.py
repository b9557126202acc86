"""Sizes that no memory has room for are refused by name, at once, before memory is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import minigrad as mg
from minigrad.nn import functional as F

HUGE = 10**15
x = mg.ones(2, 3)
endless = mg.ones(1).expand(HUGE)

CALLS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: mg.zeros(HUGE), MemoryError, r"zeros\(\): Unable to allocate"),
    (lambda: endless + 1, MemoryError, "add: Unable to allocate"),
    (lambda: endless.unbind(), MemoryError, "unbind: no memory has room"),
    (lambda: endless.split(1), MemoryError, "split: no memory has room"),
    (lambda: endless.chunk(HUGE), MemoryError, "chunk: no memory has room"),
    (lambda: mg.combinations(mg.arange(100), 50), MemoryError, "combinations: no memory has room"),
    (lambda: F.one_hot(mg.tensor([0]), HUGE), MemoryError, r"one_hot\(\): Unable to allocate"),
    (lambda: F.one_hot(mg.tensor([0]), 2**63 - 1), RuntimeError, "one_hot: Storage size calculation overflowed"),
    (lambda: mg.arange(2**63 - 1), RuntimeError, "arange: no memory has room"),
    (lambda: mg.arange(0, float("inf")), RuntimeError, "arange: unsupported range: 0 -> inf"),
    (lambda: mg.zeros(*[1] * 65), RuntimeError, "zeros: a tensor has up to 64 dimensions, not 65"),
    (lambda: mg.zeros(0, 2**62, 4), RuntimeError, "zeros: Storage size calculation overflowed"),
    (lambda: mg.poisson(mg.tensor([1e30])), RuntimeError, "poisson: expected rates from 0 to"),
    (lambda: x.tile(HUGE), MemoryError, "tile: .*Unable to allocate"),
]


def test_what_takes_no_memory_can_be_shown() -> None:
    assert repr(endless) == "tensor([1., 1., 1.,  ..., 1., 1., 1.])"


@pytest.mark.parametrize(("call", "kind", "message"), CALLS)
def test_there_is_no_room(call: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()
