"""Initial values: bounds, moments, and the distributions as SciPy and PyTorch know them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn
from minigrad.nn import init

SHAPE = (64, 30, 3, 4)  # fan_in 360, fan_out 768


def filled(fill: Callable[..., Any], *args: Any, shape: tuple[int, ...] = SHAPE, **kwargs: Any) -> Any:
    """The array of a float64 parameter after `fill`."""
    parameter = nn.Parameter(mg.zeros(shape, dtype=mg.float64))
    assert fill(parameter, *args, **kwargs) is parameter
    assert parameter.is_leaf
    assert parameter.requires_grad
    return parameter.detach().numpy()


def follows(values: Any, cdf: Callable[[Any], Any]) -> bool:
    """Kolmogorov's test, at a level that true samples fail once in a million."""
    stats = pytest.importorskip("scipy.stats")
    return bool(stats.kstest(values.ravel(), cdf).pvalue > 1e-6)


def uniform_cdf(bound: float) -> Callable[[Any], Any]:
    return lambda x: np.clip((x + bound) / (2 * bound), 0, 1)


@pytest.mark.parametrize(
    ("fill", "args", "bound"),
    [
        (init.xavier_uniform_, (), (6 / (360 + 768)) ** 0.5),
        (init.xavier_uniform_, (3.0,), 3 * (6 / (360 + 768)) ** 0.5),
        (init.kaiming_uniform_, (), (2 * 3 / 360) ** 0.5),
        (init.kaiming_uniform_, (5**0.5,), 360**-0.5),
        (init.kaiming_uniform_, (0, "fan_out", "relu"), (2 * 3 / 768) ** 0.5),
        (init.uniform_, (-0.3, 0.3), 0.3),
    ],
)
def test_uniform_rules(fill: Any, args: Any, bound: float) -> None:
    values = filled(fill, *args)
    assert np.abs(values).max() <= bound
    assert follows(values, uniform_cdf(bound))


@pytest.mark.parametrize(
    ("fill", "args", "mean", "std"),
    [
        (init.xavier_normal_, (), 0, (2 / (360 + 768)) ** 0.5),
        (init.kaiming_normal_, (), 0, (2 / 360) ** 0.5),
        (init.kaiming_normal_, (0.5, "fan_out"), 0, (2 / 1.25 / 768) ** 0.5),
        (init.kaiming_normal_, (0, "fan_in", "tanh"), 0, 5 / 3 / 360**0.5),
        (init.normal_, (2.0, 0.02), 2.0, 0.02),
    ],
)
def test_normal_rules(fill: Any, args: Any, mean: float, std: float) -> None:
    stats = pytest.importorskip("scipy.stats")
    assert follows(filled(fill, *args), stats.norm(mean, std).cdf)


@pytest.mark.parametrize(("mean", "std", "a", "b"), [(0.0, 1.0, -2.0, 2.0), (1.0, 0.5, 0.0, 1.2), (0.0, 3.0, 1.0, 9.0)])
def test_truncated_normal_is_the_part_between_its_ends(mean: float, std: float, a: float, b: float) -> None:
    stats = pytest.importorskip("scipy.stats")
    values = filled(init.trunc_normal_, mean, std, a, b)
    assert values.min() >= a
    assert values.max() <= b
    assert follows(values, stats.truncnorm((a - mean) / std, (b - mean) / std, mean, std).cdf)


def test_truncated_normal_warns_far_out_and_stays_within() -> None:
    with pytest.warns(UserWarning, match="more than 2 std"):
        values = filled(init.trunc_normal_, 50.0, 1.0)
    assert values.min() >= -2
    assert values.max() <= 2


def test_constants() -> None:
    assert (filled(init.constant_, 3.5) == 3.5).all()
    assert (filled(init.ones_) == 1).all()
    assert (filled(init.ones_, shape=(2,)) == 1).all()
    parameter = nn.Parameter(mg.ones(3))
    assert init.zeros_(parameter.data).tolist() == [0, 0, 0]
    assert parameter.tolist() == [0, 0, 0]
    for shape in ((3, 3), (2, 4), (4, 2)):
        np.testing.assert_array_equal(filled(init.eye_, shape=shape), np.eye(*shape))


@pytest.mark.parametrize("shape", [(4, 4), (3, 7), (7, 3), (5, 2, 2), (2, 3, 2)])
def test_orthogonal_rows_or_columns(shape: tuple[int, ...]) -> None:
    matrix = filled(init.orthogonal_, 2.0, shape=shape).reshape(shape[0], -1)
    rows, columns = matrix.shape
    product = matrix @ matrix.T if rows <= columns else matrix.T @ matrix
    np.testing.assert_allclose(product, 4 * np.eye(min(rows, columns)), atol=1e-12)


