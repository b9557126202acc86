"""Flatten: places against a naive loop, what a shuffle and an order of axes do, and the run end to end."""

from __future__ import annotations

import numpy as np
import pytest
from outcome import check_again

import minigrad as mg
from minigrad import nn

EXAMPLE = "flatten"


@pytest.mark.long
def test_same_seed_same_bits_and_a_report(quick, tmp_path, capsys):
    check_again(EXAMPLE, quick, tmp_path, capsys)


def test_networks_learn_even_in_a_quick_run(quick):
    for kind in ("convolutional", "recurrent"):
        assert quick.metrics["accuracy"][kind]["as it is"] > 0.25  # ten digits: 0.1 by chance


def test_the_formulas_in_the_picture():
    """(c · 3 + y) · 4 + x, (x · 3 + y) · 2 + c and t · 5 + j, by loops."""
    maps, states = mg.rand(1, 2, 3, 4), mg.rand(1, 4, 5)
    first, last = nn.Flatten()(maps)[0], nn.Flatten()(maps.permute(0, 3, 2, 1))[0]
    for c, y, x in np.ndindex(2, 3, 4):
        assert first[(c * 3 + y) * 4 + x] == last[(x * 3 + y) * 2 + c] == maps[0, c, y, x]
    for t, j in np.ndindex(4, 5):
        assert nn.Flatten()(states)[0, t * 5 + j] == states[0, t, j]


def test_flatten_loses_nothing_and_keeps_the_batch():
    maps = mg.rand(3, 2, 4, 5)
    flat = nn.Flatten()(maps)
    assert flat.shape == (3, 40)
    np.testing.assert_array_equal(nn.Unflatten(1, (2, 4, 5))(flat).numpy(), maps.numpy())


def test_weights_that_move_with_the_numbers_give_the_same_answers(quick):
    orders = quick.metrics["order_of_axes"]
    assert orders["largest difference of a logit"] < 1e-4
    assert orders["other order, weights moved alike"] == pytest.approx(
        quick.metrics["accuracy"]["convolutional"]["as it is"]
    )
    assert orders["other order"] < orders["other order, weights moved alike"]


def test_a_shuffle_moves_every_number_of_an_example_alike():
    import flatten

    shuffle, images = flatten.Shuffle(12), mg.rand(4, 1, 3, 4)
    moved = shuffle(images)
    assert moved.shape == images.shape
    for image, other in zip(images, moved):
        np.testing.assert_array_equal(other.numpy().ravel(), image.numpy().ravel()[shuffle.order.numpy()])
    assert sorted(shuffle.order.tolist()) == list(range(12))
