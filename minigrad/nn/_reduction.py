"""What writers of losses take from PyTorch's module of this name: reductions as numbers, and their older arguments."""

from __future__ import annotations

from minigrad.nn.functional.reduction import named_reduction


def get_enum(reduction: str) -> int:
    """The number that PyTorch's library has for a reduction; ValueError for what is none."""
    numbers = {"none": 0, "mean": 1, "elementwise_mean": 1, "sum": 2}
    if reduction not in numbers:
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return numbers[reduction]


def legacy_get_string(size_average: bool | None, reduce: bool | None, emit_warning: bool = True) -> str:
    """The reduction that the older arguments say."""
    return named_reduction(size_average, reduce, "mean")


def legacy_get_enum(size_average: bool | None, reduce: bool | None, emit_warning: bool = True) -> int:
    """The number of the reduction that the older arguments say."""
    return get_enum(legacy_get_string(size_average, reduce, emit_warning))
