"""Where results differ from PyTorch's on purpose, as docs/departures.md says: each row that is about numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

import minigrad as mg

NAN, INF = math.nan, math.inf


def gradient(y, x):
    return mg.autograd.grad(y.sum(), x)[0].tolist()


def test_nan_among_the_elements():
    x = mg.tensor([NAN, 2.0], requires_grad=True)
    assert np.isnan(mg.sign(x)[0].item())
    assert np.isnan(gradient(mg.abs(x), x)[0])
    assert gradient(mg.relu(x), x) == [0.0, 1.0]
    assert gradient(mg.amax(x), x) == [1.0, 0.0]
    assert gradient(mg.prod(x), x)[0] == 2.0


def test_second_derivatives_are_those_of_the_mathematics():
    x = mg.zeros(2, requires_grad=True)
    (slope,) = mg.autograd.grad(mg.norm(x), x, create_graph=True)
    assert gradient(slope, x) == [0.0, 0.0]
    y = mg.tensor([1.0], requires_grad=True)
    (slope,) = mg.autograd.grad(mg.relu(y).sum(), y, create_graph=True)
    assert not slope.requires_grad


def test_uint8_and_numbers_beyond_it():
    x = mg.tensor([2], dtype=mg.uint8)
    for call in (lambda: x + 300, lambda: x * -1):
        with pytest.raises(OverflowError, match="out of bounds for uint8"):
            call()
    assert (x > -1).tolist() == [True]


def test_integers_to_negative_powers():
    with pytest.raises(ValueError, match="negative integer powers"):
        mg.tensor([2]) ** mg.tensor([-1])


@pytest.mark.parametrize("mode", ["nearest", "bilinear", "bicubic"])
def test_infinity_stays_with_the_pixels_that_use_it(mode):
    image = mg.zeros(1, 1, 9, 9)
    image[0, 0, 0, 0] = INF
    wide = mg.nn.functional.interpolate(image, scale_factor=2, mode=mode)
    assert bool(wide[0, 0, 6:, 6:].eq(0).all())
    assert not bool(wide.isfinite().all())


@pytest.mark.parametrize(("stride", "dilation", "kernel"), [(2, 1, 3), (2, 3, 2), (3, 2, 2)])
def test_nan_stays_within_the_reach_of_a_transposed_convolution(stride, dilation, kernel):
    """Position j of the output sees input i where j = stride i + dilation k."""
    x = mg.ones(1, 1, 6)
    x[0, 0, 2] = NAN
    y = mg.nn.functional.conv_transpose1d(x, mg.ones(1, 1, kernel), stride=stride, dilation=dilation)
    touched = {stride * 2 + dilation * k for k in range(kernel)}
    assert {int(j) for j in np.flatnonzero(np.isnan(y[0, 0].numpy()))} == touched


def test_a_scatter_from_a_larger_source_has_a_gradient():
    src = mg.ones(4, requires_grad=True)
    y = mg.zeros(3).scatter(0, mg.tensor([2, 0]), src)
    assert gradient(y, src) == [1.0, 1.0, 0.0, 0.0]


def test_a_list_is_no_value_of_an_element_and_an_array_is():
    x = mg.zeros(2, 2)
    with pytest.raises(TypeError, match="expected a number or a tensor, not list"):
        x[0] = [1.0, 2.0]
    x[0] = np.array([1.0, 2.0])
    assert x.tolist() == [[1.0, 2.0], [0.0, 0.0]]
