"""What programs say to PyTorch's compiler, under the names of `torch.compiler`; `minigrad.compile` is in `program`."""

from __future__ import annotations

from typing import Any


def is_compiling() -> bool:
    """False."""
    return False


def is_dynamo_compiling() -> bool:
    """False."""
    return False


def is_exporting() -> bool:
    """False."""
    return False


def disable(fn: Any = None, recursive: bool = True, *, reason: str | None = None) -> Any:
    """The function itself."""
    return fn if fn is not None else _same


def allow_in_graph(fn: Any) -> Any:
    """The function itself."""
    return fn


def assume_constant_result(fn: Any) -> Any:
    """The function itself."""
    return fn


def cudagraph_mark_step_begin() -> None:
    """Nothing."""


def reset() -> None:
    """Nothing."""


def _same(fn: Any) -> Any:
    return fn
