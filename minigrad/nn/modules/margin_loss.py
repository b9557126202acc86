"""Losses with a margin as modules: the functions of `functional.margin` with their options kept."""

from __future__ import annotations

from collections.abc import Callable

from minigrad.nn import functional as F
from minigrad.nn.modules.distance import PairwiseDistance
from minigrad.nn.modules.loss import _Loss, _WeightedLoss
from minigrad.tensor import Tensor


class _MarginLoss(_Loss):
    """What the losses of a margin and a reduction share."""

    def __init__(
        self,
        margin: float = 0.0,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        """Keep the margin and the reduction.

        Args:
            margin: from where on nothing more is asked (default 0).
            size_average, reduce: deprecated words for `reduction`.
            reduction: "mean", "sum", or "none" for the losses of the single samples (default "mean").
        """
        super().__init__(size_average, reduce, reduction)
        self.margin = margin


class HingeEmbeddingLoss(_MarginLoss, _Loss):
    """The input, a distance, where the target is 1; max(0, margin - input) where it is -1.

    See F.hinge_embedding_loss.

    Args:
        margin: the distance from where on nothing more is asked (default 1).
        size_average, reduce: deprecated words for `reduction`.
        reduction: "mean", "sum", or "none" for the losses of the single elements (default "mean").

    >>> nn.HingeEmbeddingLoss()(mg.tensor([0.5, 0.25]), mg.tensor([1, -1]))
    tensor(0.6250)
    """

    def __init__(
        self,
        margin: float = 1.0,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(margin, size_average, reduce, reduction)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return F.hinge_embedding_loss(input, target, margin=self.margin, reduction=self.reduction)


class MarginRankingLoss(_MarginLoss):
    """max(0, margin - target * (input1 - input2)), with targets of 1 and -1; see F.margin_ranking_loss.

    >>> nn.MarginRankingLoss(1.0)(mg.tensor([2.0]), mg.tensor([1.5]), mg.tensor([1]))
    tensor(0.5000)
    """

    def forward(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        return F.margin_ranking_loss(input1, input2, target, margin=self.margin, reduction=self.reduction)


class CosineEmbeddingLoss(_MarginLoss):
    """1 - cos where the target is 1, max(0, cos - margin) where it is -1; see F.cosine_embedding_loss.

    cos is that of the angle between the rows of two inputs (N, D), the target is (N,).

    >>> nn.CosineEmbeddingLoss()(mg.tensor([[1.0, 0.0]]), mg.tensor([[0.0, 2.0]]), mg.tensor([1]))
    tensor(1.)
    """

    def forward(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        return F.cosine_embedding_loss(input1, input2, target, margin=self.margin, reduction=self.reduction)


class SoftMarginLoss(_Loss):
    """ln(1 + e ** (-target * input)), with targets of 1 and -1 in the shape of the input; see F.soft_margin_loss.

    >>> nn.SoftMarginLoss()(mg.tensor([0.0]), mg.tensor([1.0]))
    tensor(0.6931)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return F.soft_margin_loss(input, target, reduction=self.reduction)


class TripletMarginLoss(_Loss):
    """max(0, d(anchor, positive) - d(anchor, negative) + margin), with d the p-norm of a difference + eps.

    (Balntas et al. 2016, Learning local feature descriptors with triplets.) See F.triplet_margin_loss.

    Args:
        margin: by how much the positive should be nearer, above 0; ValueError otherwise (default 1).
        p: the order of the norm (default 2).
        eps: added to each difference (default 1e-6).
        swap: whether the negative may be measured from the positive, where that is nearer (default False).
        size_average, reduce: deprecated words for `reduction`.
        reduction: "mean", "sum", or "none" for the losses of the single samples (default "mean").

    Anchor, positive and negative are (N, D) or (D,).

    >>> nn.TripletMarginLoss()(mg.zeros(1, 1), mg.full((1, 1), 2.0), mg.full((1, 1), 2.5))
    tensor(0.5000)
    """

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(size_average, reduce, reduction)
        if margin <= 0:
            raise ValueError(f"TripletMarginLoss: expected margin to be greater than 0, got {margin}")
        self.margin = margin
        self.p = p
        self.eps = eps
        self.swap = swap

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        return F.triplet_margin_loss(
            anchor, positive, negative, self.margin, self.p, self.eps, self.swap, reduction=self.reduction
        )


class TripletMarginWithDistanceLoss(_Loss):
    """TripletMarginLoss with a distance of one's own; see F.triplet_margin_with_distance_loss.

    Args:
        distance_function: a function or a module of two tensors; PairwiseDistance unless given.
        margin: by how much the positive should be nearer, above 0; ValueError otherwise (default 1).
        swap: whether the negative may be measured from the positive, where that is nearer (default False).
        reduction: "mean", "sum", or "none" for the losses of the single samples (default "mean").

    >>> loss = nn.TripletMarginWithDistanceLoss(distance_function=nn.CosineSimilarity())
    >>> loss(mg.ones(1, 2), mg.ones(1, 2), mg.ones(1, 2))
    tensor(1.)
    """

    distance_function: Callable[[Tensor, Tensor], Tensor]

    def __init__(
        self,
        *,
        distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction=reduction)
        if margin <= 0:
            raise ValueError(f"TripletMarginWithDistanceLoss: expected margin to be greater than 0, got {margin}")
        self.distance_function = PairwiseDistance() if distance_function is None else distance_function
        self.margin = margin
        self.swap = swap

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        return F.triplet_margin_with_distance_loss(
            anchor,
            positive,
            negative,
            distance_function=self.distance_function,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )


class MultiMarginLoss(_WeightedLoss):
    """The mean over the classes i of max(0, margin - x[y] + x[i]) ** p, but for the right one, y.

    See F.multi_margin_loss.

    Args:
        p: 1 or 2; ValueError for anything else (default 1).
        margin: by how much the right class should be above the others (default 1).
        weight: (C,), multiplies the losses of each class (default None).
        size_average, reduce: deprecated words for `reduction`.
        reduction: "mean", "sum", or "none" for the losses of the single samples (default "mean").

    Input (N, C) or (C,), target (N,) or () of integers.

    >>> nn.MultiMarginLoss()(mg.tensor([[0.5, 1.0]]), mg.tensor([1]))
    tensor(0.2500)
    """

    def __init__(
        self,
        p: int = 1,
        margin: float = 1.0,
        weight: Tensor | None = None,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(weight, size_average, reduce, reduction)
        if p not in (1, 2):
            raise ValueError(f"MultiMarginLoss: p is 1 or 2, got {p}")
        if weight is not None and weight.ndim != 1:
            raise ValueError(f"MultiMarginLoss: weight should have one dimension, got shape {tuple(weight.shape)}")
        self.p = p
        self.margin = margin

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return F.multi_margin_loss(input, target, self.p, self.margin, self.weight, reduction=self.reduction)


class MultiLabelMarginLoss(_Loss):
    """The sum over right classes y and wrong ones i of max(0, 1 - x[y] + x[i]), over C.

    See F.multilabel_margin_loss.

    Input (N, C) or (C,); target of the same shape holds class indices, up to the first -1 of each row.

    >>> nn.MultiLabelMarginLoss()(mg.tensor([[0.5, 1.0]]), mg.tensor([[1, -1]]))
    tensor(0.2500)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return F.multilabel_margin_loss(input, target, reduction=self.reduction)


class MultiLabelSoftMarginLoss(_WeightedLoss):
    """The mean over the last dimension of the binary cross entropy of sigmoid(input).

    See F.multilabel_soft_margin_loss.

    >>> nn.MultiLabelSoftMarginLoss()(mg.zeros(1, 3), mg.tensor([[1.0, 0.0, 1.0]]))
    tensor(0.6931)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        return F.multilabel_soft_margin_loss(input, target, self.weight, reduction=self.reduction)
