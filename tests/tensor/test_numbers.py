"""What may be put into a tensor: numbers that its dtype holds, and nothing else, least of all None."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import minigrad as mg

MASK = [True, False]


def put(x, value):
    x[0] = value


NO_NUMBERS = [
    lambda m, value: put(m.zeros(2), value),
    lambda m, value: m.full((2,), value),
    lambda m, value: m.full_like(m.zeros(2), value),
    lambda m, value: m.zeros(2).new_full((2,), value),
    lambda m, value: m.zeros(2).fill_(value),
    lambda m, value: m.zeros(2).masked_fill(m.tensor(MASK), value),
    lambda m, value: m.zeros(2).index_fill(0, m.tensor([0]), value),
    lambda m, value: m.zeros(2, 2).fill_diagonal_(value),
    lambda m, value: m.where(m.tensor(MASK), m.zeros(2), value),
    lambda m, value: m.where(m.tensor(MASK), value, m.zeros(2)),
    lambda m, value: m.where(value, m.ones(2), m.zeros(2)),
    lambda m, value: m.Tensor([value]),
]


@pytest.mark.parametrize("call", NO_NUMBERS)
@pytest.mark.parametrize("value", [None, "1"])
def test_what_is_no_number_is_refused(call, value):
    with pytest.raises(TypeError):
        call(mg, value)


@pytest.mark.torch
@pytest.mark.parametrize("call", NO_NUMBERS)
@pytest.mark.parametrize("value", [None, "1"])
def test_pytorch_refuses_it_too(call, value):
    import torch

    with pytest.raises((TypeError, ValueError)):
        call(torch, value)


@pytest.mark.parametrize("condition", [1.0, True, None])
def test_the_condition_of_where_is_a_tensor(condition):
    with pytest.raises(TypeError, match="condition must be a tensor"):
        mg.where(condition, mg.ones(2), mg.zeros(2))


def test_the_condition_of_where_has_bools():
    with pytest.raises(RuntimeError, match="expected condition to be a boolean tensor"):
        mg.where(mg.tensor([1.0, 0.0]), mg.ones(2), mg.zeros(2))
    assert mg.where(mg.tensor([1, 0], dtype=mg.uint8), mg.ones(2), mg.zeros(2)).tolist() == [1.0, 0.0]


TOO_LARGE = [
    lambda m: m.zeros(2, dtype=m.uint8).fill_(300),
    lambda m: m.zeros(2, dtype=m.int64).fill_(float("inf")),
    lambda m: m.zeros(2, dtype=m.int64).masked_fill(m.tensor(MASK), float("nan")),
    lambda m: m.full((2,), 2**40, dtype=m.int32),
    lambda m: m.full((2,), 1e60, dtype=m.float32),
    lambda m: m.tensor([300], dtype=m.uint8),
    lambda m: m.tensor(float("nan"), dtype=m.int32),
]


@pytest.mark.parametrize("call", TOO_LARGE)
def test_a_number_that_the_dtype_cannot_hold_is_refused(call):
    with pytest.raises(RuntimeError, match="without overflow"):
        call(mg)


@pytest.mark.torch
@pytest.mark.parametrize("call", TOO_LARGE)
def test_in_the_words_of_pytorch(call):
    import torch

    with pytest.raises(RuntimeError, match="without overflow"):
        call(torch)


def test_numbers_that_fit_are_cast():
    assert mg.zeros(2, dtype=mg.int64).fill_(1.5).tolist() == [1, 1]
    assert mg.zeros(2, dtype=mg.uint8).fill_(-1).tolist() == [255, 255]
    assert mg.zeros(2).fill_(float("inf")).tolist() == [np.inf, np.inf]
    assert mg.full((1,), float("nan"), dtype=mg.bool).tolist() == [True]


def test_a_uint8_index_is_a_mask():
    x, mask = mg.arange(4), mg.tensor([1, 0, 0, 1], dtype=mg.uint8)
    with pytest.warns(UserWarning, match="indexing with dtype uint8 is deprecated"):
        assert x[mask].tolist() == [0, 3]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        x[mask] = 7
    assert x.tolist() == [7, 1, 2, 7]


def test_other_small_integers_are_no_index():
    with pytest.raises(IndexError, match="must be long, int, byte or bool"):
        mg.arange(4)[mg.tensor([1], dtype=mg.int16)]
    with pytest.raises(IndexError, match="int32 or int64"):
        mg.arange(4).gather(0, mg.tensor([1], dtype=mg.uint8))


@pytest.mark.parametrize(
    "make", [lambda m, s: m.zeros(1).new(s), lambda m, s: m.Tensor(s), lambda m, s: m.LongTensor(s)]
)
def test_a_size_is_a_shape_where_a_list_is_data(make):
    assert tuple(make(mg, mg.Size([2, 3])).shape) == (2, 3)
    assert make(mg, [2, 3]).tolist() == [2, 3]


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int32", "bool", "float64"])
@pytest.mark.parametrize("name", ["sum", "prod", "nansum", "cumsum", "cumprod"])
def test_the_dtype_of_a_reduction_is_obeyed(name, dtype):
    """200 + 100 is 300, which is 44 beyond the 256 numbers of uint8; all arithmetic of integers wraps around so."""
    x = mg.tensor([[200, 100]])
    y = getattr(mg, name)(x, 1, dtype=getattr(mg, dtype))
    row = x.numpy().astype(dtype)
    run = {"sum": np.sum, "nansum": np.sum, "prod": np.prod, "cumsum": np.cumsum, "cumprod": np.cumprod}[name]
    assert y.dtype == getattr(mg, dtype)
    np.testing.assert_array_equal(y.numpy(), run(row.astype(np.int64), axis=1).astype(dtype))
