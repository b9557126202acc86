"""Losses: how far an output is from what it should be.

`reduction` says what becomes of the losses of the single elements or samples: their "mean", their "sum", or "none" for
the losses themselves. It is given by name only. (PyTorch's older `size_average` and `reduce` are not taken.)
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from minigrad import ops
from minigrad.autograd.node import Variable
from minigrad.dtypes import Array, is_floating
from minigrad.errors import ShapeError
from minigrad.ops.arithmetic import mask
from minigrad.ops.indexing import gather_along
from minigrad.ops.loss import binary_cross_entropy_of, binary_cross_entropy_with_logits_of, squared_error


def _reduced(losses: Any, reduction: str) -> Any:
    if reduction == "mean":
        return ops.mean(losses)
    if reduction == "sum":
        return ops.sum(losses)
    if reduction == "none":
        return losses
    raise ValueError(f"{reduction} is not a valid value for reduction: it is 'none', 'mean' or 'sum'")


def mse_loss(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """(input - target) ** 2. Both should have the same shape: otherwise they broadcast, and a UserWarning says so."""
    _warn_of_broadcasting("mse_loss", input, target)
    return _reduced(squared_error(input, target), reduction)


def l1_loss(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """|input - target|. Both should have the same shape: otherwise they broadcast, and a UserWarning says so."""
    _warn_of_broadcasting("l1_loss", input, target)
    return _reduced(ops.abs(input - target), reduction)


def _warn_of_broadcasting(name: str, input: Any, target: Any) -> None:
    if input.shape != target.shape:
        warnings.warn(
            f"{name}: the target has shape {tuple(target.shape)} and the input {tuple(input.shape)}; they broadcast, "
            "which is seldom what is meant. Give both the same shape.",
            stacklevel=3,
        )


def binary_cross_entropy(input: Any, target: Any, weight: Any = None, *, reduction: str = "mean") -> Any:
    """-target * ln(input) - (1 - target) * ln(1 - input), both of one shape and within [0, 1].

    Logarithms are cut off at -100. `weight` multiplies the losses. RuntimeError for values outside [0, 1].
    """
    _same_shape("binary_cross_entropy", input, target)
    for name, values in (("input", input), ("target", target)):
        array = values.array
        if array.size and not (array.min() >= 0 and array.max() <= 1):
            raise RuntimeError(
                f"binary_cross_entropy: all elements of {name} should be between 0 and 1, they reach from "
                f"{array.min()} to {array.max()}; use binary_cross_entropy_with_logits for outputs without a sigmoid"
            )
    losses = binary_cross_entropy_of(input, target)
    return _reduced(losses if weight is None else losses * weight, reduction)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, *, reduction: str = "mean", pos_weight: Any = None
) -> Any:
    """binary_cross_entropy of sigmoid(input), exact for inputs of any size; both of one shape.

    `weight` multiplies the losses, and `pos_weight` only their positive parts, -target * ln sigmoid(input).
    """
    _same_shape("binary_cross_entropy_with_logits", input, target)
    if pos_weight is None:
        losses = binary_cross_entropy_with_logits_of(input, target)
    else:
        positive = 1 + (pos_weight - 1) * target
        losses = (1 - target) * input + positive * ops.softplus(-input, threshold=math.inf)
    return _reduced(losses if weight is None else losses * weight, reduction)


def _same_shape(name: str, input: Any, target: Any) -> None:
    if input.shape != target.shape:
        shapes = f"{tuple(target.shape)} and {tuple(input.shape)}"
        raise ShapeError(f"{name}: target and input must have the same shape, but got {shapes}")


def nll_loss(input: Any, target: Any, weight: Any = None, *, ignore_index: int = -100, reduction: str = "mean") -> Any:
    """Minus the log-probability that `input` (N, C, ...) or (C,) gives to the classes `target` (N, ...) or ().

    `weight` (C,) multiplies the losses of each class, and the mean is then a weighted mean. Targets equal to
    `ignore_index` count nowhere.
    """
    dim, places, kept = _class_indices("nll_loss", input, target, ignore_index)
    return _nll(input, dim, places, kept, _class_weights("nll_loss", weight, input, dim), reduction)


def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """nll_loss of log_softmax(input), with `input` (N, C, ...) or (C,) any real numbers.

    `target` are class indices, as in nll_loss, or probabilities in the shape of the input. `label_smoothing` mixes so
    much of the uniform distribution into them (Szegedy et al. 2015).
    """
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"cross_entropy: label_smoothing must be between 0 and 1, got {label_smoothing}")
    if target.shape == input.shape:
        return _soft_cross_entropy(input, target, weight, ignore_index, reduction, label_smoothing)
    dim, places, kept = _class_indices("cross_entropy", input, target, ignore_index)
    weights = _class_weights("cross_entropy", weight, input, dim)
    logs = ops.log_softmax(input, dim)
    losses = _nll(logs, dim, places, kept, weights, reduction)
    if label_smoothing == 0:
        return losses
    uniform = -ops.mean(logs if weights is None else logs * _along(weights, dim, input.ndim), dim)
    smooth = _reduced_kept(uniform, places, kept, weights, reduction)
    return (1 - label_smoothing) * losses + label_smoothing * smooth


def _soft_cross_entropy(
    input: Any, target: Any, weight: Any, ignore_index: int, reduction: str, label_smoothing: float
) -> Any:
    dim = _class_dim("cross_entropy", input)
    if not is_floating(target.dtype):
        raise RuntimeError(
            f"cross_entropy: a target of the input's shape {tuple(target.shape)} holds probabilities, expected to be "
            f"floating point, not {target.dtype}; class indices have no dimension of classes"
        )
    if ignore_index >= 0:
        raise RuntimeError("cross_entropy: ignore_index is not supported for a target of probabilities")
    weights = _class_weights("cross_entropy", weight, input, dim)
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / input.shape[dim]
    if weights is not None:
        target = target * _along(weights, dim, input.ndim)
    return _reduced(-ops.sum(ops.log_softmax(input, dim) * target, dim), reduction)


def _class_dim(name: str, input: Any) -> int:
    """Where the classes are: dimension 1, or 0 if there is no batch."""
    if input.ndim == 0:
        raise ShapeError(f"{name}: input needs a dimension of classes, it is a scalar")
    return 1 if input.ndim > 1 else 0


def _class_indices(name: str, input: Any, target: Any, ignore_index: int) -> tuple[int, Array, Array]:
    """The dimension of the classes, the target with 0 for what is ignored, and where it is not."""
    places = target.array if isinstance(target, Variable) else np.asarray(target)
    dim = _class_dim(name, input)
    wanted = (*input.shape[:dim], *input.shape[dim + 1 :])
    if places.shape != wanted:
        raise ShapeError(f"{name}: input {tuple(input.shape)} needs a target of shape {wanted}, got {places.shape}")
    if places.dtype.kind not in "iu":
        raise RuntimeError(f"{name}: expected class indices of an integer dtype as target, but got {places.dtype}")
    kept = places != ignore_index
    places = np.where(kept, places, 0)
    if places.size and (places.min() < 0 or places.max() >= input.shape[dim]):
        bad = places[(places < 0) | (places >= input.shape[dim])].flat[0]
        raise IndexError(f"{name}: Target {bad} is out of bounds for {input.shape[dim]} classes")
    return dim, places, kept


def _class_weights(name: str, weight: Any, input: Any, dim: int) -> Array | None:
    if weight is None:
        return None
    if tuple(weight.shape) != (input.shape[dim],):
        raise ShapeError(
            f"{name}: weight should have shape ({input.shape[dim]},), a number a class, got {tuple(weight.shape)}"
        )
    array = weight.array if isinstance(weight, Variable) else weight
    return array.astype(input.dtype, copy=False)


def _along(weights: Array, dim: int, ndim: int) -> Array:
    """One number for each class in a shape that broadcasts against (N, C, ...)."""
    return weights.reshape((1,) * dim + (-1,) + (1,) * (ndim - dim - 1))


def _nll(logs: Any, dim: int, places: Array, kept: Array, weights: Array | None, reduction: str) -> Any:
    losses = -gather_along(logs, index=np.expand_dims(places, dim), dim=dim).reshape(places.shape)
    if weights is not None:
        losses = losses * weights[places]
    return _reduced_kept(losses, places, kept, weights, reduction)


def _reduced_kept(losses: Any, places: Array, kept: Array, weights: Array | None, reduction: str) -> Any:
    """The losses of class indices, reduced: ignored ones are 0, and the mean is over the weights of the others."""
    if weights is None and kept.all():
        return _reduced(losses, reduction)
    losses = mask(losses, kept)
    if reduction == "mean":
        return ops.sum(losses) / float((kept if weights is None else weights[places] * kept).sum())
    return _reduced(losses, reduction)
