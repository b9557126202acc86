"""PyTorch's place for what has to do with graphs themselves."""

from minigrad.autograd.node import Leaf, Node, Variable
from minigrad.autograd.saving import saved_tensors_hooks

__all__ = ["Leaf", "Node", "Variable", "saved_tensors_hooks"]
