"""What programs say to PyTorch's tracer of graphs. Nothing is traced here, so it changes nothing."""

from __future__ import annotations

from typing import Any


class Proxy:
    """The class of what stands for a tensor while a program is traced: there is none."""


def wrap(fn_or_name: Any) -> Any:
    """The function, or its name, itself."""
    return fn_or_name
