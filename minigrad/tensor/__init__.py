"""The Tensor, a file for each side of it: methods and operators, gradients, conversions, changes in place, printing."""

from minigrad.tensor.data import Size
from minigrad.tensor.gradients import RemovableHandle
from minigrad.tensor.tensor import Tensor

__all__ = ["RemovableHandle", "Size", "Tensor"]
