"""The Tensor, a file for each side of it: methods and operators, gradients, conversions, changes in place, printing."""

from minigrad.engine.hooks import RemovableHandle
from minigrad.tensor.tensor import Size, Tensor

__all__ = ["RemovableHandle", "Size", "Tensor"]
