"""What scripts ask before they use a GPU. There is none here, and the answers say so."""

from __future__ import annotations

from typing import Any

from minigrad import amp as amp


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


def is_initialized() -> bool:
    """False."""
    return False


def is_bf16_supported(including_emulation: bool = True) -> bool:
    """False."""
    return False


def current_device() -> int:
    """RuntimeError: there is no GPU. Scripts ask `is_available()` first."""
    raise RuntimeError("current_device: no GPU is available: minigrad computes on the CPU only")


def memory_allocated(device: Any = None) -> int:
    """0."""
    return 0


def max_memory_allocated(device: Any = None) -> int:
    """0."""
    return 0


def memory_reserved(device: Any = None) -> int:
    """0."""
    return 0


def reset_peak_memory_stats(device: Any = None) -> None:
    """Nothing: no memory of a GPU is counted."""
