"""Training steps, in the words that PyTorch and minigrad share: the same code runs on both.

Each function sets a model up with the library it is given, and returns the step to be timed. A step returns its losses,
by which the engines are compared before anything is timed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from benchmarks.numbers import Numbers

Step: TypeAlias = "Callable[[], list[Any]]"


def filled(lib: Any, numbers: Numbers, module: Any) -> Any:
    """`module` with parameters that are the same in every library."""
    for parameter in module.parameters():
        parameter.data.copy_(lib.from_numpy(numbers.parameter(*parameter.shape)))
    return module


def gan(lib: Any, width: int = 64, latent: int = 64, batch: int = 64) -> Step:
    """Both nets of a DCGAN on 28x28 images."""
    nn, numbers = lib.nn, Numbers()
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
    filled(lib, numbers, generator), filled(lib, numbers, discriminator)
    for_generator = lib.optim.Adam(generator.parameters(), 2e-4, betas=(0.5, 0.999))
    for_discriminator = lib.optim.Adam(discriminator.parameters(), 2e-4, betas=(0.5, 0.999))
    loss = nn.BCEWithLogitsLoss()
    real, noise = (lib.from_numpy(numbers.data(*shape)) for shape in ((batch, 1, 28, 28), (batch, latent)))
    ones, zeros = lib.ones(batch, 1), lib.zeros(batch, 1)

    def step() -> list[Any]:
        fake = generator(noise)
        for_discriminator.zero_grad()
        of_discriminator = loss(discriminator(real), ones) + loss(discriminator(fake.detach()), zeros)
        of_discriminator.backward()
        for_discriminator.step()
        for_generator.zero_grad()
        of_generator = loss(discriminator(fake), ones)
        of_generator.backward()
        for_generator.step()
        return [of_discriminator, of_generator]

    return step


def _with_adam(lib: Any, numbers: Numbers, net: Any, loss: Any, x: Any, y: Any) -> Step:
    x, y = lib.from_numpy(x), lib.from_numpy(y)
    optimizer = lib.optim.Adam(net.parameters(), 1e-3)

    def step() -> list[Any]:
        optimizer.zero_grad()
        value = loss(net(x), y)
        value.backward()
        optimizer.step()
        return [value]

    return step


def cnn(lib: Any) -> Step:
    """A classifier of 28x28 images with 32 and 64 channels."""
    nn, numbers = lib.nn, Numbers()
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
    filled(lib, numbers, net)
    x, y = numbers.data(64, 1, 28, 28), numbers.integers(10, 64)
    return _with_adam(lib, numbers, net, nn.CrossEntropyLoss(), x, y)


def mlp(lib: Any) -> Step:
    """784-512-512-10."""
    nn, numbers = lib.nn, Numbers()
    net = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))
    filled(lib, numbers, net)
    x, y = numbers.data(128, 784), numbers.integers(10, 128)
    return _with_adam(lib, numbers, net, nn.CrossEntropyLoss(), x, y)


def small_mlp(lib: Any) -> Step:
    """2-16-16-1: the cost of the framework itself."""
    nn, numbers = lib.nn, Numbers()
    net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 1))
    filled(lib, numbers, net)
    return _with_adam(lib, numbers, net, nn.MSELoss(), numbers.data(32, 2), numbers.data(32, 1))
