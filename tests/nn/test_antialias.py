"""Images made smaller without false detail, averages of cells, and gradients of convolutions as functions."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import minigrad.nn.functional as F

SIZES = [(4, 5), (12, 20), (9, 3), (1, 1)]


@pytest.mark.torch
@pytest.mark.parametrize(
    ("mode", "size", "align"), list(itertools.product(("bilinear", "bicubic"), SIZES, (False, True)))
)
def test_antialiased_as_in_pytorch(mode: str, size: Any, align: bool, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    x, weights = rng.standard_normal((2, 3, 9, 11)), rng.standard_normal((2, 3, *size))
    found = []
    for package, function in ((mg, F.interpolate), (torch, torch.nn.functional.interpolate)):
        image = package.tensor(x, requires_grad=True)
        y = function(image, size=size, mode=mode, align_corners=align, antialias=True)
        (y * package.tensor(weights)).sum().backward()
        found.append((y.detach().numpy(), image.grad.numpy()))
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.torch
@pytest.mark.parametrize("scale", [0.4, 1.7, (0.5, 2.0)])
@pytest.mark.parametrize("mode", ["bilinear", "bicubic", "area"])
def test_scales_as_in_pytorch(mode: str, scale: Any, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    x = rng.standard_normal((1, 2, 10, 7))
    options = {} if mode == "area" else {"antialias": True}
    ours = F.interpolate(mg.tensor(x), scale_factor=scale, mode=mode, **options)
    theirs = torch.nn.functional.interpolate(torch.tensor(x), scale_factor=scale, mode=mode, **options)
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-9, atol=1e-12)


def test_closed_forms() -> None:
    stripes = mg.tensor([[[[0.0, 1.0] * 8] * 4]])
    smooth = F.interpolate(stripes, size=(4, 4), mode="bilinear", antialias=True)
    np.testing.assert_allclose(smooth[..., 1:-1].numpy(), 0.5)  # detail too fine for the image becomes grey
    cells = F.interpolate(mg.arange(8.0).reshape(1, 1, 8), size=4, mode="area")
    assert cells.flatten().tolist() == [0.5, 2.5, 4.5, 6.5]
    with pytest.raises(ValueError, match="Anti-alias option is restricted to bilinear and bicubic"):
        F.interpolate(stripes, size=(2, 2), antialias=True)


@pytest.mark.torch
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_gradients_of_convolutions(axes: int, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    x, w = rng.standard_normal((2, 4, *(7, 6, 5)[:axes])), rng.standard_normal((6, 2, *(3, 2, 2)[:axes]))
    options = {"stride": 2, "padding": 1, "dilation": 1, "groups": 2}
    g = rng.standard_normal(getattr(torch.nn.functional, f"conv{axes}d")(*map(torch.tensor, (x, w)), **options).shape)
    for kind, arguments in (("input", (x.shape, w, g)), ("weight", (x, w.shape, g))):
        ours, theirs = (
            getattr(package.nn.grad, f"conv{axes}d_{kind}")(
                *(package.tensor(each) if isinstance(each, np.ndarray) else each for each in arguments), **options
            )
            for package in (mg, torch)
        )
        np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-9, atol=1e-12)
    with pytest.raises(RuntimeError, match="must have"):
        mg.nn.grad.conv1d_input((1,), mg.ones(1, 1, 1), mg.ones(1, 1, 1))
