"""PyTorch's place for what has to do with graphs themselves."""

from minigrad.engine.node import Leaf, Node, Variable
from minigrad.engine.saved import disable_saved_tensors_hooks, save_on_cpu, saved_tensors_hooks

__all__ = ["Leaf", "Node", "Variable", "disable_saved_tensors_hooks", "save_on_cpu", "saved_tensors_hooks"]
