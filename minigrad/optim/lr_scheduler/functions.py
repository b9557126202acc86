"""Schedules that are functions of the user's.

A function is no data: of the functions, a state dict has only the attributes of those that are objects with `__call__`.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

from minigrad.optim.lr_scheduler.base import LRScheduler, checked, per_group
from minigrad.optim.optimizer import Optimizer


class LambdaLR(LRScheduler):
    """The initial rates times `lr_lambda(epoch)`.

    Args:
        optimizer: whose rates are set.
        lr_lambda: a function of the epoch, or a list of one for each group; TypeError for what cannot be called,
            ValueError if the list does not fit the groups.
        last_epoch: where to go on, -1 for the beginning (default -1).

    >>> optimizer = optim.SGD([mg.zeros(1, requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 1 / (1 + epoch))
    >>> for epoch in range(3):
    ...     optimizer.step()
    ...     schedule.step()
    ...     print(schedule.get_last_lr()[0])
    0.5
    0.3333333333333333
    0.25
    """

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Callable[[int], float] | list[Callable[[int], float]],
        last_epoch: int = -1,
    ) -> None:
        checked(optimizer, self)
        self.lr_lambdas = per_group(lr_lambda, f"{type(self).__name__}: lr_lambda", optimizer)
        for each in self.lr_lambdas:
            if not callable(each):
                raise TypeError(f"{type(self).__name__}: lr_lambda must be a function, got {type(each).__name__}")
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        return [factor(self.last_epoch) * lr for factor, lr in zip(self.lr_lambdas, self.base_lrs, strict=True)]

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "lr_lambdas": [attributes(each) for each in self.lr_lambdas]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        functions = self.lr_lambdas
        super().load_state_dict(state_dict)
        self.lr_lambdas = functions
        for function, saved in zip(functions, state_dict["lr_lambdas"], strict=True):
            vars(function).update(saved or {})


class MultiplicativeLR(LambdaLR):
    """The rates of the epoch before times `lr_lambda(epoch)`; the arguments are those of LambdaLR.

    >>> optimizer = optim.SGD([mg.zeros(1, requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.MultiplicativeLR(optimizer, lambda epoch: 0.5)
    >>> for epoch in range(3):
    ...     optimizer.step()
    ...     schedule.step()
    ...     print(schedule.get_last_lr()[0])
    0.5
    0.25
    0.125
    """

    def get_lr(self) -> list[float]:
        groups = self.optimizer.param_groups
        if self.starting:
            return [group["lr"] for group in groups]
        return [factor(self.last_epoch) * group["lr"] for factor, group in zip(self.lr_lambdas, groups, strict=True)]


def attributes(function: Any) -> dict[str, Any] | None:
    """What a state dict keeps of a callable: its attributes, or None for a plain function."""
    return None if isinstance(function, types.FunctionType) else dict(vars(function))
