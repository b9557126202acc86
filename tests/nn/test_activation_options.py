"""Activations: dimensions chosen, older names, functions in place, random draws."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn


def test_softmax_chooses_a_dimension_with_a_warning(rng: np.random.Generator) -> None:
    x = mg.tensor(rng.standard_normal((2, 3, 2, 2)))
    for layer in (nn.Softmax(), nn.Softmin(), nn.LogSoftmax()):
        for ndim, dim in ((0, 0), (1, 0), (2, 1), (3, 0), (4, 1)):
            part = x[(0,) * (4 - ndim)]
            with pytest.warns(UserWarning, match="implicit dimension choice"):
                y = layer(part)
            assert y.equal(type(layer)(dim)(part))


def test_hardtanh_takes_its_older_names() -> None:
    with pytest.warns(FutureWarning, match="max_value is deprecated and renamed to max_val"):
        assert repr(nn.Hardtanh(max_value=2.0)) == "Hardtanh(min_val=-1.0, max_val=2.0)"
    with pytest.warns(FutureWarning, match="min_value is deprecated and renamed to min_val"):
        assert repr(nn.Hardtanh(min_value=0.0)) == "Hardtanh(min_val=0.0, max_val=1.0)"


def test_functions_with_an_underscore_change_their_input() -> None:
    for name, arguments in {
        "relu": (),
        "leaky_relu": (0.2,),
        "elu": (0.7,),
        "celu": (0.7,),
        "selu": (),
        "hardtanh": (-0.5, 0.5),
        "threshold": (0.1, 7.0),
        "rrelu": (0.1, 0.3),
    }.items():
        x = mg.tensor([-1.0, -0.2, 0.3, 2.0])
        expected = getattr(nn.functional, name)(x, *arguments)
        assert getattr(nn.functional, f"{name}_")(x, *arguments) is x
        assert x.equal(expected)


def test_gumbel_softmax_draws_by_the_probabilities() -> None:
    logits = mg.tensor([[0.0, 1.0, 2.0]]).expand(20000, 3).clone().requires_grad_()
    soft = nn.functional.gumbel_softmax(logits, tau=0.5)
    np.testing.assert_allclose(soft.sum(-1).numpy(force=True), 1, rtol=1e-6)
    hard = nn.functional.gumbel_softmax(logits, hard=True)
    assert set(np.unique(hard.numpy(force=True).round(6))) == {0, 1}
    frequencies = hard.mean(0).numpy(force=True)
    np.testing.assert_allclose(frequencies, np.exp([0, 1, 2]) / np.exp([0, 1, 2]).sum(), atol=0.015)  # four errors
    hard[:, 0].sum().backward()
    assert (logits.grad.numpy() != 0).any()
