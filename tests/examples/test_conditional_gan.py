"""The example `conditional_gan.py`: its report, and that its networks heed the digit that is asked for."""

from __future__ import annotations

from argparse import Namespace

import numpy as np
import pytest
from conftest import check_report, run

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


def test_same_seed_same_bits(quick_twice):
    first, second = quick_twice
    assert first.files == second.files


@pytest.fixture
def gan():
    mg.manual_seed(0)
    return conditional_gan.ConditionalGAN(Namespace(latent=4, width=2))


def test_the_discriminator_adds_what_it_expects_of_the_digit(gan):
    """logit = v · h + b + e[digit] · h, for the features h of an image."""
    judge = gan.discriminator.eval()
    mg.nn.init.normal_(judge.expected.weight)
    images, digits = mg.randn(3, 1, 28, 28), mg.tensor([7, 0, 7])
    h = judge.features(images).detach().numpy()
    v, b, e = (each.detach().numpy() for each in (judge.verdict.weight, judge.verdict.bias, judge.expected.weight))
    expected = [[h[i] @ v[0] + b[0] + h[i] @ e[digit]] for i, digit in enumerate([7, 0, 7])]
    np.testing.assert_allclose(judge(images, digits).detach().numpy(), expected, rtol=1e-4, atol=1e-5)


def test_both_players_learn_from_a_step(gan):
    before = {name: value.numpy().copy() for name, value in gan.generator.state_dict().items()}
    loss, deception = gan.play(mg.randn(8, 1, 28, 28), mg.arange(8))
    assert loss == pytest.approx(2 * np.log(2), abs=0.1)  # neither knows anything yet: ln 2 for each question
    assert deception == pytest.approx(np.log(2), abs=0.1)
    moved = [
        name for name, value in gan.generator.state_dict().items() if not np.array_equal(value.numpy(), before[name])
    ]
    assert "0.weight" in moved
    expected = gan.discriminator.expected.weight.detach().numpy()
    assert (np.abs(expected).sum(1) > 0).tolist() == [True] * 8 + [False] * 2  # 8 and 9 were not seen


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
