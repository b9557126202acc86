"""Large parameters are updated in parts, each by a thread of its own.

An update that takes each number by itself does the same to a part of the parameter as to all of it. So nothing of an
optimizer's algorithm has to know of threads, and no bit of the result changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minigrad.kernels import threads
from minigrad.tensor import Tensor

if TYPE_CHECKING:
    from minigrad.optim.optimizer import Optimizer

PASSES = 2
"""An update passes over each number so many times as often as what else is shared."""


def update(optimizer: Optimizer, p: Tensor, grad: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
    """`optimizer.update`, by as many threads as the parameter is worth."""
    if not _can_be_parted(optimizer, p, grad, state):
        optimizer.update(p, grad, state, group)
        return
    theta, g = p.array.reshape(-1), grad.array.reshape(-1)

    def part(rows: slice) -> dict[str, Any]:
        mine = {name: _part(value.array, rows) for name, value in state.items()}
        optimizer.update(Tensor.wrap(theta[rows]), Tensor.wrap(g[rows]), mine, group)
        return mine

    parts = threads.shared(part, len(theta), PASSES * len(theta))
    for name, value in parts[0].items():
        if name not in state:  # remembered since this update
            state[name] = Tensor.wrap(np.concatenate([each[name].array for each in parts]).reshape(p.array.shape))
        elif value.array.ndim == 0:
            state[name].array[...] = value.array


def _part(array: Any, rows: slice) -> Tensor:
    """Some rows of what is remembered of each number; of what is remembered of all, as the count of updates, a copy."""
    return Tensor.wrap(array.reshape(-1)[rows] if array.ndim else array.copy())  # type: ignore[no-any-return]


def _can_be_parted(optimizer: Optimizer, p: Tensor, grad: Tensor, state: dict[str, Any]) -> bool:
    """Whether it is worth a second thread, and all is contiguous arrays of the parameter's shape, or numbers."""
    if PASSES * p.array.size < 2 * threads.LARGE or not hasattr(optimizer.update, "elementwise"):
        return False
    arrays = [p.array, grad.array, *(getattr(each, "array", None) for each in state.values())]
    return all(
        type(each) is np.ndarray and (each.ndim == 0 or (each.shape == p.array.shape and each.flags.c_contiguous))
        for each in arrays
    )
