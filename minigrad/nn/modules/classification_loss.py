"""Losses of classes, two or many, as modules: the functions of `functional.classification` and `functional.ctc`."""

from __future__ import annotations

from minigrad.nn import functional as F
from minigrad.nn.functional.ctc import Lengths
from minigrad.nn.modules.loss import _Loss, _WeightedLoss
from minigrad.tensor import Tensor


class BCELoss(_WeightedLoss):
    """-target * ln input - (1 - target) * ln(1 - input), of probabilities; see F.binary_cross_entropy.

    Input and target, and a `weight`, have one shape. For logits, BCEWithLogitsLoss is safer.

    >>> nn.BCELoss()(mg.tensor([0.5, 0.25]), mg.tensor([1.0, 0.0]))
    tensor(0.4904)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return F.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(_WeightedLoss):
    """BCELoss of sigmoid(input), exact for any input; see F.binary_cross_entropy_with_logits.

    Args:
        weight: multiplies the losses (default None).
        size_average, reduce: deprecated words for `reduction`.
        reduction: "mean", "sum", or "none" for the losses of the single elements (default "mean").
        pos_weight: multiplies the parts of the losses with target 1, such as a number for each class (default None).

    >>> nn.BCEWithLogitsLoss()(mg.tensor([0.0, 200.0]), mg.tensor([1.0, 1.0]))
    tensor(0.3466)
    """

    pos_weight: Tensor | None

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        pos_weight: Tensor | None = None,
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return F.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


class NLLLoss(_WeightedLoss):
    """-weight[target] * input[target], given log-probabilities and class indices; see F.nll_loss.

    Args:
        weight: (C,), multiplies the losses of each class; the mean is then a weighted one (default None).
        size_average, reduce: deprecated words for `reduction`.
        ignore_index: targets that count nowhere (default -100).
        reduction: "mean", "sum", or "none" for the losses of the single samples (default "mean").

    Input (N, C, *) or (C,), target (N, *) or () of integers. IndexError for a class that is none.

    >>> nn.NLLLoss()(mg.tensor([[-1.0, -2.0]]), mg.tensor([1]))
    tensor(2.)
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        ignore_index: int = -100,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return F.nll_loss(input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction)


class NLLLoss2d(NLLLoss):
    """NLLLoss under the name that it had for images."""


class CrossEntropyLoss(_WeightedLoss):
    """-ln softmax(input)[target]: NLLLoss of log_softmax, for class indices or probabilities; see F.cross_entropy.

    Args:
        weight: (C,), multiplies the losses of each class; the mean is then a weighted one (default None).
        size_average, reduce: deprecated words for `reduction`.
        ignore_index: class indices that count nowhere (default -100).
        reduction: "mean", "sum", or "none" for the losses of the single samples (default "mean").
        label_smoothing: how much of the uniform distribution is mixed into the targets, from 0 to 1 (default 0).

    Input (N, C, *) or (C,), target (N, *) or () of integers, or probabilities in the shape of the input.

    >>> nn.CrossEntropyLoss()(mg.tensor([[0.0, 0.0, 0.0, 0.0]]), mg.tensor([2]))
    tensor(1.3863)
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        ignore_index: int = -100,
        reduce: bool | None = None,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return F.cross_entropy(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


class CTCLoss(_Loss):
    """Minus the log-likelihood of a label sequence, over all its alignments with a longer one; see F.ctc_loss.

    Args:
        blank: the class that stands for no label (default 0).
        reduction: "mean" of the losses over the lengths of their targets, "sum" or "none" (default "mean").
        zero_infinity: makes infinite losses, of too few steps, 0 (default False).

    `forward(log_probs, targets, input_lengths, target_lengths)` takes (T, N, C), (N, S), (N,) and (N,).

    >>> log_probs = mg.zeros(4, 1, 3).log_softmax(2)
    >>> nn.CTCLoss()(log_probs, mg.tensor([[1, 2]]), mg.tensor([4]), mg.tensor([2]))
    tensor(0.8432)
    """

    def __init__(self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False) -> None:
        super().__init__(reduction=reduction)
        self.blank = blank
        self.zero_infinity = zero_infinity

    def forward(self, log_probs: Tensor, targets: Tensor, input_lengths: Lengths, target_lengths: Lengths) -> Tensor:
        return F.ctc_loss(
            log_probs, targets, input_lengths, target_lengths, self.blank, self.reduction, self.zero_infinity
        )
