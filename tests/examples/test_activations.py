"""The example `activations.py`: its report, and what it says of slopes, gradients and silent units."""

from __future__ import annotations

import numpy as np
import pytest
from outcome import check_report, run

import activations
import minigrad as mg
from minigrad import nn

EXAMPLE = "activations"


def test_a_quick_run_reports(tmp_path, capsys):
    outcome = run(EXAMPLE, tmp_path)
    check_report(outcome, capsys.readouterr().out)
    rates = outcome.metrics["large_rates"]
    assert 0 <= rates["ReLU, 0.001"]["silent"] < rates["ReLU, 0.05"]["silent"] <= 1


@pytest.mark.long
def test_same_seed_same_bits(quick_twice):
    first, second = quick_twice
    assert first.files == second.files


def test_ranges_and_slopes_are_those_of_the_formulas(quick_twice):
    metrics = quick_twice[0].metrics
    sigmoid = 1 / (1 + np.exp(10))
    assert metrics["range"]["sigmoid"] == pytest.approx([sigmoid, 1 - sigmoid])
    assert metrics["range"]["tanh"] == pytest.approx([-np.tanh(10), np.tanh(10)])
    assert metrics["range"]["LeakyReLU"] == pytest.approx([-2, 10])
    slopes = {"sigmoid": 1 / 4, "tanh": 1, "ReLU": 1, "LeakyReLU": 1, "Hardswish": 1.5, "SELU": 1.7581}
    for name, slope in slopes.items():
        assert metrics["largest_slope"][name] == pytest.approx(slope, rel=5e-3), name


def test_slopes_are_those_of_differences():
    x = np.array([-3.3, -0.7, 0.4, 2.1])
    for name, activation in (activations.ACTIVATIONS | activations.KIN).items():
        up, down = (activation()(mg.tensor(x + h)).numpy() for h in (1e-6, -1e-6))
        np.testing.assert_allclose(
            activations.with_slope(activation(), x)[1], (up - down) / 2e-6, atol=1e-7, err_msg=name
        )


def test_gradients_by_layer_are_those_of_a_chain_rule_by_hand(rng):
    """The gradient goes back through Wᵀ and the slope σ (1 - σ) of each layer."""
    network = activations.make_deep("sigmoid", "Kaiming", inputs=7, depth=3, width=5)
    images, labels = rng.normal(size=(4, 7)), rng.integers(0, 10, 4)
    weights = [layer.weight.detach().numpy().astype(float) for layer in network[::2]]
    outputs = [images]
    for weight in weights[:-1]:
        outputs.append(1 / (1 + np.exp(-outputs[-1] @ weight.T)))
    logits = outputs[-1] @ weights[-1].T
    gradient = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    gradient[np.arange(4), labels] -= 1
    gradient /= 4
    expected = []
    for weight, output in zip(weights[:0:-1], outputs[:0:-1]):
        gradient = gradient @ weight * output * (1 - output)
        expected.insert(0, np.sqrt((gradient**2).mean()))
    measured = activations.gradients_by_layer(network, mg.tensor(images), mg.tensor(labels))
    np.testing.assert_allclose(measured, expected, rtol=1e-6)


def test_silent_units_are_counted():
    network = nn.Sequential(nn.Linear(1, 4), nn.ReLU(), nn.Linear(4, 1))
    nn.init.zeros_(network[0].weight)
    network[0].bias.data.copy_(mg.tensor([-1.0, 0.0, 1.0, 2.0]))
    assert activations.silent(network, mg.randn(3, 1)) == 0.5  # of these four 0 is the last that never fires
