"""Names that PyTorch has kept for older scripts, and what it has besides: the same as there."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn
from minigrad.nn import init

IMAGES = (2, 3, 4, 5)


@pytest.mark.torch
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("upsample", {"scale_factor": 2}),
        ("upsample", {"size": (5, 3), "mode": "bilinear", "align_corners": False}),
        ("upsample_nearest", {"size": 7}),
        ("upsample_nearest", {"scale_factor": 2}),
        ("upsample_bilinear", {"size": (7, 3)}),
        ("upsample_bilinear", {"scale_factor": 2}),
    ],
)
@pytest.mark.filterwarnings("ignore:.*deprecated")
def test_upsample(
    name: str, options: dict[str, Any], rng: np.random.Generator, agrees_with_torch: Callable[..., None]
) -> None:
    torch = pytest.importorskip("torch")
    ours, theirs = getattr(nn.functional, name), getattr(torch.nn.functional, name)
    agrees_with_torch(lambda x: ours(x, **options), lambda x: theirs(x, **options), rng.standard_normal(IMAGES))


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore:.*deprecated")
def test_nll_loss_2d(rng: np.random.Generator, agrees_with_torch: Callable[..., None]) -> None:
    torch = pytest.importorskip("torch")
    target = rng.integers(0, 3, (2, 4, 5))
    ours, theirs = nn.NLLLoss2d(reduction="sum"), torch.nn.NLLLoss2d(reduction="sum")
    x = rng.standard_normal(IMAGES)
    agrees_with_torch(lambda x: ours(x, mg.tensor(target)), lambda x: theirs(x, torch.tensor(target)), x)


@pytest.mark.torch
@pytest.mark.parametrize(
    ("shape", "groups"), [((4, 2, 3), 1), ((2, 4, 3, 3), 1), ((6, 2, 3, 2), 3), ((2, 2, 4, 3, 1), 2)]
)
def test_dirac(shape: tuple[int, ...], groups: int) -> None:
    torch = pytest.importorskip("torch")
    ours, theirs = init.dirac_(mg.ones(shape), groups), torch.nn.init.dirac_(torch.ones(shape), groups)
    np.testing.assert_array_equal(ours.numpy(), theirs.numpy())


def test_dirac_passes_its_input_on(rng: np.random.Generator) -> None:
    kernel, x = init.dirac_(mg.zeros(3, 3, 3, 3)), mg.tensor(rng.standard_normal((1, 3, 5, 5)), dtype=mg.float32)
    np.testing.assert_allclose(nn.functional.conv2d(x, kernel, padding=1).numpy(), x.numpy())


def test_dirac_refuses() -> None:
    with pytest.raises(ValueError, match="3, 4 or 5 dimensions"):
        init.dirac_(mg.zeros(2, 2))
    with pytest.raises(ValueError, match="do not divide"):
        init.dirac_(mg.zeros(3, 2, 1), groups=2)


def test_names_without_underscore() -> None:
    assert inspect.unwrap(init.xavier_uniform) is inspect.unwrap(init.xavier_uniform_)
    assert init.constant(mg.zeros(2), 3.0).tolist() == [3.0, 3.0]


def test_data_parallel_is_the_module_under_another_name(rng: np.random.Generator) -> None:
    inner = nn.Linear(3, 2)
    outer, x = nn.DataParallel(inner, device_ids=[0]), mg.tensor(rng.standard_normal((4, 3)), dtype=mg.float32)
    assert mg.equal(outer(x), inner(x))
    assert list(outer.state_dict()) == ["module.weight", "module.bias"]


def test_recurrent_layers_and_cells_have_a_base() -> None:
    assert isinstance(nn.LSTM(1, 1), nn.RNNBase)
    assert isinstance(nn.GRUCell(1, 1), nn.RNNCellBase)
