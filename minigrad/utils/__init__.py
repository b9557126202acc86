"""Around the framework: what training needs besides derivatives, layers and optimizers."""

from minigrad.types import show_types
from minigrad.utils import checkpoint, data, deterministic, hooks

__all__ = ["checkpoint", "data", "deterministic", "hooks"]

show_types(globals(), __all__)
