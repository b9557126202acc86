"""Hooks around steps and states of optimizers, next to PyTorch's, and the epoch that a schedule may be told."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import optim
from minigrad.optim import lr_scheduler
from minigrad.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook


def sgd(library: Any = mg, **options: Any) -> Any:
    p = library.ones(2, requires_grad=True)
    p.grad = library.ones(2)
    return library.optim.SGD([p], lr=0.1, **options)


def diary(library: Any) -> list[str]:
    """What hooks of all kinds see, and in which order."""
    seen: list[str] = []
    module = importlib.import_module(f"{library.__name__}.optim.optimizer")
    optimizer = sgd(library)

    def note(name: str, answer: Any = None) -> Any:
        def hook(*given: Any) -> Any:
            kinds = [type(each).__name__ for each in given]
            seen.append(f"{name} {kinds} {given[1:] if name.startswith('step') and len(given[1]) > 1 else ''}")
            return answer

        return hook

    handles = [
        module.register_optimizer_step_pre_hook(note("all before")),
        module.register_optimizer_step_post_hook(note("all after")),
        optimizer.register_step_pre_hook(note("before 1")),
        optimizer.register_step_pre_hook(note("before 2")),
        optimizer.register_step_post_hook(note("after")),
        optimizer.register_state_dict_pre_hook(note("saving 1")),
        optimizer.register_state_dict_pre_hook(note("saving 0"), prepend=True),
        optimizer.register_state_dict_post_hook(note("saved")),
        optimizer.register_state_dict_post_hook(note("saved first"), prepend=True),
        optimizer.register_load_state_dict_pre_hook(note("loading")),
        optimizer.register_load_state_dict_post_hook(note("loaded 1")),
        optimizer.register_load_state_dict_post_hook(note("loaded 0"), prepend=True),
    ]
    try:
        optimizer.step()
        optimizer.step(lambda: None)
        optimizer.load_state_dict(optimizer.state_dict())
    finally:
        for handle in handles:
            handle.remove()
    before = list(seen)
    optimizer.step()
    optimizer.state_dict()
    assert seen == before, "removed hooks are not called"
    return seen


@pytest.mark.torch
def test_hooks_are_called_as_in_pytorch() -> None:
    torch = pytest.importorskip("torch")
    assert diary(mg) == diary(torch)


def test_a_hook_may_change_what_step_gets() -> None:
    optimizer = sgd()
    optimizer.register_step_pre_hook(lambda opt, args, kwargs: ((opt, lambda: "changed"), {}))
    assert optimizer.step() == "changed"
    optimizer.register_step_pre_hook(lambda opt, args, kwargs: "nonsense")
    with pytest.raises(RuntimeError, match=r"must return None or a tuple of \(new_args, new_kwargs\), got 'nonsense'"):
        optimizer.step()


def test_a_hook_may_change_the_state() -> None:
    optimizer = sgd(momentum=0.9)
    optimizer.register_state_dict_post_hook(lambda opt, state: {**state, "note": 1})
    optimizer.register_load_state_dict_pre_hook(lambda opt, state: {**state, "param_groups": state["groups"]})
    state = optimizer.state_dict()
    assert state["note"] == 1
    state["groups"] = state.pop("param_groups")
    state["groups"][0]["lr"] = 0.5
    optimizer.load_state_dict(state)
    assert optimizer.param_groups[0]["lr"] == 0.5


def test_hooks_of_steps_of_ones_own_and_of_bases_are_called_once() -> None:
    class Twice(optim.SGD):
        def step(self, closure: Any = None) -> Any:
            super().step(closure)
            return super().step(closure)

    p = mg.ones(1, requires_grad=True)
    p.grad = mg.ones(1)
    optimizer = Twice([p], lr=0.25)
    calls: list[int] = []
    optimizer.register_step_post_hook(lambda *given: calls.append(1))
    scheduler = lr_scheduler.StepLR(optimizer, 1)
    optimizer.step()
    assert calls == [1]
    assert p.item() == 0.5
    scheduler.step()  # without a warning: the step was counted


def test_hooks_of_lbfgs() -> None:
    p = mg.ones(1, requires_grad=True)
    optimizer = optim.LBFGS([p])
    calls: list[Any] = []
    optimizer.register_step_pre_hook(lambda opt, args, kwargs: calls.append(len(args)))
    with register_optimizer_step_post_hook(lambda opt, args, kwargs: calls.append(opt)):
        optimizer.step(lambda: (p * 0).sum())
    assert calls == [2, optimizer]
    with register_optimizer_step_pre_hook(lambda opt, args, kwargs: calls.append("again")):
        sgd().step()
    assert calls[-1] == "again"


@pytest.mark.torch
@pytest.mark.parametrize(
    "make",
    [
        lambda s, o: s.StepLR(o, 3, 0.5),
        lambda s, o: s.MultiStepLR(o, [2, 5, 5], 0.5),
        lambda s, o: s.ConstantLR(o, 0.25, 4),
        lambda s, o: s.LinearLR(o, 0.2, 0.9, 6),
        lambda s, o: s.ExponentialLR(o, 0.9),
        lambda s, o: s.PolynomialLR(o, 8, 2.0),
        lambda s, o: s.CosineAnnealingLR(o, 6, 0.01),
        lambda s, o: s.LambdaLR(o, lambda t: 1 / (t + 1)),
        lambda s, o: s.CyclicLR(o, 0.01, 0.1, 3, cycle_momentum=False),
        lambda s, o: s.OneCycleLR(o, 0.5, 20, cycle_momentum=False),
    ],
)
def test_the_epoch_of_a_schedule(make: Any) -> None:
    torch = pytest.importorskip("torch")
    rates = []
    for library in (mg, torch):
        optimizer = sgd(library)
        scheduler = make(library.optim.lr_scheduler, optimizer)
        optimizer.step()
        seen = []
        for epoch in (4, 1, 0, 9, 7):
            with pytest.warns(UserWarning, match="The epoch parameter in"):
                scheduler.step(epoch)
            seen += [scheduler.last_epoch, optimizer.param_groups[0]["lr"], *scheduler.get_last_lr()]
        scheduler.step()
        rates.append([*seen, optimizer.param_groups[0]["lr"]])
    np.testing.assert_allclose(*rates, rtol=1e-12, atol=1e-15)


def test_epochs_that_are_none() -> None:
    optimizer = sgd()
    scheduler = lr_scheduler.StepLR(optimizer, 3)
    optimizer.step()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(TypeError, match="integer"):
            scheduler.step(0.5)  # type: ignore[arg-type]
    for other in (lr_scheduler.SequentialLR(optimizer, [scheduler], []), optim.swa_utils.SWALR(optimizer, 0.1)):
        with pytest.raises(TypeError, match="step"):
            other.step(3)
