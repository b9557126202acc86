"""Schedules in closed form, and what they say to wrong arguments. All rates are compared with PyTorch's elsewhere."""

from __future__ import annotations

import math
from typing import Any

import pytest

import minigrad as mg
from minigrad import optim
from minigrad.optim import lr_scheduler


def sgd(lr: float = 1.0, **options: Any) -> optim.SGD:
    return optim.SGD([mg.zeros(1, requires_grad=True)], lr=lr, **options)


def course(scheduler: Any, epochs: int) -> list[float]:
    rates = scheduler.get_last_lr()[:1]
    for _ in range(epochs):
        scheduler.optimizer.step()
        scheduler.step()
        rates.append(scheduler.get_last_lr()[0])
    return rates


@pytest.mark.parametrize(
    ("make", "closed_form"),
    [
        (lambda o: lr_scheduler.StepLR(o, 3), lambda t: 0.1 ** (t // 3)),
        (lambda o: lr_scheduler.ExponentialLR(o, 0.9), lambda t: 0.9**t),
        (lambda o: lr_scheduler.LinearLR(o, 0.5, total_iters=4), lambda t: 0.5 + 0.5 * min(t, 4) / 4),
        (lambda o: lr_scheduler.ConstantLR(o, 0.5, 4), lambda t: 0.5 if t < 4 else 1),
        (lambda o: lr_scheduler.PolynomialLR(o, 10, 2), lambda t: (1 - min(t, 10) / 10) ** 2),
        (lambda o: lr_scheduler.LambdaLR(o, lambda t: 1 / (t + 1)), lambda t: 1 / (t + 1)),
        (lambda o: lr_scheduler.CosineAnnealingLR(o, 8, 0.2), lambda t: 0.6 + 0.4 * math.cos(math.pi * t / 8)),
        (
            lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 6),
            lambda t: 0.5 + 0.5 * math.cos(math.pi * (t % 6) / 6),
        ),
    ],
)
def test_closed_forms(make: Any, closed_form: Any) -> None:
    assert course(make(sgd()), 20) == pytest.approx([closed_form(t) for t in range(21)], abs=1e-12)


def test_a_rate_changed_by_hand_stays_changed() -> None:
    optimizer = sgd()
    scheduler = lr_scheduler.ExponentialLR(optimizer, 0.5)
    optimizer.step()
    optimizer.param_groups[0]["lr"] = 8.0
    scheduler.step()
    assert scheduler.get_last_lr() == [4.0]


@pytest.mark.parametrize("pct_start", [0.0, 0.1, 1.0])
def test_one_cycle_with_an_empty_phase(pct_start: float) -> None:
    rates = course(lr_scheduler.OneCycleLR(sgd(momentum=0.9), 1.0, 10, pct_start=pct_start), 9)
    assert max(rates) <= 1
    assert rates[-1] == pytest.approx(1.0 if pct_start == 1 else 1 / 25e4)


def test_stepping_before_the_optimizer_is_warned_of() -> None:
    scheduler = lr_scheduler.StepLR(sgd(), 3)
    with pytest.warns(UserWarning, match=r"before optimizer.step\(\)"):
        scheduler.step()


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda o: lr_scheduler.StepLR(3, 1), TypeError, "expected an Optimizer, got int"),
        (lambda o: lr_scheduler.LambdaLR(3, abs), TypeError, "expected an Optimizer, got int"),
        (lambda o: lr_scheduler.ReduceLROnPlateau(None), TypeError, "got NoneType"),
        (lambda o: lr_scheduler.CyclicLR(None, 0.1, 1), TypeError, "got NoneType"),
        (lambda o: lr_scheduler.OneCycleLR(None, 0.1, 1), TypeError, "got NoneType"),
        (lambda o: lr_scheduler.StepLR(o, 3, last_epoch=5), KeyError, "initial_lr"),
        (lambda o: lr_scheduler.StepLR(o, 0), ValueError, "step_size must be positive"),
        (lambda o: lr_scheduler.ConstantLR(o, 1.5), ValueError, "factor"),
        (lambda o: lr_scheduler.LinearLR(o, 0), ValueError, "start_factor"),
        (lambda o: lr_scheduler.LinearLR(o, end_factor=1.5), ValueError, "end_factor"),
        (lambda o: lr_scheduler.CosineAnnealingLR(o, 0), ValueError, "T_max"),
        (lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 0), ValueError, "T_0"),
        (lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 2, 1.5), ValueError, "T_mult"),
        (lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 2, eta_min="a"), ValueError, "eta_min must be a number"),
        (lambda o: lr_scheduler.CyclicLR(o, 0.1, 1, step_size_down=math.inf), ValueError, "step sizes"),
        (lambda o: lr_scheduler.OneCycleLR(o, 0.1, 9, div_factor=0), ValueError, "div_factor"),
        (lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 2).step(-1), ValueError, "epoch"),
        (lambda o: lr_scheduler.LambdaLR(o, [abs, abs]), ValueError, "each of 1 parameter groups, got 2"),
        (lambda o: lr_scheduler.LambdaLR(o, 0.9), TypeError, "must be a function, got float"),
        (lambda o: lr_scheduler.CyclicLR(o, [0.1, 0.2], 1), ValueError, "base_lr"),
        (lambda o: lr_scheduler.CyclicLR(o, 0.1, 1, 0), ValueError, "step sizes"),
        (lambda o: lr_scheduler.CyclicLR(o, 0.1, 1, mode="square"), ValueError, "mode"),
        (lambda o: lr_scheduler.CyclicLR(o, 0.1, 1, scale_mode="year"), ValueError, "scale_mode"),
        (lambda o: lr_scheduler.OneCycleLR(o, 1.0), ValueError, "total_steps"),
        (lambda o: lr_scheduler.OneCycleLR(o, 1.0, 0), ValueError, "positive integer, got 0"),
        (lambda o: lr_scheduler.OneCycleLR(o, 1.0, epochs=2), ValueError, "steps_per_epoch"),
        (lambda o: lr_scheduler.OneCycleLR(o, 1.0, 9, pct_start=1.5), ValueError, "pct_start"),
        (lambda o: lr_scheduler.OneCycleLR(o, 1.0, 9, anneal_strategy="sin"), ValueError, "anneal_strategy"),
        (lambda o: lr_scheduler.ReduceLROnPlateau(o, factor=1.0), ValueError, "factor"),
        (lambda o: lr_scheduler.ReduceLROnPlateau(o, "least"), ValueError, "mode"),
        (lambda o: lr_scheduler.ReduceLROnPlateau(o, threshold_mode="x"), ValueError, "threshold_mode"),
        (lambda o: lr_scheduler.ReduceLROnPlateau(o, min_lr=[0, 0]), ValueError, "min_lr"),
        (lambda o: lr_scheduler.ChainedScheduler([]), ValueError, "at least one"),
        (lambda o: lr_scheduler.ChainedScheduler([3]), TypeError, "got int at index 0"),
        (lambda o: lr_scheduler.ChainedScheduler([lr_scheduler.ReduceLROnPlateau(o)]), ValueError, "needs a measure"),
        (lambda o: lr_scheduler.SequentialLR(sgd(), [lr_scheduler.StepLR(o, 1)], []), ValueError, "one optimizer"),
        (lambda o: lr_scheduler.SequentialLR(o, [lr_scheduler.StepLR(o, 1)], [3]), ValueError, "milestone"),
        (lambda o: lr_scheduler.StepLR(o, 3).load_state_dict({"gamma": 1}), ValueError, "no step_size"),
        (lambda o: lr_scheduler.LRScheduler(o), NotImplementedError, "get_lr"),
    ],
)
def test_errors(make: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make(sgd())


@pytest.mark.parametrize(
    "make",
    [
        lambda o: lr_scheduler.StepLR(o, 1, None),
        lambda o: lr_scheduler.LinearLR(o, 0.5, 1.0, "a"),
        lambda o: lr_scheduler.ExponentialLR(o, [1]),
        lambda o: lr_scheduler.PolynomialLR(o, power=()),
        lambda o: lr_scheduler.CosineAnnealingLR(o, 3, eta_min=None),
    ],
)
def test_what_is_no_number_is_told_before_a_step(make: Any) -> None:
    optimizer = sgd()
    with pytest.raises(TypeError, match=r"LR: \w+ must be a number, not"):
        make(optimizer)
    assert "initial_lr" not in optimizer.param_groups[0]


def test_a_polynomial_without_end_stays() -> None:
    assert course(lr_scheduler.PolynomialLR(sgd(), total_iters=math.inf), 3) == [1, 1, 1, 1]  # type: ignore[arg-type]


def test_cycles_need_a_momentum() -> None:
    adagrad = optim.Adagrad([mg.zeros(1, requires_grad=True)])
    for make in (lr_scheduler.CyclicLR, lr_scheduler.OneCycleLR):
        arguments: Any = (0.1, 1.0) if make is lr_scheduler.CyclicLR else (1.0, 10)
        with pytest.raises(ValueError, match="Adagrad has no momentum"):
            make(adagrad, *arguments)
        make(adagrad, *arguments, cycle_momentum=False)


def test_one_cycle_ends() -> None:
    optimizer = sgd(momentum=0.9)
    scheduler = lr_scheduler.OneCycleLR(optimizer, 1.0, 5)
    course(scheduler, 5)
    with pytest.raises(ValueError, match="5 steps, this would be step 6"):
        scheduler.step()


@pytest.mark.parametrize("T_mult", [1, 2])
def test_warm_restarts_begin_anew(T_mult: int) -> None:
    optimizer = sgd()
    scheduler = lr_scheduler.CosineAnnealingWarmRestarts(optimizer, 3, T_mult)
    first = course(scheduler, 7)
    scheduler.restart()
    assert course(scheduler, 7) == first


def test_sequences_in_a_sequence() -> None:
    optimizer = sgd()
    inner = lr_scheduler.SequentialLR(
        optimizer, [lr_scheduler.ExponentialLR(optimizer, 0.5), lr_scheduler.ConstantLR(optimizer, 0.25, 99)], [2]
    )
    outer = lr_scheduler.SequentialLR(optimizer, [lr_scheduler.ConstantLR(optimizer, 0.1, 99), inner], [3])
    assert course(outer, 7) == pytest.approx([0.1, 0.1, 0.1, 1, 0.5, 0.25, 0.25, 0.25])


def test_a_plateau_with_its_own_least_rates_needs_one_for_each_new_group() -> None:
    optimizer = sgd()
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, patience=0, min_lr=[0.1])
    optimizer.add_param_group({"params": [mg.zeros(1, requires_grad=True)]})
    scheduler.step(1.0)
    with pytest.raises(RuntimeError, match="The number of param groups in the optimizer, 2"):
        scheduler.step(2.0)


