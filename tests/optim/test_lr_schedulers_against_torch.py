"""Sixty learning rates and momenta of every schedule next to PyTorch's, also saved and loaded in between."""

from __future__ import annotations

import inspect
import io
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import optim
from minigrad.optim import lr_scheduler

pytestmark = pytest.mark.torch

EPOCHS = 60


class Halving:
    """A function with a state."""

    def __init__(self, every: int) -> None:
        self.every = every

    def __call__(self, epoch: float) -> float:
        return 0.5 ** (epoch // self.every)


def warmup_then(s: Any, o: Any) -> Any:
    return s.SequentialLR(
        o, [s.LinearLR(o, 0.1, total_iters=7), s.ExponentialLR(o, 0.9), s.CosineAnnealingLR(o, 20)], [7, 25]
    )


def three_factors(s: Any, o: Any) -> Any:
    first = s.ConstantLR(o, 0.5, 10)
    return s.SequentialLR(o, [first, s.StepLR(o, 4, 0.7), s.PolynomialLR(o, 20, 2.0)], [3, 30])


SCHEDULES: dict[str, Callable[[Any, Any], Any]] = {
    "StepLR": lambda s, o: s.StepLR(o, 7, 0.8),
    "MultiStepLR": lambda s, o: s.MultiStepLR(o, [5, 20, 20, 41], 0.5),
    "ConstantLR": lambda s, o: s.ConstantLR(o, 0.25, 9),
    "ConstantLR-defaults": lambda s, o: s.ConstantLR(o),
    "LinearLR": lambda s, o: s.LinearLR(o, 0.2, 0.9, 30),
    "LinearLR-to-zero": lambda s, o: s.LinearLR(o, 1.0, 0.0, 40),
    "ExponentialLR": lambda s, o: s.ExponentialLR(o, 0.93),
    "PolynomialLR": lambda s, o: s.PolynomialLR(o, 40, 1.7),
    "PolynomialLR-long": lambda s, o: s.PolynomialLR(o, 100),
    "LambdaLR": lambda s, o: s.LambdaLR(o, lambda epoch: 1 / (1 + epoch)),
    "LambdaLR-each": lambda s, o: s.LambdaLR(o, [lambda epoch: 0.9**epoch, Halving(9)]),
    "MultiplicativeLR": lambda s, o: s.MultiplicativeLR(o, lambda epoch: 1 - 1 / (epoch + 5)),
    "CosineAnnealingLR": lambda s, o: s.CosineAnnealingLR(o, 17, 0.01),
    "CosineAnnealingLR-1": lambda s, o: s.CosineAnnealingLR(o, 1),
    "CosineAnnealingWarmRestarts": lambda s, o: s.CosineAnnealingWarmRestarts(o, 11, 1, 0.001),
    "CosineAnnealingWarmRestarts-2": lambda s, o: s.CosineAnnealingWarmRestarts(o, 5, 2),
    "CyclicLR": lambda s, o: s.CyclicLR(o, 0.01, 0.2, 7),
    "CyclicLR-triangular2": lambda s, o: s.CyclicLR(o, [0.01, 0.02], [0.2, 0.1], 5, 8, "triangular2"),
    "CyclicLR-exp_range": lambda s, o: s.CyclicLR(o, 0.01, 0.2, 6, 4, "exp_range", 0.97, base_momentum=[0.7, 0.6]),
    "CyclicLR-scale_fn": lambda s, o: s.CyclicLR(o, 0.01, 0.2, 6, scale_fn=Halving(2)),
    "CyclicLR-iterations": lambda s, o: s.CyclicLR(o, 0.01, 0.2, 6, scale_fn=Halving(9), scale_mode="iterations"),
    "CyclicLR-still": lambda s, o: s.CyclicLR(o, 0.01, 0.2, 7, cycle_momentum=False),
    "OneCycleLR": lambda s, o: s.OneCycleLR(o, 0.3, 61),
    "OneCycleLR-epochs": lambda s, o: s.OneCycleLR(o, [0.3, 0.4], epochs=9, steps_per_epoch=7, pct_start=0.45),
    "OneCycleLR-linear": lambda s, o: s.OneCycleLR(o, 0.3, 70, anneal_strategy="linear", base_momentum=0.5),
    "OneCycleLR-three": lambda s, o: s.OneCycleLR(o, 0.3, 61, three_phase=True, div_factor=10, final_div_factor=100),
    "OneCycleLR-still": lambda s, o: s.OneCycleLR(o, 0.3, 61, cycle_momentum=False),
    "SequentialLR": warmup_then,
    "SequentialLR-more": three_factors,
    "SequentialLR-cycle": lambda s, o: s.SequentialLR(
        o, [s.ConstantLR(o, 0.5, 99), s.CosineAnnealingWarmRestarts(o, 6, 2), s.LambdaLR(o, Halving(3))], [5, 40]
    ),
    "ChainedScheduler": lambda s, o: s.ChainedScheduler(
        [s.LinearLR(o, 0.1, total_iters=10), s.ExponentialLR(o, 0.95), s.StepLR(o, 13, 0.5)]
    ),
    "ChainedScheduler-cosine": lambda s, o: s.ChainedScheduler(
        [s.ConstantLR(o, 0.5, 12), s.CosineAnnealingLR(o, 70), s.MultiplicativeLR(o, lambda epoch: 0.99)], o
    ),
}
PLATEAUS: dict[str, dict[str, Any]] = {
    "defaults": {},
    "max": {"mode": "max", "patience": 2, "factor": 0.5},
    "abs": {"threshold_mode": "abs", "threshold": 0.3, "patience": 1},
    "max-abs": {"mode": "max", "threshold_mode": "abs", "threshold": 0.3, "patience": 1},
    "cooldown": {"patience": 1, "cooldown": 4, "factor": 0.7},
    "min_lr": {"patience": 0, "min_lr": [0.01, 0.001], "eps": 1e-3},
}


def adam(library: Any, optimizers: Any) -> Any:
    p, q = (library.zeros(2, requires_grad=True) for _ in range(2))
    return optimizers.Adam([{"params": [p]}, {"params": [q], "lr": 0.05}], lr=0.1)


def sgd(library: Any, optimizers: Any) -> Any:
    p, q = (library.zeros(2, requires_grad=True) for _ in range(2))
    return optimizers.SGD([{"params": [p]}, {"params": [q], "lr": 0.05}], lr=0.1, momentum=0.9)


def rates(optimizer: Any) -> list[Any]:
    return [(group["lr"], group.get("momentum", 0), *group.get("betas", ())) for group in optimizer.param_groups]


def course(optimizer: Any, scheduler: Any, epochs: int) -> np.ndarray:
    seen = [rates(optimizer)]
    for _ in range(epochs):
        optimizer.step()
        scheduler.step()
        seen.append(rates(optimizer))
        assert scheduler.get_last_lr() == [group["lr"] for group in optimizer.param_groups]
    return np.array(seen)


def check(ours: np.ndarray, theirs: np.ndarray) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("make", [adam, sgd])
@pytest.mark.parametrize("name", SCHEDULES)
def test_sixty_rates(name: str, make: Callable[[Any, Any], Any]) -> None:
    torch = pytest.importorskip("torch")
    ours, theirs = make(mg, optim), make(torch, torch.optim)
    our_scheduler = SCHEDULES[name](lr_scheduler, ours)
    their_scheduler = SCHEDULES[name](torch.optim.lr_scheduler, theirs)
    check(course(ours, our_scheduler, EPOCHS), course(theirs, their_scheduler, EPOCHS))
    if hasattr(their_scheduler, "last_epoch"):
        assert our_scheduler.last_epoch == their_scheduler.last_epoch


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("saved_at", [0, 8, 26])
def test_saved_and_loaded_in_between(name: str, saved_at: int) -> None:
    torch = pytest.importorskip("torch")
    theirs = adam(torch, torch.optim)
    expected = course(theirs, SCHEDULES[name](torch.optim.lr_scheduler, theirs), EPOCHS)

    ours = adam(mg, optim)
    scheduler = SCHEDULES[name](lr_scheduler, ours)
    before = course(ours, scheduler, saved_at)
    file = io.BytesIO()
    mg.save({"optimizer": ours.state_dict(), "scheduler": scheduler.state_dict()}, file)
    file.seek(0)
    loaded = mg.load(file)

    ours = adam(mg, optim)
    scheduler = SCHEDULES[name](lr_scheduler, ours)
    ours.load_state_dict(loaded["optimizer"])
    scheduler.load_state_dict(loaded["scheduler"])
    after = course(ours, scheduler, EPOCHS - saved_at)
    check(np.concatenate([before, after[1:]]), expected)


@pytest.mark.parametrize("name", PLATEAUS)
def test_reduce_on_plateau(name: str, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    ours, theirs = adam(mg, optim), adam(torch, torch.optim)
    our_scheduler = lr_scheduler.ReduceLROnPlateau(ours, **PLATEAUS[name])
    their_scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(theirs, **PLATEAUS[name])
    for epoch in range(EPOCHS):
        if epoch == EPOCHS // 2:
            state = our_scheduler.state_dict()
            our_scheduler = lr_scheduler.ReduceLROnPlateau(ours, **PLATEAUS[name])
            our_scheduler.load_state_dict(state)
        measure = float(rng.standard_normal()) + math.cos(epoch / 9)
        our_scheduler.step(measure)
        their_scheduler.step(measure)
        check(np.array(rates(ours)), np.array(rates(theirs)))
        assert our_scheduler.get_last_lr() == [group["lr"] for group in ours.param_groups]
        for known in ("best", "num_bad_epochs", "cooldown_counter", "last_epoch"):
            assert getattr(our_scheduler, known) == getattr(their_scheduler, known)
    assert rates(ours) != rates(adam(mg, optim)), "the rate never fell"


@pytest.mark.parametrize(
    "name",
    ["StepLR", "MultiStepLR", "ExponentialLR", "LinearLR", "PolynomialLR", "CosineAnnealingLR", "LambdaLR", "CyclicLR"],
)
def test_going_on_at_a_later_epoch(name: str) -> None:
    torch = pytest.importorskip("torch")
    arguments: dict[str, dict[str, Any]] = {
        "StepLR": {"step_size": 5},
        "MultiStepLR": {"milestones": [6, 9]},
        "ExponentialLR": {"gamma": 0.9},
        "LinearLR": {"total_iters": 12},
        "PolynomialLR": {"total_iters": 12},
        "CosineAnnealingLR": {"T_max": 12},
        "LambdaLR": {"lr_lambda": lambda epoch: 0.9**epoch},
        "CyclicLR": {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 4, "cycle_momentum": False},
    }
    seen = []
    for library, optimizers in ((mg, optim), (torch, torch.optim)):
        optimizer = adam(library, optimizers)
        for group in optimizer.param_groups:
            group["initial_lr"] = 0.2
        scheduler = getattr(optimizers.lr_scheduler, name)(optimizer, **arguments[name], last_epoch=4)
        seen.append(course(optimizer, scheduler, 20))
    check(*seen)


@pytest.mark.parametrize("T_mult", [1, 2, 3])
def test_warm_restarts_at_fractions_of_epochs(T_mult: int) -> None:
    torch = pytest.importorskip("torch")
    ours, theirs = adam(mg, optim), adam(torch, torch.optim)
    schedulers = [
        lr_scheduler.CosineAnnealingWarmRestarts(ours, 4, T_mult),
        torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(theirs, 4, T_mult),
    ]
    for batch in range(200):
        for each in schedulers:
            each.step(batch / 5)
        check(np.array(rates(ours)), np.array(rates(theirs)))


@pytest.mark.parametrize("name", [name for name in lr_scheduler.__all__ if name != "LRScheduler"])
def test_signatures_are_pytorchs(name: str) -> None:
    torch = pytest.importorskip("torch")
    ours, theirs = (
        inspect.signature(getattr(each, name)).parameters for each in (lr_scheduler, torch.optim.lr_scheduler)
    )
    assert list(ours) == list(theirs)
    assert [(p.default, p.kind) for p in ours.values()] == [(p.default, p.kind) for p in theirs.values()]
