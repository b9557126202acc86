"""How many inputs an output has, and how many outputs an input: what initial weights are scaled by.

The names are PyTorch's, with their underscore, since layers of one's own import them from `nn.init`.
"""

from __future__ import annotations

import math

from minigrad.tensor import Tensor

__all__: list[str] = []


def _calculate_fan_in_and_fan_out(tensor: Tensor, name: str = "init") -> tuple[int, int]:
    """(fan_in, fan_out) of a weight (out, in, *kernel); either can be 0 where there is nothing to fill."""
    shape = tensor.array.shape
    if len(shape) < 2:
        raise ValueError(
            f"{name}: Fan in and fan out can not be computed for tensor with fewer than 2 dimensions; they need at "
            f"least 2 dimensions, this tensor has shape {shape}"
        )
    receptive = math.prod(shape[2:])
    return shape[1] * receptive, shape[0] * receptive


def _calculate_correct_fan(tensor: Tensor, mode: str, name: str = "init") -> int:
    """The one that `mode` names, "fan_in" or "fan_out"."""
    if mode.lower() not in ("fan_in", "fan_out"):
        raise ValueError(f"{name}: Mode {mode} not supported: it is 'fan_in' or 'fan_out', not {mode!r}")
    return _calculate_fan_in_and_fan_out(tensor, name)[mode.lower() == "fan_out"]
