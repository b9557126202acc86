"""Convolution in Winograd's coordinates, against the sum itself in float64, and where it must not be used."""

import numpy as np
import pytest

from minigrad.kernels import convolution, winograd

NONE = ((0, 0), (0, 0))
SAME = ((1, 1), (1, 1))
SHAPES = [  # x, kernels, padding
    ((3, 16, 9, 8), 17, SAME),
    ((2, 20, 7, 5), 16, NONE),
    ((2, 16, 8, 11), 16, ((2, 0), (0, 3))),
    ((1, 16, 3, 3), 16, NONE),
    ((1, 16, 1, 1), 16, SAME),
    ((5, 16, 40, 3), 16, ((4, 1), (5, 5))),
    ((1, 16, 2, 3), 16, ((60, 50), (30, 20))),  # blocks that lie wholly in the padding
]


@pytest.fixture
def everywhere(monkeypatch):
    """Small images, too, go this way, in several blocks."""
    monkeypatch.setattr(winograd, "WORTH", 0)
    monkeypatch.setattr(winograd, "BLOCK", 2**12)


def arrays(shape, o, padding, last):
    rng = np.random.default_rng(0)
    size = [length + sum(pair) - 2 for length, pair in zip(shape[2:], padding, strict=True)]
    x, w, u = (rng.standard_normal(each).astype("f") for each in (shape, (o, shape[1], 3, 3), (shape[0], o, *size)))
    if last:
        x, u = (np.moveaxis(np.ascontiguousarray(np.moveaxis(each, 1, -1)), -1, 1) for each in (x, u))
    return x, w, u


@pytest.mark.parametrize("last", [False, True], ids=["channels-first", "channels-last"])
@pytest.mark.parametrize(("shape", "o", "padding"), SHAPES)
def test_all_three_gradients(shape, o, padding, last, everywhere, monkeypatch):
    x, w, u = arrays(shape, o, padding, last)
    geometry = ((1, 1), padding, (1, 1), 1)
    asked = []
    suits = winograd.suits
    monkeypatch.setattr(winograd, "suits", lambda *args: asked.append(suits(*args)) or asked[-1])

    def transposed(u, w, *rest):
        return convolution.convolve_transposed(u, w, shape[2:], *rest)

    def weight(x, u, *rest):
        return convolution.convolve_weight(x, u, (3, 3), *rest)

    for function, a, b in ((convolution.convolve, x, w), (transposed, u, w), (weight, x, u)):
        wanted = function(a.astype("d"), b.astype("d"), *geometry)
        asked.clear()
        found = function(a, b, *geometry)
        assert found.dtype == np.float32
        cut = function is transposed and max(map(max, padding)) > 2  # more padding than reaches into the image
        assert asked == [not cut]
        np.testing.assert_allclose(found, wanted, rtol=0, atol=2e-6 * np.abs(wanted).max(initial=1))


def test_whole_numbers_are_exact(everywhere):
    rng = np.random.default_rng(0)
    x, w = rng.integers(-8, 9, (2, 16, 6, 6)), rng.integers(-8, 9, (16, 16, 3, 3))
    geometry = ((1, 1), SAME, (1, 1), 1)
    found = convolution.convolve(x.astype("f"), w.astype("f"), *geometry)
    np.testing.assert_array_equal(found, convolution.convolve(x, w, *geometry))


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_what_is_not_finite_stays_in_its_windows(bad, everywhere):
    x, w, u = arrays((1, 16, 6, 6), 16, SAME, True)
    x[0, 3, 2, 2] = u[0, 1, 0, 5] = bad
    geometry = ((1, 1), SAME, (1, 1), 1)
    with np.errstate(all="ignore"):
        reached = ~np.isfinite(convolution.convolve(x, w, *geometry))
        slopes = convolution.convolve_weight(x, u, (3, 3), *geometry)
    assert reached[:, :, 1:4, 1:4].all()
    assert reached.sum() == 16 * 9
    assert np.isfinite(slopes[0, 0]).all()


def test_double_precision_strides_and_few_channels_go_the_other_way():
    x = np.zeros((64, 32, 64, 64), np.float32)
    suits = winograd.suits
    assert suits(x, (64, 64), 32, (3, 3), (1, 1), SAME, (1, 1))
    assert not suits(x.astype("d"), (64, 64), 32, (3, 3), (1, 1), SAME, (1, 1))
    assert not suits(x, (64, 64), 32, (3, 3), (2, 2), SAME, (1, 1))
    assert not suits(x, (64, 64), 32, (3, 3), (1, 1), SAME, (2, 2))
    assert not suits(x, (64, 64), 32, (3, 5), (1, 1), SAME, (1, 1))
    assert not suits(x, (64, 64), 8, (3, 3), (1, 1), SAME, (1, 1))
    assert not suits(x, (62, 62), 32, (3, 3), (1, 1), ((-1, 1), (0, 0)), (1, 1))
    assert not suits(x[:1, :, :8, :8], (8, 8), 32, (3, 3), (1, 1), SAME, (1, 1))
