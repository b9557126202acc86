"""Activations and dropout with `inplace=True`: the result is in the input's memory, and all checks of writes hold."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn

POINTS = [[-4.0, -0.5, 0.2, 3.0, 7.0]]

ACTIVATIONS = [
    ("ReLU", ()),
    ("ReLU6", ()),
    ("LeakyReLU", (0.1,)),
    ("ELU", (2.0,)),
    ("CELU", (2.0,)),
    ("SELU", ()),
    ("Hardtanh", ()),
    ("Threshold", (0.5, 3.0)),
    ("SiLU", ()),
    ("Hardswish", ()),
    ("Hardsigmoid", ()),
    ("Mish", ()),
]


@pytest.mark.parametrize(("name", "options"), ACTIVATIONS)
def test_the_input_holds_the_result(name, options):
    out_of_place, in_place = getattr(nn, name)(*options), getattr(nn, name)(*options, inplace=True)
    expected = out_of_place(mg.tensor(POINTS))
    x = mg.tensor(POINTS)
    y = in_place(x)
    assert y is x
    np.testing.assert_array_equal(x.numpy(), expected.numpy())


def test_a_shortcut_sees_what_the_activation_wrote():
    """y = relu(x) in x, then x + y is 2 relu(x), with slope 2 where x > 0: the residual blocks of Xception."""
    leaf = mg.tensor([-1.0, 2.0], requires_grad=True)
    x = leaf * 1
    y = nn.ReLU(inplace=True)(x)
    total = x + y
    total.sum().backward()
    assert total.tolist() == [0.0, 4.0]
    assert leaf.grad.tolist() == [0.0, 2.0]


def test_a_view_shows_the_result_to_its_source():
    leaf = mg.tensor([[-1.0, 2.0], [-3.0, 4.0]], requires_grad=True)
    whole = leaf * 1
    nn.ReLU(inplace=True)(whole[0])
    (whole * whole).sum().backward()
    assert whole.tolist() == [[0.0, 2.0], [-3.0, 4.0]]
    assert leaf.grad.tolist() == [[0.0, 4.0], [-6.0, 8.0]]


@pytest.mark.parametrize(("name", "options"), ACTIVATIONS)
def test_a_leaf_that_requires_grad_is_refused(name, options):
    with pytest.raises(RuntimeError, match="leaf Variable that requires grad"):
        getattr(nn, name)(*options, inplace=True)(mg.tensor(POINTS, requires_grad=True))


def test_what_a_rule_has_saved_is_watched():
    y = mg.tensor([-1.0, 2.0], requires_grad=True).exp()
    nn.functional.relu(y, inplace=True)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


def test_the_option_may_be_given_by_position():
    x = mg.tensor([-1.0, 2.0])
    assert nn.functional.leaky_relu(x, 0.5, True) is x
    assert x.tolist() == [-0.5, 2.0]


@pytest.mark.parametrize("name", ["Dropout", "Dropout1d", "Dropout2d", "AlphaDropout", "FeatureAlphaDropout"])
def test_dropout_writes_in_training_and_passes_a_leaf_in_evaluation(name):
    shape = (2, 3, 4) if name == "Dropout1d" else (2, 3, 4, 4)
    layer = getattr(nn, name)(0.5, inplace=True)
    mg.manual_seed(1)
    expected = getattr(nn, name)(0.5)(mg.ones(shape))
    mg.manual_seed(1)
    x = mg.ones(shape)
    assert layer(x) is x
    np.testing.assert_allclose(x.numpy(), expected.numpy(), rtol=1e-6)
    leaf = mg.ones(shape, requires_grad=True)
    assert layer.eval()(leaf) is leaf
    with pytest.raises(RuntimeError, match="leaf Variable that requires grad"):
        layer.train()(leaf)


@pytest.mark.torch
@pytest.mark.parametrize(("name", "options"), ACTIVATIONS)
def test_values_and_gradients_are_pytorchs(name, options):
    import torch

    seen = []
    for library in (mg, torch):
        leaf = library.tensor(POINTS, dtype=library.float64, requires_grad=True)
        x = leaf * 1
        y = getattr(library.nn, name)(*options, inplace=True)(x)
        (x * y).sum().backward()
        seen.append((x.tolist(), leaf.grad.tolist()))
    np.testing.assert_allclose(seen[0][0], seen[1][0], rtol=1e-6)
    np.testing.assert_allclose(seen[0][1], seen[1][1], rtol=1e-6)
