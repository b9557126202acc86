"""What a schedule remembers has PyTorch's names and values, so that it goes on there, and PyTorch's goes on here."""

from __future__ import annotations

import copy
import math
from typing import Any

import pytest
from test_lr_schedulers_against_torch import PLATEAUS, SCHEDULES, adam, check, course, sgd

import minigrad as mg
from minigrad import optim
from minigrad.optim import lr_scheduler

pytestmark = pytest.mark.torch

THEIRS_ALONE = {"_is_initial", "_get_lr_called_within_step"}
"""Marks that PyTorch sets while it computes rates: False in every state that is saved."""

STEPS = 9


def pair(make: Any) -> tuple[Any, Any]:
    torch = pytest.importorskip("torch")
    return make(mg, optim), make(torch, torch.optim)


def schedulers(name: str, ours: Any, theirs: Any) -> tuple[Any, Any]:
    torch = pytest.importorskip("torch")
    return SCHEDULES[name](lr_scheduler, ours), SCHEDULES[name](torch.optim.lr_scheduler, theirs)


def same(ours: Any, theirs: Any) -> None:
    """Equal but for roundings, and for what PyTorch alone keeps."""
    if isinstance(theirs, dict):
        assert set(ours) == set(theirs) - THEIRS_ALONE
        for key in ours:
            same(ours[key], theirs[key])
    elif isinstance(theirs, (list, tuple)):
        assert len(ours) == len(theirs)
        for ours_, theirs_ in zip(ours, theirs, strict=True):
            same(ours_, theirs_)
    elif isinstance(theirs, float):
        assert math.isclose(ours, theirs, rel_tol=1e-12, abs_tol=1e-15)
    else:  # a schedule that waits for its turn in another is at epoch -1 there, at 0 here; both begin with 0
        assert ours == (0 if theirs == -1 else theirs)


@pytest.mark.parametrize("make", [adam, sgd])
@pytest.mark.parametrize("name", SCHEDULES)
def test_the_state_is_pytorchs(name: str, make: Any) -> None:
    ours, theirs = pair(make)
    here, there = schedulers(name, ours, theirs)
    same(here.state_dict(), there.state_dict())
    course(ours, here, STEPS), course(theirs, there, STEPS)
    same(here.state_dict(), there.state_dict())
    for mine, yours in zip(ours.param_groups, theirs.param_groups, strict=True):
        same({**mine, "params": 0}, {**yours, "params": 0})


@pytest.mark.parametrize("make", [adam, sgd])
@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_goes_on_in_the_other_package(name: str, make: Any) -> None:
    ours, theirs = pair(make)
    here, there = schedulers(name, ours, theirs)
    course(ours, here, STEPS), course(theirs, there, STEPS)
    saved = [copy.deepcopy(each.state_dict()) for each in (ours, here, theirs, there)]
    expected = course(theirs, there, STEPS)

    ours, theirs = pair(make)
    here, there = schedulers(name, ours, theirs)
    theirs.load_state_dict(saved[0])
    there.load_state_dict(saved[1])
    ours.load_state_dict(saved[2])
    here.load_state_dict(saved[3])
    check(course(theirs, there, STEPS), expected)
    check(course(ours, here, STEPS), expected)


@pytest.mark.parametrize("name", PLATEAUS)
def test_reduce_on_plateau_too(name: str) -> None:
    torch = pytest.importorskip("torch")
    ours, theirs = pair(adam)
    here = lr_scheduler.ReduceLROnPlateau(ours, **PLATEAUS[name])
    there = torch.optim.lr_scheduler.ReduceLROnPlateau(theirs, **PLATEAUS[name])
    same(here.state_dict(), there.state_dict())
    for measure in (3.0, 1.0, 2.0, 2.0, 2.0):
        here.step(measure), there.step(measure)
    same(here.state_dict(), there.state_dict())
    here.load_state_dict(there.state_dict())
    there.load_state_dict(here.state_dict())


def test_a_group_that_came_later_has_the_least_rate_of_all() -> None:
    optimizer = adam(mg, optim)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, patience=0, min_lr=0.04)
    optimizer.add_param_group({"params": [mg.zeros(1, requires_grad=True)], "lr": 0.2})
    for _ in range(5):
        scheduler.step(1.0)
    assert [group["lr"] for group in optimizer.param_groups] == [0.04, 0.04, 0.04]
