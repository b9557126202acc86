"""Losses over their options: closed forms, differences, and PyTorch; and inputs that a naive formula cannot take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from loss_cases import CASES

import minigrad as mg
from minigrad import nn
from minigrad.autograd import gradcheck, gradgradcheck
from minigrad.nn import functional as F

REDUCTIONS = ("mean", "sum", "none")


every_loss = pytest.mark.parametrize(
    ("name", "options", "arguments"),
    CASES,
    ids=[f"{name}-{'-'.join(options)}-{arguments[0].shape}" for name, options, arguments in CASES],
)
every_reduction = pytest.mark.parametrize("reduction", REDUCTIONS)
pytestmark = pytest.mark.filterwarnings("ignore:kl_div. reduction='mean'", "ignore:reduction. 'mean' divides")


def made(library: Any, name: str, options: dict[str, Any], reduction: str) -> Any:
    """The loss of either library, arrays among the options become its tensors."""
    tensors = {key: library.tensor(each) if isinstance(each, np.ndarray) else each for key, each in options.items()}
    return getattr(library.nn, name)(**tensors, reduction=reduction)


@every_reduction
@every_loss
def test_derivatives_agree_with_differences(name: str, options: Any, arguments: Any, reduction: str) -> None:
    loss = made(mg, name, options, reduction)
    tensors = [mg.tensor(each) for each in arguments]
    for each in tensors:
        each.requires_grad_(each.is_floating_point())
    assert gradcheck(loss, tensors)
    assert gradgradcheck(loss, tensors)


@pytest.mark.torch
@every_reduction
@every_loss
def test_agrees_with_torch(
    name: str, options: Any, arguments: Any, reduction: str, agrees_with_torch: Callable[..., None]
) -> None:
    torch = pytest.importorskip("torch")
    ours, theirs = made(mg, name, options, reduction), made(torch, name, options, reduction)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    agrees_with_torch(ours, theirs, *arguments, twice=name not in ("MultiMarginLoss", "MultiLabelMarginLoss"))


def test_closed_forms(rng: np.random.Generator) -> None:
    x, t = rng.standard_normal((3, 4)), rng.random((3, 4))
    p = 1 / (1 + np.exp(-x))
    classes = np.array([1, 0, 3])
    log_softmax = x - np.log(np.exp(x).sum(1, keepdims=True))
    binary = -(t * np.log(p) + (1 - t) * np.log(1 - p))
    near = np.abs(x - t) < 0.5
    signs = np.sign(rng.standard_normal((3, 4)))
    normal_log_density = -((x - t) ** 2) / 4 - 0.5 * np.log(2 * np.pi * 2)
    hinges = np.maximum(0, 1 - x[range(3), classes][:, None] + x) * (np.arange(4) != classes[:, None])
    X, T = mg.tensor(x), mg.tensor(t)
    for value, expected in (
        (F.mse_loss(X, T), ((x - t) ** 2).mean()),
        (F.l1_loss(X, T, reduction="sum"), np.abs(x - t).sum()),
        (F.binary_cross_entropy(mg.tensor(p), T), binary.mean()),
        (F.binary_cross_entropy_with_logits(X, T, reduction="none"), binary),
        (F.nll_loss(X, mg.tensor(classes)), -x[range(3), classes].mean()),
        (F.cross_entropy(X, mg.tensor(classes)), -log_softmax[range(3), classes].mean()),
        (F.cross_entropy(X, mg.tensor(t)), -(log_softmax * t).sum() / 3),
        (F.huber_loss(X, T, delta=0.5), np.where(near, (x - t) ** 2 / 2, 0.5 * (np.abs(x - t) - 0.25)).mean()),
        (F.smooth_l1_loss(X, T, beta=0.5), np.where(near, (x - t) ** 2, np.abs(x - t) - 0.25).mean()),
        (F.kl_div(X, T, reduction="batchmean"), (t * (np.log(t) - x)).sum() / 3),
        (F.poisson_nll_loss(X, T), (np.exp(x) - t * x).mean()),
        (F.gaussian_nll_loss(X, T, 2.0, full=True), -normal_log_density.mean()),
        (F.soft_margin_loss(X, mg.tensor(signs)), np.log(1 + np.exp(-signs * x)).mean()),
        (F.hinge_embedding_loss(X, mg.tensor(signs)), np.where(signs > 0, x, np.maximum(0, 1 - x)).mean()),
        (F.multi_margin_loss(X, mg.tensor(classes)), hinges.sum(1).mean() / 4),
        (F.multilabel_soft_margin_loss(X, T), binary.mean()),
        (F.mse_loss(X, T, weight=mg.tensor(t)), ((x - t) ** 2 * t).sum() / t.sum()),
        (F.l1_loss(X, T, weight=mg.tensor(t), reduction="sum"), (np.abs(x - t) * t).sum()),
    ):
        np.testing.assert_allclose(value.numpy(), expected, rtol=1e-12)


# -- far out ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [mg.float32, mg.float64])
@pytest.mark.parametrize("pos_weight", [None, 1.0])
def test_bce_with_logits_is_exact_far_out(dtype: Any, pos_weight: float | None) -> None:
    x = mg.tensor([-1000.0, -1000.0, 0.0, 1000.0, 1000.0], dtype=dtype, requires_grad=True)
    t = mg.tensor([0.0, 1.0, 0.5, 0.0, 1.0], dtype=dtype)
    weight = None if pos_weight is None else mg.tensor([pos_weight], dtype=dtype)
    losses = F.binary_cross_entropy_with_logits(x, t, pos_weight=weight, reduction="none")
    np.testing.assert_allclose(losses.numpy(force=True), [0, 1000, np.log(2), 1000, 0], rtol=1e-7)
    losses.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), [0, -1, 0, 1, 0], atol=1e-12)


def test_bce_of_certain_mistakes_is_cut_off_at_100() -> None:
    x = mg.tensor([0.0, 1.0, 0.0, 1.0], requires_grad=True)
    losses = F.binary_cross_entropy(x, mg.tensor([0.0, 1.0, 1.0, 0.0]), reduction="none")
    assert losses.tolist() == [0, 0, 100, 100]
    losses.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), [0, 0, -1e12, 1e12], rtol=1e-6)  # as PyTorch


def test_cross_entropy_is_finite_far_out() -> None:
    x = mg.tensor([[1000.0, -1000.0], [0.0, 0.0]], requires_grad=True)
    losses = F.cross_entropy(x, mg.tensor([1, 0]), reduction="none")
    np.testing.assert_allclose(losses.numpy(force=True), [2000, np.log(2)], rtol=1e-6)
    losses.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), [[1, -1], [-0.5, 0.5]], atol=1e-6)


def test_what_is_ignored_counts_nowhere() -> None:
    x = mg.tensor([[0.0, -np.inf], [1.0, 2.0]], requires_grad=True)
    loss = F.nll_loss(x, mg.tensor([-100, 1]))
    assert loss.item() == -2
    loss.backward()
    assert x.grad.tolist() == [[0, 0], [0, -1]]
    assert np.isnan(F.cross_entropy(x.detach(), mg.tensor([-100, -100])).item())
    assert F.cross_entropy(x.detach(), mg.tensor([-100, -100]), reduction="sum").item() == 0


def test_differences_of_uint8_are_those_of_the_numbers() -> None:
    x, small = mg.tensor([0.5, -1.0, 2.0]), mg.tensor([0, 1, 2], dtype=mg.uint8)
    for call in (
        lambda y: F.soft_margin_loss(x, y),
        lambda y: F.margin_ranking_loss(y, y.flip(0), y, 0.5),
        lambda y: F.binary_cross_entropy_with_logits(x, y),
        lambda y: F.binary_cross_entropy_with_logits(x, x, pos_weight=y),
    ):
        assert call(small).item() == pytest.approx(call(small.float()).item())


def test_dtypes_stay() -> None:
    for dtype in (mg.float16, mg.float32, mg.float64):
        x, t = mg.full((2, 3), 0.5, dtype=dtype), mg.ones(2, 3, dtype=dtype)
        classes, weight = mg.tensor([0, 2]), mg.ones(3, dtype=mg.float64)
        for loss in (
            F.mse_loss(x, t),
            F.l1_loss(x, t),
            F.binary_cross_entropy(x, t),
            F.binary_cross_entropy_with_logits(x, t),
            F.cross_entropy(x, classes, weight, label_smoothing=0.1),
            F.cross_entropy(x, t),
        ):
            assert loss.dtype == dtype


# -- errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: F.mse_loss(mg.ones(2), mg.ones(2), reduction="most"), ValueError, "'none', 'mean' or 'sum'"),
        (lambda: F.binary_cross_entropy(mg.ones(2), mg.ones(3)), ValueError, r"target size \(3,\) .*input size \(2,\)"),
        (
            lambda: F.binary_cross_entropy(mg.tensor([1.5]), mg.ones(1)),
            RuntimeError,
            "of input should be between 0 and 1",
        ),
        (lambda: F.binary_cross_entropy(mg.tensor([np.nan]), mg.ones(1)), RuntimeError, "between 0 and 1"),
        (lambda: F.binary_cross_entropy(mg.ones(1), mg.tensor([2.0])), RuntimeError, "of target should be between 0"),
        (lambda: F.binary_cross_entropy_with_logits(mg.ones(2), mg.ones(2, 1)), ValueError, "Using a target size"),
        (lambda: F.cross_entropy(mg.ones(2, 3), mg.tensor([0, 5])), IndexError, "Target 5 is out of bounds for 3"),
        (lambda: F.cross_entropy(mg.ones(2, 3), mg.tensor([0, -1])), IndexError, "Target -1"),
        (lambda: F.cross_entropy(mg.ones(2, 3), mg.ones(2)), RuntimeError, "expected target dtype to be Long"),
        (lambda: F.cross_entropy(mg.ones(2, 3), mg.tensor([0, 1, 2])), ValueError, r"needs a target of shape \(2,\)"),
        (lambda: F.cross_entropy(mg.ones(1, 2), mg.tensor([[0, 1]])), RuntimeError, "probabilities"),
        (lambda: F.cross_entropy(mg.ones(1, 2), mg.ones(1, 2), ignore_index=1), RuntimeError, "ignore_index"),
        (lambda: F.cross_entropy(mg.ones(1, 2), mg.tensor([1]), mg.ones(3)), RuntimeError, "all 2 classes"),
        (lambda: F.cross_entropy(mg.ones(1, 2), mg.tensor([1]), label_smoothing=2), RuntimeError, "label_smoothing"),
        (lambda: F.cross_entropy(mg.tensor(1.0), mg.tensor(1)), RuntimeError, "scalar"),
        (lambda: F.nll_loss(mg.ones(2, 3), mg.ones(2)), RuntimeError, "nll_loss"),
        (lambda: F.mse_loss(mg.ones(2), mg.ones(2), weight=mg.ones(3)), ValueError, r"weight.* \(3,\) and \(2,\)"),
        (lambda: F.huber_loss(mg.ones(2), mg.ones(2), delta=0), RuntimeError, "delta must be positive, got 0"),
        (lambda: F.smooth_l1_loss(mg.ones(2), mg.ones(2), beta=-1), RuntimeError, "beta must not be negative, got -1"),
        (
            lambda: F.gaussian_nll_loss(mg.ones(2), mg.ones(2), -mg.ones(2)),
            ValueError,
            "negative entry/entries, its least is -1",
        ),
        (lambda: F.gaussian_nll_loss(mg.ones(2, 2), mg.ones(2, 2), mg.ones(3)), ValueError, r"\(2, 2\), .* got \(3,\)"),
        (lambda: F.margin_ranking_loss(mg.ones(2), mg.ones(2), mg.ones(2, 1)), RuntimeError, "number of dimensions"),
        (lambda: F.soft_margin_loss(mg.ones(2), mg.ones(2, 1)), RuntimeError, "must be the same as the input"),
        (
            lambda: F.cosine_embedding_loss(mg.ones(2), mg.ones(2), mg.ones(2)),
            RuntimeError,
            r"1D target tensor expects 2D input tensors",
        ),
        (lambda: F.triplet_margin_loss(mg.ones(2), mg.ones(1, 2), mg.ones(2)), RuntimeError, "same number of dim"),
        (lambda: nn.TripletMarginLoss(margin=0), ValueError, "margin to be greater than 0, got 0"),
        (lambda: nn.TripletMarginWithDistanceLoss(margin=-1), ValueError, "margin to be greater than 0, got -1"),
        (lambda: F.multi_margin_loss(mg.ones(2, 3), mg.tensor([0, 3])), IndexError, "Target 3 is out of bounds for 3"),
        (lambda: F.multi_margin_loss(mg.ones(2, 3), mg.tensor([0, 1]), p=3), ValueError, "p is 1 or 2, got 3"),
        (lambda: nn.MultiMarginLoss(weight=mg.ones(2, 2)), ValueError, r"one dimension, got shape \(2, 2\)"),
        (lambda: F.multilabel_margin_loss(mg.ones(3), mg.tensor([0, 3, 1])), IndexError, "from 0 to 2, or -1"),
        (lambda: F.multilabel_margin_loss(mg.ones(3), mg.ones(3)), RuntimeError, "integer dtype"),
    ],
)
def test_errors_say_what_is_wrong(call: Callable[[], Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call()


@pytest.mark.parametrize("loss", [nn.MSELoss(), nn.L1Loss(), nn.HuberLoss(), nn.SmoothL1Loss()])
def test_broadcasting_is_warned_of(loss: nn.Module) -> None:
    with pytest.warns(
        UserWarning,
        match=r"target size \(2, 1\) that is different to the input size \(2,\).*ensure they have the same size",
    ):
        value = loss(mg.tensor([1.0, 3.0]), mg.tensor([[1.0], [2.0]]))
    assert value.ndim == 0


@pytest.mark.parametrize(
    ("flags", "reduction"),
    [
        ({"size_average": False}, "sum"),
        ({"size_average": True}, "mean"),
        ({"reduce": False}, "none"),
        ({"reduce": True}, "mean"),
        ({"size_average": False, "reduce": True}, "sum"),
        ({"size_average": False, "reduce": False}, "none"),
    ],
)
def test_the_older_flags_are_the_reduction_they_meant(flags: dict[str, bool], reduction: str) -> None:
    x, t = mg.tensor([1.0, 2.0, 4.0]), mg.zeros(3)
    message = f"please use reduction='{reduction}'"
    for name in ("mse_loss", "smooth_l1_loss", "hinge_embedding_loss"):
        function = getattr(F, name)
        with pytest.warns(UserWarning, match=message):
            old = function(x, t, **flags)
        assert old.equal(function(x, t, reduction=reduction))
    with pytest.warns(UserWarning, match=message):
        assert F.nll_loss(x, mg.tensor(1), **flags).equal(F.nll_loss(x, mg.tensor(1), reduction=reduction))
    for kind in (nn.L1Loss, nn.CrossEntropyLoss, nn.PoissonNLLLoss, nn.MarginRankingLoss):
        with pytest.warns(UserWarning, match=message):
            assert kind(**flags).reduction == reduction


def test_the_mean_divergence_is_batchmean() -> None:
    logs, target = mg.tensor([[0.5, 0.5], [0.2, 0.8]]).log(), mg.tensor([[0.1, 0.9], [1.0, 0.0]])
    expected = (0.1 * np.log(0.2) + 0.9 * np.log(1.8) + np.log(5)) / 2
    assert F.kl_div(logs, target, reduction="batchmean").item() == pytest.approx(expected, rel=1e-6)
    assert nn.KLDivLoss(reduction="batchmean")(logs, target).item() == pytest.approx(expected, rel=1e-6)
    with pytest.warns(UserWarning, match="'batchmean' divides by the batch size"):
        assert F.kl_div(logs, target).item() == pytest.approx(expected / 2, rel=1e-6)


def test_a_small_variance_counts_as_eps_and_still_has_a_gradient() -> None:
    var = mg.tensor([0.0, 0.5], dtype=mg.float64, requires_grad=True)
    x, t = mg.tensor([1.0, 1.0], dtype=mg.float64), mg.tensor([3.0, 1.0], dtype=mg.float64)
    loss = F.gaussian_nll_loss(x, t, var, eps=0.1, reduction="sum")
    assert loss.item() == pytest.approx((np.log(0.1) + 4 / 0.1 + np.log(0.5)) / 2)
    loss.backward()
    np.testing.assert_allclose(var.grad.numpy(), [(1 / 0.1 - 4 / 0.1**2) / 2, 1 / 0.5 / 2], rtol=1e-12)
    assert var.tolist() == [0, 0.5]


def test_a_distance_of_ones_own() -> None:
    def manhattan(a: Any, b: Any) -> Any:
        return (a - b).abs().sum(-1)

    loss = nn.TripletMarginWithDistanceLoss(distance_function=manhattan, margin=0.5, reduction="none")
    a, p, n = mg.tensor([[0.0, 0.0]]), mg.tensor([[1.0, 2.0]]), mg.tensor([[2.0, 0.0]])
    assert loss(a, p, n).tolist() == [1.5]
    assert loss(a, n, p).tolist() == [0]


OF_THE_PACKAGE: list[tuple[str, Any]] = [
    ("binary_cross_entropy_with_logits", lambda m, x, y, z: (x, y.sigmoid(), None, y.exp())),
    ("cosine_embedding_loss", lambda m, x, y, z: (x, y, m.tensor([1, -1]), 0.1)),
    ("ctc_loss", lambda m, x, y, z: (x.T.unsqueeze(1).log_softmax(-1), m.tensor([[1]]), m.tensor([3]), m.tensor([1]))),
    ("hinge_embedding_loss", lambda m, x, y, z: (x, y.sign(), 0.5)),
    ("kl_div", lambda m, x, y, z: (x, y.sigmoid())),
    ("margin_ranking_loss", lambda m, x, y, z: (x, y, z.sign(), 0.5)),
    ("poisson_nll_loss", lambda m, x, y, z: (x, y, True, False, 1e-8)),
    ("triplet_margin_loss", lambda m, x, y, z: (x, y, z, 1.0, 2.0, 1e-6, True)),
]


@pytest.mark.torch
@pytest.mark.parametrize("reduction", [0, 1, 2])
@pytest.mark.parametrize(("name", "arguments"), OF_THE_PACKAGE)
def test_losses_of_the_package_number_their_reductions(name: str, arguments: Any, reduction: int) -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=(2, 3)) for _ in range(3)]
    theirs = getattr(torch, name)(*arguments(torch, *map(torch.tensor, arrays)), reduction=reduction)
    found = getattr(mg, name)(*arguments(mg, *map(mg.tensor, arrays)), reduction=reduction)
    np.testing.assert_allclose(found.numpy(), theirs.numpy(), rtol=1e-12)


def test_another_number_is_no_reduction() -> None:
    with pytest.raises(ValueError, match="kl_div: 3 is not a valid value for reduction"):
        mg.kl_div(mg.zeros(2), mg.ones(2), 3)
