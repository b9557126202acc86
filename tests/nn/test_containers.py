"""Containers: chains, lists and dicts of modules and parameters."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn


def names(module: nn.Module) -> list[str]:
    return [name for name, _ in module.named_children()]


def test_sequential_chains_its_modules() -> None:
    first, second = nn.Linear(2, 3), nn.Linear(3, 1)
    chain = nn.Sequential(first, nn.Tanh(), second)
    x = mg.randn(4, 2)
    assert chain(x).equal(second(first(x).tanh()))
    assert nn.Sequential()(x) is x
    assert len(chain) == 3
    assert chain[0] is first
    assert chain[-1] is second
    assert list(chain) == [first, chain[1], second]
    assert names(chain[1:]) == ["1", "2"]
    assert isinstance(chain[1:], nn.Sequential)
    with pytest.raises(TypeError, match="not list"):
        chain.__add__([nn.ReLU()])


def test_sequential_takes_names() -> None:
    chain = nn.Sequential(OrderedDict(enter=nn.Linear(2, 3), leave=nn.ReLU()))
    assert names(chain) == ["enter", "leave"]
    assert chain.enter is chain[0]
    assert list(chain.state_dict()) == ["enter.weight", "enter.bias"]
    assert names(chain[:1]) == ["enter"]


@pytest.mark.parametrize("kind", [nn.Sequential, lambda *modules: nn.ModuleList(modules)])
def test_lists_of_modules_change_as_lists(kind: Any) -> None:
    a, b, c, d = nn.ReLU(), nn.Tanh(), nn.Sigmoid(), nn.Identity()
    modules = kind(a, b)
    assert modules.append(c) is modules
    assert modules.insert(0, d) is modules
    assert list(modules) == [d, a, b, c]
    assert names(modules) == ["0", "1", "2", "3"]
    modules[1] = nn.Linear(1, 1)
    assert isinstance(modules[1], nn.Linear)
    assert modules.pop(1).in_features == 1
    del modules[0]
    assert list(modules) == [b, c]
    modules.extend([d, a])
    modules += [nn.Mish()]
    del modules[::2]
    assert list(modules) == [c, a]
    assert names(modules) == ["0", "1"]
    assert list(modules + kind(b)) == [c, a, b]
    assert c in modules
    assert b not in modules
    assert list(reversed(modules)) == [a, c]
    for index in (2, -3):
        with pytest.raises(IndexError, match="length 2"):
            modules[index]
    for wrong in (3, nn.ReLU):
        with pytest.raises(TypeError, match="not a Module subclass"):
            modules.append(wrong)
        with pytest.raises(TypeError, match="not a Module subclass"):
            modules.extend([b, wrong])
        with pytest.raises(TypeError, match="not a Module subclass"):
            modules[0] = wrong
        with pytest.raises(TypeError, match="not a Module subclass"):
            kind(wrong)
    assert list(modules) == [c, a]


def test_module_list_makes_lists() -> None:
    modules = nn.ModuleList([nn.ReLU(), nn.Tanh(), nn.Mish()])
    assert isinstance(modules[1:], nn.ModuleList)
    assert names(modules[1:]) == ["0", "1"]
    assert len(nn.ModuleList()) == 0


def test_module_dict_keeps_names_in_order() -> None:
    modules = nn.ModuleDict({"a": nn.ReLU(), "b": nn.Tanh()})
    modules["c"] = nn.Linear(1, 1)
    modules.update([("a", nn.Mish())])
    assert list(modules) == list(modules.keys()) == ["a", "b", "c"]
    assert isinstance(modules["a"], nn.Mish)
    assert modules.a is modules["a"]
    assert "b" in modules
    assert len(modules) == 3
    assert list(modules.values()) == [module for _, module in modules.items()]
    assert isinstance(modules.pop("b"), nn.Tanh)
    del modules["a"]
    assert list(modules.state_dict()) == ["c.weight", "c.bias"]
    modules.clear()
    assert len(modules) == 0
    with pytest.raises(TypeError, match="not a Module subclass"):
        modules["a"] = 3
    with pytest.raises(KeyError, match="already exists"):
        modules["keys"] = nn.ReLU()


def test_parameter_list_is_found_by_its_owner() -> None:
    class Owner(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weights = nn.ParameterList([mg.ones(2), nn.Parameter(mg.zeros(3))])

    owner = Owner()
    assert [name for name, _ in owner.named_parameters()] == ["weights.0", "weights.1"]
    assert isinstance(owner.weights[0], nn.Parameter)
    owner.weights.append(mg.ones(1))
    owner.weights[0] = mg.ones(5)
    owner.weights += [mg.ones(7)]
    assert [tuple(each.shape) for each in owner.weights] == [(5,), (3,), (1,), (7,)]
    assert len(owner.weights[1:3]) == 2
    assert len(nn.ParameterList()) == 0
    with pytest.raises(IndexError, match="length 4"):
        owner.weights[4]


def test_parameter_dict_keeps_names_in_order() -> None:
    weights = nn.ParameterDict({"left": mg.ones(2)})
    weights["right"] = mg.zeros(3)
    assert list(weights) == ["left", "right"]
    assert [name for name, _ in weights.named_parameters()] == ["left", "right"]
    assert "left" in weights
    assert weights.pop("left").shape == (2,)
    weights.update({"up": mg.ones(1)})
    assert [each.numel() for each in weights.values()] == [3, 1]
    assert len(weights) == 2


@pytest.mark.torch
def test_containers_print_as_in_torch() -> None:
    torch = pytest.importorskip("torch")

    def texts(library: Any) -> list[str]:
        n = library.nn
        inner = n.Sequential(n.Tanh(), n.Linear(1, 1))
        alike = [n.Linear(1, 1), n.Linear(1, 1), n.ReLU(), inner, n.Sequential(n.Tanh(), n.Linear(1, 1))]
        filled = [n.ModuleList(alike), n.ModuleDict({"a": inner, "b": n.ReLU()})]
        return [repr(each) for each in (n.Sequential(), n.ModuleList(), n.ModuleDict(), *filled)]

    assert texts(mg) == texts(torch)


@pytest.mark.torch
def test_containers_of_parameters_print_as_in_torch() -> None:
    torch = pytest.importorskip("torch")

    def texts(n: Any, ones: Any) -> list[str]:
        several = n.ParameterList([ones(2, 3), 5, n.Linear(1, 2)])
        named = n.ParameterDict({"a": ones(2), "b": ones(())})
        return [repr(each) for each in (n.ParameterList([ones(2)]), several, named, n.Sequential(several))]

    expected = [text.replace("torch.", "minigrad.") for text in texts(torch.nn, torch.ones)]
    assert texts(nn, mg.ones) == expected


def test_names_of_a_state_fit_a_chain_with_other_modules_without_parameters() -> None:
    chain = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 1))
    other = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))
    other.load_state_dict(chain.state_dict())
    np.testing.assert_array_equal(other[2].bias.numpy(force=True), chain[2].bias.numpy(force=True))
