"""The table of derivatives: recurrent layers, one primitive for a whole sequence.

A recurrence is a loop, and a node for each product and gate of each step would cost more than the arithmetic does. So a
layer is one node: the loop forward runs on arrays, and the rule is the loop backward, backpropagation through time
(Werbos 1990). What does not depend on earlier steps, x @ weight_ih.T + bias, is computed for all steps in one product
before and comes in as `x` (T, N, gates * H). The output holds the gates beside the states, for the rules need both.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.primitive import general
from minigrad.ops.choice import mask
from minigrad.ops.elementary import tanh
from minigrad.ops.joining import cat, stack
from minigrad.ops.product import outer_sum


def _sigmoid(x: Array, out: Array) -> Array:
    """1 / (1 + e ** -x); where e ** -x overflows, 0 is right."""
    np.negative(x, out=out)
    np.exp(out, out=out)
    out += 1
    return np.reciprocal(out, out=out)


def _parts(x: Any, count: int) -> list[Any]:
    """The gates in (..., count * H), each (..., H)."""
    size = x.shape[-1] // count
    return [x[..., k * size : (k + 1) * size] for k in range(count)]


def _stacked(parts: list[Any], axis: int) -> Any:
    """Arrays or Variables along a new axis."""
    return np.stack(parts, axis) if type(parts[0]) is np.ndarray else stack(parts, axis)


def _beside(parts: list[Any]) -> Any:
    """Arrays or Variables side by side, along the last axis. A loop calls this in each of its steps."""
    return np.concatenate(parts, -1) if type(parts[0]) is np.ndarray else cat(parts, -1)


def _before(start: Any, states: Any) -> Any:
    """The state that each step started from: (N, H) and (T, N, H) to (T, N, H)."""
    return cat([start[None], states[:-1]])


def _rnn(x: Array, h: Array, weight: Array, *, nonlinearity: str) -> Array:
    y = np.empty_like(x, order="C")
    across = weight.T.copy(order="C")  # a product in each step is quicker so
    for step, out in zip(x, y, strict=True):
        np.matmul(h, across, out=out)
        out += step
        h = np.tanh(out, out=out) if nonlinearity == "tanh" else np.maximum(out, 0, out=out)
    return y


def _rnn_rule(g: Any, y: Any, h: Any, weight: Any, nonlinearity: str) -> tuple[Any, Any, Any]:
    """x: a[t] = (g[t] + a[t+1] @ weight) · slope(y[t]); h: a[0] @ weight; weight: Σ a[t]ᵀ h[t−1], over steps."""
    slope = 1 - y * y if nonlinearity == "tanh" else y > 0
    steps = []
    g_h = g[0] * 0
    for t in reversed(range(len(g))):
        g_h = g[t] + g_h
        steps.append(g_h * slope[t] if nonlinearity == "tanh" else mask(g_h, slope[t]))
        g_h = steps[-1] @ weight
    g_x = _stacked(steps[::-1], 0)
    return g_x, g_h, outer_sum(g_x, _before(h, y))


def _lstm(x: Array, h: Array, c: Array, weight: Array) -> Array:
    steps, n = x.shape[:2]
    size = c.shape[-1]
    # sigmoid(x) = 1/2 + tanh(x / 2) / 2: so all four gates are one tanh, of x / 2 but for the third.
    scale = np.full_like(x, 0.5, shape=(4, 1, 1))
    scale[2] = 1
    shift = 1 - scale
    across = np.multiply(_by_gate(weight).swapaxes(1, 2), scale, order="C")
    x = np.multiply(x.reshape(steps, n, 4, size).swapaxes(1, 2), scale, order="C")
    y = np.empty_like(x, shape=(steps, 6, n, size))
    for step, now in zip(x, y, strict=True):
        h_after, c_after, i, f, z, o = now
        gates = np.matmul(h, across, out=now[2:])
        gates += step
        np.tanh(gates, out=gates)
        gates *= scale
        gates += shift
        np.multiply(f, c, out=c_after)
        c_after += i * z
        np.tanh(c_after, out=h_after)
        h_after *= o
        h, c = h_after, c_after
    return y.swapaxes(0, 1)


def _by_gate(weight: Any) -> Any:
    """(4 * H, H) as (4, H, H)."""
    return weight.reshape((4, weight.shape[0] // 4, weight.shape[1]))


def _lstm_rule(g: Any, y: Any, h: Any, c: Any, weight: Any) -> tuple[Any, Any, Any, Any]:
    """Backpropagation through time: the shares of the gates from the last step to the first, and their sums."""
    h_after, c_after, i, f, z, o = y
    to_h, to_c, *to_gates = g
    bounded = tanh(c_after)
    slope = _stacked([i * (1 - i), f * (1 - f), 1 - z * z, o * (1 - o)], 1)
    straight = _stacked(to_gates, 1) * slope
    slope = slope * _stacked([z, _before(c, c_after), i, bounded], 1)  # how c follows the first three, and h the last
    c_to_h = o * (1 - bounded * bounded)
    weights = _by_gate(weight)
    steps = []
    g_h, g_c = to_h[0] * 0, to_c[0] * 0
    for t in reversed(range(len(to_h))):
        g_h = to_h[t] + g_h
        g_c = to_c[t] + g_c + g_h * c_to_h[t]
        steps.append(straight[t] + slope[t] * _stacked([g_c, g_c, g_c, g_h], 0))  # (4, N, H)
        g_h, g_c = (steps[-1] @ weights).sum(0), g_c * f[t]
    g_x = _stacked(steps[::-1], 0).swapaxes(1, 2)
    g_x = g_x.reshape((*g_x.shape[:2], len(weight)))
    return g_x, g_h, g_c, outer_sum(g_x, _before(h, h_after))


@np.errstate(over="ignore")
def _gru(x: Array, h: Array, weight: Array, bias: Array) -> Array:
    y = np.empty_like(x, shape=(5, len(x), *h.shape))
    across = weight.T.copy(order="C")
    for t, step in enumerate(x):
        h_after, r, z, n, inner = y[:, t]
        gates = h @ across
        gates += bias
        to_r, to_z, inner[...] = _parts(gates, 3)
        x_r, x_z, x_n = _parts(step, 3)
        to_r += x_r
        to_z += x_z
        _sigmoid(to_r, r)
        _sigmoid(to_z, z)
        np.multiply(r, inner, out=n)
        n += x_n
        np.tanh(n, out=n)
        np.subtract(h, n, out=h_after)
        h_after *= z
        h_after += n
        h = h_after
    return y


def _gru_rule(g: Any, y: Any, h: Any, weight: Any) -> tuple[Any, Any, Any, Any]:
    """Backpropagation through time: the shares of the gates from the last step to the first, and their sums."""
    h_after, r, z, n, inner = y
    to_h, to_r, to_z, to_n, to_inner = g
    h_before = _before(h, h_after)

    def shares(to_r: Any, to_z: Any, to_n: Any, to_inner: Any) -> tuple[Any, Any]:
        """The gradients of the gates and of the inner part, carried on to x and to h @ weight.T + bias."""
        to_n = to_n * (1 - n * n)
        to_r, to_z = (to_r + to_n * inner) * (r * (1 - r)), to_z * (z * (1 - z))
        return _beside([to_r, to_z, to_n]), _beside([to_r, to_z, to_inner + to_n * r])

    straight_x, straight = shares(to_r, to_z, to_n, to_inner)
    slope_x, slope = shares(0 * r, h_before - n, 1 - z, 0 * inner)  # how h follows them
    steps = []
    g_h = to_h[0] * 0
    for t in reversed(range(len(to_h))):
        steps.append(to_h[t] + g_h)
        g_h = steps[-1] * z[t] + (straight[t] + slope[t] * _beside([steps[-1]] * 3)) @ weight
    through = _beside([_stacked(steps[::-1], 0)] * 3)
    g_gates = straight + slope * through
    return straight_x + slope_x * through, g_h, outer_sum(g_gates, h_before), g_gates.sum((0, 1))


rnn = general("rnn(x, h, weight) = tanh(x + h @ weight.T), step by step", _rnn, all=_rnn_rule)
lstm = general("lstm(x, h, c, weight) = (h, c, i, f, z, o), step by step", _lstm, all=_lstm_rule)
gru = general("gru(x, h, weight, bias) = (h, r, z, n, inner), step by step", _gru, all=_gru_rule)
