"""The Tensor, a file for each side of it: methods and operators, gradients, conversions, changes in place, printing."""

from minigrad.engine.hooks import RemovableHandle
from minigrad.tensor.memory import Size
from minigrad.tensor.tensor import Tensor

__all__ = ["RemovableHandle", "Size", "Tensor"]
