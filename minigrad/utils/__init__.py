"""Around the framework: what training needs besides derivatives, layers and optimizers."""

from minigrad.utils import data

__all__ = ["data"]
