"""The example `wgan_gp.py`: its report, and the penalty's values and derivatives."""

from __future__ import annotations

import numpy as np
import pytest
from outcome import check_report, run

import minigrad as mg
import wgan_gp
from minigrad import nn

EXAMPLE = "wgan_gp"


def test_a_quick_run_reports(tmp_path, capsys):
    outcome = run(EXAMPLE, tmp_path)
    check_report(outcome, capsys.readouterr().out)
    metrics = outcome.metrics
    assert metrics["transposed_convolutions_in_penalty"] == 2  # of the two convolutions of the critic
    assert len(metrics["frechet_distance_by_step"]) == 12
    assert metrics["frechet_distance_by_step"]["36"] == metrics["frechet_distance"] > 0
    assert metrics["slope"] > 0


@pytest.mark.long
def test_same_seed_same_bits(quick_twice):
    first, second = quick_twice
    assert first.files == second.files


def test_the_penalty_of_a_linear_critic_is_a_closed_form(rng):
    """Its slope is |w| everywhere, so the penalty is (|w| - 1)², whose derivative in w is 2 (|w| - 1) w / |w|."""
    critic = nn.Sequential(nn.Flatten(), nn.Linear(9, 1)).double()
    w = critic[1].weight.detach().numpy().copy()
    real, fake = (mg.tensor(rng.normal(size=(5, 1, 3, 3))) for _ in range(2))
    term, slope = wgan_gp.penalty(critic, real, fake)
    norm = np.sqrt((w**2).sum())
    np.testing.assert_allclose(slope.detach().numpy(), [norm] * 5)
    assert term.item() == pytest.approx((norm - 1) ** 2)
    term.backward()
    np.testing.assert_allclose(critic[1].weight.grad.numpy(), 2 * (norm - 1) * w / norm)


def test_the_penalty_is_taken_between_real_and_generated_images():
    """The critic x² / 2 has the slope x at x. Between 2 and 4 that lies."""
    real, fake = mg.full((200, 1, 1, 1), 2.0), mg.full((200, 1, 1, 1), 4.0)
    _, slope = wgan_gp.penalty(Square(), real, fake)
    values = slope.detach().numpy()
    assert 2 <= values.min() < 2.2
    assert 3.8 < values.max() <= 4
    assert values.mean() == pytest.approx(3, abs=0.2)


class Square(nn.Module):
    def forward(self, x):
        return (x * x / 2).flatten(1).sum(1)


@pytest.mark.torch
def test_derivatives_of_the_penalty_are_those_of_torch(rng):
    import torch

    critic = wgan_gp.make_critic(2).double()
    theirs = torch.nn.Sequential(
        torch.nn.Conv2d(1, 2, 4, stride=2, padding=1),
        torch.nn.LeakyReLU(0.2),
        torch.nn.Conv2d(2, 4, 4, stride=2, padding=1),
        torch.nn.LeakyReLU(0.2),
        torch.nn.Flatten(),
        torch.nn.Linear(4 * 7 * 7, 128),
        torch.nn.LeakyReLU(0.2),
        torch.nn.Linear(128, 1),
    ).double()
    theirs.load_state_dict({name: torch.from_numpy(value.numpy()) for name, value in critic.state_dict().items()})
    images = rng.normal(size=(3, 1, 28, 28))

    ((wgan_gp.slopes(critic, mg.tensor(images)) - 1) ** 2).mean().backward()
    at = torch.from_numpy(images).requires_grad_()
    (gradient,) = torch.autograd.grad(theirs(at).sum(), at, create_graph=True)
    ((gradient.flatten(1).norm(dim=1) - 1) ** 2).mean().backward()
    for (name, ours), other in zip(critic.named_parameters(), theirs.parameters(), strict=True):
        if other.grad is None or ours.grad is None:  # the last bias moves no slope
            assert name.endswith("bias"), name
            continue
        np.testing.assert_allclose(ours.grad.numpy(), other.grad.numpy(), rtol=1e-9, atol=1e-12, err_msg=name)


def test_the_penalty_keeps_the_slope():
    history = {}
    for weight in (wgan_gp.PENALTY, 0):
        mg.manual_seed(0)
        game = wgan_gp.WassersteinGAN(width=2)
        real = mg.rand(16, 1, 28, 28)
        history[weight] = np.array([game.criticize(real, weight) for _ in range(60)])
        assert history[weight][-10:, 0].mean() > history[weight][:10, 0].mean() + 0.5  # it tells the images apart
    assert abs(history[wgan_gp.PENALTY][-10:, 1].mean() - 1) < 1
    assert history[0][-10:, 1].mean() > 5
