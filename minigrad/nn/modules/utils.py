"""What the layers over one, two and three spatial axes share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Numbers: TypeAlias = "int | Sequence[int]"
"""One number for all spatial axes, or one for each."""
