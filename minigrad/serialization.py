"""What programs say before PyTorch reads files: which classes to trust. Files here run no code, whoever is trusted."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

from minigrad.io import load as load
from minigrad.io import save as save

DEFAULT_PROTOCOL = 2
"""The version of Python's pickles that PyTorch writes; no file here has one."""

_trusted: list[Any] = []


def add_safe_globals(safe_globals: Sequence[Any]) -> None:
    """Remember these classes and functions for `get_safe_globals`."""
    _trusted.extend(each for each in safe_globals if each not in _trusted)


def get_safe_globals() -> list[Any]:
    """What has been added."""
    return list(_trusted)


def clear_safe_globals() -> None:
    """Forget what has been added."""
    _trusted.clear()


class safe_globals(contextlib.ContextDecorator):  # noqa: N801  PyTorch's name
    """A block in which these classes and functions are added."""

    def __init__(self, safe_globals: Sequence[Any]) -> None:
        self._added = safe_globals

    def __enter__(self) -> None:
        self._before = get_safe_globals()
        add_safe_globals(self._added)

    def __exit__(self, *exception: object) -> None:
        _trusted[:] = self._before


def get_unsafe_globals_in_checkpoint(f: Any) -> list[str]:
    """None: no file names code."""
    return []
