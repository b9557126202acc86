"""The example `conditional_gan.py`: its report, and that its networks heed the digit that is asked for."""

from __future__ import annotations

from argparse import Namespace

import numpy as np
import pytest
from outcome import check_report, run

import conditional_gan
import minigrad as mg

EXAMPLE = "conditional_gan"


def test_a_quick_run_reports(tmp_path, capsys):
    outcome = run(EXAMPLE, tmp_path)
    check_report(outcome, capsys.readouterr().out)
    metrics = outcome.metrics
    assert metrics["as_asked"] == pytest.approx(np.mean(metrics["as_asked_by_digit"]))
    assert 0 <= metrics["as_asked"] <= 1
    assert metrics["frechet_distance"] > metrics["frechet_distance_real"] > 0
    assert outcome.image("digits.png").shape == (2 * 8 * 28, 2 * 10 * 28, 3)


@pytest.mark.long
def test_same_seed_same_bits(quick_twice):
    first, second = quick_twice
    assert first.files == second.files


@pytest.fixture
def gan():
    mg.manual_seed(0)
    return conditional_gan.ConditionalGAN(Namespace(latent=4, width=2))


def test_a_digit_adds_its_weights_to_what_the_discriminator_sees(gan):
    """A plane of ones under a kernel that lies within it gives the sum of the kernel."""
    first = gan.discriminator.layers[0]
    seen = []
    first.register_forward_hook(lambda module, args, output: seen.append(output.detach().numpy()))
    images = mg.randn(2, 1, 28, 28)
    gan.discriminator(images, mg.tensor([3, 9]))
    gan.discriminator(images, mg.tensor([4, 9]))
    sums = first.weight.detach().numpy().sum((2, 3))  # (width, 11), of which the first is the image's
    expected = np.broadcast_to((sums[:, 5] - sums[:, 4])[:, None, None], (2, 12, 12))
    difference = (seen[1] - seen[0])[:, :, 1:-1, 1:-1]
    np.testing.assert_allclose(difference[0], expected, atol=1e-5)
    np.testing.assert_array_equal(difference[1], 0)


def test_both_players_learn_from_a_step(gan):
    before = {name: value.numpy().copy() for name, value in gan.generator.state_dict().items()}
    planes = gan.discriminator.layers[0].weight.detach().numpy()[:, 1:].copy()
    loss, deception = gan.play(mg.randn(8, 1, 28, 28), mg.arange(8))
    assert loss == pytest.approx(2 * np.log(2), abs=0.1)  # neither knows anything yet: ln 2 for each question
    assert deception == pytest.approx(np.log(2), abs=0.1)
    assert not np.array_equal(gan.generator.state_dict()["0.weight"].numpy(), before["0.weight"])
    moved = np.abs(gan.discriminator.layers[0].weight.detach().numpy()[:, 1:] - planes).sum((0, 2, 3)) > 0
    assert moved.tolist() == [True] * 8 + [False] * 2  # 8 and 9 were not seen


def test_a_walk_begins_and_ends_at_its_digits(gan):
    noise = mg.randn(3, 4)
    images = conditional_gan.walk(gan, noise, 2, 5, steps=4)
    assert images.shape == (4, 3, 28, 28)
    for image, digit in ((images[0], 2), (images[-1], 5)):
        np.testing.assert_array_equal(image, gan.ask(noise, mg.eye(10)[[digit] * 3]))


def test_spread_is_the_trace_of_the_covariance(rng):
    features, digits = rng.normal(size=(200, 5)), np.arange(200) % 10
    expected = [np.trace(np.cov(features[digits == digit].T)) for digit in range(10)]
    np.testing.assert_allclose(conditional_gan.spread(features, digits), expected)
