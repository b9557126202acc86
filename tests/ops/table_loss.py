"""Samples: the losses that are one node each."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from samples import BINARY, UNARY, Row, by_element, case, each, real

from minigrad.ops import loss


def classes(shape: tuple[int, ...], count: int) -> np.ndarray:
    return np.random.default_rng(8).integers(0, count, shape)


def by_sample(function: Any) -> Any:
    """A function of a list of numbers and a class, for each sample along the other dimensions than `dim`."""

    def loop(x: np.ndarray, index: np.ndarray, dim: int) -> np.ndarray:
        rows, right = np.moveaxis(x, dim, -1), np.moveaxis(index, dim, -1)[..., 0]
        y = np.empty((*right.shape, *np.shape(function([0.0], 0))))
        y = y if y.ndim == right.ndim else np.empty(rows.shape)
        for place in np.ndindex(right.shape):
            y[place] = function(rows[place].tolist(), int(right[place]))
        return y if y.ndim == right.ndim else np.moveaxis(y, -1, dim)

    return loop


def cross_entropy(row: list[float], right: int) -> float:
    return math.log(math.fsum(map(math.exp, row))) - row[right]


def torch_cross_entropy(x: Any, index: Any, dim: int) -> Any:
    import torch

    return torch.nn.functional.cross_entropy(x, index.squeeze(dim), reduction="none")


def torch_huber(x: Any, delta: float) -> Any:
    import torch

    return torch.nn.functional.huber_loss(x, torch.zeros_like(x), reduction="none", delta=delta)


samples: list[tuple[tuple[int, ...], int]] = [((3,), 0), ((4, 3), 1), ((2, 3, 2), 1), ((1, 2, 2, 2), 1), ((0, 3), 1)]

ROWS = [
    Row(
        "squared_error",
        by_element(lambda x, target: (x - target) ** 2),
        torch=lambda x, target: (x - target) ** 2,
        cases=each(BINARY),
    ),
    Row(
        "binary_cross_entropy",
        by_element(lambda x, target: -target * math.log(x) - (1 - target) * math.log(1 - x)),
        domain=real(0.1, 0.9),
        cases=each(BINARY),
        single=5e-6,
    ),
    Row(
        "binary_cross_entropy_with_logits",
        by_element(lambda x, target: math.log1p(math.exp(x)) - target * x),
        domain=(real(-3, 3, away_from=(0,)), real(0.1, 0.9)),
        cases=each(BINARY),
        single=5e-6,
    ),
    Row(
        "huber",
        by_element(lambda x, delta: x * x / 2 if abs(x) < delta else delta * (abs(x) - delta / 2)),
        torch=torch_huber,
        domain=real(away_from=(-1, -0.3, 0.3, 1)),
        cases=[*each(UNARY, {"delta": 1.0}), case((3, 4), delta=0.3)],
    ),
    Row(
        "cross_entropy",
        by_sample(cross_entropy),
        torch=torch_cross_entropy,
        cases=[
            case(x, index=np.expand_dims(classes(x[:dim] + x[dim + 1 :], x[dim]), dim), dim=dim) for x, dim in samples
        ],
        call=loss.cross_entropy,
        covers=("softmax_less_class",),
    ),
]
