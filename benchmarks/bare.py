"""The least that NumPy has to do for some workloads: their matrix products and passes over arrays, and nothing else.

They are what minigrad's kernels call, on arrays of the same shapes, in pieces that stay in the cache and shared among
the threads likewise. But nothing is recorded, checked, or allocated, nothing waits for what comes before it, and a copy
of windows is one long run. So no framework on NumPy takes less time without another algorithm, and what this takes
beside PyTorch says how near to it one can come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import prod
from typing import Any, TypeAlias

import numpy as np

from minigrad.kernels.blocks import across, multiply
from minigrad.kernels.pieces import each_piece
from minigrad.kernels.products import WORTH
from minigrad.kernels.threads import shared

Work: TypeAlias = Callable[[], object]

HALF = np.array(0.5, np.float32)

PASSES: dict[str, Callable[..., object]] = {
    "two": lambda x, z, out, row, column, ones: np.multiply(x, z, out=out),
    "number": lambda x, z, out, row, column, ones: np.multiply(x, HALF, out=out),
    "row": lambda x, z, out, row, column, ones: np.multiply(x, row, out=out),
    "column": lambda x, z, out, row, column, ones: np.multiply(x, column, out=out),
    "exp": lambda x, z, out, row, column, ones: np.exp(x, out=out),
    "tanh": lambda x, z, out, row, column, ones: np.tanh(x, out=out),
    "sqrt": lambda x, z, out, row, column, ones: np.sqrt(x, out=out),
    "copy": lambda x, z, out, row, column, ones: np.copyto(out, x),
    "max": lambda x, z, out, row, column, ones: np.max(x),
    "sum": lambda x, z, out, row, column, ones: x @ row,
    "down": lambda x, z, out, row, column, ones: ones @ x,
    "dot": lambda x, z, out, row, column, ones: np.vecdot(x, z),
}
"""Passes over a table: of two arrays, of one and a number, a row or a column, or down to one of these."""

ADAM = "number number two number two number two sqrt number two number two"
STATISTICS = "down row two down"
BATCH_NORM = f"{STATISTICS} row row row down row two down row row row two"
LAYER_NORM = "sum column dot column row row row sum dot column two column column down two down"
SOFTMAX = "max exp sum column"
SOFTMAX_BACK = "dot column two"
ERF = "number number" + " number two" * 5 + " number two tanh number"
GELU = f"two {ERF} number number two two number exp number two two two"
LEAKY = "number two number two"


def passes(words: str, *shape: int) -> Work:
    """These passes over a table of `shape`, or over a vector."""
    rng = np.random.default_rng(0)
    rows, width = shape if len(shape) == 2 else (1 + shape[0] // 512, 512)
    x, z, out = (rng.random((rows, width), np.float32) for _ in range(3))
    row, column, ones = rng.random(width, np.float32), rng.random((rows, 1), np.float32), np.ones(rows, np.float32)
    calls = [PASSES[word] for word in words.split()]

    def piece(cut: slice) -> None:
        for call in calls:
            call(x[cut], z[cut], out[cut], row, column[cut], ones[cut])

    return lambda: each_piece(piece, rows, width)


def product(*shape: int) -> Work:
    """Of matrices (rows, inner) and (inner, columns), or of many of them: `shape` is (*many, rows, inner, columns)."""
    rng = np.random.default_rng(0)
    *many, rows, inner, columns = shape
    a, b = rng.random((*many, rows, inner), np.float32), rng.random((*many, inner, columns), np.float32)
    y = np.empty((*many, rows, columns), np.float32)
    work = prod(shape)
    if many:
        return lambda: shared(lambda cut: multiply(a[cut], b[cut], y[cut]), many[0], work, WORTH)
    if rows >= columns:
        return lambda: shared(lambda cut: multiply(a[cut], b, y[cut]), rows, work, WORTH)
    return lambda: shared(lambda cut: multiply(a, b[:, cut], y[:, cut]), columns, work, WORTH)


def trained(rows: int, inner: int, columns: int, inputs: bool = True) -> Iterable[Work]:
    """A layer of weights (inner, columns): its product, and those of the gradients by its weights and its inputs."""
    yield product(rows, inner, columns)
    yield product(inner, rows, columns)
    if inputs:
        yield product(rows, columns, inner)


def gan() -> Iterable[Work]:
    """As in `training.gan`: 64 images; 128 channels of 7 x 7, 64 of 14 x 14, one of 28 x 28, kernels of 4 x 4."""
    small, middle = 64 * 7 * 7, 64 * 14 * 14
    yield from trained(64, 64, 128 * 49, inputs=False)
    yield from trained(small, 128, 64 * 16)
    yield from trained(middle, 64, 16)
    yield passes(f"{BATCH_NORM} number number two", small // 2, 256)
    yield passes(f"{BATCH_NORM} number number two", middle // 2, 128)
    for turn in ("real", "drawn", "the generator's"):
        yield from trained(middle, 16, 64, inputs=turn == "the generator's")
        yield from trained(small, 64 * 16, 128)
        yield passes(f"copy two {LEAKY}", middle, 64)
        yield passes("copy copy", small, 64 * 16)
        yield passes(LEAKY, small, 128)
    yield passes(ADAM, 64 * 6272 + 128 * 64 * 16 * 2 + 6272)


def mlp() -> Iterable[Work]:
    yield from trained(128, 784, 512, inputs=False)
    yield from trained(128, 512, 512)
    yield from trained(128, 512, 10)
    yield passes("number number two", 256, 512)
    yield passes(ADAM, 785 * 512 + 513 * 512 + 513 * 10)


def lstm() -> Iterable[Work]:
    rng = np.random.default_rng(0)
    h, gates, w, back = (
        rng.random(each, np.float32) for each in ((32, 128), (4, 32, 128), (4, 128, 128), (4, 512, 32))
    )
    g, of_h, of_gates, of_state = rng.random((32, 512), np.float32), *map(np.empty_like, (h, gates, h))
    columns = of_state.reshape(32, 4, 32).swapaxes(0, 1)

    def steps() -> None:
        for _ in range(32):
            np.matmul(h, w, out=of_gates)
            np.add(of_gates, gates, out=of_gates)
            np.tanh(of_gates, out=of_gates)
            for _ in range(2):  # a sigmoid is made of a hyperbolic tangent
                np.multiply(gates[:3], HALF, out=of_gates[:3])
            for _ in range(4):
                np.multiply(h, h, out=of_h)
            np.tanh(h, out=of_h)
        for _ in range(32):
            np.matmul(g, back, out=columns)
            for _ in range(13):
                np.multiply(h, h, out=of_h)
            for _ in range(3):
                np.multiply(gates, gates, out=of_gates)
            np.tanh(h, out=of_h)

    yield steps
    yield from trained(1024, 64, 512)
    yield product(128, 1024, 512)


def transformer() -> Iterable[Work]:
    for inner, columns in ((128, 384), (128, 128), (128, 512), (512, 128)):
        yield from trained(1024, inner, columns)
    for shape in ((64, 64, 32, 64), (64, 64, 64, 32), *[(64, 64, 32, 64), (64, 64, 64, 32)] * 2):
        yield product(*shape)
    yield passes(f"number {SOFTMAX} {SOFTMAX_BACK} number", 4096, 64)
    yield passes(f"two two {LAYER_NORM} {LAYER_NORM}", 1024, 128)
    yield passes("number number two", 1024, 512)
    yield passes("copy copy", 1024, 384)


def groups() -> Iterable[Work]:
    """Image by image, whose windows the cache holds; each thread takes eight of the sixteen."""
    rng = np.random.default_rng(0)

    def of_one_thread() -> list[Any]:
        shapes = [(8, 1024, inner) for inner in (72, 72, 144, 144, 16, 8)] + [(8, 72, 16), (8, 144, 8)]
        return [rng.random(shape, np.float32) for shape in shapes]

    threads = [of_one_thread(), of_one_thread()]

    def part(images: slice) -> None:
        seen, rows, seen_back, rows_back, u, x, kernels, turned = threads[images.start > 0]
        for _ in range(images.start, images.stop):
            np.copyto(rows, seen)
            multiply(rows, kernels, u)
            np.copyto(rows, seen)
            across(u, rows)
            np.copyto(rows_back, seen_back)
            multiply(rows_back, turned, x)

    yield lambda: shared(part, 16, 16 * 8 * 1024 * 72 * 16, WORTH)


BARE: dict[str, Callable[[], Iterable[Work]]] = {
    "gan": gan,
    "mlp": mlp,
    "lstm": lstm,
    "transformer": transformer,
    "groups": groups,
    "batch norm, large": lambda: [passes(BATCH_NORM, 64 * 32, 32 * 64)],
    "layer norm, large": lambda: [passes(LAYER_NORM, 4096, 512)],
    "softmax, large": lambda: [passes(f"{SOFTMAX} {SOFTMAX_BACK}", 4096, 512)],
    "gelu, large": lambda: [passes(GELU, 4096, 512)],
}


def bare(workload: str) -> Callable[[], list[Any]]:
    """The step of one of the workloads that are counted here."""
    calls = list(BARE[workload]())

    def step() -> list[Any]:
        for each in calls:
            each()
        return []

    return step
