"""Thirty steps of each optimizer with each option, in float64, next to PyTorch's; also with a save and load in between.

PyTorch orders some roundings differently, which in float64 stays below 1e-12. Its `step` and `mu_product` are float32
numbers by default, and so are ours.
"""

from __future__ import annotations

import inspect
import io
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import optim

pytestmark = pytest.mark.torch

SHAPES = [(3, 4), (5,), (), (2, 1, 3)]
STEPS = 30

COMMON = [{}, {"lr": 0.05}, {"weight_decay": 0.1}, {"maximize": True}, {"weight_decay": 0.1, "maximize": True}]
BETAS = [{"betas": (0.7, 0.95)}, {"betas": (0.0, 0.0)}, {"eps": 0.1}]
DECOUPLED = [{"weight_decay": 0.1, "decoupled_weight_decay": True}]
AMSGRAD = [{"amsgrad": True}, {"amsgrad": True, "weight_decay": 0.1, "maximize": True}]
OPTIONS: dict[str, list[dict[str, Any]]] = {
    "SGD": [
        *COMMON,
        {"momentum": 0.9},
        {"momentum": 0.9, "dampening": 0.3},
        {"momentum": 0.9, "nesterov": True},
        {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1, "maximize": True},
    ],
    "Adam": [*COMMON, *BETAS, *AMSGRAD, *DECOUPLED],
    "AdamW": [*COMMON, *BETAS, *AMSGRAD, {"weight_decay": 0.0}],
    "Adamax": [*COMMON, *BETAS],
    "Adafactor": [*COMMON, {"beta2_decay": -0.3}, {"eps": (1e-2, 0.5)}, {"d": 1.5, "weight_decay": 0.1}],
    "NAdam": [*COMMON, *BETAS, *DECOUPLED, {"momentum_decay": 0.1}],
    "RAdam": [*COMMON, *BETAS, *DECOUPLED],
    "RMSprop": [
        *COMMON,
        {"alpha": 0.8},
        {"eps": 0.1},
        {"momentum": 0.9},
        {"centered": True},
        {"momentum": 0.9, "centered": True, "weight_decay": 0.1, "maximize": True},
    ],
    "Adagrad": [*COMMON, {"lr_decay": 0.1}, {"initial_accumulator_value": 0.5}, {"eps": 0.1}],
    "Adadelta": [*COMMON, {"rho": 0.5}, {"eps": 0.1}],
    "ASGD": [*COMMON, {"lambd": 0.3, "alpha": 0.5}, {"t0": 3.0, "lr": 0.05}],
    "Rprop": [{}, {"lr": 0.05}, {"maximize": True}, {"etas": (0.3, 1.7)}, {"step_sizes": (0.005, 0.03)}],
}
CASES = [(name, options) for name, each in OPTIONS.items() for options in each]
IDS = [f"{name}-" + "-".join(f"{key}={value}" for key, value in options.items()) for name, options in CASES]


class Pair:
    """The same parameters here and in PyTorch, each with its optimizer, given the same gradients."""

    def __init__(self, name: str, options: dict[str, Any], rng: np.random.Generator) -> None:
        self.torch = pytest.importorskip("torch")
        self.rng = rng
        start = [rng.standard_normal(shape) for shape in SHAPES]
        self.ours = [mg.tensor(each, dtype=mg.float64, requires_grad=True) for each in start]
        self.theirs = [self.torch.tensor(each, requires_grad=True) for each in start]
        self.make_ours = lambda: getattr(optim, name)(self.ours, **options)
        self.make_theirs = lambda: getattr(self.torch.optim, name)(self.theirs, **options)
        self.our_optimizer, self.their_optimizer = self.make_ours(), self.make_theirs()

    def step(self, count: int) -> None:
        for _ in range(count):
            for p, q in zip(self.ours, self.theirs, strict=True):
                g = self.rng.standard_normal(p.shape) + 0.5 * p.array
                p.grad, q.grad = mg.tensor(g, dtype=mg.float64), self.torch.tensor(g)
            self.our_optimizer.step()
            self.their_optimizer.step()

    def check(self) -> None:
        for p, q in zip(self.ours, self.theirs, strict=True):
            np.testing.assert_allclose(p.array, q.detach().numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("name", "options"), CASES, ids=IDS)
