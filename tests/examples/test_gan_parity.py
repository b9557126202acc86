"""The example's GAN beside the same GAN in PyTorch: from equal weights, digits and noise, equal losses."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg
from minigrad import datasets

STEPS, BATCH, WIDTH, LATENT = 20, 16, 8, 16


@pytest.fixture
def float64():
    mg.set_default_dtype(mg.float64)
    yield
    mg.set_default_dtype(mg.float32)


def torch_networks(torch):
    nn = torch.nn
    generator = nn.Sequential(
        nn.Linear(LATENT, 256),
        nn.BatchNorm1d(256),
        nn.ReLU(),
        nn.Linear(256, 2 * WIDTH * 49),
        nn.Unflatten(1, (2 * WIDTH, 7, 7)),
        nn.BatchNorm2d(2 * WIDTH),
        nn.ReLU(),
        nn.ConvTranspose2d(2 * WIDTH, WIDTH, 4, stride=2, padding=1),
        nn.BatchNorm2d(WIDTH),
        nn.ReLU(),
        nn.ConvTranspose2d(WIDTH, 1, 4, stride=2, padding=1),
        nn.Tanh(),
    )
    discriminator = nn.Sequential(
        nn.Conv2d(1, WIDTH, 4, stride=2, padding=1),
        nn.LeakyReLU(0.2),
        nn.Conv2d(WIDTH, 2 * WIDTH, 4, stride=2, padding=1),
        nn.BatchNorm2d(2 * WIDTH),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        nn.Linear(2 * WIDTH * 49, 128),
        nn.BatchNorm1d(128),
        nn.LeakyReLU(0.2),
        nn.Linear(128, 1),
    )
    return generator.double(), discriminator.double()


def torch_losses(torch, weights, reals, noises, rates):
    """Both losses of each step, as the example defines them, and the generator's state at the end."""
    generator, discriminator = torch_networks(torch)
    for network, state in zip((generator, discriminator), weights, strict=True):
        network.load_state_dict({name: torch.tensor(value) for name, value in state.items()})
    betas = (0.5, 0.999)
    draw = torch.optim.Adam(generator.parameters(), rates[0], betas)
    tell = torch.optim.Adam(discriminator.parameters(), rates[1], betas)
    criterion = torch.nn.BCEWithLogitsLoss()
    losses = []
    for real, noise in zip(torch.tensor(reals), torch.tensor(noises), strict=True):
        fake = generator(noise)
        tell.zero_grad()
        of_real, of_fake = discriminator(real), discriminator(fake.detach())
        loss = criterion(of_real, torch.full_like(of_real, 0.9)) + criterion(of_fake, torch.zeros_like(of_fake))
        loss.backward()
        tell.step()
        draw.zero_grad()
        of_fake = discriminator(fake)
        deception = criterion(of_fake, torch.ones_like(of_fake))
        deception.backward()
        draw.step()
        losses.append((loss.item(), deception.item()))
    return losses, generator.state_dict()


@pytest.mark.torch
def test_twenty_steps_are_those_of_pytorch(float64, rng, monkeypatch):
    torch = pytest.importorskip("torch")
    import gan
    from shared.gan_options import command_line

    options = command_line().parse_args(["--width", str(WIDTH), "--latent", str(LATENT)])
    network = gan.GAN(options)
    # Weights of ordinary size, so that the losses move within twenty steps.
    for parameter in [*network.generator.parameters(), *network.discriminator.parameters()]:
        parameter.data *= 3
    weights = [
        {name: value.numpy().copy() for name, value in part.state_dict().items()}
        for part in (network.generator, network.discriminator)
    ]
    reals = datasets.mnist5k().images[: STEPS * BATCH].reshape(STEPS, BATCH, 1, 28, 28) / 127.5 - 1
    noises = rng.normal(size=(STEPS, BATCH, LATENT))

    pending = iter(noises)
    monkeypatch.setattr(mg, "randn", lambda *size: mg.from_numpy(next(pending)))
    ours = [network.play(mg.from_numpy(real)) for real in reals]

    theirs, state = torch_losses(torch, weights, reals, noises, (options.lr_generator, options.lr_discriminator))
    assert np.ptp([loss for loss, _ in theirs]) > 0.1  # the game goes somewhere
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)
    for name, value in network.generator.state_dict().items():
        np.testing.assert_allclose(value.numpy(), state[name].numpy(), rtol=0, atol=1e-7, err_msg=name)
