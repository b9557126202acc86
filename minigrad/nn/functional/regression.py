"""Losses of numbers: how far an output is from a number, or from a distribution.

(Losses of classes are in `functional.classification`, those with a margin in `functional.margin`.) `reduction` says
what becomes of the losses of the single elements: their "mean", their "sum", or "none" for the losses themselves.
"""

from __future__ import annotations

import math
import warnings
from itertools import zip_longest
from typing import Any

from minigrad import ops
from minigrad.creation import full_like
from minigrad.engine.mode import no_grad
from minigrad.errors import ShapeError
from minigrad.nn.functional.reduction import (
    broadcast_together,
    named_reduction,
    reduced,
    reduced_by_weight,
)
from minigrad.ops.loss import (
    huber,
    squared_error,
)
from minigrad.ops.memory import floating
from minigrad.tensor import Tensor


def mse_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """(input - target) ** 2.

    Args:
        input: any shape (*).
        target: the same shape; another broadcasts, and a UserWarning says so.
        size_average, reduce: deprecated words for `reduction`.
        reduction: "mean", "sum", or "none" for the losses (*) (default "mean").
        weight: in the shape of the losses, makes the mean a weighted mean.

    >>> F.mse_loss(mg.tensor([1.0, 2.0]), mg.tensor([1.0, 4.0]))
    tensor(2.)
    """
    input, target = broadcast_together("mse_loss", input, target)
    return reduced_by_weight("mse_loss", squared_error(input, target), weight, reduction, size_average, reduce)


def l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Tensor:
    """|input - target|.

    Args:
        input: any shape (*).
        target: the same shape; another broadcasts, and a UserWarning says so.
        size_average, reduce: deprecated words for `reduction`.
        reduction: "mean", "sum", or "none" for the losses (*) (default "mean").
        weight: in the shape of the losses, makes the mean a weighted mean.

    >>> F.l1_loss(mg.tensor([1.0, 2.0]), mg.tensor([1.0, 4.0]))
    tensor(1.)
    """
    input, target = broadcast_together("l1_loss", input, target)
    return reduced_by_weight("l1_loss", ops.abs(input - target), weight, reduction, size_average, reduce)


def huber_loss(
    input: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0, weight: Tensor | None = None
) -> Tensor:
    """d ** 2 / 2 of the distance d = |input - target| up to `delta`, and from there a line of slope delta.

    (Huber, Robust Estimation of a Location Parameter, 1964.)

    Args:
        input: any shape (*).
        target: the same shape; another broadcasts, and a UserWarning says so.
        reduction: "mean", "sum", or "none" for the losses (*) (default "mean").
        delta: above 0; RuntimeError otherwise (default 1).
        weight: in the shape of the losses, which are multiplied by it; the mean is over their number, not its sum.

    >>> F.huber_loss(mg.tensor([0.0, 0.0]), mg.tensor([1.0, 3.0]))
    tensor(1.5000)
    """
    floating(input, "huber_loss")
    if delta <= 0:
        raise RuntimeError(f"huber_loss: delta must be positive, got {delta}")
    input, target = broadcast_together("huber_loss", input, target)
    losses = huber(input - target, delta=delta)
    if reduction == "mean" and weight is not None:
        return reduced_by_weight("huber_loss", losses, weight, "none", None, None).mean()
    return reduced_by_weight("huber_loss", losses, weight, reduction, None, None)


def smooth_l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """huber_loss over its `beta`, so that the line has slope 1; with beta 0 it is l1_loss (Girshick 2015, Fast R-CNN).

    Args:
        input: any shape (*).
        target: the same shape; another broadcasts, and a UserWarning says so.
        size_average, reduce: deprecated words for `reduction`.
        reduction: "mean", "sum", or "none" for the losses (*) (default "mean").
        beta: where the parabola becomes a line, 0 or more; RuntimeError otherwise (default 1).

    >>> F.smooth_l1_loss(mg.tensor([0.0, 0.0]), mg.tensor([1.0, 3.0]), beta=0.5)
    tensor(1.7500)
    """
    if beta < 0:
        raise RuntimeError(f"smooth_l1_loss: beta must not be negative, got {beta}")
    input, target = broadcast_together("smooth_l1_loss", input, target)
    distance = input - target
    losses = huber(floating(distance, "smooth_l1_loss"), delta=beta) / beta if beta else ops.abs(distance)
    return reduced(losses, reduction, size_average, reduce)


