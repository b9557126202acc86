"""Gradients kept from being too large, between backward and the optimizer's step."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from minigrad.engine.node import Variable
from minigrad.errors import ShapeError
from minigrad.tensor import Tensor

__all__ = [
    "clip_grad_norm",
    "clip_grad_norm_",
    "clip_grad_value_",
    "clip_grads_with_norm_",
    "get_total_norm",
]


def get_total_norm(
    tensors: Tensor | Iterable[Tensor],
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """The norm of all elements of all tensors together, as a tensor without dimensions.

    Args:
        tensors: one tensor, or several.
        norm_type: the order of the norm; may be math.inf (default 2).
        error_if_nonfinite: whether a norm that is infinite or NaN is a RuntimeError (default False).
        foreach: accepted and without effect.

    >>> nn.utils.get_total_norm([mg.tensor([3.0]), mg.tensor([4.0])])
    tensor(5.)
    """
    norm_type = float(norm_type)
    arrays = [each.array for each in ([tensors] if isinstance(tensors, Tensor) else tensors)]
    if not arrays:
        return Variable.wrap(np.zeros((), np.float32))
    if (norm_type < 0 or norm_type == math.inf) and not all(each.size for each in arrays):
        raise ShapeError(f"get_total_norm: the norm of order {norm_type} of a tensor without elements is not defined")
    norms = np.array([np.linalg.norm(each.reshape(-1), norm_type) if each.size else 0 for each in arrays])
    total = np.linalg.norm(norms, norm_type)
    if error_if_nonfinite and not math.isfinite(total):
        raise RuntimeError(
            f"The total norm of order {norm_type} for gradients is non-finite, so they cannot be clipped by it; "
            "to clip nevertheless pass error_if_nonfinite=False"
        )
    return Variable.wrap(np.asarray(total, np.result_type(*arrays)))


def clip_grads_with_norm_(
    parameters: Tensor | Iterable[Tensor], max_norm: float, total_norm: Tensor, foreach: bool | None = None
) -> None:
    """Multiply all gradients by max_norm / total_norm, in place, where that is less than 1.

    Args:
        parameters: one tensor, or several; those without a gradient are left out.
        max_norm: the largest norm.
        total_norm: the norm that the gradients have, as get_total_norm says.
        foreach: accepted and without effect.
    """
    factor = np.minimum(float(max_norm) / (total_norm.array.astype(np.float64) + 1e-6), 1.0)
    for grad in _gradients(parameters):
        grad.array *= factor.astype(grad.dtype)


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scale all gradients, in place, so that the norm of all of them together is at most `max_norm`.

    So do Pascanu et al. (2013).

    Args:
        parameters: one tensor, or several; those without a gradient are left out.
        max_norm: the largest norm.
        norm_type: the order of the norm; may be math.inf (default 2).
        error_if_nonfinite: whether a norm that is infinite or NaN is a RuntimeError (default False).
        foreach: accepted and without effect.

    Returns the norm that they had.

    >>> w = mg.tensor([1.0, 1.0], requires_grad=True)
    >>> (w * mg.tensor([3.0, 4.0])).sum().backward()
    >>> nn.utils.clip_grad_norm_([w], 1.0), w.grad
    (tensor(5.), tensor([0.6000, 0.8000]))
    """
    parameters = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    total = get_total_norm(_gradients(parameters), norm_type, error_if_nonfinite, foreach)
    clip_grads_with_norm_(parameters, max_norm, total, foreach)
    return total


def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float, foreach: bool | None = None) -> None:
    """Keep each element of all gradients between -clip_value and clip_value, in place.

    Args:
        parameters: one tensor, or several; those without a gradient are left out.
        clip_value: the largest absolute value.
        foreach: accepted and without effect.

    >>> w = mg.tensor([1.0, 1.0], requires_grad=True)
    >>> (w * mg.tensor([3.0, -0.5])).sum().backward()
    >>> nn.utils.clip_grad_value_([w], 1.0)
    >>> w.grad
    tensor([ 1.0000, -0.5000])
    """
    for grad in _gradients(parameters):
        np.clip(grad.array, -clip_value, clip_value, out=grad.array)


def _gradients(parameters: Tensor | Iterable[Tensor]) -> list[Tensor]:
    """The gradients that there are."""
    given = [parameters] if isinstance(parameters, Tensor) else parameters
    return [each.grad for each in given if each.grad is not None]


clip_grad_norm = clip_grad_norm_  # its name of old
