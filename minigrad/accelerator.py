"""What programs ask for whatever accelerator there is. There is none, and the answers say so."""

from __future__ import annotations

from typing import Any


def is_available() -> bool:
    """False: minigrad computes on the CPU."""
    return False


def device_count() -> int:
    """0."""
    return 0


def current_accelerator(check_available: bool = False) -> None:
    """None."""


def synchronize(device: Any = None) -> None:
    """Nothing: operations are done when they return."""


def empty_cache() -> None:
    """Nothing: there is no cache to empty."""


def memory_allocated(device: Any = None) -> int:
    """0."""
    return 0


max_memory_allocated = memory_reserved = max_memory_reserved = memory_allocated


def reset_peak_memory_stats(device: Any = None) -> None:
    """Nothing: there is nothing to count."""
