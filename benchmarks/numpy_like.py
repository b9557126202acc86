"""The workloads in the words that MyGrad and HIPS autograd share, which are NumPy's.

A workload is a function of the words and of parameters, given as arrays; `rivals` has the words of either library, and
what takes the gradients. What a library has no words for is missing there.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from benchmarks.numbers import Numbers
from benchmarks.workloads import IMAGES, ROWS


class Work(NamedTuple):
    """`function(words, *leaves)`, differentiated in the leaves; `g` comes in, or with None Adam follows."""

    function: Callable[..., Any]
    leaves: list[Any]
    g: Any = None


def _training(parameters: list[tuple[int, ...]], function: Callable[..., Any], data: Callable[[Numbers], Any]) -> Work:
    numbers = Numbers()
    leaves = [numbers.parameter(*shape) for shape in parameters]
    given = data(numbers)
    return Work(lambda words, *layers: function(words, *given, *layers), leaves)


def _layers(*sizes: int) -> list[tuple[int, ...]]:
    return [shape for m, n in itertools.pairwise(sizes) for shape in ((n, m), (n,))]


def _perceptron(h: Any, layers: Any, activation: Any) -> Any:
    pairs = list(zip(layers[::2], layers[1::2]))
    for w, b in pairs[:-1]:
        h = activation(h @ w.T + b)
    return h @ pairs[-1][0].T + pairs[-1][1]


def mlp() -> Work:
    def loss(words: Any, x: Any, y: Any, *layers: Any) -> Any:
        return words.cross_entropy(_perceptron(x, layers, words.relu), y)

    return _training(_layers(784, 512, 512, 10), loss, lambda n: (n.data(128, 784), n.integers(10, 128)))


def small_mlp() -> Work:
    def loss(words: Any, x: Any, y: Any, *layers: Any) -> Any:
        return words.mean((_perceptron(x, layers, words.tanh) - y) ** 2)

    return _training(_layers(2, 16, 16, 1), loss, lambda n: (n.data(32, 2), n.data(32, 1)))


def cnn() -> Work:
    def loss(words: Any, x: Any, y: Any, w1: Any, b1: Any, w2: Any, b2: Any, w3: Any, b3: Any) -> Any:
        h = words.max_pool(words.relu(words.conv(x, w1) + b1.reshape(-1, 1, 1)))
        h = words.max_pool(words.relu(words.conv(h, w2) + b2.reshape(-1, 1, 1)))
        return words.cross_entropy(h.reshape(64, -1) @ w3.T + b3, y)

    parameters = [(32, 1, 3, 3), (32,), (64, 32, 3, 3), (64,), (10, 64 * 49), (10,)]
    return _training(parameters, loss, lambda n: (n.data(64, 1, 28, 28), n.integers(10, 64)))


def chain(length: int = 200) -> Work:
    def run(words: Any, w: Any, x: Any) -> Any:
        for _ in range(length // 2):
            x = words.tanh(x @ w)
        return x

    numbers = Numbers()
    return Work(run, [numbers.parameter(16, 16), numbers.data(32, 16)], numbers.data(32, 16))


def _layer(
    function: Callable[..., Any], parameters: list[tuple[int, ...]], given: tuple[int, ...], result: tuple[int, ...]
) -> Work:
    """The leaves are the input and then the parameters, as in the other libraries."""
    numbers = Numbers()
    leaves = [numbers.parameter(*shape) for shape in parameters]
    return Work(function, [numbers.data(*given), *leaves], numbers.data(*result))


def residual() -> Work:
    def block(words: Any, x: Any, w1: Any, a1: Any, b1: Any, w2: Any, a2: Any, b2: Any) -> Any:
        h = words.relu(words.batch_norm(words.conv(x, w1), a1, b1))
        return words.relu(words.batch_norm(words.conv(h, w2), a2, b2) + x)

    shape = (32, 64, 32, 32)
    return _layer(block, [(64, 64, 3, 3), (64,), (64,)] * 2, shape, shape)


def lstm() -> Work:
    def run(words: Any, x: Any, w: Any, u: Any, b: Any, c: Any) -> Any:
        hidden = memory = np.zeros((32, 128), np.float32)
        found = []
        for t in range(32):
            gates = x[t] @ w.T + b + hidden @ u.T + c
            i, f, new, o = (gates[:, n * 128 : (n + 1) * 128] for n in range(4))
            memory = words.sigmoid(f) * memory + words.sigmoid(i) * words.tanh(new)
            hidden = words.sigmoid(o) * words.tanh(memory)
            found.append(hidden)
        return words.stack(found)

    return _layer(run, [(512, 64), (512, 128), (512,), (512,)], (32, 32, 64), (32, 32, 128))


def transformer() -> Work:
    def run(
        words: Any, x: Any, w: Any, b: Any, wo: Any, bo: Any, w1: Any, b1: Any, w2: Any, b2: Any, *norms: Any
    ) -> Any:
        qkv = words.transpose((x @ w.T + b).reshape(16, 64, 3, 4, 32), (2, 0, 3, 1, 4))
        q, k, v = qkv[0], qkv[1], qkv[2]
        weights = words.softmax(q @ words.transpose(k, (0, 1, 3, 2)) / np.float32(np.sqrt(32)))
        mixed = words.transpose(weights @ v, (0, 2, 1, 3)).reshape(16, 64, 128)
        x = words.layer_norm(x + mixed @ wo.T + bo, *norms[:2])
        return words.layer_norm(x + words.relu(x @ w1.T + b1) @ w2.T + b2, *norms[2:])

    parameters = [(384, 128), (384,), *_layers(128, 128), *_layers(128, 512, 128), *[(128,)] * 4]
    return _layer(run, parameters, (16, 64, 128), (16, 64, 128))


def embedding() -> Work:
    numbers = Numbers()
    w, index = numbers.parameter(5000, 128), numbers.integers(5000, 64, 64)
    return Work(lambda words, w: w[index], [w], numbers.data(64, 64, 128))


def _alone(
    name: str, sizes: Any, parameters: Callable[..., list[tuple[int, ...]]] = lambda *shape: []
) -> dict[str, Any]:
    def work(shape: tuple[int, ...]) -> Work:
        result = (*shape[:2], shape[2] // 2, shape[3] // 2) if name == "max_pool" else shape
        return _layer(lambda words, *leaves: getattr(words, name)(*leaves), parameters(*shape), shape, result)

    title = {"max_pool": "max pooling"}.get(name, name.replace("_", " "))
    return {f"{title}, {size}": partial(work, shape) for size, shape in zip(("small", "large"), sizes)}


def _cross_entropy(n: int, classes: int) -> Work:
    numbers = Numbers()
    x, y = numbers.data(n, classes), numbers.integers(classes, n)
    return Work(lambda words, x: words.cross_entropy(x, y), [x], numbers.data())


WORKS: dict[str, Callable[[], Work]] = {
    "cnn": cnn,
    "residual block": residual,
    "mlp": mlp,
    "small mlp": small_mlp,
    "chain 200": chain,
    "chain 20,000": lambda: chain(20_000),
    "lstm": lstm,
    "transformer": transformer,
    "embedding": embedding,
    **_alone("max_pool", IMAGES),
    **_alone("batch_norm", IMAGES, lambda *shape: [(shape[1],)] * 2),
    **_alone("layer_norm", ROWS, lambda *shape: [(shape[-1],)] * 2),
    **_alone("softmax", ROWS),
    **_alone("gelu", ROWS),
    "cross entropy, small": lambda: _cross_entropy(32, 10),
    "cross entropy, large": lambda: _cross_entropy(4096, 512),
}
