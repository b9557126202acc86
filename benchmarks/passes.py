"""Forward and backward passes of layers and functions, in the words that PyTorch and minigrad share.

Each function returns a pass to be timed, which gives what it computed and all gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.numbers import Numbers
from benchmarks.training import Step, filled


def _pass(
    lib: Any, numbers: Numbers, function: Callable[..., Any], inputs: Sequence[Any], parameters: Any = ()
) -> Step:
    """`function(*inputs)`, and the gradients of its floating point inputs and of `parameters`."""
    given = [lib.from_numpy(each) for each in inputs]
    leaves = [*(each.requires_grad_() for each in given if each.dtype == lib.float32), *parameters]
    shape = function(*given).shape
    g = lib.from_numpy(numbers.data(*shape))

    def step() -> list[Any]:
        for each in leaves:
            each.grad = None
        y = function(*given)
        y.backward(g)
        return [y, *(each.grad for each in leaves)]

    return step


def _layer(lib: Any, layer: Any, shape: tuple[int, ...], part: Callable[[Any], Any] = lambda y: y) -> Step:
    numbers = Numbers()
    filled(lib, numbers, layer)
    return _pass(lib, numbers, lambda x: part(layer(x)), [numbers.data(*shape)], list(layer.parameters()))


def chain(lib: Any, length: int = 200) -> Step:
    """So many small operations in a row."""
    numbers = Numbers()

    def run(w: Any, x: Any) -> Any:
        for _ in range(length // 2):
            x = (x @ w).tanh()
        return x

    return _pass(lib, numbers, run, [numbers.parameter(16, 16), numbers.data(32, 16)])


def residual(lib: Any) -> Step:
    """A residual block of 64 channels with batch normalization."""
    nn = lib.nn
    body = nn.Sequential(
        nn.Conv2d(64, 64, 3, padding=1, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.Conv2d(64, 64, 3, padding=1, bias=False),
        nn.BatchNorm2d(64),
    )
    numbers = Numbers()
    filled(lib, numbers, body)
    inputs = [numbers.data(32, 64, 32, 32)]
    return _pass(lib, numbers, lambda x: lib.relu(body(x) + x), inputs, list(body.parameters()))


def lstm(lib: Any) -> Step:
    """64 to 128, 32 steps."""
    return _layer(lib, lib.nn.LSTM(64, 128), (32, 32, 64), lambda answer: answer[0])


def transformer(lib: Any) -> Step:
    """An encoder layer, width 128, 4 heads."""
    layer = lib.nn.TransformerEncoderLayer(128, 4, dim_feedforward=512, dropout=0.0, batch_first=True)
    return _layer(lib, layer, (16, 64, 128))


def depthwise(lib: Any) -> Step:
    """3x3, each of 64 channels by itself."""
    return _layer(lib, lib.nn.Conv2d(64, 64, 3, padding=1, groups=64), (16, 64, 32, 32))


def groups(lib: Any) -> Step:
    """3x3, 64 to 128 channels in 8 groups."""
    return _layer(lib, lib.nn.Conv2d(64, 128, 3, padding=1, groups=8), (16, 64, 32, 32))


def embedding(lib: Any) -> Step:
    """64x64 of 5000 rows."""
    numbers = Numbers()
    inputs = [numbers.parameter(5000, 128), numbers.integers(5000, 64, 64)]
    return _pass(lib, numbers, lambda w, index: lib.nn.functional.embedding(index, w), inputs)


def max_pooling(lib: Any, *shape: int) -> Step:
    numbers = Numbers()
    return _pass(lib, numbers, lambda x: lib.nn.functional.max_pool2d(x, 2), [numbers.data(*shape)])


def batch_norm(lib: Any, *shape: int) -> Step:
    return _layer(lib, lib.nn.BatchNorm2d(shape[1]), shape)


def layer_norm(lib: Any, *shape: int) -> Step:
    return _layer(lib, lib.nn.LayerNorm(shape[-1]), shape)


def softmax(lib: Any, *shape: int) -> Step:
    numbers = Numbers()
    return _pass(lib, numbers, lambda x: lib.nn.functional.softmax(x, dim=-1), [numbers.data(*shape)])


def gelu(lib: Any, *shape: int) -> Step:
    numbers = Numbers()
    return _pass(lib, numbers, lib.nn.functional.gelu, [numbers.data(*shape)])


def cross_entropy(lib: Any, *shape: int) -> Step:
    numbers = Numbers()
    inputs = [numbers.data(*shape), numbers.integers(shape[1], shape[0])]
    return _pass(lib, numbers, lib.nn.functional.cross_entropy, inputs)
