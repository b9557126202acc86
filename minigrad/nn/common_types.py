"""The names of types that writers of layers import: a size for all axes, or one for each."""

from __future__ import annotations

from typing import Any, TypeAlias

_size_any_t: TypeAlias = "int | tuple[int, ...]"
_size_1_t: TypeAlias = "int | tuple[int]"
_size_2_t: TypeAlias = "int | tuple[int, int]"
_size_3_t: TypeAlias = "int | tuple[int, int, int]"
_size_4_t: TypeAlias = "int | tuple[int, int, int, int]"
_ratio_2_t: TypeAlias = "float | tuple[float, float]"
_ratio_3_t: TypeAlias = "float | tuple[float, float, float]"
_ratio_any_t: TypeAlias = Any
_maybe_indices_t: TypeAlias = Any
