"""The example `activations_gan.py`: its report, and that the games differ in their activations alone."""

from __future__ import annotations

from argparse import Namespace

import numpy as np
import pytest
from outcome import check_report, run

import activations_gan
import gan
from minigrad import nn
from minigrad.datasets import mnist5k

EXAMPLE = "activations_gan"


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    return run(EXAMPLE, tmp_path_factory.mktemp(EXAMPLE))


def test_a_quick_run_reports(tmp_path, capsys, outcome):
    again = run(EXAMPLE, tmp_path)
    check_report(again, capsys.readouterr().out)
    assert again.files == outcome.files  # the same seed, the same bits


def test_means_are_geometric(outcome):
    names = list(activations_gan.ACTIVATIONS)
    games = outcome.metrics["games"]
    distances = np.array([[games[f"{a}, {b}"]["frechet_distance"] for b in names] for a in names])
    assert distances.min() > 0
    for role, axis in (("generator", 1), ("discriminator", 0)):
        expected = distances.prod(axis) ** 0.25
        assert list(outcome.metrics[role].values()) == pytest.approx(expected.tolist()), role


@pytest.mark.parametrize("name", activations_gan.ACTIVATIONS)
def test_hidden_activations_are_replaced_and_nothing_else(name):
    before = gan.make_generator(4, 2)
    kinds = [type(layer) for layer in before]
    activations_gan.replace_activations(before, name)
    new = type(activations_gan.ACTIVATIONS[name]())
    assert [type(layer) for layer in before] == [new if kind is nn.ReLU else kind for kind in kinds]
    assert kinds.count(nn.ReLU) == 3


def test_a_game_as_gan_py_plays_it():
    """ReLU against LeakyReLU is the GAN of gan.py, so both draw the same."""
    options = Namespace(epochs=1, width=2, samples=5, seed=3)
    images = mnist5k().images[:70]
    drawn = activations_gan.play(("ReLU", "LeakyReLU"), images, options)

    import minigrad as mg
    from shared.pictures import to_tensor

    mg.manual_seed(3)
    game = gan.GAN(Namespace(latent=32, width=2, lr_generator=2e-3, lr_discriminator=1e-3, betas=(0.5, 0.999)))
    order = mg.randperm(70)
    for step in range(2):
        game.play(to_tensor(images)[order[32 * step : 32 * (step + 1)]])
        game.follow()
    np.testing.assert_array_equal(drawn, game.draw(mg.randn(5, 32)))
    assert not np.array_equal(drawn, activations_gan.play(("tanh", "LeakyReLU"), images, options))
