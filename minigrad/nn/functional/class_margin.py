"""Losses of classes with a margin: the output of the right class, or classes, should be above those of the others.

`reduction` is "mean", "sum", or "none" for the losses of the single samples; `size_average` and `reduce` are its
deprecated words.
"""

from __future__ import annotations

import numpy as np

from minigrad import ops
from minigrad.engine.node import array_of
from minigrad.errors import PlaceError, ShapeError
from minigrad.nn.functional.classification import class_indices, class_weights
from minigrad.nn.functional.reduction import check_same_shape, checked_reduction, reduced
from minigrad.ops.choice import mask
from minigrad.ops.indexing import gather_p
from minigrad.ops.loss import binary_cross_entropy_with_logits_p
from minigrad.ops.memory import floating
from minigrad.tensor import Tensor


def _rows(name: str, x: Tensor) -> Tensor:
    """x as (N, C) or (C,); a number is one class."""
    if x.ndim > 2 or 0 in x.shape[x.ndim - 1 :]:
        raise ShapeError(
            f"{name}: Expected non-empty vector or matrix with optional 0-dim batch size, but got: {list(x.shape)}"
        )
    return x if x.ndim else x.reshape((1,))


def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The mean over the classes i of max(0, margin - x[y] + x[i]) ** p, but for the right one, y.

    Args:
        input: x, (N, C) or (C,).
        target: y, (N,) or () of integers.
        p: 1 or 2; ValueError for anything else (default 1).
        margin: by how much x[y] should be above the others (default 1).
        weight: (C,), multiplies the losses of each class.
        size_average, reduce: deprecated words for `reduction`.
        reduction: "mean", "sum" or "none" (default "mean").

    >>> F.multi_margin_loss(mg.tensor([[0.5, 1.0]]), mg.tensor([1]))
    tensor(0.2500)
    """
    floating(input, "multi_margin_loss")
    if p not in (1, 2):
        raise ValueError(f"multi_margin_loss: p is 1 or 2, got {p}")
    reduction = checked_reduction(size_average, reduce, reduction)
    input = _rows("multi_margin_loss", input)
    if input.ndim == 1 and target.ndim == 1:
        input = input.reshape((1, -1))
    dim, places, _ = class_indices("multi_margin_loss", input, target)
    index = np.expand_dims(places, dim)
    weights = class_weights("multi_margin_loss", weight, input, dim)
    short = ops.relu(margin - gather_p(input, index=index, dim=dim) + input)
    terms = mask(short if p == 1 else short * short, np.arange(input.shape[dim]) != index)
    losses = ops.mean(terms, dim)
    return reduced(losses if weights is None else losses * weights[places], reduction)


def multilabel_margin_loss(
    input: Tensor, target: Tensor, size_average: bool | None = None, reduce: bool | None = None, reduction: str = "mean"
) -> Tensor:
    """The sum over right classes y and wrong ones i of max(0, 1 - x[y] + x[i]), over the number of classes.

    `input` x is (N, C) or (C,); `target` of the same shape holds class indices, and counts up to the first -1 of each
    row. `reduction` is "mean", "sum" or "none"; `size_average` and `reduce` are its deprecated words.

    >>> F.multilabel_margin_loss(mg.tensor([[0.5, 1.0]]), mg.tensor([[1, -1]]))
    tensor(0.2500)
    """
    floating(input, "multilabel_margin_loss")
    reduction = checked_reduction(size_average, reduce, reduction)
    check_same_shape("multilabel_margin_loss", input, target)
    input, target = _rows("multilabel_margin_loss", input), _rows("multilabel_margin_loss", target)
    places = array_of(target)
    classes = input.shape[-1]
    if places.dtype.kind not in "iu":
        raise RuntimeError(f"multilabel_margin_loss: expected class indices of an integer dtype, got {places.dtype}")
    if places.size and (places.min() < -1 or places.max() >= classes):
        reach = f"{places.min()} to {places.max()}"
        raise PlaceError(
            f"multilabel_margin_loss: targets are classes from 0 to {classes - 1}, or -1; they reach from {reach}"
        )
    named = np.logical_and.accumulate(places >= 0, axis=-1)
    right = (named[..., None] & (places[..., None] == np.arange(classes))).any(-2)
    index = np.where(named, places, 0)
    x_right = gather_p(input, index=index, dim=input.ndim - 1)
    short = ops.relu(1 - ops.unsqueeze(x_right, -1) + ops.unsqueeze(input, -2))
    terms = mask(short, named[..., :, None] & ~right[..., None, :])
    return reduced(ops.sum(terms, (-2, -1)) / classes, reduction)


def multilabel_soft_margin_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """The mean over the last dimension of the binary cross entropy of sigmoid(input), each times its `weight`.

    `input` and `target` are (*, C). `reduction` is "mean", "sum" or "none"; `size_average` and `reduce` are its
    deprecated words.

    >>> F.multilabel_soft_margin_loss(mg.zeros(1, 3), mg.tensor([[1.0, 0.0, 1.0]]))
    tensor(0.6931)
    """
    losses = binary_cross_entropy_with_logits_p(input, target)
    losses = ops.mean(losses if weight is None else losses * weight, -1)
    return reduced(losses, reduction, size_average, reduce)
