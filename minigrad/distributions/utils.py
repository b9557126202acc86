"""What several distributions share: parameters of one shape, probabilities and their logits, properties on demand."""

from __future__ import annotations

import numbers
import operator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad.autograd import enable_grad
from minigrad.creation import tensor
from minigrad.ops import broadcast_tensors, log, log1p, sigmoid, softmax
from minigrad.random.factories import randn
from minigrad.tensor import Size, Tensor
from minigrad.types import Number

__all__ = [
    "as_shape",
    "broadcast_all",
    "clamp_probs",
    "lazy_property",
    "logits_to_probs",
    "probs_or_logits",
    "probs_to_logits",
    "sum_rightmost",
]


if TYPE_CHECKING:
    lazy_property = cached_property
else:

    class lazy_property(cached_property):  # noqa: N801  PyTorch's name
        """A property `func`, computed when first asked for, and recorded even if that happens under `no_grad`."""

        def __get__(self, instance: object, owner: type[Any] | None = None) -> Any:
            with enable_grad():
                return super().__get__(instance, owner)


def broadcast_all(*values: Tensor | Number) -> list[Tensor]:
    """`values`, tensors or numbers, as tensors of one shape; numbers get the dtype of the first tensor."""
    for value in values:
        if not isinstance(value, (Tensor, numbers.Number)):
            raise ValueError(
                "Input arguments must all be instances of Number or Tensor, "
                f"one of them is {type(value).__name__}: {value!r:.60}"
            )
    dtype = next((value.dtype for value in values if isinstance(value, Tensor)), None)
    if dtype is None:
        values = tuple(float(value) for value in values)
    return list(broadcast_tensors(*(v if isinstance(v, Tensor) else tensor(v, dtype=dtype) for v in values)))


def probs_or_logits(probs: Tensor | Number | None, logits: Tensor | Number | None) -> tuple[str, Tensor | Number]:
    """The name and the value of the one that is given; ValueError unless exactly one is."""
    if probs is not None and logits is None:
        return "probs", probs
    if logits is not None and probs is None:
        return "logits", logits
    raise ValueError("Either `probs` or `logits` must be specified, but not both.")


def as_shape(sample_shape: Any) -> Size:
    """`sample_shape` as a shape; TypeError if it is no sequence of integers, ValueError if one is negative."""
    try:
        shape = Size(operator.index(size) for size in sample_shape)
    except TypeError:
        raise TypeError(
            f"sample: sample_shape must be a sequence of integers, such as (3,), not {sample_shape!r:.60}"
        ) from None
    if min(shape, default=0) < 0:
        raise ValueError(f"sample: sample_shape cannot have negative sizes, got {tuple(shape)}")
    return shape


def sum_rightmost(value: Tensor, dim: int) -> Tensor:
    """The sum over the last `dim` axes."""
    return value.flatten(-dim).sum(-1) if dim else value


_sum_rightmost = sum_rightmost  # PyTorch's name, which libraries import


def logits_to_probs(logits: Tensor, is_binary: bool = False) -> Tensor:
    """Probabilities: of log odds if `is_binary`, else of logarithms of weights along the last axis."""
    return sigmoid(logits) if is_binary else softmax(logits, dim=-1)


def clamp_probs(probs: Tensor) -> Tensor:
    """Probabilities in the open interval from 0 to 1, at least the dtype's eps away from both."""
    eps = float(np.finfo(probs.dtype).eps)
    return probs.clamp(min=eps, max=1 - eps)


def probs_to_logits(probs: Tensor, is_binary: bool = False) -> Tensor:
    """Log odds if `is_binary`, else logarithms; of clamped probabilities, so that none is infinite."""
    clamped = clamp_probs(probs)
    return log(clamped) - log1p(-clamped) if is_binary else log(clamped)


def _standard_normal(shape: Any, dtype: Any, device: Any) -> Tensor:
    """Samples of a normal distribution: what distributions of other packages draw theirs from."""
    return randn(shape, dtype=dtype, device=device)
