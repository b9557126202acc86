"""Data to learn from: 5,000 handwritten digits in the package, and a reader of the full MNIST files."""

from minigrad.datasets.idx import read_idx
from minigrad.datasets.mnist import Digits, mnist, mnist5k
from minigrad.types import show_types

__all__ = ["Digits", "mnist", "mnist5k", "read_idx"]

show_types(globals(), __all__)
