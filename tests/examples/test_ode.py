"""An orbit's parameters: the solver against Kepler's equation, errors against repeated searches, and the run."""

from __future__ import annotations

import numpy as np
import pytest
from outcome import check_again

import minigrad as mg

EXAMPLE = "ode"


@pytest.mark.long
def test_same_seed_same_bits_and_a_report(quick, tmp_path, capsys):
    check_again(EXAMPLE, quick, tmp_path, capsys)


def test_kepler_keeps_his_laws():
    """An ellipse with the sun in a focus, and equal areas in equal times."""
    import ode

    times = np.linspace(0, 2 * np.pi, 2001)
    places = ode.kepler(times)
    e = ode.ECCENTRICITY
    np.testing.assert_allclose(np.hypot(*places.T) + np.hypot(*(places + np.array([2 * e, 0])).T), 2, rtol=1e-12)
    areas = np.cross(np.pad(places[:-1], ((0, 0), (0, 1))), np.pad(places[1:], ((0, 0), (0, 1))))[:, 2]
    assert np.ptp(areas) / areas.mean() < 1e-4


def test_the_solver_is_of_fourth_order_at_least():
    """Half the step, a sixteenth of the error or less: against Kepler's equation."""
    import ode

    times = 2 * np.pi * ode.REVOLUTIONS * np.arange(1, ode.OBSERVATIONS + 1) / ode.OBSERVATIONS
    coarse, fine = (
        np.abs(ode.Model(steps).predict(ode.true_parameters()).numpy() - ode.kepler(times)).max() for steps in (6, 12)
    )
    assert fine < 1e-4
    assert coarse / fine > 0.9 * 2**4


def test_gradients_through_the_solver_agree(quick):
    assert quick.metrics["gradients_differ"]["forward mode"] < 1e-12
    assert quick.metrics["gradients_differ"]["differences"] < 1e-6


def test_a_quick_search_comes_nearer(quick):
    """The exponent that is looked for is 2, and the guess 1.5."""
    assert abs(quick.metrics["found"][5] - 2) < 0.4
    assert quick.metrics["root_mean_square_misfit"] < 0.2


def test_standard_errors_of_a_straight_line():
    """For y = a + b t seen with noise s, the error of b is s / √Σ (t - mean)²."""
    import ode

    t = np.linspace(-1, 2, 8).reshape(4, 2)
    jacobian = mg.from_numpy(np.stack([np.ones_like(t), t], -1))
    expected = ode.NOISE / np.sqrt(((t - t.mean()) ** 2).sum())
    assert ode.uncertainty(jacobian)[1].item() == pytest.approx(expected)
