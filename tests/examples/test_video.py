"""The video example: its run, how its digits move, its interpolation and errors against naive ones."""

from __future__ import annotations

import numpy as np
import pytest
from outcome import check_report, run

import minigrad as mg


@pytest.mark.long
def test_a_run_keeps_its_promises_and_repeats_to_the_bit(tmp_path, capsys):
    first = run("video", tmp_path / "first")
    check_report(first, capsys.readouterr().out)
    metrics = first.metrics
    assert metrics["interpolation_differs"] < 1e-6
    assert metrics["enlarged_against_interpolation"] < 1.2  # it starts at interpolation
    assert [len(line) for line in metrics["errors"]["next frames"].values()] == [4, 4]
    assert [len(line) for line in metrics["errors"]["enlarged"].values()] == [8, 8]
    assert run("video", tmp_path / "second").files == first.files


def test_digits_move_as_balls_do():
    from minigrad.datasets import Digits
    from video import FRAMES, SIDE, film

    # Digits of one pixel of ink in their corner: where it is, is where they are.
    dot = np.zeros((1, 14, 14), np.uint8)
    dot[0, 0, 0] = 255
    for seed in range(20):
        rng = np.random.default_rng(seed)
        frames = film(Digits(dot, np.zeros(1)), rng)
        rng = np.random.default_rng(seed)
        balls = []
        for _ in range(2):
            rng.integers(1)
            balls.append([rng.integers(0, SIDE - 13, 2), rng.integers(-2, 3, 2)])
        for frame in frames:
            expected = np.zeros((SIDE, SIDE), np.uint8)
            for ball in balls:
                place, velocity = ball
                expected[tuple(place)] = 255
                bounced = np.where((place + velocity < 0) | (place + velocity > SIDE - 14), -velocity, velocity)
                after = np.where(place + velocity < 0, -(place + velocity), place + velocity)
                ball[:] = np.where(after > SIDE - 14, 2 * (SIDE - 14) - after, after), bounced
            np.testing.assert_array_equal(frame, expected)
        assert len(frames) == FRAMES


def test_a_shrunk_film_has_the_means_of_four_pixels_of_every_other_frame(rng):
    from video import shrunk

    film = rng.random((2, 1, 4, 6, 8)).astype(np.float32)
    small = shrunk(mg.from_numpy(film)).numpy()
    assert small.shape == (2, 1, 2, 3, 4)
    for n, t, i, j in np.ndindex(2, 2, 3, 4):
        square = film[n, 0, 2 * t, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        assert small[n, 0, t, i, j] == pytest.approx(square.mean(), rel=1e-6)


def test_interpolation_is_linear_along_every_axis():
    from video import interpolated, interpolation

    # Of a linear film it makes the same linear film: at the given times, and at quarters between the pixels.
    t, y, x = np.ogrid[:4, :5, :6]
    film = mg.from_numpy((2 * t + 3 * y - x + 20).astype(np.float32)[None, None])
    t, y, x = np.ogrid[:8, :10, :12]
    expected = 2 * t / 2 + 3 * (y - 0.5) / 2 - (x - 0.5) / 2 + 20
    inside = slice(0, -1), slice(1, -1), slice(1, -1)
    for large in (interpolation()(film).detach(), interpolated(film)):
        np.testing.assert_allclose(large.numpy()[0, 0][inside], expected[inside], rtol=1e-5)


def test_errors_are_the_mean_squares_of_every_frame(rng):
    from video import error

    a, b = rng.random((2, 3, 1, 4, 5, 5))
    expected = [np.mean([(a[n, 0, t] - b[n, 0, t]) ** 2 for n in range(3)]) for t in range(4)]
    np.testing.assert_allclose(error(mg.from_numpy(a), mg.from_numpy(b)), expected, rtol=1e-12)
