"""Schedules, batch by batch, that raise the rate and lower it again, while momentum goes the opposite way.

Smith 2017, Cyclical Learning Rates for Training Neural Networks, https://arxiv.org/abs/1506.01186, and Smith and Topin
2018, Super-Convergence, https://arxiv.org/abs/1708.07120. Momentum is the option "momentum", or the first of "betas".
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import cos, floor, inf, pi
from typing import Any, Literal

from minigrad.optim.lr_scheduler.base import LRScheduler, checked, per_group
from minigrad.optim.lr_scheduler.functions import attributes
from minigrad.optim.optimizer import Optimizer


class _MomentumLR(LRScheduler):
    """A schedule that can also move momentum, between the groups' "base_momentum" and "max_momentum"."""

    cycle_momentum: bool
    use_beta1: bool

    def _prepare_momentum(self, base: float | list[float], largest: float | list[float], last_epoch: int) -> None:
        name, optimizer = type(self).__name__, self.optimizer
        if not {"momentum", "betas"} & optimizer.defaults.keys():
            raise ValueError(f"{name}: {type(optimizer).__name__} has no momentum; use cycle_momentum=False")
        self.use_beta1 = "betas" in optimizer.defaults
        bases = per_group(base, f"{name}: base_momentum", optimizer)
        tops = per_group(largest, f"{name}: max_momentum", optimizer)
        if last_epoch == -1:
            for group, low, high in zip(optimizer.param_groups, bases, tops, strict=True):
                group["base_momentum"], group["max_momentum"] = low, high

    def _set_momentum(self, group: dict[str, Any], momentum: float) -> None:
        if self.use_beta1:
            group["betas"] = (momentum, *group["betas"][1:])
        else:
            group["momentum"] = momentum


