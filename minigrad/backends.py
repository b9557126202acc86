"""Switches of PyTorch's backends that scripts set. They change nothing here."""

from __future__ import annotations

import contextlib
from types import SimpleNamespace
from typing import Any


def _absent(**switches: Any) -> SimpleNamespace:
    """A backend that is not there: its switches can be set, its blocks entered, and nothing comes of it."""
    return SimpleNamespace(
        is_available=lambda: False, is_built=lambda: False, flags=lambda *_, **__: contextlib.nullcontext(), **switches
    )


cudnn = _absent(
    benchmark=False, deterministic=True, enabled=False, allow_tf32=False, benchmark_limit=10, version=lambda: None
)
cuda = _absent(matmul=SimpleNamespace(allow_tf32=False, allow_fp16_reduced_precision_reduction=False))
mps = _absent()
mkldnn = _absent(enabled=False)
mkl = _absent()
openmp = _absent()
quantized = SimpleNamespace(engine="none", supported_engines=["none"])
