"""The room that all examples share: the frame of a run, digits and canvas, training, pictures."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

import minigrad as mg
from minigrad import nn
from minigrad.datasets import mnist5k
from shared import digits, pictures
from shared.options import Option, positive
from shared.run import start
from shared.training import accuracy, fit

DOC = """What this example shows.

And more of it.
"""


def begin(folder, *arguments):
    own = {"epochs": Option(5, quick=1, help="epochs"), "rate": Option(0.1, quick=0.2, help="rate", kind=positive)}
    return start("example", DOC, ["--output", str(folder), *arguments], **own)


@pytest.mark.parametrize(
    ("arguments", "epochs", "rate"),
    [
        ([], 5, 0.1),
        (["--quick"], 1, 0.2),
        (["--quick", "--epochs", "3"], 3, 0.2),
        (["--rate", "1e-3"], 5, 1e-3),
    ],
)
def test_quick_changes_defaults_only(tmp_path, arguments, epochs, rate):
    options = begin(tmp_path, *arguments).options
    assert (options.epochs, options.rate) == (epochs, rate)


def test_the_seed_starts_the_random_numbers(tmp_path):
    draws = []
    for seed in (0, 0, 1):
        begin(tmp_path, "--seed", str(seed))
        draws.append(mg.rand(3).tolist())
    assert draws[0] == draws[1] != draws[2]


@pytest.mark.parametrize("arguments", ["--epochs 0", "--rate 0", "--rate inf", "--colour red"])
def test_wrong_options_give_one_clear_error(tmp_path, capsys, arguments):
    with pytest.raises(SystemExit) as exit:
        begin(tmp_path / "new", *arguments.split())
    assert exit.value.code == 2
    assert arguments.split()[0] in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit):
        begin(tmp_path / "file")
    assert "--output" in capsys.readouterr().err


def test_a_report_is_written_and_printed(tmp_path, capsys):
    run = begin(tmp_path)
    assert list(run.progress(range(3), "counting")) == [0, 1, 2]
    figure, axes = pictures.figure()
    axes.plot([0, 1])
    run.save_figure("line", figure)
    metrics = {"error": np.float32(0.25), "shares": np.array([1, 2]), "mean": mg.tensor(0.5)}
    run.finish(metrics, [["", "error"], ["ours", 0.123456], ["theirs", "none"]], ["It works.", "So it is."], {})
    assert json.loads((tmp_path / "metrics.json").read_text()) == {"error": 0.25, "shares": [1, 2], "mean": 0.5}
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["title"] == "What this example shows."
    assert summary["options"] == {"epochs": 5, "rate": 0.1, "seed": 0, "quick": False}
    assert summary["table"] == [["", "error"], ["ours", "0.1235"], ["theirs", "none"]]
    printed = capsys.readouterr().out
    assert "         error\nours    0.1235\ntheirs    none\n" in printed
    assert printed.endswith("It works.\nSo it is.\n")
    assert all(str(tmp_path / name) in printed for name in ("line.png", "metrics.json", "summary.json"))


def test_digits_are_split_without_overlap():
    learn, unseen = digits.split(100)
    images, labels = mnist5k()
    np.testing.assert_array_equal(np.concatenate([learn.images, unseen.images]), images[:100])
    np.testing.assert_array_equal(np.concatenate([learn.labels, unseen.labels]), labels[:100])
    assert len(unseen.images) == 20


@pytest.mark.parametrize(("row", "column"), [(0, 0), (2, 3), (-1, -2), (4, 5), (9, 0), (-3, 0)])
def test_a_digit_is_placed_on_the_canvas_and_cut_at_its_edges(rng, row, column):
    canvas, digit = rng.integers(0, 256, (5, 7)), rng.integers(0, 256, (3, 2))
    expected = canvas.copy()
    for i, j in np.ndindex(*digit.shape):
        if 0 <= row + i < 5 and 0 <= column + j < 7:
            expected[row + i, column + j] = max(expected[row + i, column + j], digit[i, j])
    digits.place(canvas, digit, row, column)
    np.testing.assert_array_equal(canvas, expected)


def test_fit_finds_the_least_squares(rng):
    inputs = rng.normal(size=(64, 3)).astype(np.float32)
    targets = inputs @ np.array([[1.0], [-2.0], [0.5]], np.float32) + 3
    model = nn.Linear(3, 1)
    mean_square = nn.functional.mse_loss
    losses = fit(model, mg.from_numpy(inputs), mg.from_numpy(targets), 60, batch=20, lr=0.1, loss=mean_square)
    assert losses.shape == (60 * 4,)
    np.testing.assert_allclose(model.weight.detach().numpy(), [[1, -2, 0.5]], atol=1e-3)
    np.testing.assert_allclose(model.bias.detach().numpy(), [3], atol=1e-3)


def test_accuracy_counts_the_right_answers():
    logits = mg.tensor([[0.0, 1.0], [2.0, 1.0], [0.0, 3.0]])
    assert accuracy(nn.Identity(), logits, mg.tensor([1, 0, 0])) == pytest.approx(2 / 3)


def test_pictures_are_enlarged_pixel_by_pixel(tmp_path):
    image = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    with Image.open(pictures.save_png(tmp_path / "a.png", image, scale=3)) as picture:
        np.testing.assert_array_equal(np.asarray(picture), image.repeat(3, 0).repeat(3, 1))


def test_a_rendered_figure_has_the_size_asked_for():
    figure, axes = pictures.figure(size=(2, 1))
    pictures.show(axes, np.eye(3))
    image = pictures.rendered(figure, dpi=50)
    assert image.shape == (50, 100, 3)
    assert image.min() < 50
