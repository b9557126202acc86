"""Schedules made of schedules: several at once, or one after the other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from minigrad.optim.lr_scheduler.base import LRScheduler, checked
from minigrad.optim.lr_scheduler.plateau import ReduceLROnPlateau
from minigrad.optim.optimizer import Optimizer


class _CompositeLR(LRScheduler):
    """A schedule made of others, whose states it saves with its own."""

    _schedulers: list[LRScheduler]

    def _take(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None) -> None:
        """Note the parts, after checking that they act on one optimizer and need nothing but `step()`."""
        name = type(self).__name__
        if not schedulers:
            raise ValueError(f"{name}: expected at least one scheduler")
        for index, each in enumerate(schedulers):
            if not isinstance(each, LRScheduler):
                raise TypeError(f"{name}: expected schedulers, got {type(each).__name__} at index {index}")
            if isinstance(each, ReduceLROnPlateau):
                raise ValueError(f"{name}: ReduceLROnPlateau, at index {index}, has no place here: it needs a measure")
            optimizer = optimizer or each.optimizer
            if each.optimizer is not optimizer:
                raise ValueError(f"{name}: all schedulers must have one optimizer; that at index {index} has another")
        assert optimizer is not None
        self.optimizer = checked(optimizer, self)
        self._schedulers = list(schedulers)

    def _parts(self) -> list[LRScheduler]:
        return [self, *(part for each in self._schedulers for part in each._parts())]

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "_schedulers": [each.state_dict() for each in self._schedulers]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        schedulers = self._schedulers
        super().load_state_dict(state_dict)
        self._schedulers = schedulers
        for each, saved in zip(schedulers, state_dict["_schedulers"], strict=True):
            each.load_state_dict(saved)

    def _check_state(self, state_dict: dict[str, Any]) -> None:
        super()._check_state(state_dict)
        for each, saved in zip(self._schedulers, state_dict["_schedulers"], strict=True):
            each._check_state(saved)


class ChainedScheduler(_CompositeLR):
    """All `schedulers` at once: each changes what the one before it made of the rates.

    Args:
        schedulers: the schedules, all on one optimizer and none a ReduceLROnPlateau; ValueError otherwise.
        optimizer: theirs (default None).

    >>> optimizer = optim.SGD([mg.zeros(1, requires_grad=True)], lr=1.0)
    >>> halves, tenths = (optim.lr_scheduler.ExponentialLR(optimizer, gamma) for gamma in (0.5, 0.1))
    >>> schedule = optim.lr_scheduler.ChainedScheduler([halves, tenths])
    >>> optimizer.step()
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.05]
    """

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        self._take(schedulers, optimizer)
        self._note_rates()

    def step(self) -> None:  # type: ignore[override]  # each of several schedules has epochs of its own
        with self._whole_step():
            for each in self._schedulers:
                each.step()
            self._note_rates()

    def restart(self) -> None:
        for each in self._schedulers:
            each.restart()
        self._note_rates()


class SequentialLR(_CompositeLR):
    """One of the `schedulers` after the other: the next takes over at each of the `milestones`, from its own epoch 0.

    Args:
        optimizer: whose rates are set.
        schedulers: the schedules, all on this optimizer and none a ReduceLROnPlateau; ValueError otherwise.
        milestones: the epochs, one fewer than schedules; ValueError otherwise.
        last_epoch: where to go on, -1 for the beginning (default -1).

    >>> optimizer = optim.SGD([mg.zeros(1, requires_grad=True)], lr=1.0)
    >>> warmup = optim.lr_scheduler.ConstantLR(optimizer, 0.5, total_iters=9)
    >>> decay = optim.lr_scheduler.ExponentialLR(optimizer, 0.1)
    >>> schedule = optim.lr_scheduler.SequentialLR(optimizer, [warmup, decay], [2])
    >>> for epoch in range(3):
    ...     optimizer.step()
    ...     schedule.step()
    ...     print(schedule.get_last_lr()[0])
    0.5
    1.0
    0.1
    """

    def __init__(
        self, optimizer: Optimizer, schedulers: list[LRScheduler], milestones: list[int], last_epoch: int = -1
    ) -> None:
        self._take(schedulers, optimizer)
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                f"SequentialLR: expected a milestone between any two of the {len(schedulers)} schedulers, "
                f"got {len(milestones)}"
            )
        self._milestones = list(milestones)
        self.restart()  # making the schedulers, each has already changed the rates
        self.last_epoch = last_epoch + 1

    def step(self) -> None:  # type: ignore[override]  # each of several schedules has epochs of its own
        with self._whole_step():
            self.last_epoch += 1
            if self.last_epoch in self._milestones:
                self._begin(self._current)
            else:
                self._current.step()
                self._note_rates()

    def restart(self) -> None:
        self.last_epoch = 0
        self._begin(self._current)

    @property
    def _current(self) -> LRScheduler:
        return self._schedulers[bisect_right(self._milestones, self.last_epoch)]

    def _begin(self, scheduler: LRScheduler) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = group["initial_lr"]
        scheduler.restart()
        self._note_rates()
