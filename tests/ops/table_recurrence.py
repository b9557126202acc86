"""Samples: recurrent layers and layer normalization, against loops over steps, units and rows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from samples import Row, case, real
from scipy.special import expit

from minigrad.ops import recurrence
from minigrad.ops.normalization import rows_standardized


def product(weight: Any, h: Any, row: int) -> float:
    """One element of weight @ h, summed term by term."""
    return math.fsum(weight[row, j] * h[j] for j in range(len(h)))


def rnn(x: Any, h: Any, weight: Any, nonlinearity: str) -> Any:
    steps, batch, size = x.shape
    y = np.zeros((steps, batch, size))
    for n in range(batch):
        before = h[n]
        for t in range(steps):
            for k in range(size):
                total = x[t, n, k] + product(weight, before, k)
                y[t, n, k] = math.tanh(total) if nonlinearity == "tanh" else max(total, 0.0)
            before = y[t, n]
    return y


def lstm(x: Any, h: Any, c: Any, weight: Any) -> Any:
    (steps, batch, _), size = x.shape, h.shape[1]
    y = np.zeros((2, steps, batch, size))
    for n in range(batch):
        h_before, c_before = h[n], c[n]
        for t in range(steps):
            for k in range(size):
                i, f, z, o = (
                    x[t, n, gate * size + k] + product(weight, h_before, gate * size + k) for gate in range(4)
                )
                i, f, z, o = expit(i), expit(f), math.tanh(z), expit(o)
                state = f * c_before[k] + i * z
                y[:, t, n, k] = o * math.tanh(state), state
            h_before, c_before = y[0, t, n], y[1, t, n]
    return y


def gru(x: Any, h: Any, weight: Any, bias: Any) -> Any:
    (steps, batch, _), size = x.shape, h.shape[1]
    y = np.zeros((steps, batch, size))
    for n in range(batch):
        before = h[n]
        for t in range(steps):
            for k in range(size):
                rows = [k, size + k, 2 * size + k]
                r, z, inner = (product(weight, before, row) + bias[row] for row in rows)
                r, z = expit(r + x[t, n, rows[0]]), expit(z + x[t, n, rows[1]])
                new = math.tanh(x[t, n, rows[2]] + r * inner)
                y[t, n, k] = (1 - z) * new + z * before[k]
            before = y[t, n]
    return y


def layer_norm(x: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    y = np.zeros(x.shape)
    for place in np.ndindex(x.shape[:-1]):
        row = x[place]
        y[place] = (row - math.fsum(row) / len(row)) / math.sqrt(row.var() + eps)
        if weight is not None:
            y[place] = y[place] * weight + bias
    return y


def torch_layer_norm(x: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5) -> Any:
    import torch

    return torch.nn.functional.layer_norm(x, x.shape[-1:], weight, bias, eps)


SIZES = ((3, 2, 2), (1, 2, 3), (4, 1, 1))
"""Steps, sequences and units."""


def projection(v: np.ndarray, z: np.ndarray, r: np.ndarray) -> np.ndarray:
    """Each row by the Jacobian of (x - mean) / std, as a matrix: r (1 - ones / d - z z.T / d)."""
    d = v.shape[-1]
    out = np.empty_like(v)
    for place in np.ndindex(v.shape[:-1]):
        jacobian = np.eye(d) - np.ones((d, d)) / d - np.outer(z[place], z[place]) / d
        out[place] = r[place] * (jacobian @ v[place])
    return out


ROWS = [
    Row(
        "rnn",
        rnn,
        cases=[
            case((t, n, h), (n, h), (h, h), nonlinearity=nonlinearity)
            for t, n, h in SIZES
            for nonlinearity in ("tanh", "relu")
        ],
        covers=("rnn_back",),
    ),
    Row(
        "lstm",
        lstm,
        cases=[case((t, n, 4 * h), (n, h), (n, h), (4 * h, h)) for t, n, h in SIZES],
        call=recurrence.lstm,
        covers=("lstm_back",),
    ),
    Row(
        "lstm",
        lstm,
        # far out, where e ** -x overflows
        domain=[real(-2000, 2000), real(), real(), real(-0.1, 0.1)],
        cases=[case((2, 2, 4), (2, 1), (2, 1), (4, 1))],
        call=recurrence.lstm,
    ),
    Row(
        "gru",
        gru,
        cases=[case((t, n, 3 * h), (n, h), (3 * h, h), (3 * h,)) for t, n, h in SIZES],
        call=recurrence.gru,
        covers=("gru_back",),
    ),
    Row(
        "layer_norm",
        layer_norm,
        torch=torch_layer_norm,
        domain=real(-3, 3),
        cases=[
            case((3, 4), (4,), (4,)),
            case((2, 2, 3), (3,), (3,), eps=0.5),
            case((4,), (4,), (4,)),
            case((2, 3)),
            case((0, 3), (3,), (3,)),
        ],
        call=lambda x, weight=None, bias=None, eps=1e-5: rows_standardized(x, eps, weight, bias),
        single=1e-5,
        covers=("standardized_rows", "inverse_std_of_rows", "layer_norm_back"),
    ),
    Row(
        "projection",
        projection,
        cases=[case((3, 4), (3, 4), (3, 1)), case((2, 1, 3), (2, 1, 3), (2, 1, 1)), case((2,), (2,), (1,))],
    ),
]
