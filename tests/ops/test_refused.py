"""What cannot be computed is refused, with an error that names the operation and what was seen."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

import minigrad as mg

whole = mg.tensor([3, -2, 1])
real = mg.tensor([3.0, -2.0, 1.0])
nothing = mg.zeros(0, 3)

REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: mg.FloatTensor(10**20), RuntimeError, "FloatTensor: Storage size calculation overflowed"),
    (
        lambda: mg.autograd.grad(mg.ones(2, requires_grad=True) * 2, real, 3.0, is_grads_batched=True),
        RuntimeError,
        r"is_grads_batched all grad_outputs have one first dimension, got \[0\]",
    ),
    (lambda: whole // 0, RuntimeError, "ZeroDivisionError"),
    (lambda: whole % 0, RuntimeError, "ZeroDivisionError"),
    (lambda: whole.fmod(mg.tensor([1, 0, 1])), RuntimeError, "ZeroDivisionError"),
    (lambda: mg.div(whole, 0, rounding_mode="trunc"), RuntimeError, "ZeroDivisionError"),
    (lambda: mg.div(real, 2, rounding_mode="up"), ValueError, "rounding_mode .* not 'up'"),
    (lambda: whole ** (-1), ValueError, "negative integer powers"),
    (lambda: mg.clamp(real), ValueError, "At least one of 'min' or 'max'"),
    (lambda: whole.mean(), TypeError, "mean: .*needs a floating point tensor, this one is minigrad.int64"),
    (lambda: whole.std(), TypeError, "std: .*needs a floating point tensor"),
    (lambda: whole.norm(), TypeError, "norm: .*needs a floating point tensor"),
    (lambda: real.norm("nuc"), ValueError, "norm: p is .* not 'nuc'"),
    (lambda: real.sum(1), IndexError, r"sum: Dimension out of range \(expected to be in range of \[-1, 0\]"),
    (lambda: real.sum(dim=0, axis=0), TypeError, "'axis' is another name of 'dim'"),
    (lambda: real.sum((0, 0)), RuntimeError, "appears multiple times"),
    (lambda: real.cumsum(1.0), TypeError, "cumsum: dim must be an int"),
    (lambda: nothing.amax(0), IndexError, r"amax: there is no element .* of shape \(0, 3\)"),
    (lambda: nothing.max(0), IndexError, "no element to choose"),
    (lambda: nothing.max(), RuntimeError, "no element to choose"),
    (lambda: nothing.argmin(), IndexError, "argmin.*there is no element to choose"),
    (lambda: nothing.long().median(), RuntimeError, "median: there is no element"),
    (lambda: nothing.quantile(0.5), RuntimeError, "quantile: there is no element"),
    (lambda: real.quantile(1.5), ValueError, "quantile: q .* between 0 and 1"),
    (lambda: real.quantile(0.5, interpolation="cubic"), ValueError, "interpolation is one of .* not 'cubic'"),
    (lambda: mg.tensor(1.0).diff(), RuntimeError, "diff expects input to be at least one-dimensional"),
    (lambda: mg.trapezoid(mg.tensor(1.0)), IndexError, "trapezoid: takes a tensor of at least one dimension"),
    (lambda: whole.bincount(), RuntimeError, "bincount only supports 1-d non-negative integral inputs"),
    (lambda: real.bincount(), RuntimeError, "bincount only .* got float32"),
    (lambda: real.histc(0), ValueError, "histc: bins must be positive"),
    (lambda: real.histc(3, 2, 1), ValueError, "histc: max must be larger than min"),
    (lambda: mg.tensor([1.0, math.nan]).histc(3), ValueError, "histc: range .* not finite"),
    (lambda: mg.polygamma(-1, real), ValueError, "does not support negative n"),
    (lambda: mg.polygamma(10**9, real), ValueError, "polygamma: the order n must be at most"),
    (lambda: whole + 10**30, RuntimeError, "add: Overflow when unpacking long"),
    (
        lambda: whole.int() + 10**12,
        RuntimeError,
        "cannot be converted to type int32 without overflow: 1000000000000 is",
    ),
    (lambda: mg.eye(2).triu(10**30), RuntimeError, "triu: Overflow when unpacking long"),
    (lambda: real.tensor_split(10**12), MemoryError, "tensor_split: no memory has room for 1000000000000 times"),
    (lambda: mg.nn.GRU(3, 4, 10**30), MemoryError, "GRU: no memory has room for .*layers"),
    (lambda: mg.nn.LSTM(3, 10**12), MemoryError, "LSTM: no memory has room"),
    (lambda: mg.nn.Transformer(4, 2, 1, 10**30), MemoryError, "TransformerDecoder: no memory has room for .*layers"),
]


@pytest.mark.parametrize(("call", "kind", "message"), REFUSED)
def test_refused(call: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()
