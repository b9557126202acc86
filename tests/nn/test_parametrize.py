"""Parameters that are computed from others each time they are used."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn
from minigrad.nn.utils import parametrizations, parametrize


class Symmetric(nn.Module):
    def forward(self, x: Any) -> Any:
        return (x + x.T) / 2


class Doubled(nn.Module):
    def forward(self, x: Any) -> Any:
        return 2 * x

    def right_inverse(self, x: Any) -> Any:
        return x / 2


class Product(nn.Module):
    """From two tensors."""

    def forward(self, a: Any, b: Any) -> Any:
        return a * b

    def right_inverse(self, x: Any) -> Any:
        return x, mg.ones_like(x)


def test_the_attribute_is_computed_and_the_original_learns() -> None:
    layer = nn.Linear(3, 3)
    original = layer.weight
    value = original.detach().numpy().copy()
    parametrize.register_parametrization(layer, "weight", Symmetric())
    assert layer.parametrizations.weight.original is original
    np.testing.assert_allclose(layer.weight.detach().numpy(), (value + value.T) / 2)
    assert sorted(name for name, _ in layer.named_parameters()) == ["bias", "parametrizations.weight.original"]
    assert isinstance(layer, nn.Linear)
    assert parametrize.is_parametrized(layer)
    assert parametrize.is_parametrized(layer, "weight")
    assert not parametrize.is_parametrized(layer, "bias")
    layer(mg.eye(3))[0, 1].backward()
    expected = np.zeros((3, 3))
    expected[0, 1] = expected[1, 0] = 0.5
    np.testing.assert_array_equal(original.grad.numpy(), expected)


def test_other_layers_of_the_class_stay_as_they_are() -> None:
    first, second = nn.Linear(3, 3), nn.Linear(3, 3)
    parametrize.register_parametrization(first, "weight", Symmetric())
    assert type(second) is nn.Linear
    assert type(first).__name__ == "ParametrizedLinear"
    assert not parametrize.is_parametrized(second)


def test_an_inverse_keeps_the_value_and_lets_it_be_assigned() -> None:
    layer = nn.Linear(3, 3)
    value = layer.weight.detach().numpy().copy()
    parametrize.register_parametrization(layer, "weight", Doubled())
    np.testing.assert_allclose(layer.weight.detach().numpy(), value)
    np.testing.assert_allclose(layer.parametrizations.weight.original.detach().numpy(), value / 2)
    layer.weight = mg.ones(3, 3)
    assert layer.parametrizations.weight.original.tolist() == [[0.5] * 3] * 3
    parametrize.register_parametrization(layer, "weight", Doubled())
    assert layer.weight.tolist() == [[2.0] * 3] * 3  # as in PyTorch, a second one does not change the original
    assert layer.parametrizations.weight.original.tolist() == [[0.5] * 3] * 3
    layer.weight = mg.ones(3, 3)
    assert layer.parametrizations.weight.original.tolist() == [[0.25] * 3] * 3
    parametrize.register_parametrization(layer, "weight", Symmetric())
    with pytest.raises(RuntimeError, match="Symmetric does not implement right_inverse"):
        layer.weight = mg.ones(3, 3)


def test_a_parametrization_trains_where_its_module_does() -> None:
    layer = nn.Linear(3, 3).eval()
    parametrize.register_parametrization(layer, "weight", Doubled())
    assert not layer.parametrizations.weight[0].training


def test_several_originals() -> None:
    layer = nn.Linear(2, 2, bias=False)
    value = layer.weight.detach().numpy().copy()
    parametrize.register_parametrization(layer, "weight", Product())
    assert list(layer.state_dict()) == ["parametrizations.weight.original0", "parametrizations.weight.original1"]
    layer.parametrizations.weight.original1.array[...] = 3
    np.testing.assert_allclose(layer.weight.detach().numpy(), 3 * value)
    with pytest.raises(ValueError, match="computed from 2 tensors"):
        parametrize.remove_parametrizations(layer, "weight", leave_parametrized=False)
    parametrize.remove_parametrizations(layer, "weight")
    np.testing.assert_allclose(layer.weight.detach().numpy(), 3 * value)
    assert isinstance(layer.weight, nn.Parameter)
    assert type(layer) is nn.Linear


def test_removal() -> None:
    layer = nn.Linear(3, 3)
    original, value = layer.weight, layer.weight.detach().numpy().copy()
    parametrize.register_parametrization(layer, "weight", Symmetric())
    parametrize.register_parametrization(layer, "bias", Doubled())
    parametrize.remove_parametrizations(layer, "weight", leave_parametrized=False)
    assert layer.weight is original
    np.testing.assert_array_equal(layer.weight.detach().numpy(), value)
    assert parametrize.is_parametrized(layer, "bias")
    parametrize.remove_parametrizations(layer, "bias")
    assert type(layer) is nn.Linear
    assert sorted(layer.state_dict()) == ["bias", "weight"]
    parametrize.register_parametrization(layer, "weight", Symmetric())
    parametrize.remove_parametrizations(layer, "weight")
    np.testing.assert_allclose(original.detach().numpy(), (value + value.T) / 2)
    with pytest.raises(ValueError, match="Linear does not have a parametrization on 'weight'"):
        parametrize.remove_parametrizations(layer, "weight")


def test_a_buffer_can_be_parametrized() -> None:
    module = nn.Module()
    module.register_buffer("scale", mg.ones(2))
    parametrize.register_parametrization(module, "scale", Doubled())
    assert list(module.state_dict()) == ["parametrizations.scale.original"]
    assert module.scale.tolist() == [1.0, 1.0]
    parametrize.remove_parametrizations(module, "scale")
    assert list(module.state_dict()) == ["scale"]
    assert not list(module.parameters())


class Counted(nn.Module):
    calls = 0

    def forward(self, x: Any) -> Any:
        type(self).calls += 1
        return 1 * x


def test_inside_cached_a_value_is_computed_once() -> None:
    layer = nn.Linear(2, 2)
    parametrize.register_parametrization(layer, "weight", Counted())
    Counted.calls = 0
    with parametrize.cached():
        assert layer.weight is layer.weight
        with parametrize.cached():
            layer(mg.ones(2))
    assert Counted.calls == 1
    assert layer.weight is not layer.weight


def test_errors_leave_the_module_as_it_was() -> None:
    layer = nn.Linear(2, 3)
    with pytest.raises(
        RuntimeError, match=r"may not change the shape .* Flatten makes weight, of shape \(3, 2\), one of \(6,\)"
    ):
        parametrize.register_parametrization(layer, "weight", nn.Flatten(0))
    with pytest.raises(ValueError, match=r"Linear does not have a parameter, .* with name 'wait'"):
        parametrize.register_parametrization(layer, "wait", Doubled())
    assert type(layer) is nn.Linear
    assert sorted(layer.state_dict()) == ["bias", "weight"]


def test_a_copy_is_independent() -> None:
    layer = parametrize.register_parametrization(nn.Linear(2, 2), "weight", Doubled())
    other = copy.deepcopy(layer)
    other.weight = mg.zeros(2, 2)
    assert layer.weight.detach().numpy().any()
    assert not other.weight.detach().numpy().any()


def test_weight_norm_and_spectral_norm_keep_their_promises() -> None:
    layer = parametrizations.weight_norm(nn.Linear(3, 2))
    layer.parametrizations.weight.original0.array[...] = 2
    np.testing.assert_allclose(np.linalg.norm(layer.weight.detach().numpy(), axis=1), 2, rtol=1e-6)
    layer = parametrizations.spectral_norm(nn.Conv2d(2, 3, 2), n_power_iterations=200)
    matrix = layer.weight.detach().numpy().reshape(3, -1)
    assert np.linalg.svd(matrix)[1][0] == pytest.approx(1, rel=1e-4)
    vector = parametrizations.spectral_norm(nn.Linear(3, 2), "bias")
    assert np.linalg.norm(vector.bias.detach().numpy()) == pytest.approx(1, rel=1e-6)


@pytest.mark.torch
def test_has_the_text_of_torch() -> None:
    torch = pytest.importorskip("torch")
    ours = parametrizations.weight_norm(nn.Linear(3, 2))
    theirs = torch.nn.utils.parametrizations.weight_norm(torch.nn.Linear(3, 2))
    assert repr(ours) == repr(theirs)
    ours = parametrizations.spectral_norm(nn.Linear(3, 2))
    theirs = torch.nn.utils.parametrizations.spectral_norm(torch.nn.Linear(3, 2))
    assert repr(ours) == repr(theirs)


def test_a_refused_parametrization_leaves_the_weight() -> None:
    class Larger(Doubled):
        def forward(self, x: Any) -> Any:
            return mg.cat([x, x])

    layer = nn.Linear(2, 2)
    before = layer.weight.tolist()
    with pytest.raises(ValueError, match="may not change the shape"):
        parametrize.register_parametrization(layer, "weight", Larger())
    assert layer.weight.tolist() == before


def test_each_thread_remembers_what_it_has_computed() -> None:
    layer = parametrize.register_parametrization(nn.Linear(2, 2), "weight", Symmetric())
    with parametrize.cached(), ThreadPoolExecutor(1) as pool:
        known = layer.weight
        assert layer.weight is known
        assert pool.submit(lambda: layer.weight is layer.weight).result() is False
