"""Averages of the weights along a training, which often do better than the last ones.

Izmailov et al. 2018, Averaging Weights Leads to Wider Optima and Better Generalization,
https://arxiv.org/abs/1803.05407: an equal average over the end of the training, at a constant or cyclical rate. The
exponential moving average (EMA) is the other usual one.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from itertools import chain, zip_longest
from math import cos, pi
from typing import Any, Literal

from minigrad.creation import tensor
from minigrad.engine.gate import gate, gated
from minigrad.engine.mode import no_grad
from minigrad.errors import ShapeError
from minigrad.nn import Module
from minigrad.nn.modules.batchnorm import BatchNorm1d, BatchNorm2d, BatchNorm3d
from minigrad.optim.lr_scheduler.base import LRScheduler, checked, per_group
from minigrad.optim.optimizer import Optimizer
from minigrad.tensor import Tensor

__all__ = [
    "SWALR",
    "AveragedModel",
    "get_ema_avg_fn",
    "get_ema_multi_avg_fn",
    "get_swa_avg_fn",
    "get_swa_multi_avg_fn",
    "update_bn",
]

Average = Callable[[Any, Any, Any], Any]


def get_swa_avg_fn() -> Average:
    """The equal average, for AveragedModel: average + (newest - average) / (count + 1).

    >>> optim.swa_utils.get_swa_avg_fn()(1.0, 4.0, 2)
    2.0
    """

    def average(averaged: Any, current: Any, num_averaged: Any) -> Any:
        return averaged + (current - averaged) / (num_averaged + 1)

    return average


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """The moving average, for AveragedModel: decay * average + (1 - decay) * newest.

    Args:
        decay: from 0 to 1; ValueError otherwise (default 0.999).

    >>> optim.swa_utils.get_ema_avg_fn(0.5)(1.0, 4.0, 2)
    2.5
    """
    if not 0 <= decay <= 1:
        raise ValueError(f"get_ema_avg_fn: decay must be in [0, 1], got {decay}")

    def average(averaged: Any, current: Any, num_averaged: Any) -> Any:
        return decay * averaged + (1 - decay) * current

    return average


def get_swa_multi_avg_fn() -> Average:
    """As get_swa_avg_fn, for lists of tensors, in place."""
    return _of_lists(get_swa_avg_fn())


def get_ema_multi_avg_fn(decay: float = 0.999) -> Average:
    """As get_ema_avg_fn, of the same `decay`, for lists of tensors, in place."""
    return _of_lists(get_ema_avg_fn(decay))


def _of_lists(average: Average) -> Average:
    def averages(averaged: list[Tensor], current: list[Tensor], num_averaged: Any) -> None:
        with no_grad():
            for each, newest in zip(averaged, current, strict=True):
                each.copy_(average(each, newest, num_averaged))

    return averages


class AveragedModel(Module):
    """A copy of `model`, its `module`, whose parameters are averages of those that `update_parameters` was called with.

    Args:
        model: the module that is trained.
        device: accepted; there is the CPU.
        avg_fn: makes one average of (average, newest, count); the equal average unless given.
        multi_avg_fn: makes all averages in place, given lists; this or avg_fn, ValueError for both.
        use_buffers: whether buffers are averaged as well, rather than copied (default False).

    >>> model = nn.Linear(2, 1)
    >>> averaged = optim.swa_utils.AveragedModel(model)
    >>> averaged.update_parameters(model)
    >>> averaged.n_averaged
    tensor(1)
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

    @gated
    def update_parameters(self, model: Module) -> None:
        """Take the weights of `model` into the average."""
        averaged, current = (
            list(chain(each.parameters(), each.buffers()) if self.use_buffers else each.parameters())
            for each in (self.module, model)
        )
        for mine, theirs in zip_longest(averaged, current):
            if mine is None or theirs is None or mine.shape != theirs.shape:
                raise ShapeError("update_parameters: the model must have parameters like those of the averaged one")
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

    Args:
        loader: batches; of those that are lists or tuples, the first part is the input.
        model: the module that has the batch normalizations, which is called with every batch.
        device: accepted; there is the CPU.

    An average of weights has seen no data, so its statistics are not known. An error on the way changes nothing.

    >>> model = nn.BatchNorm1d(1)
    >>> optim.swa_utils.update_bn([mg.tensor([[1.0], [3.0]])], model)
    >>> model.running_mean
    tensor([2.])
    """
    kinds = (BatchNorm1d, BatchNorm2d, BatchNorm3d)
    layers = [each for each in model.modules() if isinstance(each, kinds)]
    if not layers:
        return
    before = [(each, each.momentum, copy.deepcopy(each.state_dict())) for each in layers]
    training = model.training
    model.train()
    try:
        for each in layers:
            each.reset_running_stats()
            each.momentum = None
        with no_grad():
            for batch in loader:
                model(batch[0] if isinstance(batch, (list, tuple)) else batch)
    except BaseException:
        for each, _, state in before:
            each.load_state_dict(state)
        raise
    finally:
        for each, momentum, _ in before:
            each.momentum = momentum
        model.train(training)


class SWALR(LRScheduler):
    """From the rates as they are to `swa_lr` in `anneal_epochs` steps, and constant from there.

    Args:
        optimizer: whose rates are set.
        swa_lr: the rate in the end, a number, or one for each group.
        anneal_epochs: how many steps it takes, 0 or more; ValueError otherwise (default 10).
        anneal_strategy: the way there, "cos" or "linear"; ValueError for anything else (default "cos").
        last_epoch: where to go on, -1 for the beginning (default -1).

    >>> optimizer = optim.SGD([mg.zeros(1, requires_grad=True)], lr=1.0)
    >>> schedule = optim.swa_utils.SWALR(optimizer, 0.5, anneal_epochs=2, anneal_strategy="linear")
    >>> for epoch in range(3):
    ...     optimizer.step()
    ...     schedule.step()
    ...     print(optimizer.param_groups[0]["lr"])
    0.75
    0.5
    0.5
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


gate(globals(), ["get_ema_avg_fn", "get_ema_multi_avg_fn", "update_bn"])
