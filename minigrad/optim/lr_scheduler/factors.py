"""Schedules that multiply: lr_t = change(t) · lr_{t−1}, and it is the same for all groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import inf

from minigrad.optim.lr_scheduler.base import LRScheduler
from minigrad.optim.optimizer import Optimizer


class _FactorLR(LRScheduler):
    """A schedule that says by what the rates of all groups are multiplied."""

    def change(self) -> float:
        """By what the rate is multiplied on the way to `last_epoch`; t in the classes below."""
        raise NotImplementedError

    def get_lr(self) -> list[float]:
        change = self.change()
        return [change * group["lr"] for group in self.optimizer.param_groups]


class StepLR(_FactorLR):
    """Multiplies the rates by `gamma` every `step_size` epochs.

    Args:
        optimizer: whose rates are set.
        step_size: how many epochs, above 0; ValueError otherwise.
        gamma: the factor (default 0.1).
        last_epoch: where to go on, -1 for the beginning (default -1).

    >>> optimizer = optim.SGD([mg.zeros(1, requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    >>> for epoch in range(4):
    ...     optimizer.step()
    ...     schedule.step()
    ...     print(schedule.get_last_lr()[0])
    1.0
    0.5
    0.5
    0.25
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        if step_size <= 0:
            raise ValueError(f"StepLR: step_size must be positive, got {step_size}")
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def change(self) -> float:
        t = self.last_epoch
        return self.gamma if t > 0 and t % self.step_size == 0 else 1


class MultiStepLR(_FactorLR):
    """Multiplies the rates by `gamma` at each of the `milestones`.

    Args:
        optimizer: whose rates are set.
        milestones: epochs; one that is named twice counts twice.
        gamma: the factor (default 0.1).
        last_epoch: where to go on, -1 for the beginning (default -1).

    >>> optimizer = optim.SGD([mg.zeros(1, requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.MultiStepLR(optimizer, [1, 3], gamma=0.5)
    >>> for epoch in range(4):
    ...     optimizer.step()
    ...     schedule.step()
    ...     print(schedule.get_last_lr()[0])
    0.5
    0.5
    0.25
    0.25
    """

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones = Counter(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def change(self) -> float:
        return self.gamma ** self.milestones.get(self.last_epoch, 0)


class ConstantLR(_FactorLR):
    """`factor` times the rates, until at epoch `total_iters` they are what they were.

    Args:
        optimizer: whose rates are set.
        factor: above 0 and at most 1; ValueError otherwise (default 1/3).
        total_iters: the epoch at which it ends (default 5).
        last_epoch: where to go on, -1 for the beginning (default -1).

    >>> optimizer = optim.SGD([mg.zeros(1, requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.ConstantLR(optimizer, factor=0.5, total_iters=2)
    >>> for epoch in range(3):
    ...     optimizer.step()
    ...     schedule.step()
    ...     print(schedule.get_last_lr()[0])
    0.5
    1.0
    1.0
    """

    def __init__(self, optimizer: Optimizer, factor: float = 1 / 3, total_iters: int = 5, last_epoch: int = -1) -> None:
        if not 0 < factor <= 1:
            raise ValueError(f"ConstantLR: factor must be in (0, 1], got {factor}")
        self.factor = factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def change(self) -> float:
        if self.last_epoch == 0:
            return self.factor
        return 1 / self.factor if self.last_epoch == self.total_iters else 1


class LinearLR(_FactorLR):
    """From `start_factor` times the rates to `end_factor` times, in `total_iters` equal steps.

    Args:
        optimizer: whose rates are set.
        start_factor: above 0 and at most 1; ValueError otherwise (default 1/3).
        end_factor: from 0 to 1; ValueError otherwise (default 1).
        total_iters: how many steps (default 5).
        last_epoch: where to go on, -1 for the beginning (default -1).

    >>> optimizer = optim.SGD([mg.zeros(1, requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.LinearLR(optimizer, start_factor=0.5, total_iters=2)
    >>> for epoch in range(3):
    ...     optimizer.step()
    ...     schedule.step()
    ...     print(schedule.get_last_lr()[0])
    0.75
    1.0
    1.0
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0 < start_factor <= 1:
            raise ValueError(f"LinearLR: start_factor must be in (0, 1], got {start_factor}")
        if not 0 <= end_factor <= 1:
            raise ValueError(f"LinearLR: end_factor must be in [0, 1], got {end_factor}")
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def change(self) -> float:
        t = self.last_epoch
        if t == 0:
            return self.start_factor
        if self.starting or t > self.total_iters:
            return 1
        slope = (self.end_factor - self.start_factor) / self.total_iters
        return 1 + slope / (self.start_factor + (t - 1) * slope)


class ExponentialLR(_FactorLR):
    """Multiplies the rates by `gamma` every epoch.

    Args:
        optimizer: whose rates are set.
        gamma: the factor.
        last_epoch: where to go on, -1 for the beginning (default -1).

    >>> optimizer = optim.SGD([mg.zeros(1, requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    >>> for epoch in range(3):
    ...     optimizer.step()
    ...     schedule.step()
    ...     print(schedule.get_last_lr()[0])
    0.5
    0.25
    0.125
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def change(self) -> float:
        return 1 if self.starting else self.gamma


class PolynomialLR(_FactorLR):
    """(1 - t / total_iters) ** power times the rates; zero from epoch `total_iters` on.

    Args:
        optimizer: whose rates are set.
        total_iters: the epoch at which the rates are 0 (default 5).
        power: the exponent (default 1).
        last_epoch: where to go on, -1 for the beginning (default -1).

    >>> optimizer = optim.SGD([mg.zeros(1, requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.PolynomialLR(optimizer, total_iters=4)
    >>> for epoch in range(4):
    ...     optimizer.step()
    ...     schedule.step()
    ...     print(schedule.get_last_lr()[0])
    0.75
    0.5
    0.25
    0.0
    """

    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1) -> None:
        self.total_iters = total_iters
        self.power = power
        super().__init__(optimizer, last_epoch)

    def change(self) -> float:
        t, end = self.last_epoch, self.total_iters
        if self.starting or t > end:
            return 1
        if end == inf:  # no step leads nearer to it
            return 1
        return float(((end - t) / (end - t + 1)) ** self.power)
