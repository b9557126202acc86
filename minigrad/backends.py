"""Switches of PyTorch's backends that scripts set. They change nothing here."""

from __future__ import annotations

import contextlib
from types import SimpleNamespace
from typing import Any


class _Block(contextlib.ContextDecorator):
    """A block, or a function, in which nothing is different."""

    def __init__(self, *switches: Any, **more: Any) -> None: ...

    def __enter__(self) -> None: ...

    def __exit__(self, *exception: object) -> None: ...


def _absent(**switches: Any) -> SimpleNamespace:
    """A backend that is not there: its switches can be set, its blocks entered, and nothing comes of it."""
    return SimpleNamespace(is_available=lambda: False, is_built=lambda: False, flags=_Block, **switches)


def _set(enabled: bool) -> None:
    """Nothing: there is no kernel to switch."""


cudnn = _absent(
    benchmark=False, deterministic=True, enabled=False, allow_tf32=False, benchmark_limit=10, version=lambda: None
)
cuda = _absent(
    matmul=SimpleNamespace(allow_tf32=False, allow_fp16_reduced_precision_reduction=False),
    sdp_kernel=_Block,
    **{f"enable_{kernel}_sdp": _set for kernel in ("flash", "math", "mem_efficient", "cudnn")},
    math_sdp_enabled=lambda: True,
    **{f"{kernel}_sdp_enabled": lambda: False for kernel in ("flash", "mem_efficient", "cudnn")},
)
mps = _absent()
mkldnn = _absent(enabled=False)
mkl = _absent()
openmp = _absent()
opt_einsum = _absent(enabled=False, strategy=None)
cpu = SimpleNamespace(get_cpu_capability=lambda: "DEFAULT")
quantized = SimpleNamespace(engine="none", supported_engines=["none"])