def kl_div(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    """target * (ln target - input): the divergence of Kullback and Leibler, given `input` as log-probabilities.

    Args:
        input: log-probabilities (N, *).
        target: probabilities of the same shape.
        size_average, reduce: deprecated words for `reduction`.
        reduction: "batchmean", "mean", "sum" or "none" (default "mean"). The divergence of two distributions is a sum
            over their elements, so "batchmean", the sum over the size of the first dimension, is its mean; "mean" is
            over all elements, and a UserWarning says so.
        log_target: whether the target is log-probabilities too (default False).

    >>> F.kl_div(mg.tensor([[0.5, 0.5]]).log(), mg.tensor([[0.0, 1.0]]), reduction="batchmean")
    tensor(0.6931)
    """
    floating(input, "kl_div")
    losses = ops.exp(target) * (target - input) if log_target else ops.xlogy(target, target) - target * input
    reduction = named_reduction(size_average, reduce, reduction)
    if reduction == "batchmean":
        return ops.sum(losses) / (input.shape[0] if input.ndim else 1)
    if reduction == "mean":
        warnings.warn(
            "kl_div: reduction='mean' divides by the number of elements; 'batchmean' divides by the batch size, "
            "which is the mean of the divergences.",
            stacklevel=2,
        )
    return reduced(losses, reduction)


def poisson_nll_loss(
    input: Tensor,
    target: Tensor,
    log_input: bool = True,
    full: bool = False,
    size_average: bool | None = None,
    eps: float = 1e-8,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """rate - target * ln rate: minus the log-likelihood of counts, but for a constant.

    Args:
        input: ln rate, (*), or the rate.
        target: the counts (*).
        log_input: whether the input is ln rate (default True).
        full: adds the constant, ln target!, for targets above 1, by Stirling's formula (default False).
        size_average, reduce: deprecated words for `reduction`.
        eps: added to a rate before its logarithm is taken (default 1e-8).
        reduction: "mean", "sum", or "none" for the losses (*) (default "mean").

    >>> F.poisson_nll_loss(mg.zeros(2), mg.tensor([1.0, 3.0]))
    tensor(1.)
    """
    losses = ops.exp(input) - target * input if log_input else input - target * ops.log(input + eps)
    if full:
        counts = ops.where(target > 1, target, 1.0)
        stirling = counts * ops.log(counts) - counts + 0.5 * ops.log(2 * math.pi * counts)
        losses = losses + ops.where(target > 1, stirling, 0.0)
    return reduced(losses, reduction, size_average, reduce)


def gaussian_nll_loss(
    input: Tensor, target: Tensor, var: Tensor | float, full: bool = False, eps: float = 1e-6, reduction: str = "mean"
) -> Tensor:
    """(ln var + (input - target) ** 2 / var) / 2: minus the log-likelihood of a normal distribution around `input`.

    (Nix and Weigend, Estimating the Mean and Variance of the Target Probability Distribution, 1994.)

    Args:
        input: the means (*).
        target: of the same shape.
        var: the variances, a number or a tensor of the same shape, or but for one dimension, which is then 1 (the
            last one may be missing): one variance for all of it. ShapeError for any other shape, ValueError for
            negative ones.
        full: adds the constant, ln(2π) / 2 (default False).
        eps: what var is at least (default 1e-6).
        reduction: "mean", "sum", or "none" for the losses (*) (default "mean").

    >>> F.gaussian_nll_loss(mg.zeros(2), mg.tensor([1.0, 2.0]), mg.ones(2))
    tensor(1.2500)
    """
    if isinstance(var, (int, float)) and var < 0:
        raise ValueError(f"gaussian_nll_loss: var has negative entry/entries, it is {var}")
    variance: Any = full_like(input, var) if isinstance(var, (int, float)) else var
    if variance.shape != input.shape:
        if variance.shape == input.shape[:-1]:
            variance = ops.unsqueeze(variance, -1)
        elif [m for n, m in zip_longest(input.shape, variance.shape) if n != m] != [1]:
            raise ShapeError(
                f"gaussian_nll_loss: var is of incorrect size: it should have the shape of the input, "
                f"{tuple(input.shape)}, or without its last dimension, or with 1 in one of them; got "
                f"{tuple(variance.shape)}"
            )
    if (variance.detach() < 0).any():
        raise ValueError(f"gaussian_nll_loss: var has negative entry/entries, its least is {variance.min().item()}")
    variance = variance.clone()
    with no_grad():
        variance.clamp_(min=eps)  # the gradient flows as though nothing had been changed
    losses = 0.5 * (ops.log(variance) + squared_error(input, target) / variance)
    return reduced(losses + 0.5 * math.log(2 * math.pi) if full else losses, reduction)
