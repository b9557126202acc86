"""Averages of the weights along a training, which often do better than the last ones.

Izmailov et al. 2018, Averaging Weights Leads to Wider Optima and Better Generalization,
https://arxiv.org/abs/1803.05407: an equal average over the end of the training, at a constant or cyclical rate. The
exponential moving average (EMA) is the other usual one.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from itertools import chain
from math import cos, pi
from typing import Any, Literal

from minigrad.creation import tensor
from minigrad.engine.mode import no_grad
from minigrad.nn import Module
from minigrad.nn.modules.batchnorm import BatchNorm1d, BatchNorm2d, BatchNorm3d
from minigrad.optim.lr_scheduler.base import LRScheduler, checked, per_group
from minigrad.optim.optimizer import Optimizer
from minigrad.tensor import Tensor

Average = Callable[[Any, Any, Any], Any]


def get_swa_avg_fn() -> Average:
    """The equal average: of the average so far, the newest weights, and how many there have been."""

    def average(averaged: Any, current: Any, num_averaged: Any) -> Any:
        return averaged + (current - averaged) / (num_averaged + 1)

    return average


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """The moving average, decay · average + (1 − decay) · newest. ValueError unless `decay` is in [0, 1]."""
    if not 0 <= decay <= 1:
        raise ValueError(f"get_ema_avg_fn: decay must be in [0, 1], got {decay}")

    def average(averaged: Any, current: Any, num_averaged: Any) -> Any:
        return decay * averaged + (1 - decay) * current

    return average


def get_swa_multi_avg_fn() -> Average:
    """As get_swa_avg_fn, for lists of tensors, in place."""
    return _of_lists(get_swa_avg_fn())


def get_ema_multi_avg_fn(decay: float = 0.999) -> Average:
    """As get_ema_avg_fn, for lists of tensors, in place."""
    return _of_lists(get_ema_avg_fn(decay))


def _of_lists(average: Average) -> Average:
    def averages(averaged: list[Tensor], current: list[Tensor], num_averaged: Any) -> None:
        with no_grad():
            for each, newest in zip(averaged, current, strict=True):
                each.copy_(average(each, newest, num_averaged))

    return averages


class AveragedModel(Module):
    """A copy of `model`, its `module`, whose parameters are averages of those that `update_parameters` was called with.

    `avg_fn(average, newest, count)` makes one average, by default the equal one; `multi_avg_fn` all, in place, given
    lists. The buffers are copied, or with `use_buffers` averaged as well.
    """

    n_averaged: Tensor

    def __init__(
        self,
        model: Module,
        device: Any = None,
        avg_fn: Average | None = None,
        multi_avg_fn: Average | None = None,
        use_buffers: bool = False,
    ) -> None:
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise ValueError("AveragedModel: give avg_fn or multi_avg_fn, not both")
        self.module = copy.deepcopy(model)
        self.register_buffer("n_averaged", tensor(0))
        self.avg_fn = avg_fn
        self.multi_avg_fn = multi_avg_fn
        self.use_buffers = use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Take the weights of `model` into the average."""
        averaged, current = (
            list(chain(each.parameters(), each.buffers()) if self.use_buffers else each.parameters())
            for each in (self.module, model)
        )
        average = self.multi_avg_fn or _of_lists(self.avg_fn or get_swa_avg_fn())
        with no_grad():
            if self.n_averaged.item() == 0:
                for mine, theirs in zip(averaged, current, strict=True):
                    mine.copy_(theirs)
            else:
                average([each.detach() for each in averaged], [each.detach() for each in current], self.n_averaged)
            if not self.use_buffers:
                for mine, theirs in zip(self.module.buffers(), model.buffers(), strict=True):
                    mine.copy_(theirs)
            self.n_averaged += 1


def update_bn(loader: Iterable[Any], model: Module, device: Any = None) -> None:
    """Make the running statistics of all batch normalizations those of the inputs in `loader`, averaged equally.

    An average of weights has seen no data. Of batches that are lists or tuples, the first part is the input.
    """
    kinds = (BatchNorm1d, BatchNorm2d, BatchNorm3d)
    momenta = {each: each.momentum for each in model.modules() if isinstance(each, kinds)}
    if not momenta:
        return
    training = model.training
    model.train()
    for each in momenta:
        each.reset_running_stats()
        each.momentum = None
    with no_grad():
        for batch in loader:
            model(batch[0] if isinstance(batch, (list, tuple)) else batch)
    for each, momentum in momenta.items():
        each.momentum = momentum
    model.train(training)


class SWALR(LRScheduler):
    """From the rates as they are to `swa_lr` in `anneal_epochs` steps, and constant from there.

    `swa_lr` is a number, or one for each group. The way there is a cosine or a line, by `anneal_strategy`.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: float | list[float],
        anneal_epochs: int = 10,
        anneal_strategy: Literal["cos", "linear"] = "cos",
        last_epoch: int = -1,
    ) -> None:
        checked(optimizer, self)
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"SWALR: anneal_strategy must be 'cos' or 'linear', got {anneal_strategy!r}")
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(f"SWALR: anneal_epochs must be 0 or a positive integer, got {anneal_epochs}")
        for group, lr in zip(optimizer.param_groups, per_group(swa_lr, "SWALR: swa_lr", optimizer), strict=True):
            group["swa_lr"] = lr
        self.anneal_epochs = anneal_epochs
        self._anneal_strategy = anneal_strategy
        super().__init__(optimizer, last_epoch)

    def step(self) -> None:  # type: ignore[override]  # what it does depends on the number of steps, not on an epoch
        super().step()

    def get_lr(self) -> list[float]:
        groups = self.optimizer.param_groups
        step = self._step_count - 1 if self.anneal_epochs else max(1, self._step_count - 1)
        before, now = (self._share(each) for each in (step - 1, step))
        if before == 1:
            return [group["swa_lr"] for group in groups]
        return [
            group["swa_lr"] * now + (group["lr"] - before * group["swa_lr"]) / (1 - before) * (1 - now)
            for group in groups
        ]

    def _share(self, step: int) -> float:
        """How much of the way is gone at a step."""
        t = max(0, min(1, step / max(1, self.anneal_epochs)))
        return (1 - cos(pi * t)) / 2 if self._anneal_strategy == "cos" else t
