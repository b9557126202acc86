"""Files: states of models and optimizers on disk, and a way to write any file whole or not at all."""

from minigrad.io.archive import load, save
from minigrad.io.atomic import atomic_write
from minigrad.types import show_types

__all__ = ["atomic_write", "load", "save"]

show_types(globals(), __all__)
