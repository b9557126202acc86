"""Hooks in the order in which they are called, and the receipt for each: under the name where PyTorch has it."""

from __future__ import annotations

from typing import Any

from minigrad.engine.hooks import RemovableHandle

__all__ = ["RemovableHandle"]


def registered(hooks: dict[int, Any], hook: Any, prepend: bool = False) -> RemovableHandle:
    """Enter `hook` as the last of `hooks`, or with `prepend` as the first."""
    others = dict(hooks) if prepend else {}
    if prepend:
        hooks.clear()
    handle = RemovableHandle(hooks, hook)
    hooks.update(others)
    return handle