class CyclicLR(_MomentumLR):
    """From `base_lr` to `max_lr` in `step_size_up` steps and back in `step_size_down`, again and again (Smith 2017).

    Args:
        optimizer: whose rates are set.
        base_lr: the least rate, a number or one for each group.
        max_lr: the largest rate, likewise.
        step_size_up: the steps up, above 0; ValueError otherwise (default 2000).
        step_size_down: the steps down; as many as up unless given.
        mode: the height of the cycles is constant ("triangular"), halved each time ("triangular2"), or multiplied by
            `gamma` with each step ("exp_range"); ValueError for anything else (default "triangular").
        gamma: the factor of "exp_range" (default 1).
        scale_fn: a function that the height is multiplied by, in place of `mode` (default None).
        scale_mode: what scale_fn is given: the number of the "cycle", or of "iterations" (default "cycle").
        cycle_momentum: whether momentum goes the opposite way; ValueError if the optimizer has none (default True).
        base_momentum: the least momentum, a number or one for each group (default 0.8).
        max_momentum: the largest momentum, likewise (default 0.9).
        last_epoch: where to go on, -1 for the beginning (default -1).

    >>> optimizer = optim.SGD([mg.zeros(1, requires_grad=True)], lr=1.0, momentum=0.9)
    >>> schedule = optim.lr_scheduler.CyclicLR(optimizer, 0.0, 1.0, step_size_up=2)
    >>> for step in range(4):
    ...     optimizer.step()
    ...     schedule.step()
    ...     print(schedule.get_last_lr()[0])
    0.5
    1.0
    0.5
    0.0
    """

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | list[float],
        max_lr: float | list[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: Literal["triangular", "triangular2", "exp_range"] = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: Literal["cycle", "iterations"] = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.8,
        max_momentum: float | list[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        self.optimizer = checked(optimizer, self)
        if scale_fn is None and mode not in ("triangular", "triangular2", "exp_range"):
            raise ValueError(f"CyclicLR: mode must be 'triangular', 'triangular2' or 'exp_range', got {mode!r}")
        if scale_mode not in ("cycle", "iterations"):
            raise ValueError(f"CyclicLR: scale_mode must be 'cycle' or 'iterations', got {scale_mode!r}")
        step_size_down = step_size_up if step_size_down is None else step_size_down
        if not 0 < step_size_up < inf or not 0 <= step_size_down < inf:
            raise ValueError(f"CyclicLR: step sizes must be positive, got {step_size_up} up, {step_size_down} down")
        base_lrs = per_group(base_lr, "CyclicLR: base_lr", optimizer)
        self.max_lrs = per_group(max_lr, "CyclicLR: max_lr", optimizer)
        self.total_size = step_size_up + step_size_down
        self.step_ratio = step_size_up / self.total_size
        self.mode = mode
        self.gamma = gamma
        self._scale_fn_custom = scale_fn
        self.scale_mode = "iterations" if scale_fn is None and mode == "exp_range" else scale_mode
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._prepare_momentum(base_momentum, max_momentum, last_epoch)
            self.base_momentums = [group["base_momentum"] for group in optimizer.param_groups]
            self.max_momentums = [group["max_momentum"] for group in optimizer.param_groups]
        if last_epoch == -1:
            for group, lr in zip(optimizer.param_groups, base_lrs, strict=True):
                group["lr"] = lr
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def get_lr(self) -> list[float]:
        cycle = floor(1 + self.last_epoch / self.total_size)
        position = 1 + self.last_epoch / self.total_size - cycle
        up = self.step_ratio
        height = position / up if position <= up else (position - 1) / (up - 1)
        height *= self._scale(cycle)
        if self.cycle_momentum:
            groups = self.optimizer.param_groups
            for group, low, high in zip(groups, self.base_momentums, self.max_momentums, strict=True):
                self._set_momentum(group, high - (high - low) * height)
        return [low + (high - low) * height for low, high in zip(self.base_lrs, self.max_lrs, strict=True)]

    def _scale(self, cycle: int) -> float:
        if self._scale_fn_custom is not None:
            return self._scale_fn_custom(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.mode == "triangular2":
            return 0.5 ** (cycle - 1)
        return float(self.gamma**self.last_epoch) if self.mode == "exp_range" else 1

    def state_dict(self) -> dict[str, Any]:
        function = self._scale_fn_custom
        return {**super().state_dict(), "_scale_fn_custom": attributes(function) if function else None}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        function = self._scale_fn_custom
        super().load_state_dict(state_dict)
        self._scale_fn_custom = function
        if function is not None:
            vars(function).update(state_dict["_scale_fn_custom"] or {})


class OneCycleLR(_MomentumLR):
    """One cycle for the whole training: up to `max_lr`, and down to almost nothing (Smith and Topin 2018).

    The rate starts at max_lr / div_factor, is max_lr after the share `pct_start` of the steps, and ends at its start /
    final_div_factor.

    Args:
        optimizer: whose rates are set.
        max_lr: the largest rate, a number or one for each group.
        total_steps: how many steps the training has; ValueError for more.
        epochs: in place of total_steps, with steps_per_epoch.
        steps_per_epoch: how many steps an epoch has.
        pct_start: the share of the steps that leads up, from 0 to 1 (default 0.3).
        anneal_strategy: the way between, "cos" or "linear" (default "cos").
        cycle_momentum: whether momentum goes the opposite way; ValueError if the optimizer has none (default True).
        base_momentum: the least momentum, a number or one for each group (default 0.85).
        max_momentum: the largest momentum, likewise (default 0.95).
        div_factor: max_lr over the first rate (default 25).
        final_div_factor: the first rate over the last (default 1e4).
        three_phase: whether the descent to the first rate takes as long as the ascent did, and the rest leads to the
            end (default False).
        last_epoch: where to go on, -1 for the beginning (default -1).

    >>> optimizer = optim.SGD([mg.zeros(1, requires_grad=True)], lr=1.0, momentum=0.9)
    >>> schedule = optim.lr_scheduler.OneCycleLR(optimizer, 1.0, total_steps=5, pct_start=0.4)
    >>> for step in range(4):
    ...     optimizer.step()
    ...     schedule.step()
    ...     print(round(schedule.get_last_lr()[0], 3))
    1.0
    0.75
    0.25
    0.0
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: Literal["cos", "linear"] = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.85,
        max_momentum: float | list[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        self.optimizer = checked(optimizer, self)
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError("OneCycleLR: give either total_steps, or epochs and steps_per_epoch")
            total_steps = epochs * steps_per_epoch
        if not isinstance(total_steps, int) or total_steps <= 0:
            raise ValueError(f"OneCycleLR: the number of steps must be a positive integer, got {total_steps}")
        self.total_steps = total_steps
        if not 0 <= pct_start <= 1:
            raise ValueError(f"OneCycleLR: pct_start must be in [0, 1], got {pct_start}")
        if div_factor == 0 or final_div_factor == 0:
            raise ValueError(f"OneCycleLR: div_factor and final_div_factor are not 0: {div_factor}, {final_div_factor}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"OneCycleLR: anneal_strategy must be 'cos' or 'linear', got {anneal_strategy!r}")
        self._anneal_func_type = anneal_strategy

        # At these steps, rate and momentum are these options of the group; in between they are on the way.
        top = pct_start * self.total_steps
        turns: list[tuple[float, str, str]] = [(0, "initial_lr", "max_momentum"), (top - 1, "max_lr", "base_momentum")]
        if three_phase:
            turns.append((2 * top - 2, "initial_lr", "max_momentum"))
        turns.append((self.total_steps - 1, "min_lr", "max_momentum"))
        self._schedule_phases: list[dict[str, Any]] = [
            {
                "end_step": end[0],
                "start_lr": start[1],
                "end_lr": end[1],
                "start_momentum": start[2],
                "end_momentum": end[2],
            }
            for start, end in pairwise(turns)
        ]

        if last_epoch == -1:
            max_lrs = per_group(max_lr, "OneCycleLR: max_lr", optimizer)
            for group, lr in zip(optimizer.param_groups, max_lrs, strict=True):
                group["max_lr"] = lr
                group["initial_lr"] = lr / div_factor
                group["min_lr"] = group["initial_lr"] / final_div_factor
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._prepare_momentum(base_momentum, max_momentum, last_epoch)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        step = self.last_epoch
        if step > self.total_steps:
            raise ValueError(f"OneCycleLR: the cycle has {self.total_steps} steps, this would be step {step}")
        ends = [each["end_step"] for each in self._schedule_phases]
        steps = [(start, end) for start, end in zip([0, *ends], ends)]
        number = next((i for i, (start, end) in enumerate(steps) if start < end and step <= end), len(steps) - 1)
        phase, (start, end) = self._schedule_phases[number], steps[number]
        share = (step - start) / (end - start)
        if self.cycle_momentum:
            for group in self.optimizer.param_groups:
                momenta = group[phase["start_momentum"]], group[phase["end_momentum"]]
                self._set_momentum(group, self._between(*momenta, share))
        return [
            self._between(group[phase["start_lr"]], group[phase["end_lr"]], share)
            for group in self.optimizer.param_groups
        ]

    def _between(self, start: float, end: float, share: float) -> float:
        """The value at `share` of the way from `start` to `end`."""
        if self._anneal_func_type == "cos":
            share = (1 - cos(pi * share)) / 2
        return start + (end - start) * share
