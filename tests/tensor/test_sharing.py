"""Which results lie in the memory of their argument: views do, and nothing else, also where nothing had to be done."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg

COPIES = {
    "embedding of one number": ((3, 2), lambda m, x: m.nn.functional.embedding(m.tensor(1), x)),
    "einsum over an axis of size 1": ((2, 1), lambda m, x: m.einsum("...i->...", x)),
    "pad by nothing, constant": ((1, 2, 3), lambda m, x: m.nn.functional.pad(x, (0, 0))),
    "pad by nothing, reflect": ((1, 2, 3), lambda m, x: m.nn.functional.pad(x, (0, 0), "reflect")),
    "pad by nothing, replicate": ((1, 2, 3), lambda m, x: m.nn.functional.pad(x, (0, 0), "replicate")),
    "pad by nothing, circular": ((1, 2, 3), lambda m, x: m.nn.functional.pad(x, (0, 0), "circular")),
    "pixel_shuffle by 1": ((1, 2, 3), lambda m, x: m.nn.functional.pixel_shuffle(x, 1)),
    "pixel_shuffle of one pixel": ((4, 1, 1), lambda m, x: m.nn.functional.pixel_shuffle(x, 2)),
    "pixel_unshuffle by 1": ((1, 2, 3), lambda m, x: m.nn.functional.pixel_unshuffle(x, 1)),
    "channel_shuffle of one group": ((1, 2, 3), lambda m, x: m.nn.functional.channel_shuffle(x, 1)),
    "repeat once": ((2, 3), lambda m, x: x.repeat(1, 1)),
    "cat of one": ((2, 3), lambda m, x: m.cat([x])),
    "flip of no axis": ((2, 3), lambda m, x: m.flip(x, ())),
    "roll by nothing": ((2, 3), lambda m, x: m.roll(x, 0)),
    "index_select of all": ((2, 3), lambda m, x: m.index_select(x, 0, m.tensor([0, 1]))),
    "interpolate to the same size": ((1, 2, 3), lambda m, x: m.nn.functional.interpolate(x, size=3)),
    "sum over an axis of size 1": ((1, 3), lambda m, x: x.sum(0)),
    "times 1": ((2,), lambda m, x: x * 1),
    "power 1": ((2,), lambda m, x: x**1),
    "matrix_power 1": ((2, 2), lambda m, x: m.linalg.matrix_power(x, 1)),
    "unfold of one window": ((1, 2, 3), lambda m, x: m.nn.functional.unfold(x, (2, 3))),
}

VIEWS = {
    "dropout in evaluation": ((2, 3), lambda m, x: m.nn.functional.dropout(x, 0.5, False)),
    "einsum that only moves axes": ((2, 3), lambda m, x: m.einsum("ij->ji", x)),
    "einsum of a diagonal": ((2, 2), lambda m, x: m.einsum("ii->i", x)),
    "one number as an index": ((3, 2), lambda m, x: x[m.tensor(1)]),
    "reshape": ((2, 3), lambda m, x: x.reshape(6)),
    "one chunk": ((2, 3), lambda m, x: x.chunk(1)[0]),
}

ALL = [(name, *case, name in VIEWS) for name, case in (COPIES | VIEWS).items()]
EACH = pytest.mark.parametrize(("shape", "call", "shares"), [each[1:] for each in ALL], ids=[each[0] for each in ALL])


@EACH
def test_memory_is_shared_by_views_alone(shape, call, shares):
    x = mg.ones(shape)
    assert np.shares_memory(call(mg, x).numpy(), x.numpy()) == shares


@EACH
def test_a_change_of_a_copy_leaves_the_argument(shape, call, shares):
    x = mg.ones(shape)
    call(mg, x).zero_()
    assert bool((x == 1).all()) != shares


@pytest.mark.torch
@EACH
def test_pytorch_shares_the_same(shape, call, shares):
    import torch

    x = torch.ones(shape)
    assert np.shares_memory(call(torch, x).numpy(), x.numpy()) == shares
