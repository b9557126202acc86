"""Losses of classes, two or many: how little of its probability an output gives to what is right."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minigrad import ops
from minigrad.dtypes import Array, is_floating
from minigrad.engine.node import array_of, plain
from minigrad.errors import DTypeError, PlaceError, RankError, ShapeError
from minigrad.nn.functional.reduction import check_same_shape, named_reduction, reduced, signed
from minigrad.ops import loss
from minigrad.ops.choice import mask
from minigrad.ops.indexing import gather_p
from minigrad.ops.loss import binary_cross_entropy_p, binary_cross_entropy_with_logits_p
from minigrad.ops.memory import floating
from minigrad.tensor import Tensor


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """-weight[y] * input[y] for each class index y of `target`: minus the log-probability of what is right.

    Args:
        input: log-probabilities (N, C, *) or (C,).
        target: integers (N, *) or ().
        weight: (C,), multiplies the losses of each class, and the mean is then a weighted mean.
        size_average, reduce: deprecated words for `reduction`.
        ignore_index: targets that count nowhere (default -100).
        reduction: "mean", "sum", or "none" for the losses (N, *) (default "mean").

    ShapeError if shapes do not fit, IndexError for a class that is none.

    >>> F.nll_loss(mg.tensor([[-1.0, -2.0], [-3.0, -4.0]]), mg.tensor([1, 0]))
    tensor(2.5000)
    """
    dim, places, kept = class_indices("nll_loss", input, target, ignore_index)
    weights = class_weights("nll_loss", weight, input, dim)
    losses = -gather_p(input, index=_with_dim(places, dim), dim=dim).reshape(places.shape)
    return _reduced_kept(losses, places, kept, weights, named_reduction(size_average, reduce, reduction))


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """-ln softmax(input)[y] for each class index y of `target`: nll_loss of log_softmax, in one step.

    Args:
        input: any real numbers (N, C, *) or (C,).
        target: integers (N, *) or (), or probabilities in the shape of the input.
        weight: (C,), multiplies the losses of each class, and the mean is then a weighted mean.
        size_average, reduce: deprecated words for `reduction`.
        ignore_index: class indices that count nowhere (default -100).
        reduction: "mean", "sum", or "none" for the losses (N, *) (default "mean").
        label_smoothing: how much of the uniform distribution is mixed into the targets (Szegedy et al. 2015), from 0 to
            1.

    ShapeError if shapes do not fit, IndexError for a class that is none.

    >>> F.cross_entropy(mg.tensor([[0.0, 0.0, 0.0, 0.0]]), mg.tensor([2]))
    tensor(1.3863)
    """
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"cross_entropy: label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}")
    reduction = named_reduction(size_average, reduce, reduction)
    if target.shape == input.shape:
        return _soft_cross_entropy(input, target, weight, ignore_index, reduction, label_smoothing)
    dim, places, kept = class_indices("cross_entropy", input, target, ignore_index)
    weights = class_weights("cross_entropy", weight, input, dim)
    each = loss.cross_entropy(input, _with_dim(places, dim), dim)
    losses = _reduced_kept(each, places, kept, weights, reduction)
    if label_smoothing == 0:
        return losses
    logs = ops.log_softmax(input, dim)
    uniform = -ops.mean(logs if weights is None else logs * _along(weights, dim, input.ndim), dim)
    smooth = _reduced_kept(uniform, places, kept, weights, reduction, weighted=True)
    return (1 - label_smoothing) * losses + label_smoothing * smooth


def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Tensor:
    """-target * ln(input) - (1 - target) * ln(1 - input), with logarithms cut off at -100.

    Args:
        input: probabilities (*).
        target: probabilities of the same shape.
        weight: multiplies the losses.
        size_average, reduce: deprecated words for `reduction`.
        reduction: "mean", "sum", or "none" for the losses (*) (default "mean").

    ShapeError for another shape, RuntimeError for values outside [0, 1].

    >>> F.binary_cross_entropy(mg.tensor([0.5, 0.25]), mg.tensor([1.0, 0.0]), reduction="none")
    tensor([0.6931, 0.2877])
    """
    check_same_shape("binary_cross_entropy", input, target)
    for name, values in (("input", input), ("target", target)):
        array = values.array
        if array.size and not (array.min() >= 0 and array.max() <= 1):
            raise RuntimeError(
                f"binary_cross_entropy: all elements of {name} should be between 0 and 1, they reach from "
                f"{array.min()} to {array.max()}; use binary_cross_entropy_with_logits for outputs without a sigmoid"
            )
    losses = binary_cross_entropy_p(input, target)
    return reduced(_times(weight, losses), reduction, size_average, reduce)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """binary_cross_entropy of sigmoid(input), exact for inputs of any size.

    Args:
        input: any real numbers (*).
        target: probabilities of the same shape; ShapeError for another.
        weight: multiplies the losses.
        size_average, reduce: deprecated words for `reduction`.
        reduction: "mean", "sum", or "none" for the losses (*) (default "mean").
        pos_weight: multiplies only their positive parts, -target * ln sigmoid(input).

    >>> F.binary_cross_entropy_with_logits(mg.tensor([0.0, 200.0]), mg.tensor([1.0, 1.0]))
    tensor(0.3466)
    """
    floating(input, "binary_cross_entropy_with_logits")
    check_same_shape("binary_cross_entropy_with_logits", input, target)
    target = signed(target)
    if pos_weight is None:
        losses = binary_cross_entropy_with_logits_p(input, target)
    else:
        positive = 1 + _times(signed(pos_weight) - 1, target)
        losses = (1 - target) * input + positive * ops.softplus(-input, threshold=math.inf)
    return reduced(_times(weight, losses), reduction, size_average, reduce)


def _times(weight: Tensor | None, losses: Tensor) -> Tensor:
    """The losses multiplied by weights, which broadcast to their shape."""
    if weight is None:
        return losses
    weighted = losses * weight
    if weighted.shape != losses.shape:
        raise ShapeError(
            f"binary_cross_entropy: weights of shape {tuple(weight.shape)} do not broadcast to the losses: output with "
            f"shape {list(losses.shape)} doesn't match the broadcast shape {list(weighted.shape)}"
        )
    return weighted


def _soft_cross_entropy(
    input: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int, reduction: str, label_smoothing: float
) -> Tensor:
    dim = _class_dim("cross_entropy", input)
    if not is_floating(target.dtype):
        raise DTypeError(
            f"cross_entropy: Expected floating point type for target with class probabilities, got {target.dtype}: a "
            f"target of the input's shape {tuple(target.shape)} holds those; class indices have no dimension of classes"
        )
    if ignore_index >= 0:
        raise RuntimeError("cross_entropy: ignore_index is not supported for floating point target, of probabilities")
    weights = class_weights("cross_entropy", weight, input, dim)
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / input.shape[dim]
    if weights is not None:
        target = target * _along(weights, dim, input.ndim)
    losses = -ops.sum(ops.log_softmax(input, dim) * target, dim)
    if reduction == "mean":  # over the samples, also where there is but one without a batch
        return ops.sum(losses) / np.float64(losses.numel() if input.numel() else 0)  # of nothing NaN
    return reduced(losses, reduction)


def _class_dim(name: str, input: Tensor) -> int:
    """Where the classes are: dimension 1, or 0 if there is no batch."""
    if input.ndim == 0:
        raise RankError(f"{name}: input needs a dimension of classes, it is a scalar")
    return 1 if input.ndim > 1 else 0


def class_indices(
    name: str, input: Tensor, target: Tensor, ignore_index: int | None = None
) -> tuple[int, Array, Array | None]:
    """The dimension of the classes, the target with 0 for what is ignored, and where it is not; None if nowhere."""
    places = array_of(target)
    dim = _class_dim(name, input)
    wanted = (*input.shape[:dim], *input.shape[dim + 1 :])
    if input.ndim == 1 and places.shape == (1,):  # an input without a batch has one class, as a number or as a vector
        places = places.reshape(())
    if places.shape != wanted:
        batch = (
            f"Expected input batch_size ({wanted[0]}) to match target batch_size ({places.shape[0]}). "
            if (len(wanted) == places.ndim == 1)
            else f"0D or 1D target tensor expected, multi-target not supported. Got {list(places.shape)}. "
            if len(wanted) <= 1 < places.ndim
            else f"Expected target size {list(wanted)}, got {list(places.shape)}. "
        )
        raise ShapeError(f"{name}: {batch}An input {tuple(input.shape)} needs a target of shape {wanted}")
    if places.dtype.kind not in "iu":
        raise DTypeError(
            f"{name}: expected target dtype to be Long or Byte, or another of integers, class indices; "
            f"got {places.dtype}"
        )
    classes, kept = input.shape[dim], None
    inside = _are_classes(places, classes)
    if ignore_index is not None and (not inside or 0 <= ignore_index < classes):
        kept = places != ignore_index
        places = np.where(kept, places, 0)
        inside = _are_classes(places, classes)
    if not inside:
        bad = places[(places < 0) | (places >= classes)].flat[0]
        raise PlaceError(f"{name}: Target {bad} is out of bounds for {classes} classes")
    return dim, places, kept


def _with_dim(places: Array, dim: int) -> Array:
    """The places with size 1 for the dimension of the classes."""
    return places.reshape((*places.shape[:dim], 1, *places.shape[dim:]))


def _are_classes(places: Array, classes: int) -> bool:
    return not places.size or (places.min() >= 0 and places.max() < classes)


def class_weights(name: str, weight: Tensor | None, input: Tensor, dim: int) -> Any:
    """The weights in the input's dtype, an array unless they want a gradient; ShapeError unless one for each class."""
    if weight is None:
        return None
    if tuple(weight.shape) != (input.shape[dim],):
        raise ShapeError(
            f"{name}: weight tensor should be defined either for all {input.shape[dim]} classes or no classes but got "
            f"weight tensor of shape: {list(weight.shape)}"
        )
    return weight.to(input.dtype) if weight.requires_grad else plain(weight).astype(input.dtype, copy=False)


def _along(weights: Any, dim: int, ndim: int) -> Any:
    """One number for each class in a shape that broadcasts against (N, C, ...)."""
    return weights.reshape((1,) * dim + (-1,) + (1,) * (ndim - dim - 1))


def _reduced_kept(
    losses: Tensor, places: Array, kept: Array | None, weights: Any, reduction: str, *, weighted: bool = False
) -> Tensor:
    """The losses of class indices, reduced: ignored ones are 0, and the mean is over the weights of the others.

    `weighted`: the losses have been multiplied by their weights already.
    """
    if weights is None and kept is None:
        return reduced(losses, reduction)
    if kept is None:
        kept = np.ones(places.shape, bool)
    if weights is not None and not weighted:
        losses = losses * weights[places]
    losses = mask(losses, kept)
    if reduction == "mean":
        total = (kept if weights is None else mask(weights[places], kept)).sum()
        return ops.sum(losses) / (total if isinstance(total, Tensor) else float(total))
    return reduced(losses, reduction)
