"""What the calls of a mapped function returned, as one tensor.

Where the results lie one after the other in the memory of one tensor, at equal distances, they are together a view of
it: the function has only turned its slices round, or has changed them in place, and the map of it shares memory with
its argument as the function does. All others are stacked, and all where `compile` looks on or the arrays are not
NumPy's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from minigrad.engine.mode import mode
from minigrad.engine.node import Variable
from minigrad.engine.views import Origin, root_of
from minigrad.ops import as_strided, expand, permute, stack
from minigrad.ops.dims import normalized
from minigrad.ops.memory import offset_of


def gathered(results: Sequence[Any], dim: int) -> Any:
    """Tensors of one shape along a new dimension `dim`: a view of what they are views of, or a stack.

    IndexError for a dimension that is not there.
    """
    first = results[0]
    dim = normalized(dim, first.array.ndim + 1, "vmap")
    if all(each is first for each in results):
        return expand(first.unsqueeze(dim), (*first.shape[:dim], len(results), *first.shape[dim:]))
    root: Any = root_of(first)
    array = first.array
    if type(array) is not np.ndarray or not all(_follows(each, root) and _alike(each.array, array) for each in results):
        return stack(list(results), dim)
    steps = {b - a for a, b in zip(map(_address, results), map(_address, results[1:]))}
    step, *others = steps
    if others or min(step, *array.strides, 0) < 0:
        return stack(list(results), dim)
    sizes = (*array.shape[:dim], len(results), *array.shape[dim:])
    strides = (*array.strides[:dim], step, *array.strides[dim:])
    for source in (link.source for link in _links(first)):
        order = _order(source, sizes, strides, _address(first))
        if order is not None:
            return source if order == sorted(order) else permute(source, tuple(order))
    return as_strided(root, sizes, [each // array.itemsize for each in strides], offset_of(array))


def _follows(result: Any, root: Variable) -> bool:
    """Whether all that there is to say of a result is where in the memory of `root` it lies."""
    if root_of(result) is not root:
        return False
    if not mode.recording or result.node is root.node is None:
        return True
    return all(link.operation is not None and link.refusal is None for link in _links(result))


def _links(result: Any) -> Iterator[Origin]:
    while result.origin is not None:
        yield result.origin
        result = result.origin.source


def _alike(one: Any, other: Any) -> bool:
    return bool(one.shape == other.shape and one.strides == other.strides and one.dtype == other.dtype and one.size)


def _address(result: Any) -> int:
    return int(result.array.__array_interface__["data"][0])


def _order(source: Any, sizes: tuple[int, ...], strides: tuple[int, ...], start: int) -> list[int] | None:
    """The order of the dimensions of `source` in which it has these sizes and strides; None where it never has."""
    whole = source.array
    if _address(source) != start or len(sizes) != whole.ndim:
        return None
    waiting, order = list(zip(whole.shape, whole.strides)), []
    for each in zip(sizes, strides):
        if each not in waiting:
            return None
        order.append(waiting.index(each))
        waiting[order[-1]] = (-1, 0)
    return order
