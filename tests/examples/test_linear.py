"""The fully connected layer: by hand against differences, shapes, spirals, and the run end to end."""

from __future__ import annotations

import numpy as np
import pytest
from outcome import check_again
from PIL import Image

import minigrad as mg
from minigrad import nn

EXAMPLE = "linear"


@pytest.fixture
def numbers(rng):
    return [rng.standard_normal(size) for size in ((4, 3), (3, 2), (2,), (4, 2))]


@pytest.mark.long
def test_same_seed_same_bits_and_a_report(quick, tmp_path, capsys):
    check_again(EXAMPLE, quick, tmp_path, capsys)


def test_gradients_by_hand_are_those_of_differences(numbers):
    import linear

    found = linear.by_hand(*numbers)
    for name, argument in (("x", 0), ("W", 1), ("b", 2)):
        for place in np.ndindex(numbers[argument].shape):
            losses = []
            for step in (1e-5, -1e-5):
                changed = [array.copy() for array in numbers]
                changed[argument][place] += step
                losses.append(((linear.by_hand(*changed)["y"] - numbers[3]) ** 2).sum())
            assert found[name][place] == pytest.approx((losses[0] - losses[1]) / 2e-5, abs=1e-8)


def test_the_layer_of_the_framework_agrees(numbers, quick):
    import linear

    hand, (layer, _) = linear.by_hand(*numbers), linear.by_layer(*numbers)
    for name in ("y", "x", "W", "b"):
        np.testing.assert_allclose(layer[name], hand[name], rtol=1e-12, atol=1e-14)
    assert max(quick.metrics["differ"].values()) < 1e-13


def test_a_weight_in_the_books_shape_cannot_stand_on_the_left():
    with pytest.raises(RuntimeError, match="3x2 and 3"):
        mg.rand(3, 2) @ mg.rand(3)


def test_parameters_are_counted_by_hand(quick):
    assert quick.metrics["parameters"]["one layer"] == 784 * 10 + 10
    assert quick.metrics["parameters"]["two layers"] == 784 * 256 + 256 + 256 * 10 + 10


def test_layers_without_activation_draw_a_straight_border():
    """Their logits are linear: in the middle of two points they are the mean of theirs."""
    import linear

    net, (a, b) = linear.three_layers(nn.Identity()), mg.randn(2, 5, 2)
    np.testing.assert_allclose(net((a + b) / 2).tolist(), ((net(a) + net(b)) / 2).tolist(), rtol=1e-4, atol=1e-6)


def test_only_an_activation_separates_spirals():
    import linear

    points, sides = linear.spirals(60)
    right = {}
    for activation in (nn.Tanh(), nn.Identity()):
        mg.manual_seed(0)
        net = linear.three_layers(activation)
        linear.learn_border(net, points, sides, 400, set())
        right[type(activation)] = ((net(points) > 0) == (sides > 0.5)).float().mean().item()
    assert right[nn.Tanh] > 0.95
    assert right[nn.Identity] < 0.7


def test_the_animation_has_a_frame_for_each_look(quick):
    with Image.open(quick.folder / "learning.gif") as animation:
        assert animation.n_frames > 10
