"""The workloads in the words that PyTorch and minigrad share: the same code runs on both.

Each function sets a workload up with the library it is given and returns a step to be timed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Step = Callable[[], None]


def gan(lib: Any, width: int = 64, latent: int = 64, batch: int = 64) -> Step:
    """One training step of both nets of a DCGAN on 28x28 images, with Adam."""
    nn = lib.nn
    generator = nn.Sequential(
        nn.Linear(latent, 2 * width * 7 * 7, bias=False),
        nn.Unflatten(1, (2 * width, 7, 7)),
        nn.BatchNorm2d(2 * width),
        nn.ReLU(),
        nn.ConvTranspose2d(2 * width, width, 4, 2, 1, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(),
        nn.ConvTranspose2d(width, 1, 4, 2, 1),
        nn.Tanh(),
    )
    discriminator = nn.Sequential(
        nn.Conv2d(1, width, 4, 2, 1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(width, 2 * width, 4, 2, 1),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        nn.Linear(2 * width * 7 * 7, 1),
    )
    for_generator = lib.optim.Adam(generator.parameters(), 2e-4, betas=(0.5, 0.999))
    for_discriminator = lib.optim.Adam(discriminator.parameters(), 2e-4, betas=(0.5, 0.999))
    loss = nn.BCEWithLogitsLoss()
    real, ones, zeros = lib.randn(batch, 1, 28, 28), lib.ones(batch, 1), lib.zeros(batch, 1)

    def step() -> None:
        fake = generator(lib.randn(batch, latent))
        for_discriminator.zero_grad()
        (loss(discriminator(real), ones) + loss(discriminator(fake.detach()), zeros)).backward()
        for_discriminator.step()
        for_generator.zero_grad()
        loss(discriminator(fake), ones).backward()
        for_generator.step()

    return step


def _classifier(lib: Any, net: Any, shape: tuple[int, ...], classes: int, rate: float = 1e-3) -> Step:
    x = lib.randn(*shape)
    y = lib.from_numpy(np.random.default_rng(0).integers(0, classes, shape[0]))
    optimizer = lib.optim.Adam(net.parameters(), rate)
    loss = lib.nn.CrossEntropyLoss()

    def step() -> None:
        optimizer.zero_grad()
        loss(net(x), y).backward()
        optimizer.step()

    return step


def cnn(lib: Any) -> Step:
    """A convolutional classifier of 28x28 images, batch 64."""
    nn = lib.nn
    net = nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64 * 7 * 7, 10),
    )
    return _classifier(lib, net, (64, 1, 28, 28), 10)


def mlp(lib: Any) -> Step:
    """784-512-512-10, batch 128."""
    nn = lib.nn
    net = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
    return _classifier(lib, net, (128, 784), 10)


def small_mlp(lib: Any) -> Step:
    """2-16-16-1, batch 32, with SGD: the cost of the framework itself."""
    nn = lib.nn
    net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 1))
    optimizer = lib.optim.SGD(net.parameters(), 0.01)
    loss = nn.MSELoss()
    x, y = lib.randn(32, 2), lib.randn(32, 1)

    def step() -> None:
        optimizer.zero_grad()
        loss(net(x), y).backward()
        optimizer.step()

    return step


def chain(lib: Any, length: int = 200) -> Step:
    """`length` small operations in a row, forward and backward."""
    x, b = lib.randn(32, 16, requires_grad=True), lib.randn(32, 16)

    def step() -> None:
        y = x
        for _ in range(length // 4):
            y = lib.tanh(y * b + b) - b
        y.sum().backward()
        x.grad = None

    return step


def deep_chain(lib: Any) -> Step:
    """The same, 20,000 deep."""
    return chain(lib, 20_000)


WORKLOADS = {"gan": gan, "cnn": cnn, "mlp": mlp, "small mlp": small_mlp, "chain 200": chain, "chain 20,000": deep_chain}
