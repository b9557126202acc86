"""The lines of the table: a name, what is done in words, and the function that sets it up for PyTorch and minigrad."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from benchmarks import passes, training
from benchmarks.training import Step


class Workload(NamedTuple):
    """One line. `make(lib)` gives the step."""

    title: str
    make: Callable[[Any], Step]


def _of_shape(make: Callable[..., Step], shape: tuple[int, ...], lib: Any) -> Step:
    return make(lib, *shape)


def _small_and_large(
    name: str, make: Callable[..., Step], small: tuple[int, ...], large: tuple[int, ...]
) -> dict[str, Workload]:
    return {
        f"{name}, {size}": Workload(
            f"{name} of {'x'.join(map(str, shape))}",
            partial(_of_shape, make, shape),
        )
        for size, shape in (("small", small), ("large", large))
    }


IMAGES = (8, 8, 16, 16), (64, 64, 32, 32)
ROWS = (32, 64), (4096, 512)

WORKLOADS: dict[str, Workload] = {
    "gan": Workload("DCGAN training step, width 64, batch 64", training.gan),
    "cnn": Workload("convolutional classifier 1-32-64, max pooling, batch 64, Adam", training.cnn),
    "residual block": Workload("residual block, 64 channels 32x32, batch norm, batch 32", passes.residual),
    "mlp": Workload("MLP 784-512-512-10, batch 128, Adam", training.mlp),
    "small mlp": Workload("MLP 2-16-16-1, batch 32, Adam", training.small_mlp),
    "chain 200": Workload("chain of 200 small operations", passes.chain),
    "chain 20,000": Workload("chain of 20,000 small operations", partial(passes.chain, length=20_000)),
    "lstm": Workload("LSTM 64 to 128, 32 steps, batch 32", passes.lstm),
    "transformer": Workload("transformer encoder layer 128, 4 heads, sequence 64, batch 16", passes.transformer),
    "depthwise": Workload("depthwise 3x3 of 64 channels 32x32, batch 16", passes.depthwise),
    "groups": Workload("3x3 in 8 groups, 64 to 128 channels 32x32, batch 16", passes.groups),
    "embedding": Workload("embedding 5000x128 of 64x64 indices", passes.embedding),
    **_small_and_large("max pooling", passes.max_pooling, *IMAGES),
    **_small_and_large("batch norm", passes.batch_norm, *IMAGES),
    **_small_and_large("layer norm", passes.layer_norm, *ROWS),
    **_small_and_large("softmax", passes.softmax, *ROWS),
    **_small_and_large("gelu", passes.gelu, *ROWS),
    **_small_and_large("cross entropy", passes.cross_entropy, (32, 10), (4096, 512)),
}
