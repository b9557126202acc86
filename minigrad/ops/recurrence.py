"""The table of derivatives: recurrent layers, one primitive for a whole sequence.

A recurrence is a loop, and a node for each product and gate of each step would cost more than the arithmetic does. So a
layer is one node: the loop forward runs on arrays, and so does the loop backward, backpropagation through time (Werbos
1990), which is another primitive. What does not depend on earlier steps, x @ weight_ih.T + bias, is computed for all
steps in one product before and comes in as `x` (T, N, gates * H). The gates are handed on as a static value.

The loops are in `kernels.recurrence`. Here stands what those backward compute, in primitives: their own derivative is
that of the composition. In it gates are functions of all states, for they depend on earlier steps by the last state.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from minigrad.dtypes import Array
from minigrad.engine.node import plain
from minigrad.engine.observers import aside
from minigrad.engine.primitive import general
from minigrad.kernels import recurrence as kernels
from minigrad.ops.choice import mask
from minigrad.ops.composition import recorded, shares
from minigrad.ops.elementary import sigmoid, tanh
from minigrad.ops.joining import cat, stack
from minigrad.ops.product import linear_p, outer_sum, times


def _before(start: Any, states: Any) -> Any:
    """The state that each step started from: (N, H) and (T, N, H) to (T, N, H)."""
    return cat([start[None], states[:-1]])


def _parts(x: Any, count: int) -> list[Any]:
    """The gates in (..., count * H), each (..., H)."""
    size = x.shape[-1] // count
    return [x[..., k * size : (k + 1) * size] for k in range(count)]


# -- Elman's network ---------------------------------------------------------------------------------------------------


def _rnn_rule(g: Any, y: Any, h: Any, weight: Any, nonlinearity: str) -> tuple[Any, Any, Any]:
    """x: a, the gradients before the activation; h: a[0] @ weight; weight: Σ a[t]ᵀ h[t−1], over steps."""
    a = rnn_back(g, y, weight, nonlinearity=nonlinearity)
    return a, times(a[0], weight), outer_sum(a, _before(h, y))


def _rnn_back(g: Any, y: Any, weight: Any, nonlinearity: str) -> Any:
    """a[t] = (g[t] + a[t+1] @ weight) · slope(y[t]), from the last step to the first."""
    slope = 1 - y * y if nonlinearity == "tanh" else y > 0
    steps: list[Any] = []
    for t in reversed(range(len(g))):
        g_h = g[t] + steps[-1] @ weight if steps else g[t]
        steps.append(g_h * slope[t] if nonlinearity == "tanh" else mask(g_h, slope[t]))
    return stack(steps[::-1])


def _rnn_back_rule(g: Any, u: Any, states: Any, weight: Any, nonlinearity: str) -> tuple[Any, ...]:
    """Through the same loop in primitives."""
    y, places = recorded(partial(_rnn_back, nonlinearity=nonlinearity), u, states, weight)
    return shares(g, y, places)


rnn = general("rnn(x, h, weight) = tanh(x + h @ weight.T), step by step", kernels.rnn, all=_rnn_rule)
rnn_back = general(
    "rnn_back(u, states, weight) = the gradients before the activation, step by step",
    kernels.rnn_back,
    all=_rnn_back_rule,
)


# -- Long short-term memory --------------------------------------------------------------------------------------------


def _lstm(x: Array, h: Array, c: Array, weight: Array, *, states: Array, gates: Array) -> Array:
    return states


def _lstm_rule(g: Any, x: Any, y: Any, h: Any, c: Any, weight: Any, gates: Array) -> tuple[Any, Any, Any, Any]:
    """x: a, the gradients of the gates; h: a[0] @ weight; weight: Σ a[t]ᵀ h[t−1], over steps."""
    back = lstm_back(g, x, y, h, c, weight, gates=gates)
    size = c.shape[-1]
    a = back[..., : 4 * size]
    return a, times(a[0], weight), back[0, :, 4 * size :], outer_sum(a, _before(h, y[0]))


def _run_lstm_back(u: Array, x: Array, states: Array, h: Array, c: Array, weight: Array, *, gates: Array) -> Array:
    return kernels.lstm_back(u, states, c, weight, gates)


def _lstm_back(g: Any, x: Any, states: Any, h: Any, c: Any, weight: Any) -> Any:
    """Backpropagation through time: the gradients of i, f, z and o before their activations, and of c before a step."""
    h_after, c_after = states
    c_before = _before(c, c_after)
    gates = _parts(x + linear_p(_before(h, h_after), weight), 4)
    i, f, z, o = sigmoid(gates[0]), sigmoid(gates[1]), tanh(gates[2]), sigmoid(gates[3])
    bounded = tanh(c_after)
    steps: list[Any] = []
    for t in reversed(range(len(x))):
        g_h, g_c = g[0, t], g[1, t]
        if steps:
            g_h, g_c = g_h + cat(steps[-1][:4], -1) @ weight, g_c + steps[-1][4]
        g_c = g_c + g_h * o[t] * (1 - bounded[t] * bounded[t])
        g_i = g_c * z[t] * i[t] * (1 - i[t])
        g_f = g_c * c_before[t] * f[t] * (1 - f[t])
        g_z = g_c * i[t] * (1 - z[t] * z[t])
        g_o = g_h * bounded[t] * o[t] * (1 - o[t])
        steps.append([g_i, g_f, g_z, g_o, g_c * f[t]])
    return stack([cat(each, -1) for each in steps[::-1]])


def _lstm_back_rule(g: Any, u: Any, x: Any, states: Any, h: Any, c: Any, weight: Any) -> tuple[Any, ...]:
    """Through the same loop in primitives."""
    y, places = recorded(_lstm_back, u, x, states, h, c, weight)
    return shares(g, y, places)


lstm_p = general("lstm(x, h, c, weight) = (h, c), step by step", _lstm, all=_lstm_rule)
lstm_back = general(
    "lstm_back(u, x, states, h, c, weight) = the gradients of the gates, and of c, step by step",
    _run_lstm_back,
    all=_lstm_back_rule,
)
_lstm_states = aside(kernels.lstm)


def lstm(x: Any, h: Any, c: Any, weight: Any) -> Any:
    """The states h and c after each step, (2, T, N, H); `x` (T, N, 4 * H) is what the steps add to h @ weight.T.

    h and c (N, H) are the states before, weight is (4 * H, H), with the rows of i, f, z and o.
    """
    states, gates = _lstm_states(plain(x), plain(h), plain(c), plain(weight))
    return lstm_p(x, h, c, weight, states=states, gates=gates)


# -- Gated recurrent units ---------------------------------------------------------------------------------------------


def _gru(x: Array, h: Array, weight: Array, bias: Array, *, states: Array, gates: Array) -> Array:
    return states


def _gru_rule(g: Any, x: Any, y: Any, h: Any, weight: Any, bias: Any, gates: Array) -> tuple[Any, Any, Any, Any]:
    """x: a, the gradients of the gates; weight: Σ b[t]ᵀ h[t−1], with b those in h @ weight.T + bias; bias: Σ b."""
    back = gru_back(g, x, y, h, weight, bias, gates=gates)
    size = h.shape[-1]
    a, b, past = back[..., : 3 * size], back[..., 3 * size : 6 * size], back[0, :, 6 * size :]
    return a, past + times(b[0], weight), outer_sum(b, _before(h, y)), b.sum((0, 1))


def _run_gru_back(u: Array, x: Array, states: Array, h: Array, weight: Array, bias: Array, *, gates: Array) -> Array:
    return kernels.gru_back(u, states, h, weight, gates)


def _gru_back(g: Any, x: Any, states: Any, h: Any, weight: Any, bias: Any) -> Any:
    """Backpropagation through time: the gradients of r, z and n before their activations, those of their parts in
    h @ weight.T + bias, and what h before a step gets past the gates."""
    h_before = _before(h, states)
    (to_r, to_z, to_n), (in_r, in_z, inner) = _parts(x, 3), _parts(linear_p(h_before, weight) + bias, 3)
    r, z = sigmoid(to_r + in_r), sigmoid(to_z + in_z)
    n = tanh(to_n + r * inner)
    steps: list[Any] = []
    for t in reversed(range(len(x))):
        g_h = g[t]
        if steps:
            g_h = g_h + cat(steps[-1][3:6], -1) @ weight + steps[-1][6]
        g_n = g_h * (1 - z[t]) * (1 - n[t] * n[t])
        g_z = g_h * (h_before[t] - n[t]) * z[t] * (1 - z[t])
        g_r = g_n * inner[t] * r[t] * (1 - r[t])
        steps.append([g_r, g_z, g_n, g_r, g_z, g_n * r[t], g_h * z[t]])
    return stack([cat(each, -1) for each in steps[::-1]])


def _gru_back_rule(g: Any, u: Any, x: Any, states: Any, h: Any, weight: Any, bias: Any) -> tuple[Any, ...]:
    """Through the same loop in primitives."""
    y, places = recorded(_gru_back, u, x, states, h, weight, bias)
    return shares(g, y, places)


gru_p = general("gru(x, h, weight, bias) = h, step by step", _gru, all=_gru_rule)
gru_back = general(
    "gru_back(u, x, states, h, weight, bias) = the gradients of the gates, step by step",
    _run_gru_back,
    all=_gru_back_rule,
)
_gru_states = aside(kernels.gru)


def gru(x: Any, h: Any, weight: Any, bias: Any) -> Any:
    """The states h after each step, (T, N, H); `x` (T, N, 3 * H) is what the steps add to h @ weight.T + bias.

    h (N, H) is the state before, weight (3 * H, H) and bias (3 * H,) have the rows of r, z and n.
    """
    states, gates = _gru_states(plain(x), plain(h), plain(weight), plain(bias))
    return gru_p(x, h, weight, bias, states=states, gates=gates)
