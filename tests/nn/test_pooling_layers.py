"""Pooling beyond fixed windows: to a given size, norms, and maxima put back; against loops and PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn
from minigrad.autograd import gradcheck, gradgradcheck
from minigrad.nn import functional as F


def cells(n: int, m: int) -> list[range]:
    """The positions of m nearly equal parts of n, as PyTorch's page has them: floor and ceiling of the fractions."""
    return [range(int(np.floor(i * n / m)), int(np.ceil((i + 1) * n / m))) for i in range(m)]


@pytest.mark.parametrize(
    ("shape", "out"),
    [((2, 3, 7), (3,)), ((2, 7), (7,)), ((2, 2, 5, 6), (1, 1)), ((1, 2, 5, 6), (4, 5)), ((2, 3, 4, 5), (2, 4, 3))],
)
def test_adaptive_pooling_against_loops(shape: Any, out: Any, rng: np.random.Generator) -> None:
    axes = len(out)
    x = rng.standard_normal(shape)
    planes = x.reshape(-1, *shape[-axes:])
    averages, maxima = np.empty((len(planes), *out)), np.empty((len(planes), *out))
    places = np.empty((len(planes), *out), int)
    for place in np.ndindex(*out):
        parts = [cells(n, m)[i] for n, m, i in zip(shape[-axes:], out, place, strict=True)]
        for number, plane in enumerate(planes):
            part = plane[np.ix_(*parts)]
            averages[(number, *place)], maxima[(number, *place)] = part.mean(), part.max()
            places[(number, *place)] = np.flatnonzero(plane.ravel() == part.max())[0]
    average = getattr(F, f"adaptive_avg_pool{axes}d")(mg.tensor(x), out)
    largest, indices = getattr(F, f"adaptive_max_pool{axes}d")(mg.tensor(x), out, True)
    np.testing.assert_allclose(average.numpy().ravel(), averages.ravel(), rtol=1e-12)
    np.testing.assert_array_equal(largest.numpy().ravel(), maxima.ravel())
    np.testing.assert_array_equal(indices.numpy().ravel(), places.ravel())
    assert indices.dtype == mg.int64


@pytest.mark.torch
@pytest.mark.parametrize("layout", ["first", "last"])
def test_max_pooling_in_any_memory_as_torch(
    layout: str, rng: np.random.Generator, agrees_with_torch: Callable[..., None]
) -> None:
    torch = pytest.importorskip("torch")
    options = {"kernel_size": 3, "stride": 2, "padding": 1}

    def ours(x: Any) -> Any:
        x = x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) if layout == "last" else x
        return F.max_pool2d(x, **options)

    agrees_with_torch(ours, lambda x: torch.nn.functional.max_pool2d(x, **options), rng.standard_normal((2, 3, 6, 5)))


def test_norms_of_windows(rng: np.random.Generator) -> None:
    x = np.abs(rng.standard_normal((2, 3, 6)))
    for p in (1, 2, 3.5):
        expected = (x.reshape(2, 3, 3, 2) ** p).sum(-1) ** (1 / p)
        np.testing.assert_allclose(nn.LPPool1d(p, 2)(mg.tensor(x)).numpy(), expected, rtol=1e-12)
    zeros = mg.zeros(1, 1, 4, requires_grad=True)
    nn.LPPool1d(2, 2)(zeros).sum().backward()
    assert zeros.grad.tolist() == [[[0, 0, 0, 0]]]


def test_max_pool_returns_indices() -> None:
    values, indices = nn.MaxPool2d(2, return_indices=True)(mg.tensor([[[[1.0, 5.0], [3.0, 2.0]]]]))
    assert values.item() == 5
    assert indices.item() == 1


@pytest.mark.parametrize(("axes", "padding"), [(1, 0), (2, 1), (3, 0)])
def test_max_unpool_puts_maxima_back(axes: int, padding: int, rng: np.random.Generator) -> None:
    size = (4, 6, 4)[:axes]
    x = rng.permutation(np.arange(1.0, 1 + 2 * 3 * np.prod(size))).reshape(2, 3, *size)
    pool = getattr(nn, f"MaxPool{axes}d")(2, padding=padding, return_indices=True)
    unpool = getattr(nn, f"MaxUnpool{axes}d")(2, padding=padding)
    y, indices = pool(mg.tensor(x))
    back = unpool(y, indices, output_size=size).numpy()
    kept = back != 0
    assert (back[kept] == x[kept]).all()
    assert sorted(back[kept]) == sorted(y.numpy().ravel())
    alone = unpool(y[0], indices[0], output_size=mg.tensor(x[0]).shape[-axes:]).numpy()
    assert (alone == back[0]).all()

    def function(y: Any) -> Any:
        return unpool(y, indices, output_size=size)

    y = y.detach().requires_grad_()
    assert gradcheck(function, [y])
    assert gradgradcheck(function, [y])


@pytest.mark.torch
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_max_unpool_as_torch(axes: int, rng: np.random.Generator, agrees_with_torch: Callable[..., None]) -> None:
    torch = pytest.importorskip("torch")
    shape = (2, 3, *(6, 4, 4)[:axes])
    pool = getattr(torch.nn, f"MaxPool{axes}d")(2, return_indices=True)
    ours, theirs = getattr(nn, f"MaxUnpool{axes}d")(2), getattr(torch.nn, f"MaxUnpool{axes}d")(2)
    y, indices = pool(torch.tensor(rng.standard_normal(shape)))
    assert repr(ours) == repr(theirs)
    agrees_with_torch(ours, theirs, y.numpy(), indices.numpy())


def test_of_repeated_indices_max_unpool_takes_the_last() -> None:
    x = mg.tensor([[[1.0, 2.0]]], requires_grad=True)
    y = nn.MaxUnpool1d(3, 1)(x, mg.tensor([[[1, 1]]]))
    assert y.tolist() == [[[0, 2, 0, 0]]]
    y.sum().backward()
    assert x.grad.tolist() == [[[0, 1]]]
