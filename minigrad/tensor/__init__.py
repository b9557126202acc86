"""The Tensor, a file for each side of it: its state and gradients, operators, methods, conversions, printing."""

from minigrad.tensor.handle import RemovableHandle
from minigrad.tensor.size import Size
from minigrad.tensor.tensor import Tensor

__all__ = ["RemovableHandle", "Size", "Tensor"]
