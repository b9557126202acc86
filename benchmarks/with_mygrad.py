"""The workloads in MyGrad, as far as it has the operations (it has no transposed convolution)."""

from __future__ import annotations

from typing import Any

import mygrad as mg
import numpy as np
from mygrad.nnet.activations import relu
from mygrad.nnet.layers import conv_nd, max_pool
from mygrad.nnet.losses import softmax_crossentropy

from benchmarks.torch_like import Step

rng = np.random.default_rng(0)


def _weight(*shape: int) -> Any:
    return mg.tensor((rng.standard_normal(shape) / np.sqrt(np.prod(shape[1:]))).astype(np.float32))


class _Adam:
    def __init__(self, parameters: list[Any]) -> None:
        self.parameters, self.t = parameters, 0
        self.m, self.v = ([np.zeros_like(p.data) for p in parameters] for _ in range(2))

    def step(self) -> None:
        self.t += 1
        for p, m, v in zip(self.parameters, self.m, self.v):
            m += 0.1 * (p.grad - m)
            v += 0.001 * (p.grad**2 - v)
            p.data -= 1e-3 * (m / (1 - 0.9**self.t)) / (np.sqrt(v / (1 - 0.999**self.t)) + 1e-8)


def cnn() -> Step:
    w1, w2, w3 = _weight(32, 1, 3, 3), _weight(64, 32, 3, 3), _weight(64 * 49, 10)
    b1, b2, b3 = (mg.tensor(np.zeros(shape, np.float32)) for shape in ((32, 1, 1), (64, 1, 1), (10,)))
    x, y = rng.standard_normal((64, 1, 28, 28)).astype(np.float32), rng.integers(0, 10, 64)
    optimizer = _Adam([w1, w2, w3, b1, b2, b3])

    def step() -> None:
        h = max_pool(relu(conv_nd(x, w1, stride=1, padding=1) + b1), (2, 2), 2)
        h = max_pool(relu(conv_nd(h, w2, stride=1, padding=1) + b2), (2, 2), 2)
        softmax_crossentropy(h.reshape(64, -1) @ w3 + b3, y).backward()
        optimizer.step()

    return step


def mlp() -> Step:
    layers = [(_weight(m, n), mg.tensor(np.zeros(n, np.float32))) for m, n in ((784, 512), (512, 512), (512, 10))]
    x, y = rng.standard_normal((128, 784)).astype(np.float32), rng.integers(0, 10, 128)
    optimizer = _Adam([p for layer in layers for p in layer])

    def step() -> None:
        h = x
        for w, b in layers[:-1]:
            h = relu(h @ w + b)
        softmax_crossentropy(h @ layers[-1][0] + layers[-1][1], y).backward()
        optimizer.step()

    return step


def small_mlp() -> Step:
    layers = [(_weight(m, n), mg.tensor(np.zeros(n, np.float32))) for m, n in ((2, 16), (16, 16), (16, 1))]
    x, y = rng.standard_normal((32, 2)).astype(np.float32), rng.standard_normal((32, 1)).astype(np.float32)

    def step() -> None:
        h = x
        for w, b in layers[:-1]:
            h = mg.tanh(h @ w + b)
        mg.mean((h @ layers[-1][0] + layers[-1][1] - y) ** 2).backward()
        for layer in layers:
            for p in layer:
                p.data -= 0.01 * p.grad

    return step


def chain(length: int = 200) -> Step:
    x = mg.tensor(rng.standard_normal((32, 16)).astype(np.float32))
    b = rng.standard_normal((32, 16)).astype(np.float32)

    def step() -> None:
        y = x
        for _ in range(length // 4):
            y = mg.tanh(y * b + b) - b
        y.sum().backward()

    return step


WORKLOADS = {"cnn": cnn, "mlp": mlp, "small mlp": small_mlp, "chain 200": chain, "chain 20,000": lambda: chain(20_000)}
