"""PyTorch's place for functions of one's own; the engine's `function` is where they are made."""

from minigrad.engine.function import Function, once_differentiable

__all__ = ["Function", "once_differentiable"]
