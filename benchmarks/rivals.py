"""MyGrad and HIPS autograd: their words for what is not NumPy's, how they take gradients, and Adam beside them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.numpy_like import WORKS, Work
from benchmarks.training import Step

Gradients = Callable[[Callable[..., Any], list[Any], Any], tuple[Any, list[Any]]]


class Hips:
    """HIPS autograd. Its convolution is the one of signal processing, which turns the kernel around."""

    def __init__(self) -> None:
        self.np = np_ = importlib.import_module("autograd.numpy")
        self.erf = importlib.import_module("autograd.scipy.special").erf
        self.convolve = importlib.import_module("autograd.scipy.signal").convolve
        self.make_vjp = importlib.import_module("autograd.core").make_vjp
        self.tanh, self.mean, self.stack, self.transpose = np_.tanh, np_.mean, np_.stack, np_.transpose

    def gradients(self, function: Callable[..., Any], leaves: list[Any], g: Any) -> tuple[Any, list[Any]]:
        vjp, y = self.make_vjp(lambda given: function(self, *given), leaves)
        return y, vjp(np.ones_like(y) if g is None else g)

    def relu(self, x: Any) -> Any:
        return self.np.maximum(x, 0)

    def sigmoid(self, x: Any) -> Any:
        return 0.5 * (self.np.tanh(0.5 * x) + 1)

    def softmax(self, x: Any) -> Any:
        e = self.np.exp(x - self.np.max(x, axis=-1, keepdims=True))
        return e / self.np.sum(e, axis=-1, keepdims=True)

    def cross_entropy(self, x: Any, y: Any) -> Any:
        x = x - self.np.max(x, axis=1, keepdims=True)
        return self.np.mean(self.np.log(self.np.sum(self.np.exp(x), axis=1)) - x[self.np.arange(len(y)), y])

    def gelu(self, x: Any) -> Any:
        return 0.5 * x * (1 + self.erf(x * np.float32(np.sqrt(0.5))))

    def layer_norm(self, x: Any, w: Any, b: Any) -> Any:
        return self._standardized(x, (-1,)) * w + b

    def batch_norm(self, x: Any, w: Any, b: Any) -> Any:
        return self._standardized(x, (0, 2, 3)) * w.reshape(-1, 1, 1) + b.reshape(-1, 1, 1)

    def _standardized(self, x: Any, axes: tuple[int, ...]) -> Any:
        centred = x - self.np.mean(x, axis=axes, keepdims=True)
        return centred / self.np.sqrt(self.np.mean(centred * centred, axis=axes, keepdims=True) + 1e-5)

    def conv(self, x: Any, w: Any) -> Any:
        x = self.np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)), "constant")
        return self.convolve(x, w[:, :, ::-1, ::-1], axes=([2, 3], [2, 3]), dot_axes=([1], [1]), mode="valid")

    def max_pool(self, x: Any) -> Any:
        n, c, h, w = x.shape
        return self.np.max(x.reshape(n, c, h // 2, 2, w // 2, 2), axis=(3, 5))


class MyGrad:
    """MyGrad, with its own layers where it has them."""

    def __init__(self) -> None:
        self.mg = mg = importlib.import_module("mygrad")
        self.tanh, self.mean, self.stack, self.transpose = mg.tanh, mg.mean, mg.stack, mg.transpose
        activations = importlib.import_module("mygrad.nnet.activations")
        self.relu, self.sigmoid, self.softmax = activations.relu, activations.sigmoid, activations.softmax
        self.layers = importlib.import_module("mygrad.nnet.layers")
        self.cross_entropy = importlib.import_module("mygrad.nnet.losses").softmax_crossentropy

    def gradients(self, function: Callable[..., Any], leaves: list[Any], g: Any) -> tuple[Any, list[Any]]:
        tensors = [self.mg.tensor(each, copy=False) for each in leaves]
        y = function(self, *tensors)
        y.backward(g)
        return y.data, [each.grad for each in tensors]

    def layer_norm(self, x: Any, w: Any, b: Any) -> Any:
        centred = x - self.mg.mean(x, axis=-1, keepdims=True)
        return centred / self.mg.sqrt(self.mg.mean(centred * centred, axis=-1, keepdims=True) + 1e-5) * w + b

    def batch_norm(self, x: Any, w: Any, b: Any) -> Any:
        return self.layers.batchnorm(x, gamma=w, beta=b, eps=1e-5)

    def conv(self, x: Any, w: Any) -> Any:
        return self.layers.conv_nd(x, w, stride=1, padding=1)

    def max_pool(self, x: Any) -> Any:
        return self.layers.max_pool(x, (2, 2), 2)


RIVALS: dict[str, Callable[[], Any]] = {"mygrad": MyGrad, "autograd": Hips}


def rival(library: str, workload: str) -> Step | None:
    """The step of `workload` in one of these libraries, or None where it has no words for it."""
    words = RIVALS[library]()
    make = WORKS.get(workload)
    if make is None or (workload.startswith("gelu") and not hasattr(words, "gelu")):
        return None
    work = make()
    if work.g is not None:
        return lambda: _flat(words.gradients(work.function, work.leaves, work.g))
    state: dict[str, Any] = {"t": 0}

    def step() -> list[Any]:
        loss, grads = words.gradients(work.function, work.leaves, None)
        _adam(work, grads, state)
        return [loss]

    return step


def _flat(found: tuple[Any, list[Any]]) -> list[Any]:
    return [found[0], *found[1]]


def _adam(work: Work, grads: list[Any], state: dict[Any, Any], rate: float = 1e-3) -> None:
    state["t"] = t = state["t"] + 1
    for i, (p, g) in enumerate(zip(work.leaves, grads)):
        if i not in state:
            state[i] = np.zeros_like(p), np.zeros_like(p)
        m, v = state[i]
        m += 0.1 * (g - m)
        v += 0.001 * (g * g - v)
        p -= rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
