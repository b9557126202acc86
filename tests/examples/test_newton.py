"""Newton's method: its first steps as the literature has them, the Hessian in closed form, the minimum by SciPy."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from outcome import check_again

import minigrad as mg
from minigrad import func

EXAMPLE = "newton"


@pytest.mark.long
def test_same_seed_same_bits_and_a_report(quick, tmp_path, capsys):
    check_again(EXAMPLE, quick, tmp_path, capsys)


def test_newtons_way_through_the_valley(quick):
    """From (-1.2, 1) the first step leads to (-1.1753, 1.3807), and the last ones double the right digits."""
    way = np.array(quick.metrics["newton_in_the_valley"])
    np.testing.assert_allclose(way[1], [-1.1753, 1.3807], atol=1e-4)
    far = np.linalg.norm(way - 1, axis=1)
    assert far[-1] < 1e-9
    near = far[far < 0.3]
    assert len(near) >= 5
    assert all(after < 50 * before**2 + 1e-12 for before, after in pairwise(near))


def test_the_hessian_of_a_logistic_regression():
    """Xᵀ D X / n + penalty, with D = σ (1 - σ)."""
    import newton

    loss, inputs = newton.logistic_regression(penalty=1e-3)
    weights = 0.1 * mg.randn(197, dtype=mg.float64)
    x = inputs.numpy()
    p = 1 / (1 + np.exp(-x @ weights.numpy()))
    expected = (x.T * (p * (1 - p))) @ x / len(x) + 1e-3 * np.eye(197)
    np.testing.assert_allclose(func.hessian(loss)(weights).numpy(), expected, rtol=1e-10, atol=1e-13)


def test_products_lead_to_the_step_of_the_matrix():
    """Where the gradient is small, conjugate gradients go on until the step is Newton's."""
    import newton

    a = np.random.default_rng(0).standard_normal((6, 6))
    a = mg.from_numpy(a @ a.T + np.eye(6))
    x = 1e-9 * mg.ones(6, dtype=mg.float64)
    step, products = newton.by_products(lambda x: x @ a @ x / 2, x, a @ x)
    np.testing.assert_allclose(step.numpy(), -x.numpy(), rtol=1e-3)
    assert products <= 6


def test_the_minimum_is_scipys(quick):
    optimize = pytest.importorskip("scipy.optimize")
    import newton

    loss, inputs = newton.logistic_regression()

    def value_and_gradient(weights):
        gradient, value = func.grad_and_value(loss)(mg.from_numpy(weights))
        return value.item(), gradient.numpy()

    found = optimize.minimize(value_and_gradient, np.zeros(inputs.shape[1]), jac=True, method="BFGS", tol=1e-7)
    assert quick.metrics["minimum_of_regression"] == pytest.approx(found.fun, abs=1e-9)


def test_newton_needs_the_fewest_steps(quick):
    for ways in quick.metrics["results"].values():
        steps = {name: way["steps"] for name, way in ways.items()}
        assert steps["Newton"] < steps["L-BFGS"] < steps["Adam"]
        assert ways["Newton"]["above_minimum"] < 1e-12