def test_orthogonal_matrices_are_uniform() -> None:
    # The first entry of a uniform rotation of the plane is the cosine of a uniform angle.
    entries = np.array([filled(init.orthogonal_, shape=(2, 2))[0, 0] for _ in range(2000)])
    assert follows(entries, lambda x: 1 - np.arccos(np.clip(x, -1, 1)) / np.pi)


def test_the_dtype_stays_and_data_and_tensors_are_filled_in_place() -> None:
    layer = nn.Linear(3, 4)
    array = layer.weight.detach().numpy()
    init.normal_(layer.weight.data, 0.0, 0.02)
    init.constant_(layer.bias.data, 0)
    assert layer.weight.detach().numpy() is array
    assert array.dtype == np.float32
    assert 0 < np.abs(array).max() < 0.2
    assert layer.weight.is_leaf
    tensor = mg.empty(3)
    assert init.uniform_(tensor) is tensor
    assert not tensor.requires_grad


def test_seeds_and_generators_repeat() -> None:
    def draw(**kwargs: Any) -> Any:
        return [
            filled(fill, shape=(3, 4), **kwargs)
            for fill in (
                init.uniform_,
                init.normal_,
                init.trunc_normal_,
                init.xavier_uniform_,
                init.xavier_normal_,
                init.kaiming_uniform_,
                init.kaiming_normal_,
                init.orthogonal_,
            )
        ]

    mg.manual_seed(5)
    first = draw()
    mg.manual_seed(5)
    np.testing.assert_array_equal(first, draw())
    assert not np.array_equal(first, draw())
    np.testing.assert_array_equal(first, draw(generator=mg.Generator().manual_seed(5)))


@pytest.mark.filterwarnings("ignore:.*Initializing zero-element tensors is a no-op")
def test_tensors_without_elements_are_left_alone() -> None:
    for fill in (
        init.uniform_,
        init.normal_,
        init.trunc_normal_,
        init.kaiming_uniform_,
        init.xavier_normal_,
        init.orthogonal_,
    ):
        assert filled(fill, shape=(0, 3)).shape == (0, 3)
        assert filled(fill, shape=(3, 0)).shape == (3, 0)
        assert filled(fill, shape=(0, 0)).shape == (0, 0)
    assert nn.Linear(0, 3)(mg.ones(2, 0)).shape == (2, 3)


@pytest.mark.torch
def test_gains_are_those_of_torch() -> None:
    torch = pytest.importorskip("torch")
    for name in ("linear", "conv1d", "conv2d", "conv3d", "conv_transpose2d", "sigmoid", "tanh", "relu", "selu"):
        assert init.calculate_gain(name) == pytest.approx(torch.nn.init.calculate_gain(name), rel=1e-15)
    assert init.calculate_gain("leaky_relu") == torch.nn.init.calculate_gain("leaky_relu")
    assert init.calculate_gain("leaky_relu", 0.3) == torch.nn.init.calculate_gain("leaky_relu", 0.3)


@pytest.mark.torch
@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("xavier_uniform_", (2.0,)),
        ("xavier_normal_", ()),
        ("kaiming_uniform_", (0.3, "fan_out")),
        ("kaiming_normal_", (0, "fan_in", "relu")),
        ("trunc_normal_", (1.0, 2.0, 0.0, 3.0)),
        ("orthogonal_", ()),
    ],
)
def test_distributions_are_those_of_torch(name: str, args: Any) -> None:
    torch, stats = pytest.importorskip("torch"), pytest.importorskip("scipy.stats")
    ours = filled(getattr(init, name), *args)
    theirs = getattr(torch.nn.init, name)(torch.empty(SHAPE, dtype=torch.float64), *args).numpy()
    assert stats.ks_2samp(ours.ravel(), theirs.ravel()).pvalue > 1e-6


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: init.eye_(mg.ones(2)), "2 dimensions"),
        (lambda: init.xavier_uniform_(mg.ones(2)), "xavier_uniform_: .* at least 2 dimensions"),
        (lambda: init.kaiming_normal_(mg.ones(2)), "kaiming_normal_: .* at least 2 dimensions"),
        (lambda: init.kaiming_normal_(mg.ones(2, 2), mode="fan"), "'fan_in' or 'fan_out', not 'fan'"),
        (lambda: init.orthogonal_(mg.ones(2)), "2 or more dimensions"),
        (lambda: init.calculate_gain("swish"), "'swish'"),
    ],
)
def test_errors_say_what_is_wrong(call: Callable[[], Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        call()


@pytest.mark.torch
def test_fans_are_those_of_pytorch() -> None:
    import torch

    for shape in ((2, 3), (4, 2, 3, 3)):
        found, expected = mg.ones(*shape), torch.ones(*shape)
        fans = torch.nn.init._calculate_fan_in_and_fan_out(expected)
        assert mg.nn.init._calculate_fan_in_and_fan_out(found) == fans
        for mode in ("fan_in", "fan_out"):
            assert mg.nn.init._calculate_correct_fan(found, mode) == fans[mode == "fan_out"]
