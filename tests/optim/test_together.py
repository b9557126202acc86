"""Small parameters are updated together, to the bit as each by itself, whatever is done to them in between."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import optim
from minigrad.engine.versions import writes
from minigrad.optim import together

CASES: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("Adam", {"amsgrad": True, "maximize": True}),
    ("AdamW", {"lr": 0.1}),
    ("Adamax", {}),
    ("NAdam", {}),
    ("RAdam", {}),
    ("RMSprop", {"centered": True, "momentum": 0.9}),
    ("Adagrad", {"lr_decay": 0.1}),
    ("Adadelta", {}),
    ("ASGD", {"t0": 2.0}),
    ("Rprop", {}),
]
SHAPES = [(3, 4), (), (5,), (2, 0), (1, 2, 2), (together.SMALL + 1,)]


def parameters(seed: int = 0) -> list[mg.Tensor]:
    rng = np.random.default_rng(seed)
    return [mg.tensor(rng.standard_normal(shape).astype("f"), requires_grad=True) for shape in SHAPES]


def give_gradients(params: list[mg.Tensor], seed: int) -> None:
    for p, g in zip(params, parameters(seed)):
        p.grad = g.detach()


def calls(monkeypatch: pytest.MonkeyPatch, kind: type[optim.Optimizer]) -> list[tuple[int, ...]]:
    """The shapes of what the updates are asked for from now on."""
    asked: list[tuple[int, ...]] = []
    update = kind.update

    def noted(self: Any, p: mg.Tensor, *rest: Any) -> None:
        asked.append(tuple(p.shape))
        update(self, p, *rest)

    monkeypatch.setattr(kind, "update", together.elementwise(noted))
    return asked


def bits(params: list[mg.Tensor], states: list[dict[str, Any]]) -> list[Any]:
    return [p.array.tobytes() for p in params] + [
        {name: (value.shape, value.array.tobytes()) for name, value in state.items()} for state in states
    ]


@pytest.mark.parametrize(("name", "options"), CASES)
def test_the_bits_are_those_of_each_by_itself(
    name: str, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = getattr(optim, name)
    joint, single = parameters(), parameters()
    one, many = kind(joint, **options), [kind([p], **options) for p in single]
    asked = calls(monkeypatch, kind)
    for step in range(4):
        give_gradients(joint, step), give_gradients(single, step)
        if step == 2:  # from here on the first one has fewer steps behind it than the others
            joint[0].grad = single[0].grad = None
        one.step()
        # SGD does not count its steps, so that it can go on together; the others cannot after the third.
        assert asked[0] == ((21,), (21,), (9,), (21,) if name == "SGD" else (3, 4))[step]
        for each in many:
            each.step()
        asked.clear()
        assert bits(joint, [one.state[p] for p in joint]) == bits(single, [o.state[p] for o, p in zip(many, single)])


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_a_copy_has_memory_of_its_own(copied: Any) -> None:
    params = parameters()
    optimizer = optim.Adam(params)
    give_gradients(params, 1)
    optimizer.step()
    other = copied(optimizer)
    theirs = other.param_groups[0]["params"]
    before = bits(params, [optimizer.state[p] for p in params])
    give_gradients(theirs, 2)
    other.step()
    assert bits(params, [optimizer.state[p] for p in params]) == before
    give_gradients(params, 2)
    optimizer.step()
    assert bits(params, [optimizer.state[p] for p in params]) == bits(theirs, [other.state[p] for p in theirs])


def test_a_state_that_is_replaced_counts() -> None:
    joint, single = parameters(), parameters()
    one, many = optim.Adam(joint), [optim.Adam([p]) for p in single]
    for step in range(3):
        give_gradients(joint, step), give_gradients(single, step)
        one.step()
        for optimizer, p in zip(many, single):
            optimizer.step()
            optimizer.state[p]["exp_avg"] = mg.ones_like(p) * step
            optimizer.state[p]["exp_avg_sq"].mul_(2)
        for p in joint:
            one.state[p]["exp_avg"] = mg.ones_like(p) * step
            one.state[p]["exp_avg_sq"].mul_(2)
    assert bits(joint, []) == bits(single, [])


def test_parameters_on_the_same_memory_take_turns() -> None:
    a, b = (mg.ones(3, requires_grad=True) for _ in range(2))
    b.data = a.data
    a.grad, b.grad = mg.ones(3), mg.ones(3)
    optim.SGD([a, b], lr=0.25).step()
    np.testing.assert_array_equal(a.array, [0.5] * 3)


def test_the_backward_pass_is_told_of_each() -> None:
    params = parameters()
    loss = sum((p * p).sum() for p in params)
    before = [writes.count(p.array) for p in params]
    give_gradients(params, 1)
    optim.SGD(params, lr=0.1).step()
    assert [writes.count(p.array) for p in params] == [each + 1 for each in before]
    with pytest.raises(RuntimeError, match=r"modified by an inplace operation.*SGD\.step"):
        loss.backward()


@pytest.mark.torch
def test_a_count_of_steps_that_a_program_has_put_there():
    """As optimizers of several processes do, which derive from Adam and make their state themselves."""
    torch = pytest.importorskip("torch")

    def trained(lib, first):
        weights = [lib.nn.Parameter(lib.ones(2, 3)), lib.nn.Parameter(lib.full((1,), 2.0))]
        optimizer = lib.optim.Adam(weights, lr=0.1)
        for each in weights:
            optimizer.state[each].update(step=first, exp_avg=lib.zeros_like(each), exp_avg_sq=lib.zeros_like(each))
            first = first * 1
        for _ in range(3):
            optimizer.zero_grad()
            sum((each**3).sum() for each in weights).backward()
            optimizer.step()
        return [each.detach().numpy() for each in weights]

    for ours, theirs in zip(trained(mg, mg.zeros(1)), trained(torch, torch.zeros(1)), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    with pytest.raises(RuntimeError, match="must contain a list of singleton tensors"):
        trained(mg, 0)
