"""A schedule that looks at the result: the rate falls when a measure no longer improves."""

from __future__ import annotations

from math import inf
from typing import Any, Literal

from minigrad.optim.lr_scheduler.base import LRScheduler, checked, per_group
from minigrad.optim.optimizer import Optimizer


class ReduceLROnPlateau(LRScheduler):
    """Multiplies the rates by `factor` after more than `patience` epochs without a better value than the best so far.

    Args:
        optimizer: whose rates are set.
        mode: whether smaller ("min") or larger ("max") is better; ValueError for anything else (default "min").
        factor: below 1; ValueError otherwise (default 0.1).
        patience: for how many epochs to wait (default 10).
        threshold: by how much better counts (default 1e-4).
        threshold_mode: whether that is a share of the best ("rel") or an amount ("abs") (default "rel").
        cooldown: how many epochs after a reduction are not counted (default 0).
        min_lr: below which no rate falls, a number or one for each group (default 0).
        eps: a reduction by less is left out (default 1e-8).

    >>> optimizer = optim.SGD([mg.zeros(1, requires_grad=True)], lr=1.0)
    >>> schedule = optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=1)
    >>> for loss in (3.0, 2.0, 2.0, 2.0):
    ...     schedule.step(loss)
    ...     print(schedule.get_last_lr()[0])
    1.0
    1.0
    1.0
    0.1
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: Literal["min", "max"] = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: Literal["rel", "abs"] = "rel",
        cooldown: int = 0,
        min_lr: float | list[float] = 0,
        eps: float = 1e-8,
    ) -> None:
        if factor >= 1:
            raise ValueError(f"ReduceLROnPlateau: factor must be below 1, got {factor}")
        if mode not in ("min", "max"):
            raise ValueError(f"ReduceLROnPlateau: mode must be 'min' or 'max', got {mode!r}")
        if threshold_mode not in ("rel", "abs"):
            raise ValueError(f"ReduceLROnPlateau: threshold_mode must be 'rel' or 'abs', got {threshold_mode!r}")
        self.optimizer = checked(optimizer, self)
        self.mode = mode
        self.factor = factor
        self.patience = patience
        self.threshold = threshold
        self.threshold_mode = threshold_mode
        self.cooldown = cooldown
        self.min_lrs = per_group(min_lr, "ReduceLROnPlateau: min_lr", optimizer)
        self.default_min_lr = None if isinstance(min_lr, (list, tuple)) else min_lr
        self.eps = eps
        self.best = self.mode_worse = inf if mode == "min" else -inf
        self.num_bad_epochs = 0
        self.cooldown_counter = 0
        self.last_epoch = 0
        self._note_rates()

    def step(self, metrics: Any) -> None:  # type: ignore[override]  # as in PyTorch, this one needs the measure
        """Go to the next epoch, in which the measure was `metrics`, a number."""
        try:
            value = float(metrics)
        except (TypeError, ValueError):
            raise TypeError(f"step: metrics must be a number, not {type(metrics).__name__}") from None
        self.last_epoch += 1
        if self.is_better(value, self.best):
            self.best = value
            self.num_bad_epochs = 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self._reduce()
            self.cooldown_counter = self.cooldown
            self.num_bad_epochs = 0
        self._note_rates()

    def is_better(self, value: float, best: float) -> bool:
        """Whether `value` improves on `best` by more than the threshold."""
        sign = 1 if self.mode == "max" else -1
        if self.threshold_mode == "rel":
            return sign * value > sign * best * (1 + sign * self.threshold)
        return sign * value > sign * best + self.threshold

    def _reduce(self) -> None:
        if self.default_min_lr is not None:  # of the groups that have been added since, too
            self.min_lrs = [self.default_min_lr] * len(self.optimizer.param_groups)
        if len(self.min_lrs) != len(self.optimizer.param_groups):
            raise RuntimeError(
                f"ReduceLROnPlateau: The number of param groups in the optimizer, {len(self.optimizer.param_groups)}, "
                f"is no longer that of `min_lrs`, {len(self.min_lrs)}: give `min_lrs` a value for each group"
            )
        for group, least in zip(self.optimizer.param_groups, self.min_lrs, strict=True):
            lr = max(group["lr"] * self.factor, least)
            if group["lr"] - lr > self.eps:
                group["lr"] = lr
