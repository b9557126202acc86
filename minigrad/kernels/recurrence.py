"""Recurrent layers step by step, forward and back: loops whose passes stay in the cache.

A step is a product of some ten thousand numbers and a dozen passes over as many. So nothing is allocated in a step, the
gates of a step lie one after another, and sigmoid(a) = 1/2 + tanh(a / 2) / 2 makes one tanh of several gates. Products
are cut into parts that the linear algebra takes as they are, without packing them first: a quarter faster.

Arrays are (T, N, H) for T steps and N sequences, those of gates (T, gates, N, H). `x` (T, N, gates * H) is the part of
the gates that does not depend on earlier steps. Back, `g` are the gradients of the states from elsewhere than the next
step, and what is computed are the gradients of the gates before their activations.
"""

from __future__ import annotations

import numpy as np

from minigrad.dtypes import Array
from minigrad.kernels.products import with_each


def _by_gate(x: Array, count: int) -> Array:
    """(..., N, count * H) as (..., count, N, H)."""
    return x.reshape((*x.shape[:-1], count, x.shape[-1] // count)).swapaxes(-2, -3)


def _across(weight: Array, count: int) -> Array:
    """A weight (count * H, H) as (count, H, H): what a state is multiplied with to give each gate."""
    return weight.reshape((count, weight.shape[0] // count, weight.shape[1])).swapaxes(1, 2).copy(order="C")


def _back(weight: Array, count: int) -> Array:
    """A weight (count * H, H) as (count, count * H, H / count), some columns of the state for each; or all for one."""
    rows, size = weight.shape
    count = count if size % count == 0 else 1
    return weight.reshape((rows, count, size // count)).swapaxes(0, 1).copy(order="C")


def rnn(x: Array, h: Array, weight: Array, *, nonlinearity: str) -> Array:
    """The state h after each step, (T, N, H)."""
    y = np.empty_like(x, order="C")
    across = weight.T.copy(order="C")
    for step, after in zip(x, y, strict=True):
        np.matmul(h, across, out=after)
        after += step
        h = np.tanh(after, out=after) if nonlinearity == "tanh" else np.maximum(after, 0, out=after)
    return y


def rnn_back(g: Array, y: Array, weight: Array, *, nonlinearity: str) -> Array:
    """The gradients (T, N, H) before the activation."""
    result = np.empty_like(g, order="C")
    g_h = np.zeros_like(result, shape=g.shape[1:])
    one = np.ones_like(g, shape=())
    for t in range(len(g) - 1, -1, -1):
        g_h += g[t]
        now = result[t]
        if nonlinearity == "tanh":
            np.multiply(y[t], y[t], out=now)
            np.subtract(one, now, out=now)
            now *= g_h
        else:
            now[...] = np.where(y[t] > 0, g_h, 0)
        if t:
            np.matmul(now, weight, out=g_h)
    return result


def _sigmoid(a: Array, half: Array) -> None:
    """sigmoid(a) from tanh(a / 2), in place."""
    a *= half
    a += half


def lstm(x: Array, h: Array, c: Array, weight: Array) -> tuple[Array, Array]:
    """The states h and c after each step, (2, T, N, H), and the gates i, f, z and o, (T, 4, N, H)."""
    across = _across(weight, 4)
    half = np.full_like(x, 0.5, shape=())
    halves = np.full_like(x, 0.5, shape=(4, 1, 1))
    halves[2] = 1
    across *= halves
    states = np.empty_like(x, shape=(2, len(x), *c.shape))
    gates = np.multiply(_by_gate(x, 4), halves, order="C")
    now, product = np.empty_like(x, shape=(4, *c.shape)), np.empty_like(c)
    for step, h_after, c_after in zip(gates, *states, strict=True):
        with_each(h, across, now)
        step += now
        np.tanh(step, out=step)
        i, f, z, o = step
        _sigmoid(step[:2], half)
        _sigmoid(o, half)
        np.multiply(f, c, out=c_after)
        c_after += np.multiply(i, z, out=product)
        np.tanh(c_after, out=h_after)
        h_after *= o
        h, c = h_after, c_after
    return states, gates


def lstm_back(g: Array, states: Array, c: Array, weight: Array, gates: Array) -> Array:
    """The gradients (T, N, 5 * H) of i, f, z and o before their activations, and of c before the step."""
    steps, _, n, size = gates.shape
    back = _back(weight, 4)
    result = np.empty_like(g, shape=(steps, n, 5 * size), order="C")
    g_h, g_c = np.zeros_like(g, shape=(2, n, size))
    from_next = _by_gate(g_h, len(back))
    shares, slopes = np.empty_like(gates[0]), np.empty_like(gates[0])
    of_i, of_f, of_z, of_o = shares
    bounded, slope = np.empty_like(g_h), np.empty_like(g_h)
    one = np.ones_like(g, shape=())
    for t in range(steps - 1, -1, -1):
        i, f, z, o = gates[t]
        g_h += g[0, t]
        g_c += g[1, t]
        np.tanh(states[1, t], out=bounded)
        np.multiply(bounded, bounded, out=slope)
        np.subtract(one, slope, out=slope)
        slope *= o
        slope *= g_h
        g_c += slope
        np.subtract(one, gates[t], out=slopes)
        slopes *= gates[t]
        np.multiply(z, z, out=slopes[2])
        np.subtract(one, slopes[2], out=slopes[2])
        np.multiply(g_c, z, out=of_i)
        np.multiply(g_c, states[1, t - 1] if t else c, out=of_f)
        np.multiply(g_c, i, out=of_z)
        np.multiply(g_h, bounded, out=of_o)
        now = _by_gate(result[t], 5)
        np.multiply(shares, slopes, out=now[:4])
        g_c *= f
        now[4] = g_c
        if t:
            with_each(result[t, :, : 4 * size], back, from_next)
    return result


def gru(x: Array, h: Array, weight: Array, bias: Array) -> tuple[Array, Array]:
    """The state h after each step, (T, N, H), and r, z, n and the inner part of n, (T, 4, N, H)."""
    across = _across(weight, 3)
    bias = bias.reshape(3, 1, -1).copy()
    half = np.full_like(x, 0.5, shape=())
    states = np.empty_like(x, shape=(len(x), *h.shape))
    gates = np.empty_like(x, shape=(len(x), 4, *h.shape))
    gates[:, :3] = _by_gate(x, 3)
    gates[:, :2] += bias[:2]
    for each in (across[:2], gates[:, :2]):
        each *= half
    now, product = np.empty_like(x, shape=(3, *h.shape)), np.empty_like(h)
    for step, after in zip(gates, states, strict=True):
        r, z, n, inner = step
        with_each(h, across, now)
        both = step[:2]
        both += now[:2]
        np.tanh(both, out=both)
        _sigmoid(both, half)
        np.add(now[2], bias[2], out=inner)
        n += np.multiply(r, inner, out=product)
        np.tanh(n, out=n)
        np.subtract(h, n, out=after)
        after *= z
        after += n
        h = after
    return states, gates


def gru_back(g: Array, states: Array, h: Array, weight: Array, gates: Array) -> Array:
    """The gradients (T, N, 7 * H) of r, z and n before their activations; of r, z and the inner part of n; and what
    goes to h before the step by z alone."""
    steps, _, *shape = gates.shape
    size = shape[-1]
    back = _back(weight, 3)
    result = np.empty_like(g, shape=(steps, shape[0], 7 * size), order="C")
    g_h, from_next = np.zeros_like(g, shape=(2, *shape))
    by_columns = _by_gate(from_next, len(back))
    shares, rest = np.empty_like(gates[0]), np.empty_like(gates[0, :3])
    of_r, of_z, of_n, of_inner = shares
    one = np.ones_like(g, shape=())
    for t in range(steps - 1, -1, -1):
        r, z, n, inner = gates[t]
        g_h += g[t]
        np.subtract(one, gates[t, :2], out=rest[:2])
        np.subtract(states[t - 1] if t else h, n, out=of_z)
        of_z *= g_h
        np.multiply(g_h, rest[1], out=of_n)
        np.multiply(n, n, out=rest[2])
        np.subtract(one, rest[2], out=rest[2])
        of_n *= rest[2]
        np.multiply(of_n, inner, out=of_r)
        np.multiply(of_n, r, out=of_inner)
        rest[:2] *= gates[t, :2]
        shares[:2] *= rest[:2]
        g_h *= z
        now = _by_gate(result[t], 7)
        now[:3] = shares[:3]
        now[3:5] = shares[:2]
        now[5] = of_inner
        now[6] = g_h
        if t:
            with_each(result[t, :, 3 * size : 6 * size], back, by_columns)
            g_h += from_next
    return result
