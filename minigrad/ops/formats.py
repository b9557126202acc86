"""Copies of tensors, and the order in which their axes lie in memory: numbers and history stay what they are."""

from __future__ import annotations

from typing import Any

from minigrad.engine.node import array_of
from minigrad.layouts import format_of, memory_format, preserve_format
from minigrad.ops.arrangement import movedim
from minigrad.ops.memory import clone_p, contiguous
from minigrad.types import Tensor

__all__ = ["clone"]


def clone(input: Tensor, *, memory_format: memory_format = preserve_format) -> Tensor:
    """A copy with memory of its own, through which the gradient passes, in the order of a `memory_format`.

    >>> mg.clone(mg.tensor([1.0, 2.0]))
    tensor([1., 2.])
    """
    laid = in_format(input, memory_format or preserve_format)
    return clone_p(input) if laid is input else laid


def in_format(input: Tensor, format: memory_format) -> Tensor:
    """`input` where it lies in this order, else a copy that does. RuntimeError for another number of dimensions."""
    if not isinstance(format, memory_format):
        raise TypeError(f"argument 'memory_format' must be minigrad.memory_format, not {type(format).__name__}")
    array = array_of(input)
    if format.ndim not in (None, array.ndim):
        raise RuntimeError(f"required rank {format.ndim} tensor to use {format.name} format, got shape {array.shape}")
    if format is preserve_format or format.order(array).flags.c_contiguous:
        return input
    return contiguous(input) if format.ndim is None else movedim(contiguous(movedim(input, 1, -1)), -1, 1)


def lying_as(result: Tensor, source: Any) -> Tensor:
    """`result` with the channels last in memory where `source` has them so, else contiguous."""
    return in_format(result, format_of(array_of(source)))
