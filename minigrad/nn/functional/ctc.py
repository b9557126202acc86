"""The loss of a sequence whose alignment is not known (Graves et al., Connectionist Temporal Classification, 2006).

A label sequence l_1 ... l_S is written into T steps with blanks between labels and each label repeated at will. Let
a_t(s) be the log-probability of all beginnings that are at place s of blank, l_1, blank, l_2, ..., l_S, blank after
step t, and before the first at place 0. A step stays, goes on by one place, or passes over a blank between two
different labels:

    a_t(s) = log_probs_t(label s) + ln(e ** a(s) + e ** a(s - 1) + e ** a(s - 2))     with a = a_{t-1}

and the likelihood is that of being at one of the last two places in the end. The recursion is written with operations
that have derivatives, and so has them, of every order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from minigrad import ops
from minigrad.dtypes import Array
from minigrad.engine.node import Variable, array_of
from minigrad.errors import ShapeError
from minigrad.nn.functional.padding import pad
from minigrad.nn.functional.reduction import reduced
from minigrad.tensor import Tensor

Lengths: TypeAlias = Tensor | Sequence[int] | int


def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Lengths,
    target_lengths: Lengths,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """Minus the log-likelihood of label sequences over all their alignments with the steps.

    Args:
        log_probs: (T, N, C) or (T, C).
        targets: labels (N, S), (S,), or all samples' in one vector.
        input_lengths: (N,), or one number without a batch: how many steps count.
        target_lengths: (N,), or one number without a batch: how many labels count.
        blank: the class that stands for no label (default 0).
        reduction: "mean" of the losses over their target lengths, "sum" or "none" (default "mean").
        zero_infinity: makes infinite losses, of too few steps, 0 (default False).

    ShapeError if shapes do not fit, ValueError for labels that are none.

    >>> log_probs = mg.zeros(4, 1, 3).log_softmax(2)
    >>> F.ctc_loss(log_probs, mg.tensor([[1, 2]]), mg.tensor([4]), mg.tensor([2]))
    tensor(0.8432)
    """
    if log_probs.ndim not in (2, 3):
        raise ShapeError(f"ctc_loss: log_probs should be (T, N, C) or (T, C), got shape {tuple(log_probs.shape)}")
    steps, labels = np.reshape(array_of(input_lengths), -1), np.reshape(array_of(target_lengths), -1)
    if log_probs.ndim == 2:
        losses = _losses(ops.unsqueeze(log_probs, 1), array_of(targets), steps, labels, blank)[0]
    else:
        losses = _losses(log_probs, array_of(targets), steps, labels, blank)
    lost = losses.array > -_least(losses.dtype) / 2
    losses = ops.where(lost, 0.0 if zero_infinity else np.inf, losses)
    if reduction == "mean":
        lengths = np.maximum(labels, 1).reshape(tuple(losses.shape)).astype(losses.dtype)
        return ops.mean(losses / lengths)
    return reduced(losses, reduction)


def _least(dtype: Any) -> float:
    """The log-probability of what cannot be: a number, since the derivative at -infinity is none."""
    return float(np.finfo(dtype).min) / 4


def _losses(log_probs: Tensor, targets: Array, input_lengths: Array, target_lengths: Array, blank: int) -> Tensor:
    """Minus the log-likelihoods (N,)."""
    steps, samples, classes = log_probs.shape
    labels = _padded(targets, target_lengths, samples, classes, blank)
    if input_lengths.shape != (samples,) or input_lengths.max(initial=0) > steps or input_lengths.min(initial=1) < 0:
        raise ShapeError(
            f"ctc_loss: input_lengths should be {samples} numbers from 0 to {steps}, got {input_lengths.tolist()}"
        )
    least = _least(log_probs.dtype)
    places = np.full((samples, 2 * labels.shape[1] + 1), blank)
    places[:, 1::2] = labels
    # A blank is passed over only between labels that differ.
    skips = np.zeros(places.shape, bool)
    skips[:, 3::2] = labels[:, 1:] != labels[:, :-1]
    at = ops.take_along_dim(log_probs, np.broadcast_to(places, (steps, *places.shape)), 2)
    paths = Variable.wrap(np.where(np.arange(places.shape[1]) == 0, 0, np.full_like(places, least, at.dtype)))
    for step in range(steps):
        on = pad(paths, (1, 0), value=least)[:, :-1]
        over = ops.where(skips, pad(paths, (2, 0), value=least)[:, :-2], least)
        moved = ops.logsumexp(ops.stack([paths, on, over]), 0) + at[step]
        paths = ops.where(step < input_lengths[:, None], moved, paths)
    ends = 2 * target_lengths[:, None] - np.array([0, 1])
    last = ops.take_along_dim(paths, np.maximum(ends, 0), 1)
    return -ops.logsumexp(ops.where(ends >= 0, last, least), 1)


def _padded(targets: Array, lengths: Array, samples: int, classes: int, blank: int) -> Array:
    """The labels as (N, S), whether they come so or one after the other; blank beyond their lengths."""
    if not 0 <= blank < classes:
        raise ValueError(f"ctc_loss: blank should be one of {classes} classes, got {blank}")
    if lengths.shape != (samples,) or lengths.min(initial=0) < 0:
        raise ShapeError(f"ctc_loss: target_lengths should be {samples} numbers, got {lengths.tolist()}")
    longest = int(lengths.max(initial=0))
    counts = np.arange(longest) < lengths[:, None]
    labels = np.full((samples, longest), blank)
    if targets.ndim == 1 and targets.size == lengths.sum():
        labels[counts] = targets
    elif targets.ndim == 2 and len(targets) == samples and targets.shape[1] >= longest:
        labels = np.where(counts, targets[:, :longest], blank)
    else:
        raise ShapeError(
            f"ctc_loss: targets should be (N, S) with S at least {longest}, or a vector of all {lengths.sum()} labels, "
            f"got shape {targets.shape}"
        )
    wrong = counts & ((labels < 0) | (labels >= classes) | (labels == blank))
    if wrong.any():
        raise ValueError(f"ctc_loss: labels are classes other than blank={blank}, got {labels[wrong][0]}")
    return labels
