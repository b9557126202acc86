"""The loss of sequences without an alignment: against all alignments, one by one, and against PyTorch."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn
from minigrad.autograd import gradcheck, gradgradcheck
from minigrad.nn import functional as F


def logs(rng: np.random.Generator, *shape: int) -> Any:
    x = rng.standard_normal(shape)
    return x - np.log(np.exp(x).sum(-1, keepdims=True))


def by_all_paths(log_probs: np.ndarray, labels: list[int], blank: int) -> float:
    """Minus the log of the probabilities of all paths that read `labels` without repetitions and blanks."""
    total = 0.0
    for path in itertools.product(range(log_probs.shape[1]), repeat=len(log_probs)):
        read = [label for label, _ in itertools.groupby(path) if label != blank]
        if read == labels:
            total += np.exp(log_probs[range(len(path)), path].sum())
    return -float(np.log(total))


@pytest.mark.parametrize("labels", [[], [1], [1, 2], [2, 2], [1, 1, 2], [1, 2, 1, 2]])
@pytest.mark.parametrize("blank", [0, 3])
def test_is_the_sum_over_all_paths(labels: list[int], blank: int, rng: np.random.Generator) -> None:
    log_probs = logs(rng, 5, 4)
    loss = F.ctc_loss(mg.tensor(log_probs), mg.tensor(labels, dtype=mg.int64), 5, len(labels), blank, "sum")
    assert loss.ndim == 0
    assert loss.item() == pytest.approx(by_all_paths(log_probs, labels, blank), rel=1e-12)


def test_a_batch_is_its_samples(rng: np.random.Generator) -> None:
    log_probs = logs(rng, 6, 3, 4)
    labels, steps = [[1, 1, 2], [3], [2, 3]], [6, 3, 5]
    expected = [by_all_paths(log_probs[:t, n], labels[n], 0) for n, t in enumerate(steps)]
    lengths = [len(each) for each in labels]
    in_one, in_rows = np.concatenate(labels), [[1, 1, 2], [3, 0, 9], [2, 3, -1]]
    for targets in (mg.tensor(in_one), mg.tensor(in_rows)):
        for reduction, value in (
            ("none", expected),
            ("sum", sum(expected)),
            ("mean", np.mean(np.divide(expected, lengths))),
        ):
            loss = nn.CTCLoss(reduction=reduction)(mg.tensor(log_probs), targets, mg.tensor(steps), tuple(lengths))
            np.testing.assert_allclose(loss.numpy(), value, rtol=1e-12)


def test_derivatives_agree_with_differences(rng: np.random.Generator) -> None:
    x = mg.tensor(rng.standard_normal((4, 2, 3)), requires_grad=True)
    targets, steps, lengths = mg.tensor([[1, 1], [2, 1]]), mg.tensor([4, 3]), mg.tensor([2, 1])

    def function(x: Any) -> Any:
        return F.ctc_loss(x.log_softmax(2), targets, steps, lengths)

    assert gradcheck(function, [x])
    assert gradgradcheck(function, [x])


def test_too_few_steps_are_infinite_or_nothing(rng: np.random.Generator) -> None:
    for dtype in (mg.float32, mg.float64):
        x = mg.tensor(logs(rng, 3, 2, 3), dtype=dtype, requires_grad=True)
        arguments = (mg.tensor([[1, 1], [1, 2]]), mg.tensor([2, 2]), mg.tensor([2, 2]))
        losses = F.ctc_loss(x, *arguments, reduction="none")
        assert losses.dtype == dtype
        assert losses[0].item() == np.inf
        assert np.isfinite(losses[1].item())
        losses = F.ctc_loss(x, *arguments, reduction="none", zero_infinity=True)
        assert losses[0].item() == 0
        losses.sum().backward()
        assert (x.grad.numpy()[:, 0] == 0).all()
        assert (x.grad.numpy()[:2, 1] < 0).any()


@pytest.mark.torch
@pytest.mark.parametrize("reduction", ["none", "mean", "sum"])
@pytest.mark.parametrize("concatenated", [False, True])
def test_agrees_with_torch(
    reduction: str, concatenated: bool, rng: np.random.Generator, agrees_with_torch: Callable[..., None]
) -> None:
    torch = pytest.importorskip("torch")
    targets = np.array([1, 1, 2, 3, 4, 2]) if concatenated else np.array([[1, 1, 2], [3, 4, 1], [2, 0, 0]])
    steps, lengths = np.array([7, 6, 5]), np.array([3, 2, 1])
    # PyTorch's own gradient holds only where a softmax comes before.
    agrees_with_torch(
        lambda x: F.ctc_loss(x.log_softmax(2), *map(mg.tensor, (targets, steps, lengths)), reduction=reduction),
        lambda x: torch.nn.functional.ctc_loss(
            x.log_softmax(2), *map(torch.tensor, (targets, steps, lengths)), reduction=reduction
        ),
        rng.standard_normal((7, 3, 5)),
        twice=False,
    )


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ((mg.zeros(2), mg.tensor([1]), 2, 1), RuntimeError, r"log_probs should be \(T, N, C\) or \(T, C\)"),
        ((mg.zeros(4, 2, 3), mg.tensor([[1], [1]]), (4, 5), (1, 1)), ValueError, "2 numbers from 0 to 4"),
        ((mg.zeros(4, 2, 3), mg.tensor([[1], [1]]), (4, 4), (1, 2)), ValueError, "S at least 2"),
        ((mg.zeros(4, 2, 3), mg.tensor([[1], [1]]), (4, 4), (1,)), ValueError, "target_lengths should be 2 numbers"),
        ((mg.zeros(4, 2, 3), mg.tensor([[1], [3]]), (4, 4), (1, 1)), ValueError, "other than blank=0, got 3"),
        ((mg.zeros(4, 2, 3), mg.tensor([[1], [0]]), (4, 4), (1, 1)), ValueError, "other than blank=0, got 0"),
        ((mg.zeros(4, 2, 3), mg.tensor([[1], [1]]), (4, 4), (1, 1), 3), ValueError, "one of 3 classes, got 3"),
    ],
)
def test_errors_say_what_is_wrong(arguments: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        F.ctc_loss(*arguments)
