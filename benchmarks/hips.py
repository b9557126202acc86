"""The workloads in HIPS autograd, as far as it has the operations (it has no fast convolution)."""

from __future__ import annotations

import itertools
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np

from benchmarks.torch_like import Step

rng = np.random.default_rng(0)


def _layers(sizes: tuple[int, ...]) -> list[tuple[Any, Any]]:
    return [
        ((rng.standard_normal((m, n)) / np.sqrt(m)).astype(np.float32), np.zeros(n, np.float32))
        for m, n in itertools.pairwise(sizes)
    ]


def _adam(parameters: Any, grads: Any, state: dict[str, Any], rate: float = 1e-3) -> None:
    state["t"] = t = state.get("t", 0) + 1
    for layer, (layer_p, layer_g) in enumerate(zip(parameters, grads)):
        for part, (p, g) in enumerate(zip(layer_p, layer_g)):
            m, v = state.setdefault((layer, part), (np.zeros_like(p), np.zeros_like(p)))
            m += 0.1 * (g - m)
            v += 0.001 * (g * g - v)
            p -= rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)


def mlp() -> Step:
    parameters, state = _layers((784, 512, 512, 10)), {}
    x, y = rng.standard_normal((128, 784)).astype(np.float32), rng.integers(0, 10, 128)

    def loss(layers: Any) -> Any:
        h = x
        for w, b in layers[:-1]:
            h = anp.maximum(h @ w + b, 0)
        scores = h @ layers[-1][0] + layers[-1][1]
        scores = scores - anp.max(scores, axis=1, keepdims=True)
        return anp.mean(anp.log(anp.sum(anp.exp(scores), axis=1)) - scores[anp.arange(128), y])

    gradient = autograd.grad(loss)
    return lambda: _adam(parameters, gradient(parameters), state)


def small_mlp() -> Step:
    parameters = _layers((2, 16, 16, 1))
    x, y = rng.standard_normal((32, 2)).astype(np.float32), rng.standard_normal((32, 1)).astype(np.float32)

    def loss(layers: Any) -> Any:
        h = x
        for w, b in layers[:-1]:
            h = anp.tanh(h @ w + b)
        return anp.mean((h @ layers[-1][0] + layers[-1][1] - y) ** 2)

    gradient = autograd.grad(loss)

    def step() -> None:
        for layer_p, layer_g in zip(parameters, gradient(parameters)):
            for p, g in zip(layer_p, layer_g):
                p -= 0.01 * g

    return step


def chain(length: int = 200) -> Step:
    x, b = (rng.standard_normal((32, 16)).astype(np.float32) for _ in range(2))

    def total(y: Any) -> Any:
        for _ in range(length // 4):
            y = anp.tanh(y * b + b) - b
        return anp.sum(y)

    gradient = autograd.grad(total)
    return lambda: gradient(x)


WORKLOADS = {"mlp": mlp, "small mlp": small_mlp, "chain 200": chain, "chain 20,000": lambda: chain(20_000)}
