"""How the examples train a network on pairs of inputs and targets, and how many answers of a classifier are right."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import numpy as np

import minigrad as mg
from minigrad import nn, optim
from minigrad.nn import functional as F

Steps = TypeVar("Steps", bound=Iterable[int])


def fit(
    model: nn.Module,
    inputs: mg.Tensor,
    targets: mg.Tensor,
    epochs: int,
    *,
    batch: int = 32,
    lr: float = 2e-3,
    loss: Callable[[mg.Tensor, mg.Tensor], mg.Tensor] = F.cross_entropy,
    alter: Callable[[mg.Tensor], mg.Tensor] = lambda inputs: inputs,
    progress: Callable[[range], Iterable[int]] = iter,
) -> np.ndarray:
    """Train `model` with Adam, whose rate falls from `lr` to 0 in a line. Returns the loss of every step.

    `alter` changes the inputs of a batch each time anew. `progress` gets the numbers of all steps and gives them back
    one by one, as `Run.progress` does.
    """
    optimizer = optim.Adam(model.parameters(), lr)
    per_epoch = -(-len(inputs) // batch)
    schedule = optim.lr_scheduler.LinearLR(optimizer, 1, 0, epochs * per_epoch)
    losses = []
    model.train()
    for step in progress(range(epochs * per_epoch)):
        if step % per_epoch == 0:
            batches = mg.randperm(len(inputs)).split(batch)
        chosen = batches[step % per_epoch]
        optimizer.zero_grad()
        error = loss(model(alter(inputs[chosen])), targets[chosen])
        error.backward()
        optimizer.step()
        schedule.step()
        losses.append(error.item())
    return np.array(losses)


@mg.no_grad()
def outputs(model: nn.Module, inputs: mg.Tensor, batch: int = 250) -> mg.Tensor:
    """What `model` answers to `inputs` in evaluation mode, a batch at a time to save memory."""
    model.eval()
    return mg.cat([model(part) for part in inputs.split(batch)])


def accuracy(model: nn.Module, inputs: mg.Tensor, labels: mg.Tensor) -> float:
    """The share of `inputs` for which the largest of the model's logits (N, classes) is that of the label."""
    return (outputs(model, inputs).argmax(1) == labels).float().mean().item()
