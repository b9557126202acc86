"""Dropout of elements and of channels, and the dropout that keeps mean and variance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn


def test_dropout_zeroes_and_rescales() -> None:
    layer = nn.Dropout(0.25)
    x = mg.ones(400, 100, requires_grad=True)
    y = layer(x)
    kept = y.numpy(force=True) != 0
    assert kept.mean() == pytest.approx(0.75, abs=0.01)
    assert set(np.unique(y.numpy(force=True))) == {np.float32(0), np.float32(1 / 0.75)}
    y.sum().backward()
    assert (x.grad.numpy() == y.numpy(force=True)).all()
    assert layer.eval()(x) is x


@pytest.mark.parametrize(
    ("layer", "shape", "channels"),
    [
        (nn.Dropout1d, (40, 50, 3), 2),
        (nn.Dropout1d, (2000, 3), 1),
        (nn.Dropout2d, (40, 50, 2, 2), 2),
        (nn.Dropout3d, (40, 50, 1, 2, 2), 2),
        (nn.Dropout3d, (2000, 1, 2, 2), 1),
    ],
)
def test_channel_dropout_zeroes_whole_channels(layer: Any, shape: tuple[int, ...], channels: int) -> None:
    x = mg.ones(shape, dtype=mg.float64, requires_grad=True)
    y = layer(0.2)(x)
    y.sum().backward()
    values = y.numpy(force=True).reshape(*shape[:channels], -1)
    assert (values == values[..., :1]).all()
    assert set(np.unique(values)) == {0.0, 1.25}
    assert (values[..., 0] == 0).mean() == pytest.approx(0.2, abs=0.04)  # four standard errors of 2000
    assert (x.grad.numpy() == y.numpy(force=True)).all()
    assert layer(0.2).eval()(x) is x


@pytest.mark.parametrize(
    ("layer", "ndim"), [(nn.Dropout2d, 2), (nn.Dropout2d, 3), (nn.Dropout2d, 5), (nn.Dropout3d, 3)]
)
def test_channel_dropout_of_another_number_of_dimensions_is_warned_of(layer: Any, ndim: int) -> None:
    with pytest.warns(UserWarning, match=r"taken as \(N, C, ...\)"):
        y = layer()(mg.ones(*(4,) * ndim)).numpy().reshape(4, 4, -1)
    assert (y == y[..., :1]).all()


@pytest.mark.parametrize(("layer", "features"), [(nn.AlphaDropout, False), (nn.FeatureAlphaDropout, True)])
@pytest.mark.parametrize("p", [0.1, 0.5])
def test_alpha_dropout_keeps_mean_and_variance(layer: Any, features: bool, p: float, rng: np.random.Generator) -> None:
    x = mg.tensor(rng.standard_normal((300, 200, 5)), requires_grad=True)
    y = layer(p)(x)
    y.sum().backward()
    dropped = x.grad.numpy() == 0
    assert dropped.mean() == pytest.approx(p, abs=0.01)
    assert len(np.unique(y.numpy(force=True)[dropped])) == 1
    assert (dropped == dropped[..., :1]).all() == features
    assert y.mean().item() == pytest.approx(0, abs=0.03)
    assert y.var().item() == pytest.approx(1, abs=0.03)
    assert layer(p).eval()(x) is x
    assert layer(0.0)(x) is x
    assert not layer(1.0)(x).any()


def test_dropout_at_its_ends() -> None:
    x = mg.randn(5, 5, dtype=mg.float64)
    assert nn.Dropout(0.0)(x).equal(x)
    assert nn.Dropout(1.0)(x).equal(x * 0)
    assert nn.Dropout(0.5)(x).dtype == mg.float64
    for p in (-0.1, 1.1):
        with pytest.raises(ValueError, match="between 0 and 1"):
            nn.Dropout(p)
        with pytest.raises(ValueError, match="between 0 and 1"):
            nn.functional.dropout(x, p)


def test_dropout_repeats_with_the_seed() -> None:
    x, layer = mg.ones(100), nn.Dropout()
    mg.manual_seed(7)
    first = layer(x)
    assert not first.equal(layer(x))
    mg.manual_seed(7)
    assert first.equal(layer(x))


def test_text() -> None:
    assert repr(nn.Dropout(0.3)) == "Dropout(p=0.3, inplace=False)"
    assert repr(nn.FeatureAlphaDropout(inplace=True)) == "FeatureAlphaDropout(p=0.5, inplace=True)"
