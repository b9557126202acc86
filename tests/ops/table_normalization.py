"""Samples: normalization by the statistics of a batch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from samples import Row, case, each, real

import minigrad as mg


def columns(v: np.ndarray, ndim: int) -> np.ndarray:
    return v.reshape((-1,) + (1,) * (ndim - 2))


def batch_norm(x: np.ndarray, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> np.ndarray:
    out = np.empty_like(x)
    for c in range(x.shape[1]):
        part = x[:, c]
        out[:, c] = (part - part.mean()) / math.sqrt(part.var() + eps)
        if weight is not None:
            out[:, c] *= weight[c]
        if bias is not None:
            out[:, c] += bias[c]
    return out


def torch_batch_norm(*tensors: Any, eps: float = 1e-5) -> Any:
    import torch

    x, *rest = tensors
    return torch.nn.functional.batch_norm(x, None, None, *rest, training=True, eps=eps)


def blend(x: Any, z: Any, a: Any, b: Any, c: Any) -> Any:
    return columns(a, x.ndim) * x + columns(b, x.ndim) * z + columns(c, x.ndim)


def torch_in_use(x: Any, mean: Any, variance: Any, weight: Any, bias: Any) -> Any:
    import torch

    return torch.nn.functional.batch_norm(x, mean.to(x.dtype), variance.to(x.dtype), weight, bias)


def normal_in_use(x: Any, weight: Any, bias: Any, mean: Any, variance: Any) -> Any:
    return (x - columns(mean, x.ndim)) / np.sqrt(columns(variance, x.ndim) + 1e-5) * columns(weight, x.ndim) + columns(
        bias, x.ndim
    )


ROWS = [
    Row(
        "channel_sum",
        lambda x: np.array([x[:, c].sum() for c in range(x.shape[1])]),
        cases=each([((2, 3),), ((2, 3, 2),), ((1, 2, 2, 2),), ((0, 2, 3),), ((2, 1, 1, 2, 1),)]),
    ),
    Row(
        "add_bias",
        lambda y, bias: np.stack([y[:, c] + bias[c] for c in range(y.shape[1])], 1),
        cases=each([((2, 3), (3,)), ((2, 3, 2), (3,)), ((1, 2, 2, 2), (2,)), ((0, 2, 3), (2,))]),
    ),
    Row(
        "product_sum",
        lambda x, y: np.array([(x[:, c] * y[:, c]).sum() for c in range(x.shape[1])]),
        cases=each([((2, 3),) * 2, ((2, 3, 2),) * 2, ((1, 2, 2, 2),) * 2, ((0, 2, 3),) * 2]),
    ),
    Row(
        "blend",
        blend,
        cases=each(
            [
                ((3, 2), (3, 2), (2,), (2,), (2,)),
                ((2, 1, 3), (2, 1, 3), (1,), (1,), (1,)),
                ((1, 2, 2, 2), (1, 2, 2, 2), (2,), (2,), (2,)),
            ]
        ),
    ),
    Row(
        "batch_norm",
        batch_norm,
        torch=torch_batch_norm,
        domain=real(-3, 3),
        cases=[
            *each([((3, 2), (2,), (2,)), ((2, 2, 2), (2,), (2,)), ((2, 1, 2, 2), (1,), (1,))]),
            case((4, 2)),
            case((3, 1), (1,), (1,), eps=0.5),
        ],
        call=lambda x, weight=None, bias=None, eps=1e-5: mg.batch_norm(
            x, None, None, weight, bias, training=True, eps=eps
        ),
        single=1e-5,
        covers=("channel_mean", "inverse_std", "moment"),
    ),
    Row(
        "batch_norm",
        normal_in_use,
        torch=lambda x, weight, bias, mean, variance: torch_in_use(x, mean, variance, weight, bias),
        cases=[case((3, 2), (2,), (2,), mean=np.array([0.5, -1.0]), variance=np.array([0.5, 2.0]))],
        call=lambda x, weight, bias, mean, variance: mg.batch_norm(
            x, *(mg.from_numpy(v.astype(x.dtype)) for v in (mean, variance)), weight, bias
        ),
        single=1e-5,
    ),
]
