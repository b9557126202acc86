"""What programs print of the library that they run on: `torch.__config__`."""

from __future__ import annotations

import numpy as np

from minigrad.settings import get_num_threads


def show() -> str:
    """A line on what computes."""
    return f"minigrad on NumPy {np.__version__}"


def parallel_info() -> str:
    """A line on the threads."""
    return f"threads: {get_num_threads()}"