def test_a_rate_that_was_given_as_a_tensor_stays_when_that_is_changed() -> None:
    rate = mg.tensor(0.5)
    optimizer = sgd(momentum=0.9)
    lr_scheduler.OneCycleLR(optimizer, rate, 10)
    rate.mul_(0)
    assert optimizer.param_groups[0]["max_lr"] == 0.5


def test_an_option_of_older_scripts_is_taken_with_a_warning() -> None:
    optimizer = mg.optim.SGD([mg.ones(1, requires_grad=True)], lr=1.0)
    with pytest.warns(UserWarning, match="The verbose parameter is deprecated"):
        scheduler = mg.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5, verbose=True)
    optimizer.step()
    scheduler.step()
    assert scheduler.get_last_lr() == [0.5]


def test_a_step_that_raises_leaves_schedules_and_rates_as_they_were() -> None:
    optimizer = optim.SGD([mg.zeros(1, requires_grad=True)], lr=1.0)
    fails = False

    def factor(epoch: int) -> float:
        if fails:
            raise KeyError("not yet")
        return 0.5**epoch

    schedulers = optim.lr_scheduler
    warmup, later = schedulers.ConstantLR(optimizer, 0.5, total_iters=9), schedulers.LambdaLR(optimizer, factor)
    in_turn = schedulers.SequentialLR(optimizer, [warmup, later], [1])
    together = schedulers.ChainedScheduler([schedulers.ExponentialLR(optimizer, 0.1), in_turn])
    optimizer.step()
    before = optimizer.param_groups[0]["lr"], together.state_dict(), in_turn.state_dict()
    fails = True
    for _ in range(2):
        with pytest.raises(KeyError, match="not yet"):
            together.step()
        assert (optimizer.param_groups[0]["lr"], together.state_dict(), in_turn.state_dict()) == before
    fails = False
    together.step()
    assert (in_turn.last_epoch, later.last_epoch, optimizer.param_groups[0]["lr"]) == (1, 0, 1.0)
