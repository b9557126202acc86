"""The segmentation example: its run, its scenes, its measures against naive ones."""

from __future__ import annotations

import numpy as np
import pytest
from outcome import check_report, run

import minigrad as mg


def test_a_run_keeps_its_promises_and_repeats_to_the_bit(tmp_path, capsys):
    first = run("segmentation", tmp_path / "first")
    check_report(first, capsys.readouterr().out)
    metrics = first.metrics
    assert all(0 <= share <= 1 for share in [*metrics["mean_iou"].values(), *metrics["pixels_right"].values()])
    assert metrics["mean_iou"]["nearest"] == pytest.approx(np.mean(metrics["iou"]["nearest"]))
    assert metrics["ripple_trained"]["nearest"] < 1e-4 < metrics["ripple_trained"]["transposed"]
    assert run("segmentation", tmp_path / "second").files == first.files


def test_pixels_with_a_label_have_ink():
    from segmentation import BACKGROUND, SIDE, scene
    from shared.digits import halved, split

    digits = halved(split(50).learn)
    image, labels = scene(digits, np.random.default_rng(0))
    assert image.shape == labels.shape == (SIDE, SIDE)
    assert (image[labels != BACKGROUND] >= 100).all()
    assert 5 <= len(np.unique(labels)) <= 10
    assert (image[labels == BACKGROUND] >= 100).any()  # the clutter


def test_overlap_is_that_of_sets_of_pixels(rng):
    from segmentation import CLASSES, overlap

    predicted, labels = rng.integers(0, CLASSES, (2, 3, 9, 9))
    for label, value in enumerate(overlap(predicted, labels)):
        given, got = ({*map(tuple, np.argwhere(x == label))} for x in (labels, predicted))
        assert value == pytest.approx(len(given & got) / len(given | got))


def test_both_ways_to_enlarge_have_as_many_parameters_and_double_the_size():
    from segmentation import nearest, transposed

    shapes = {tuple(kind(3, 5)(mg.zeros(1, 3, 4, 6)).shape) for kind in (transposed, nearest)}
    counts = {sum(parameter.numel() for parameter in kind(3, 5).parameters()) for kind in (transposed, nearest)}
    assert shapes == {(1, 5, 8, 12)}
    assert len(counts) == 1


@pytest.mark.parametrize("kernel", [3, 4])
def test_the_checkerboard_of_equal_weights_is_how_many_kernels_cover_a_pixel(kernel):
    from functools import partial

    from segmentation import on_a_constant, ripple, transposed

    line = np.ones(8)
    for _ in range(3):
        longer = np.zeros(2 * len(line) + 8)
        for i, value in enumerate(line):
            longer[2 * i : 2 * i + kernel] += value
        line = longer[1 : 1 + 2 * len(line)]
    pattern = np.outer(line, line)[16:48, 16:48]
    expected = pattern.std() / np.sqrt((pattern**2).mean())
    got = ripple(on_a_constant(partial(transposed, kernel=kernel), equal=True))
    assert got == pytest.approx(expected, abs=1e-5)
    assert (expected > 0.1) == (kernel == 3)


def test_ripple_of_known_planes():
    from segmentation import ripple

    board = mg.tensor([[1.0, -1.0], [-1.0, 1.0]])
    assert ripple(board[None]) == pytest.approx(1)
    assert ripple(board[None] + 1) == pytest.approx(0.5**0.5)
    assert ripple(mg.full((2, 4, 4), 3.0)) == pytest.approx(0, abs=1e-6)
