"""A call that fails changes nothing: optimizers and schedules are afterwards what they were, to the bit."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

import minigrad as mg
from minigrad import optim
from minigrad.optim import lr_scheduler


def seen(optimizer: optim.Optimizer) -> str:
    return repr([optimizer.state_dict(), [p.tolist() for group in optimizer.param_groups for p in group["params"]]])


def stepped(kind: type[Any], **options: Any) -> Any:
    parameters = [mg.ones(2, 3, requires_grad=True), mg.ones(4, requires_grad=True)]
    optimizer = kind(parameters, lr=0.1, **options)
    sum((p * p).sum() for p in parameters).backward()
    optimizer.step()
    return optimizer


@pytest.mark.parametrize("value", [None, "x", 10**400, [0.1]], ids=["None", "text", "beyond floats", "list"])
@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam, optim.RMSprop, optim.Adadelta, optim.ASGD, optim.Adamax])
def test_a_rate_that_is_no_number(kind: type[Any], value: Any) -> None:
    optimizer = stepped(kind)
    before = [seen(optimizer)]
    rate, optimizer.param_groups[0]["lr"] = optimizer.param_groups[0]["lr"], value
    with pytest.raises(TypeError, match=f"{kind.__name__}: lr must be a number, got"):
        optimizer.step()
    optimizer.param_groups[0]["lr"] = rate
    assert before == [seen(optimizer)]


@pytest.mark.parametrize("lr", [[], [0.1], None, 10**400, float("nan")])
def test_no_optimizer_begins_with_it(lr: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"learning rate|lr must be"):
        optim.SGD([mg.ones(1, requires_grad=True)], lr=lr)


def test_etas_and_step_sizes_are_pairs() -> None:
    for name in ("etas", "step_sizes"):
        with pytest.raises(TypeError, match=f"Rprop: {name} must be two numbers"):
            optim.Rprop([mg.ones(1, requires_grad=True)], **{name: (0.5,)})


BROKEN: list[tuple[str, Callable[[dict[str, Any]], Any], str]] = [
    ("no dict", lambda d: 3, "expected a dict"),
    ("groups that are none", lambda d: d | {"param_groups": [3]}, "param_groups must be a list of dicts"),
    ("groups without params", lambda d: d | {"param_groups": [{"lr": 1}]}, "'params' of group 0"),
    ("params that are none", lambda d: d | {"param_groups": [d["param_groups"][0] | {"params": [[], 1]}]}, "'params'"),
    ("state that is none", lambda d: d | {"state": 3}, "state must be a dict of dicts"),
    ("state of one that is none", lambda d: d | {"state": {0: 3}}, "state must be a dict of dicts"),
    ("text for numbers", lambda d: d | {"state": {0: d["state"][0] | {"exp_avg": "a"}}}, "exp_avg"),
]


@pytest.mark.parametrize(("change", "message"), [each[1:] for each in BROKEN], ids=[each[0] for each in BROKEN])
def test_a_state_that_cannot_be_loaded(change: Callable[[dict[str, Any]], Any], message: str) -> None:
    optimizer = stepped(optim.Adam)
    before = seen(optimizer)
    with pytest.raises((TypeError, ValueError), match=f"Adam.load_state_dict: .*{message}"):
        optimizer.load_state_dict(change(copy.deepcopy(optimizer.state_dict())))
    assert before == seen(optimizer)


SCHEDULES: dict[str, Callable[[Any], Any]] = {
    "StepLR": lambda o: lr_scheduler.StepLR(o, 2),
    "MultiStepLR": lambda o: lr_scheduler.MultiStepLR(o, [1, 3]),
    "ReduceLROnPlateau": lr_scheduler.ReduceLROnPlateau,
    "LambdaLR": lambda o: lr_scheduler.LambdaLR(o, lambda epoch: 1.0),
    "SequentialLR": lambda o: lr_scheduler.SequentialLR(
        o, [lr_scheduler.ConstantLR(o), lr_scheduler.ExponentialLR(o, 0.9)], [3]
    ),
    "ChainedScheduler": lambda o: lr_scheduler.ChainedScheduler(
        [lr_scheduler.ConstantLR(o), lr_scheduler.ExponentialLR(o, 0.9)]
    ),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedules_state_that_cannot_be_loaded(name: str) -> None:
    optimizer = stepped(optim.SGD)
    schedule = SCHEDULES[name](optimizer)
    schedule.step(*([1.0] if name == "ReduceLROnPlateau" else []))
    good = schedule.state_dict()
    changed = [None, 3, {}, good | {"_last_lr": "a"}, good | {"_last_lr": [0.1, 0.2]}]
    if "_schedulers" in good:
        changed += [good | {"_schedulers": each} for each in (3, [], [{}, {}], [good["_schedulers"][0], {}])]
    if "last_epoch" in good:
        changed.append(good | {"last_epoch": "a"})
    before = repr([schedule.state_dict(), seen(optimizer)])
    for each in changed:
        with pytest.raises((TypeError, ValueError), match=r"load_state_dict: "):
            schedule.load_state_dict(each)
        assert before == repr([schedule.state_dict(), seen(optimizer)])


def test_a_function_of_the_users_that_fails_takes_no_step() -> None:
    optimizer = stepped(optim.SGD)
    schedule = lr_scheduler.LambdaLR(optimizer, lambda epoch: 1 / (2 - epoch))
    schedule.step()
    before = schedule.state_dict(), optimizer.param_groups[0]["lr"]
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            schedule.step()
        assert before == (schedule.state_dict(), optimizer.param_groups[0]["lr"])


@pytest.mark.parametrize(
    "make",
    [
        lambda o: lr_scheduler.OneCycleLR(o, 10**400, total_steps=5),
        lambda o: lr_scheduler.CyclicLR(o, 0.1, "a"),  # type: ignore[arg-type]
        lambda o: lr_scheduler.LambdaLR(o, lambda epoch: 1 / 0),
        lambda o: lr_scheduler.StepLR(optimizer=o, step_size="a"),  # type: ignore[arg-type]
    ],
    ids=["OneCycleLR", "CyclicLR", "LambdaLR", "StepLR"],
)
def test_a_schedule_that_cannot_be_made_leaves_no_trace(make: Callable[[optim.Optimizer], Any]) -> None:
    optimizer = stepped(optim.SGD, momentum=0.9)
    before = seen(optimizer)
    with pytest.raises((TypeError, OverflowError, ZeroDivisionError)):
        make(optimizer)
    assert seen(optimizer) == before


def test_a_closure_that_is_none() -> None:
    optimizer = optim.LBFGS([mg.ones(1, requires_grad=True)])
    before = seen(optimizer)
    with pytest.raises(TypeError, match=r"needs a closure .*, not int"):
        optimizer.step(5)  # type: ignore[arg-type]
    assert seen(optimizer) == before
    rate: list[Any] = [1.0]
    rate.append(rate)
    with pytest.raises(TypeError, match="SGD: lr must be a number"):
        optim.SGD([mg.ones(1, requires_grad=True)], lr=rate)  # type: ignore[arg-type]
