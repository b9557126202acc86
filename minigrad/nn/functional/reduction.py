"""What becomes of the losses of single elements or samples: their mean, their sum, or the losses themselves.

PyTorch said this by two flags, `size_average` and `reduce`, before it had `reduction`; both are still taken, as there.
"""

from __future__ import annotations

import warnings

from minigrad import ops
from minigrad.errors import ShapeError
from minigrad.tensor import Tensor


def named_reduction(size_average: bool | None, reduce: bool | None, reduction: str) -> str:
    """`reduction`, or what the older flags mean where one of them is given; a UserWarning says what to write."""
    if size_average is None and reduce is None:
        return reduction
    average, one = size_average is not False, reduce is not False
    meant = ("mean" if average else "sum") if one else "none"
    warnings.warn(f"size_average and reduce are deprecated, please use reduction={meant!r} instead.", stacklevel=4)
    return meant


def checked_reduction(size_average: bool | None, reduce: bool | None, reduction: str) -> str:
    """As `named_reduction`; ValueError for a name that is none of three."""
    reduction = named_reduction(size_average, reduce, reduction)
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction: it is 'none', 'mean' or 'sum'")
    return reduction


def reduced(losses: Tensor, reduction: str, size_average: bool | None = None, reduce: bool | None = None) -> Tensor:
    """The losses, reduced to one number unless `reduction` is "none"; ValueError for a name that is none of three."""
    reduction = checked_reduction(size_average, reduce, reduction)
    if reduction == "none":
        return losses
    return ops.mean(losses) if reduction == "mean" else ops.sum(losses)


def reduced_by_weight(
    name: str, losses: Tensor, weight: Tensor | None, reduction: str, size_average: bool | None, reduce: bool | None
) -> Tensor:
    """As `reduced`, each loss times its `weight` where there is one; the mean is then the weighted mean."""
    if weight is None:
        return reduced(losses, reduction, size_average, reduce)
    if weight.shape != losses.shape:
        shapes = f"{tuple(weight.shape)} and {tuple(losses.shape)}"
        raise ShapeError(f"{name}: weight and input must have the same shape, but got {shapes}")
    reduction = named_reduction(size_average, reduce, reduction)
    if reduction == "mean":
        return ops.sum(losses * weight) / ops.sum(weight)
    return reduced(losses * weight, reduction)


def broadcast_together(name: str, input: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Both in one shape; a UserWarning where the shapes differ, which is seldom what is meant."""
    if input.shape != target.shape:
        warnings.warn(
            f"{name}: Using a target size {tuple(target.shape)} that is different to the input size "
            f"{tuple(input.shape)}. They broadcast, which is seldom what is meant. Please ensure they have the same "
            "size.",
            stacklevel=3,
        )
        input, target = ops.broadcast_tensors(input, target)
    return input, target


def signed(x: Tensor) -> Tensor:
    """x in a dtype in which no difference wraps around."""
    return x.long() if x.dtype.kind == "u" else x


def check_same_shape(name: str, input: Tensor, target: Tensor) -> None:
    """ShapeError where two shapes differ."""
    if input.shape != target.shape:
        raise ShapeError(
            f"{name}: Using a target size {tuple(target.shape)} that is different to the input size "
            f"{tuple(input.shape)}. It must be the same as the input size."
        )
