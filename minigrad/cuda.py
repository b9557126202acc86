"""What scripts ask before they use a GPU. There is none here, and the answers say so."""

from __future__ import annotations

from typing import Any


def is_available() -> bool:
    """False: minigrad computes on the CPU.

    >>> mg.cuda.is_available()
    False
    """
    return False


def device_count() -> int:
    """0.

    >>> mg.cuda.device_count()
    0
    """
    return 0


def manual_seed(seed: int) -> None:
    """Nothing: there is no generator on a GPU to seed."""


def manual_seed_all(seed: int) -> None:
    """Nothing: there is no generator on a GPU to seed."""


def empty_cache() -> None:
    """Nothing: there is no cache on a GPU to empty."""


def synchronize(device: Any = None) -> None:
    """Nothing: operations are done when they return."""
