"""Numbers of NumPy's, and of classes derived from int and float, count as Python's: dtypes stay, none overflow."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn

F = nn.functional
x = mg.arange(6.0).reshape(2, 3) / 7
many = mg.arange(1000)


class Whole(int):
    """A class of one's own."""


class Real(float):
    """Another one."""


class Option(enum.IntEnum):
    """Named numbers."""

    A = 100


WITH_REALS: dict[str, Callable[[Any], Any]] = {
    "leaky_relu": lambda v: F.leaky_relu(x, v),
    "elu": lambda v: F.elu(x, alpha=v),
    "celu": lambda v: F.celu(x, v),
    "softplus": lambda v: F.softplus(x, v),
    "rrelu": lambda v: F.rrelu(x, v, v),
    "module": lambda v: nn.LeakyReLU(v)(x),
    "huber_loss": lambda v: F.huber_loss(x, x + 1, delta=v),
    "smooth_l1_loss": lambda v: F.smooth_l1_loss(x, x + 1, beta=v),
    "quantile": lambda v: x.quantile(v),
    "where": lambda v: mg.where(x > 0.5, v, 0.0),
    "where two": lambda v: mg.where(x > 0.5, v, v),
    "full": lambda v: mg.full((2,), v),
}
WITH_WHOLES: dict[str, Callable[[Any], Any]] = {
    "chunk": lambda v: many.chunk(v)[-1],
    "narrow": lambda v: many.narrow(0, v, v),
    "unfold": lambda v: many.unfold(0, v, v),
    "tril": lambda v: mg.ones(150, 150).tril(v),
    "diag_embed": lambda v: mg.ones(2).diag_embed(v),
    "arange": lambda v: mg.arange(0, v * Whole(1), v),
    "softshrink": lambda v: F.softshrink(many.float(), v),
    "group_norm": lambda v: F.group_norm(mg.arange(800.0).reshape(2, 100, 4), v),
    "hardtanh": lambda v: F.hardtanh(many.float(), 0, v),
    "combinations": lambda v: mg.combinations(mg.arange(100), v - 98),
}


@pytest.mark.parametrize("kind", [np.float64, np.float32, Real])
@pytest.mark.parametrize("name", WITH_REALS)
def test_reals_leave_the_dtype(name: str, kind: Any) -> None:
    call = WITH_REALS[name]
    expected, found = call(0.5), call(kind(0.5))
    assert found.dtype == expected.dtype == mg.float32
    assert found.tolist() == expected.tolist()


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64, Whole, Option])
@pytest.mark.parametrize("name", WITH_WHOLES)
def test_wholes_do_not_overflow(name: str, kind: Any) -> None:
    call = WITH_WHOLES[name]
    expected, found = call(100), call(kind(100))
    assert found.dtype == expected.dtype
    assert found.tolist() == expected.tolist()


def test_data_of_derived_integers_is_of_integers() -> None:
    for data in (Whole(100), Option.A):
        assert mg.tensor(data).dtype == mg.tensor([data, 1]).dtype == mg.as_tensor(data).dtype == mg.int64
    assert mg.tensor(Real(0.5)).dtype == mg.float32


@pytest.mark.parametrize(
    "call",
    [
        lambda: mg.ones(True),
        lambda: mg.zeros((2, True)),
        lambda: x.sum(True),
        lambda: x.softmax(False),
        lambda: x.reshape(True, -1),
        lambda: x.transpose(0, True),
        lambda: mg.cat([x, x], True),
    ],
)
def test_bools_are_no_sizes_or_dimensions(call: Callable[[], Any]) -> None:
    with pytest.raises(TypeError, match=r"bool|True|integer"):
        call()


def test_dates_are_no_numbers() -> None:
    with pytest.raises(TypeError, match=r"masked_fill.*datetime64"):
        mg.masked_fill(x, x > 0, np.datetime64("2020"))


@pytest.mark.parametrize("shuffle", ["no", np.ones(2), [1], 5])
def test_shuffle_is_true_or_false(shuffle: Any) -> None:
    with pytest.raises(ValueError, match="expected boolean shuffle option"):
        mg.utils.data.DataLoader([1, 2], shuffle=shuffle)
