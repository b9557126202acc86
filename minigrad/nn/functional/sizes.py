"""How sizes over one, two and three spatial axes are written, in functions and in layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Numbers: TypeAlias = int | Sequence[int]
"""One number for all spatial axes, or one for each."""

OutputSize: TypeAlias = int | Sequence[int | None] | None
"""A size to be reached: one number for all spatial axes, or one for each; None keeps the input's."""
