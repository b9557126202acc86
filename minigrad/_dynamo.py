"""What scripts say to PyTorch's compiler under the name of its workshop: wishes, which change nothing here."""

from __future__ import annotations

from types import SimpleNamespace

from minigrad.compiler import allow_in_graph, disable, is_compiling, reset

__all__ = ["allow_in_graph", "config", "disable", "is_compiling", "reset"]

config = SimpleNamespace()
"""Its switches, as scripts set them."""


def is_compile_supported(device_type: str) -> bool:
    """False: what is compiled for a device elsewhere is computed as it is written."""
    return False
