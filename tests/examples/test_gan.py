"""The GAN example, end to end: its files, its random numbers, its checkpoints, its options, and how it measures."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import minigrad as mg
from minigrad import datasets

EXAMPLES = Path(__file__).parents[2] / "examples"
TINY = ["--limit", "40", "--batch", "8", "--width", "2", "--latent", "4", "--lr-generator", "0.02", "--samples", "20"]


def run(folder, *options):
    import gan

    gan.main([*TINY, "--output", str(folder), *map(str, options)])
    return Files(folder)


class Files:
    """What a run has written, as values that can be compared."""

    def __init__(self, folder):
        paths = sorted(Path(folder).iterdir())
        self.names = [path.name for path in paths]
        self.samples = np.load(folder / "samples.npz")["images"]
        self.metrics = json.loads((folder / "metrics.json").read_text())
        # Equal states make equal checkpoints; the archive of samples has the time of writing in it.
        self.bytes = {path.name: path.read_bytes() for path in paths if path.name != "samples.npz"}


def same(a, b):
    assert a.names == b.names
    assert [name for name in a.bytes if a.bytes[name] != b.bytes[name]] == []
    np.testing.assert_array_equal(a.samples, b.samples)


@pytest.fixture(scope="module")
def three_epochs(tmp_path_factory):
    return run(tmp_path_factory.mktemp("three"), "--epochs", 3)


def test_a_run_writes_what_it_promises(three_epochs):
    assert three_epochs.names == sorted(
        [
            "checkpoint.zip",
            "grid-001.png",
            "grid-002.png",
            "grid-003.png",
            "grids.gif",
            "losses.png",
            "metrics.json",
            "samples.npz",
            "summary.json",
            "watch.html",
        ]
    )
    assert three_epochs.samples.shape == (20, 28, 28)
    assert three_epochs.samples.dtype == np.uint8
    assert three_epochs.samples.std(0).max() > 0


def test_the_watch_shows_both_networks(three_epochs):
    page = three_epochs.bytes["watch.html"].decode()
    run = json.loads(page.partition('id="data">')[2].partition("</script>")[0])["runs"][0]["run"]
    losses = np.array(
        [[point[2] for point in run["curves"][name]["points"]] for name in ("discriminator", "generator")]
    )
    assert losses.shape == (2, 15)
    assert 0 < losses.min() < losses.max() < 5
    assert {layer["name"].split(".")[0] for layer in run["layers"]} == {"generator", "discriminator"}
    assert [image["step"] for image in run["images"]["drawn"]["kept"]] == [5, 10, 15]
    assert (run["step"], run["running"]) == (15, False)


def test_pictures_show_grids_of_the_same_noise(tmp_path, three_epochs):
    for name in ("grids.gif", "grid-003.png"):
        (tmp_path / name).write_bytes(three_epochs.bytes[name])
    with Image.open(tmp_path / "grids.gif") as animation:
        assert animation.n_frames == 3
        animation.seek(2)
        last = np.asarray(animation.convert("L"))
    with Image.open(tmp_path / "grid-003.png") as picture:
        assert picture.size == (2 * 8 * 28, 2 * 8 * 28)
        np.testing.assert_array_equal(last, np.asarray(picture))


def test_metrics_are_shares_and_distances(three_epochs):
    metrics = three_epochs.metrics
    assert sum(metrics["shares"]) == pytest.approx(1)
    assert metrics["digits"] == sum(share >= 0.01 for share in metrics["shares"])
    assert metrics["frechet_distance"] > 0
    assert all(0 <= metrics[name] <= 1 for name in ("sure", "sure_real", "judge_accuracy"))


def test_same_seed_same_bits(tmp_path, three_epochs):
    same(run(tmp_path, "--epochs", 3), three_epochs)


def test_another_seed_draws_other_pictures(tmp_path, three_epochs):
    assert not np.array_equal(run(tmp_path, "--epochs", 3, "--seed", 1).samples, three_epochs.samples)


@pytest.mark.parametrize("step", [5, 7], ids=["at the end of an epoch", "within one"])
def test_an_interrupted_run_continues_as_if_it_had_not_been(tmp_path, three_epochs, step, monkeypatch, capsys):
    import gan

    play = gan.GAN.play

    def interrupted(self, real):
        losses = play(self, real)
        if len(self.losses) == step:
            signal.raise_signal(signal.SIGINT)
        return losses

    with monkeypatch.context() as patch:
        patch.setattr(gan.GAN, "play", interrupted)
        with pytest.raises(SystemExit) as exit:
            gan.main([*TINY, "--output", str(tmp_path), "--epochs", "3"])
    assert exit.value.code == 130
    assert "--resume" in capsys.readouterr().out
    assert not (tmp_path / "samples.npz").exists()
    assert len(mg.load(tmp_path / "checkpoint.zip")["gan"]["losses"]) == step
    mg.manual_seed(123)
    gan.main(["--resume", "--epochs", "3", "--samples", "20", "--output", str(tmp_path)])
    same(Files(tmp_path), three_epochs)


def test_ctrl_c_in_a_shell(tmp_path):
    tmp_path /= "my run"
    environment = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent)}
    command = [sys.executable, EXAMPLES / "gan.py", *TINY, "--epochs", "1000", "--output", tmp_path]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        while not (tmp_path / "grid-001.png").exists() and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    program, script, *options = shlex.split(out.partition("To continue: ")[2])  # it runs where it was started
    assert (program, script, options[0]) == (sys.executable, "examples/gan.py", "--resume")
    assert options[-1] == str(tmp_path)
    assert len(mg.load(tmp_path / "checkpoint.zip")["gan"]["losses"]) >= 5


def idx_files(folder, images):
    folder.mkdir()
    for name, array in (
        ("train-images-idx3-ubyte", images),
        ("train-labels-idx1-ubyte", np.zeros(len(images), np.uint8)),
    ):
        header = bytes([0, 0, 8, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
        (folder / name).write_bytes(header + array.tobytes())
    return folder


def test_public_files_are_read(tmp_path):
    folder = idx_files(tmp_path / "idx", datasets.mnist5k().images[:40])
    from_files = run(tmp_path / "a", "--epochs", 1, "--data", folder)
    np.testing.assert_array_equal(from_files.samples, run(tmp_path / "b", "--epochs", 1).samples)


WRONG = {
    "--epochs 0": "less than 1",
    "--epochs many": "--epochs",
    "--batch 1": "less than 2",
    "--width 0": "less than 1",
    "--lr-generator 0": "positive",
    "--lr-discriminator nan": "positive",
    "--betas 0.5 1": "less than 1",
    "--betas 0.5": "expected 2",
    "--limit 5001": "5000",
    "--limit 20 --batch 21": "--batch",
    "--data nowhere": "nowhere",
    "--resume": "checkpoint.zip",
    "--colour": "unrecognized",
}


@pytest.mark.parametrize("options", WRONG)
def test_wrong_options_give_one_clear_error(options, tmp_path, capsys):
    import gan

    with pytest.raises(SystemExit) as exit:
        gan.main([*options.split(), "--output", str(tmp_path / "new")])
    assert exit.value.code == 2
    error = capsys.readouterr().err
    assert WRONG[options] in error
    assert "Traceback" not in error
    assert not (tmp_path / "new").exists()


def test_images_of_another_size_are_refused(tmp_path, capsys):
    import gan

    folder = idx_files(tmp_path / "idx", np.zeros((40, 32, 32), np.uint8))
    with pytest.raises(SystemExit):
        gan.main(["--data", str(folder), "--output", str(tmp_path / "new")])
    assert "28 x 28, not 32 x 32" in capsys.readouterr().err


def test_a_resumed_run_keeps_its_options(tmp_path, capsys):
    import gan

    run(tmp_path, "--epochs", 1)
    with pytest.raises(SystemExit):
        gan.main(["--resume", "--width", "3", "--output", str(tmp_path)])
    assert "--width 2, which cannot be changed" in capsys.readouterr().err


def test_a_damaged_checkpoint_is_one_clear_error(tmp_path, capsys):
    import gan

    (tmp_path / "checkpoint.zip").write_bytes(b"PK and no more")
    with pytest.raises(SystemExit):
        gan.main(["--resume", "--output", str(tmp_path)])
    assert "not a minigrad file (it is a zip that was cut short or damaged)" in capsys.readouterr().err


def test_a_file_of_something_else_is_no_checkpoint(tmp_path, capsys):
    import gan

    mg.save({"weights": mg.ones(2)}, tmp_path / "checkpoint.zip")
    with pytest.raises(SystemExit):
        gan.main(["--resume", "--output", str(tmp_path)])
    assert "not a checkpoint of this program" in capsys.readouterr().err


def test_quick_changes_defaults_only(tmp_path):
    from shared.gan_options import parse

    options, digits, _ = parse(["--quick", "--samples", "7", "--output", str(tmp_path)])
    assert (options.epochs, options.samples, len(digits.images)) == (1, 7, 256)


def test_help_explains_every_option(capsys):
    from shared.gan_options import RECIPE, command_line, parse

    with pytest.raises(SystemExit) as exit:
        parse(["--help"])
    assert exit.value.code == 0
    assert all(action.help for action in command_line()._actions)
    assert {action.dest for action in command_line()._actions} > set(RECIPE)


def test_the_average_weighs_late_steps_most():
    import gan
    from shared.gan_options import command_line

    network = gan.GAN(command_line().parse_args(["--width", "2", "--latent", "4"]))
    steps = np.arange(1, 31)
    for step in steps:
        for value in network.generator.state_dict().values():
            value.copy_(mg.full_like(value, int(step)))
        network.losses.append((0.0, 0.0))
        network.follow()
    # Polynomial decay with η = 9: step t counts as t (t + 1) ... (t + 8).
    weights = np.prod([steps + i for i in range(9)], axis=0, dtype=float)
    expected = (weights * steps).sum() / weights.sum()
    for name, mean in network.average.state_dict().items():
        if mean.is_floating_point():
            np.testing.assert_allclose(mean.numpy(), expected, rtol=1e-5, err_msg=name)


# -- how samples are measured ------------------------------------------------------------------------------------------


def test_frechet_distance_of_gaussians(rng):
    from scipy.linalg import sqrtm

    from shared.judge import frechet_distance

    a = rng.normal(size=(500, 6)) @ rng.normal(size=(6, 6)) + rng.normal(size=6)
    b = rng.normal(size=(400, 6)) @ rng.normal(size=(6, 6))
    cov_a, cov_b = np.cov(a.T), np.cov(b.T)
    expected = ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(cov_a + cov_b - 2 * sqrtm(cov_a @ cov_b).real)
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-10)
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-10)
    assert frechet_distance(a, a + 2) == pytest.approx(6 * 4)  # a shift alone: |μa - μb|²
    assert frechet_distance(a - a.mean(0), 3 * (a - a.mean(0))) == pytest.approx(4 * np.trace(cov_a))  # (3 - 1)² tr C


def test_frechet_distance_where_features_are_constant(rng):
    from shared.judge import frechet_distance

    a = rng.normal(size=(100, 4)) * [1, 2, 0, 0]  # a singular covariance, as dead units give
    assert frechet_distance(a, 2 * a - a.mean(0)) == pytest.approx(np.trace(np.cov(a.T)))


def test_the_judge_learns_to_read():
    from shared.judge import train_judge

    images, labels = datasets.mnist5k()
    judge = train_judge(datasets.Digits(images[:600], labels[:600]), epochs=3)
    _, probabilities = judge.look(images[600:1000])
    np.testing.assert_allclose(probabilities.sum(1), 1, rtol=1e-5)
    assert (probabilities.argmax(1) == labels[600:1000]).mean() > 0.7


def test_bytes_to_tensors_and_back(rng):
    from shared.pictures import to_bytes, to_tensor

    images = rng.integers(0, 256, (5, 28, 28), dtype=np.uint8)
    images[0, 0, :2] = [0, 255]
    tensor = to_tensor(images)
    assert tuple(tensor.shape) == (5, 1, 28, 28)
    assert tensor.dtype == mg.float32
    assert tensor[0, 0, 0, :2].tolist() == [-1, 1]
    np.testing.assert_array_equal(to_bytes(tensor), images)


def test_grid_goes_row_by_row():
    from shared.pictures import grid

    images = np.arange(6, dtype=np.uint8).reshape(6, 1, 1) * np.ones((1, 2, 3), np.uint8)
    picture = grid(images, columns=3)
    assert picture.shape == (4, 9)
    np.testing.assert_array_equal(picture[::2, ::3], [[0, 1, 2], [3, 4, 5]])
