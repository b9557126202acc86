"""What libraries of optimizers ask before they take many tensors at once. Here one is taken after the other.

The names begin with an underscore in PyTorch, too, and are imported all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minigrad.device import device
from minigrad.tensor import Tensor

__all__: list[str] = []


def _get_foreach_kernels_supported_devices() -> list[str]:
    return []


def _get_fused_kernels_supported_devices() -> list[str]:
    return ["cpu"]


def _device_has_foreach_support(device: device) -> bool:
    return False


def _has_foreach_support(tensors: Sequence[Tensor | None], device: device) -> bool:
    return False


def _group_tensors_by_device_and_dtype(
    tensorlistlist: Sequence[Sequence[Tensor | None]], with_indices: bool = False
) -> dict[tuple[Any, Any], tuple[list[list[Tensor | None]], list[int]]]:
    """Columns of tensors, by device and dtype of those in the first: {(device, dtype): (columns, places)}."""
    groups: dict[tuple[Any, Any], tuple[list[list[Tensor | None]], list[int]]] = {}
    for place, first in enumerate(tensorlistlist[0]):
        key = getattr(first, "device", None), getattr(first, "dtype", None)
        lists, places = groups.setdefault(key, ([[] for _ in tensorlistlist], []))
        for part, whole in zip(lists, tensorlistlist):
            if whole:
                part.append(whole[place])
        if with_indices:
            places.append(place)
    return groups
