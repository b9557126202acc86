"""PyTorch's place for functions of one's own; the engine's `function` is where they are made."""

from minigrad.engine.function import Context as FunctionCtx
from minigrad.engine.function import Function, once_differentiable

__all__ = ["Function", "FunctionCtx", "InplaceFunction", "once_differentiable"]


class InplaceFunction(Function):
    """A Function that may work in place: what older ones derive from."""
