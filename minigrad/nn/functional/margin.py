"""Losses with a margin: once an output is on the right side by so much, nothing more is asked of it.

`reduction` is "mean", "sum", or "none" for the losses of the single samples; `size_average` and `reduce` are its
deprecated words.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from minigrad import ops
from minigrad.errors import ShapeError
from minigrad.nn.functional.distance import pairwise_distance
from minigrad.nn.functional.reduction import check_same_shape, reduced, signed
from minigrad.tensor import Tensor


def _hinge(x: Tensor) -> Tensor:
    return ops.clamp(x, min=0)


def hinge_embedding_loss(
    input: Tensor,
    target: Tensor,
    margin: float = 1.0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """`input`, a distance, where `target` is 1; max(0, `margin` - input) where it is -1; both of one shape.

    `reduction` is "mean", "sum" or "none"; `size_average` and `reduce` are its deprecated words.

    >>> F.hinge_embedding_loss(mg.tensor([0.5, 0.25]), mg.tensor([1, -1]))
    tensor(0.6250)
    """
    apart = ops.where(target == 1, 0.0, _hinge(margin - input))
    together = ops.where(target == -1, 0.0, input)
    return reduced(apart + together, reduction, size_average, reduce)


def margin_ranking_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """max(0, `margin` - target * (input1 - input2)).

    `input1` should be larger where `target` is 1, `input2` where it is -1; ShapeError unless all have as many
    dimensions. `reduction` is "mean", "sum" or "none"; `size_average` and `reduce` are its deprecated words.

    >>> F.margin_ranking_loss(mg.tensor([2.0]), mg.tensor([1.5]), mg.tensor([1]), margin=1.0)
    tensor(0.5000)
    """
    if not input1.ndim == input2.ndim == target.ndim:
        raise ShapeError(
            f"margin_ranking_loss: the inputs and the target should have the same number of dimensions, got shapes "
            f"{tuple(input1.shape)}, {tuple(input2.shape)} and {tuple(target.shape)}"
        )
    input1, input2, target = (signed(each) for each in (input1, input2, target))
    return reduced(_hinge(float(margin) - target * (input1 - input2)), reduction, size_average, reduce)


def soft_margin_loss(
    input: Tensor, target: Tensor, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean"
) -> Tensor:
    """ln(1 + e ** (-target * input)), of `input` and a `target` of 1 and -1 in one shape.

    `reduction` is "mean", "sum" or "none"; `size_average` and `reduce` are its deprecated words.

    >>> F.soft_margin_loss(mg.tensor([0.0]), mg.tensor([1.0]))
    tensor(0.6931)
    """
    check_same_shape("soft_margin_loss", input, target)
    return reduced(ops.softplus(-signed(target) * input, threshold=math.inf), reduction, size_average, reduce)


def cosine_embedding_loss(
    input1: Tensor,
    input2: Tensor,
    target: Tensor,
    margin: float = 0,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """1 - cos where `target` (N,) is 1, max(0, cos - `margin`) where it is -1.

    cos is that of the angle between the rows of `input1` and `input2` (N, D); or two vectors (D,) and a target without
    dimensions. `reduction` is "mean", "sum" or "none"; `size_average` and `reduce` are its deprecated words.

    >>> F.cosine_embedding_loss(mg.tensor([[1.0, 0.0]]), mg.tensor([[0.0, 2.0]]), mg.tensor([1]))
    tensor(1.)
    """
    if target.ndim > 1:
        raise ShapeError(f"cosine_embedding_loss: 0D or 1D target tensor expected, got shape {tuple(target.shape)}")
    if not input1.ndim == input2.ndim == target.ndim + 1:
        raise ShapeError(
            f"cosine_embedding_loss: {target.ndim}D target tensor expects {target.ndim + 1}D input tensors, but found "
            f"inputs {tuple(input1.shape)} and {tuple(input2.shape)}, target {tuple(target.shape)}"
        )
    least = 1e-12  # keeps the derivative at a zero vector finite
    lengths = (ops.sum(input1 * input1, -1) + least) * (ops.sum(input2 * input2, -1) + least)
    cosine = ops.sum(input1 * input2, -1) / ops.sqrt(lengths)
    together = ops.where(target == 1, 1 - cosine, 0.0)
    apart = ops.where(target == -1, _hinge(cosine - margin), 0.0)
    return reduced(together + apart, reduction, size_average, reduce)


def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """max(0, d(anchor, positive) - d(anchor, negative) + margin), with d the p-norm of a difference + eps.

    Args:
        anchor: (N, D) or (D,).
        positive: what should be near, in the same shape.
        negative: what should be farther, in the same shape.
        margin: by how much, above 0; ValueError otherwise (default 1).
        p: the order of the norm (default 2).
        eps: added to each difference (default 1e-6).
        swap: whether the negative may be measured from the positive, where that is nearer (Balntas et al. 2016).
        size_average, reduce: deprecated words for `reduction`.
        reduction: "mean", "sum" or "none" (default "mean").

    >>> F.triplet_margin_loss(mg.zeros(1, 1), mg.full((1, 1), 2.0), mg.full((1, 1), 2.5))
    tensor(0.5000)
    """
    if margin <= 0:
        raise ValueError(f"triplet_margin_loss: margin must be greater than 0, got {margin}")

    def distance(a: Any, b: Any) -> Any:
        return pairwise_distance(a, b, p, eps)

    losses = _triplet("triplet_margin_loss", anchor, positive, negative, distance, margin, swap)
    return reduced(losses, reduction, size_average, reduce)


def triplet_margin_with_distance_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    distance_function: Callable[[Any, Any], Any] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """triplet_margin_loss of `anchor`, `positive` and `negative` with a distance of one's own.

    `distance_function` takes two tensors; it is pairwise_distance unless given. `margin`, `swap` and `reduction` are
    those of triplet_margin_loss.

    >>> F.triplet_margin_with_distance_loss(mg.ones(1, 2), mg.ones(1, 2), mg.ones(1, 2))
    tensor(1.)
    """
    name = "triplet_margin_with_distance_loss"
    if margin <= 0:
        raise ValueError(f"{name}: margin must be greater than 0, got {margin}")
    return reduced(
        _triplet(name, anchor, positive, negative, distance_function or pairwise_distance, margin, swap), reduction
    )


def _triplet(
    name: str,
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    distance: Callable[[Any, Any], Any],
    margin: float,
    swap: bool,
) -> Tensor:
    if not anchor.ndim == positive.ndim == negative.ndim:
        raise ShapeError(
            f"{name}: anchor, positive and negative should have the same number of dimensions, got shapes "
            f"{tuple(anchor.shape)}, {tuple(positive.shape)} and {tuple(negative.shape)}"
        )
    near, far = distance(anchor, positive), distance(anchor, negative)
    if swap:
        far = ops.minimum(far, distance(positive, negative))
    return _hinge(margin + near - far)
