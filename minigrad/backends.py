"""Switches of PyTorch's backends that scripts set. They change nothing here."""

from __future__ import annotations

from types import SimpleNamespace

cudnn = SimpleNamespace(benchmark=False, deterministic=True, enabled=False)
mps = SimpleNamespace(is_available=lambda: False, is_built=lambda: False)