def test_thirty_steps(name: str, options: dict[str, Any], rng: np.random.Generator) -> None:
    pair = Pair(name, options, rng)
    pair.step(STEPS)
    pair.check()
    ours, theirs = pair.our_optimizer.state_dict(), pair.their_optimizer.state_dict()
    assert ours["param_groups"] == theirs["param_groups"]
    assert ours["state"].keys() == theirs["state"].keys()
    for index, expected in theirs["state"].items():
        state = ours["state"][index]
        assert state.keys() == expected.keys()
        for key, value in expected.items():
            assert state[key].dtype.name == str(value.dtype).removeprefix("torch.")
            np.testing.assert_allclose(state[key].array, value.numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("name", "options"), CASES, ids=IDS)
def test_saved_and_loaded_in_between(name: str, options: dict[str, Any], rng: np.random.Generator) -> None:
    pair = Pair(name, options, rng)
    pair.step(STEPS // 2)
    file = io.BytesIO()
    mg.save(pair.our_optimizer.state_dict(), file)
    file.seek(0)
    pair.our_optimizer = pair.make_ours()
    pair.our_optimizer.load_state_dict(mg.load(file))
    # Loading in PyTorch widens NAdam's float32 product of momenta to the parameter's dtype, so PyTorch loads as well.
    saved = pair.their_optimizer.state_dict()
    pair.their_optimizer = pair.make_theirs()
    pair.their_optimizer.load_state_dict(saved)
    pair.step(STEPS // 2)
    pair.check()


@pytest.mark.parametrize(("name", "options"), [(name, each[-1]) for name, each in OPTIONS.items()])
def test_state_moves_both_ways(name: str, options: dict[str, Any], rng: np.random.Generator) -> None:
    pair = Pair(name, options, rng)
    pair.step(5)
    ours, theirs = pair.our_optimizer.state_dict(), pair.their_optimizer.state_dict()

    pair.our_optimizer, pair.their_optimizer = pair.make_ours(), pair.make_theirs()
    pair.our_optimizer.load_state_dict(theirs)
    as_torch = {
        index: {key: pair.torch.tensor(value.array) for key, value in state.items()}
        for index, state in ours["state"].items()
    }
    pair.their_optimizer.load_state_dict({"state": as_torch, "param_groups": ours["param_groups"]})
    pair.step(5)
    pair.check()


@pytest.mark.parametrize("name", OPTIONS)
def test_signatures_are_pytorchs(name: str) -> None:
    torch = pytest.importorskip("torch")
    ours, theirs = (inspect.signature(getattr(each, name)).parameters for each in (optim, torch.optim))
    assert list(ours) == list(theirs)
    assert [(p.default, p.kind) for p in ours.values()] == [(p.default, p.kind) for p in theirs.values()]


@pytest.mark.parametrize("dtype", ["float32", "float16"])
@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
def test_lower_precision_is_kept(name: str, dtype: str, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    start = rng.standard_normal(50).astype(dtype)
    p, q = mg.tensor(start, requires_grad=True), torch.tensor(start, requires_grad=True)
    options = {} if name == "SGD" else {"eps": 1e-4}  # the usual 1e-8 is zero in float16
    ours = getattr(optim, name)([p], lr=0.01, **options)
    theirs = getattr(torch.optim, name)([q], lr=0.01, **options)
    for _ in range(10):
        g = rng.standard_normal(50).astype(dtype)
        p.grad, q.grad = mg.tensor(g), torch.tensor(g)
        ours.step()
        theirs.step()
    assert p.dtype.name == dtype
    assert all(each.dtype.name == dtype for key, each in ours.state[p].items() if key != "step")
    tolerance = 20 * float(np.finfo(dtype).eps)
    np.testing.assert_allclose(p.array, q.detach().numpy(), rtol=tolerance, atol=tolerance)
