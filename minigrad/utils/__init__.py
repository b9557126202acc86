"""Around the framework: what training needs besides derivatives, layers and optimizers."""

from minigrad.utils import checkpoint, data, hooks

__all__ = ["checkpoint", "data", "hooks"]
