"""Derivatives four ways: errors against Taylor's theorem, costs against counting by hand."""

from __future__ import annotations

import numpy as np
import pytest
from outcome import check_again

import minigrad as mg

EXAMPLE = "gradients"


def test_same_seed_same_bits_and_a_report(quick, tmp_path, capsys):
    check_again(EXAMPLE, quick, tmp_path, capsys)


def test_the_error_of_a_difference_is_what_taylor_says():
    """For long steps h, the forward difference is wrong by h/2 f''(x): f'' by hand, for f = exp sin x²."""
    import gradients

    x = np.linspace(0.5, 1.5, 500)
    s, c = np.sin(x * x), np.cos(x * x)
    second = np.exp(s) * ((2 * x * c) ** 2 + 2 * c - 4 * x * x * s)
    measured = gradients.errors(mg.from_numpy(x), np.array([1e-4]))["forward difference"][0]
    assert measured == pytest.approx(1e-4 / 2 * np.sqrt(np.mean(second**2)), rel=1e-3)


def test_automatic_differentiation_is_as_exact_as_the_formula(quick):
    for dtype in ("float64", "float32"):
        best = quick.metrics["best_error"][dtype]
        for mode in ("forward mode", "reverse mode"):
            assert best[mode] < 5 * np.finfo(dtype).eps < best["central difference"] < best["forward difference"]


def test_costs_are_those_counted_by_hand(quick):
    """Of n inputs: 2 n values, or one value with n tangents, or one value with one pass back. For outputs, reversed."""
    metrics = quick.metrics
    for n, of_inputs, of_outputs in zip(metrics["counts"], metrics["cost_by_inputs"], metrics["cost_by_outputs"]):
        assert of_inputs == {"central difference": 2 * n, "forward mode": 1 + n, "reverse mode": 2}
        assert of_outputs == {"central difference": 2, "forward mode": 2, "reverse mode": 1 + n}


def test_three_ways_to_one_jacobian():
    import gradients

    net, x = gradients.network(4, 3), mg.randn(4, 1)
    differences, columns, rows = (way(net, x).numpy() for way in gradients.WAYS.values())
    assert columns.shape == (3, 4)
    np.testing.assert_allclose(rows, columns, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(differences, columns, atol=1e-3)
