"""Small parameters are updated together, as one vector: for them a step costs what its calls of NumPy cost, not more.

Ten passes over each of six arrays of some hundred numbers are sixty calls. Side by side in a vector they are ten, and
as an update takes each number by itself, no bit of the result changes. What is remembered of the parameters stays side
by side from then on; the parameters and their gradients are joined for the update and parted after it, since their
memory is the user's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import is_
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.views import owner_of
from minigrad.tensor import Tensor

if TYPE_CHECKING:
    from minigrad.optim.optimizer import Optimizer

U = TypeVar("U", bound=Callable[..., None])

SMALL = 1 << 11
"""Elements of a parameter up to which joining and parting costs less than calls of its own."""


def elementwise(update: U) -> U:
    """Say of an optimizer's `update` that it takes each number of a parameter by itself."""
    update.elementwise = True  # type: ignore[attr-defined]
    return update


class Together:
    """The vectors in whose parts lies what is remembered of the small parameters of a group."""

    def __init__(self) -> None:
        self.vectors: dict[str, tuple[Array, list[Array]]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Together, ()  # what is remembered is in the optimizer's state; a copy of that has memory of its own

    def update(
        self, optimizer: Optimizer, pairs: Sequence[tuple[Tensor, Tensor]], group: dict[str, Any]
    ) -> Sequence[tuple[Tensor, Tensor]]:
        """Update the small parameters among `pairs` of parameter and gradient. Returns the pairs that are left."""
        small = [(p, g) for p, g in pairs if _is_small(p)]
        if len(small) < 2 or not hasattr(optimizer.update, "elementwise") or not _alike(small):
            return pairs
        states = [optimizer.remembered(p, group) for p, _ in small]
        joined = self._joined(states, [p.array.shape for p, _ in small])
        if joined is None:
            return pairs
        params, grads = ([each.array for each in column] for column in zip(*small))
        theta = np.concatenate(params, axis=None)
        optimizer.update(Tensor.wrap(theta), Tensor.wrap(np.concatenate(grads, axis=None)), joined, group)
        for array, part in zip(params, _parts(theta, params)):
            array[...] = part
        for name, value in joined.items():
            if value.array.ndim == 0:
                for state in states:
                    state[name].array[...] = value.array
            elif name not in states[0]:  # remembered since this update
                for state, part in zip(states, _parts(value.array, params)):
                    state[name] = Tensor.wrap(part)
        for p, _ in small:
            optimizer.note(p)
        return [(p, g) for p, g in pairs if not _is_small(p)]

    def _joined(self, states: Sequence[dict[str, Any]], shapes: list[tuple[int, ...]]) -> dict[str, Tensor] | None:
        """One state for all: vectors, and the numbers that all have, as the count of updates; None if they differ."""
        joined: dict[str, Tensor] = {}
        if len(set(map(len, states))) != 1:
            return None
        for name in states[0]:
            try:
                arrays = [state[name].array for state in states]
            except (KeyError, AttributeError):  # each remembers something else
                return None
            if arrays[0].ndim == 0:
                if len({each.item() for each in arrays}) != 1:
                    return None
                joined[name] = Tensor.wrap(arrays[0].copy())
                continue
            if name == "step" or [each.shape for each in arrays] != shapes:  # as a user has put it there
                return None
            vector, parts = self.vectors.get(name, (None, []))
            if len(parts) != len(arrays) or not all(map(is_, arrays, parts)):  # new ones, or another's
                if len({each.dtype for each in arrays}) != 1:
                    return None
                vector = np.concatenate(arrays, axis=None)
                parts = _parts(vector, arrays)
                for state, part in zip(states, parts):
                    state[name].array = part
                self.vectors[name] = vector, parts
            joined[name] = Tensor.wrap(vector)
        return joined


def _is_small(p: Tensor) -> bool:
    """Whether joining is worth it; a parameter without axes could be taken for a number that is remembered."""
    return p.ndim > 0 and p.array.size <= SMALL


def _alike(small: Sequence[tuple[Tensor, Tensor]]) -> bool:
    """Whether parameters and gradients are of one dtype, and no two parameters share memory."""
    dtype = small[0][0].array.dtype
    owners = {id(owner_of(p.array)) for p, _ in small}
    return len(owners) == len(small) and all(p.array.dtype is dtype and g.array.dtype is dtype for p, g in small)


def _parts(vector: Array, arrays: Sequence[Array]) -> list[Array]:
    """The parts of a vector that `arrays` were joined into, in their shapes."""
    parts, end = [], 0
    for each in arrays:
        start, end = end, end + each.size
        parts.append(vector[start:end].reshape(each.shape))
    return parts
