"""Several steps of arithmetic under one name."""

from __future__ import annotations

from minigrad.ops.arithmetic import abs, add, where
from minigrad.ops.public import also_in_place
from minigrad.types import Number, Tensor

__all__ = [
    "addcdiv",
    "addcmul",
    "lerp",
]


@also_in_place
def addcmul(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """input + value * tensor1 * tensor2."""
    return add(input, tensor1 * tensor2, alpha=value)


@also_in_place
def addcdiv(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """input + value * tensor1 / tensor2."""
    return add(input, tensor1 / tensor2, alpha=value)


@also_in_place
def lerp(input: Tensor, end: Tensor, weight: Tensor | Number) -> Tensor:
    """input + weight * (end - input): from `input` at weight 0 to `end` at weight 1.

    It starts from the nearer of the two, so that it comes to both exactly.
    """
    way = end - input
    if not hasattr(weight, "dtype"):
        return input + weight * way if -0.5 < weight < 0.5 else end - way * (1 - weight)
    return where(abs(weight) < 0.5, input + weight * way, end - way * (1 - weight))
