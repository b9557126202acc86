"""The CPU as PyTorch has it beside accelerators, under the names of `torch.cpu`: always there, and never behind."""

from __future__ import annotations

from typing import Any

from minigrad import amp

__all__ = ["amp", "current_device", "device_count", "is_available", "synchronize"]


def is_available() -> bool:
    """True."""
    return True


def device_count() -> int:
    """1: all cores are one device."""
    return 1


def current_device() -> str:
    """The name of the device."""
    return "cpu"


def synchronize(device: Any = None) -> None:
    """Nothing: operations are done when they return."""
