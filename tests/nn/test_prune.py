"""Pruning: what is left out, and that it stays out; beside PyTorch where nothing is drawn at random."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn, optim
from minigrad.nn.utils import prune


def layer(library: Any = mg) -> Any:
    made = library.nn.Linear(4, 3)
    values = np.array([[5, -1, 2, 8], [3, -7, 4, 6], [-2.5, 1.5, 9, -0.5]], np.float32)
    made.weight.data.copy_(library.tensor(values))
    return made


@pytest.mark.torch
@pytest.mark.parametrize(
    "pruned",
    [
        lambda p, m, t: p.l1_unstructured(m, "weight", amount=3),
        lambda p, m, t: p.l1_unstructured(m, name="weight", amount=0.25),
        lambda p, m, t: p.ln_structured(m, "weight", amount=1, n=2, dim=0),
        lambda p, m, t: p.ln_structured(p.l1_unstructured(m, "weight", amount=3), "weight", amount=0.5, n=1, dim=1),
        lambda p, m, t: p.l1_unstructured(p.ln_structured(m, "weight", 1, 2, 0), "weight", amount=2),
        lambda p, m, t: p.custom_from_mask(m, "weight", t.eye(4)[:3]),
        lambda p, m, t: p.identity(m, "weight"),
    ],
)
def test_what_is_left_out_is_what_pytorch_leaves_out(pruned: Any) -> None:
    torch = pytest.importorskip("torch")
    their_prune = pytest.importorskip("torch.nn.utils.prune")
    ours, theirs = pruned(prune, layer(), mg), pruned(their_prune, layer(torch), torch)
    np.testing.assert_array_equal(ours.weight.detach().numpy(), theirs.weight.detach().numpy())
    assert sorted(ours.state_dict()) == sorted(theirs.state_dict())
    prune.remove(ours, "weight"), their_prune.remove(theirs, "weight")
    np.testing.assert_array_equal(ours.weight.detach().numpy(), theirs.weight.detach().numpy())
    assert sorted(ours.state_dict()) == sorted(theirs.state_dict())


def test_what_is_pruned_stays_so_while_the_rest_learns() -> None:
    model = layer()
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    prune.random_unstructured(model, "weight", amount=0.5)
    prune.random_structured(model, "weight", amount=1, dim=1)
    out = model.weight == 0
    assert out.sum() >= 8
    assert prune.is_pruned(nn.Sequential(model))
    for _ in range(2):
        optimizer.zero_grad()
        model(mg.ones(1, 4)).sum().backward()
        optimizer.step()
    model(mg.ones(1, 4))
    assert ((model.weight == 0) == out).all()
    assert model.weight_orig.grad is not None
    prune.remove(model, "weight")
    assert not prune.is_pruned(model)
    assert isinstance(model.weight, nn.Parameter)


def test_among_several_parameters_the_lowest_go() -> None:
    a, b = layer(), layer()
    b.weight.data.mul_(100)
    prune.global_unstructured([(a, "weight"), (b, "weight")], prune.L1Unstructured, amount=0.5)
    assert (int((a.weight == 0).sum()), int((b.weight == 0).sum())) == (12, 0)


def test_amounts_are_checked() -> None:
    with pytest.raises(ValueError, match="smaller than the number of parameters to prune=12"):
        prune.l1_unstructured(layer(), "weight", amount=13)
    with pytest.raises(ValueError, match=r"range \[0, 1\]"):
        prune.l1_unstructured(layer(), "weight", amount=1.5)
    with pytest.raises(TypeError, match="Invalid type for amount"):
        prune.l1_unstructured(layer(), "weight", amount="some")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="has to be pruned before"):
        prune.remove(layer(), "weight")


def test_a_method_that_fails_has_changed_nothing() -> None:
    class Failing(prune.L1Unstructured):
        def compute_mask(self, t: Any, default_mask: Any) -> Any:
            raise KeyError("why not")

    fresh, pruned = layer(), prune.l1_unstructured(layer(), "weight", amount=3)
    for model in (fresh, pruned):
        before = {name: each.clone() for name, each in model.state_dict().items()}
        with pytest.raises(KeyError):
            Failing.apply(model, "weight", 1)
        assert list(model.state_dict()) == list(before)
        assert all(mg.equal(each, before[name]) for name, each in model.state_dict().items())
        assert model(mg.ones(1, 4)).shape == (1, 3)
