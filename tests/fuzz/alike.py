"""Numbers of the two libraries side by side: when they count as the same, and others that are as good as they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

import minigrad as mg


def plain(tensor: Any) -> np.ndarray:
    if isinstance(tensor, torch.Tensor) and tensor._is_zerotensor():  # a gradient of zeros that has no memory
        tensor = torch.zeros(tensor.shape, dtype=tensor.dtype)
    return np.asarray(tensor.detach().numpy(force=True))


def like(array: np.ndarray, tensor: Any, library: Any = mg) -> Any:
    """A tensor of these numbers, that wants a gradient where another one does, as a leaf where that is one."""
    made = library.tensor(array)
    try:
        leaf, wants = tensor.is_leaf, tensor.requires_grad
    except RuntimeError:  # a view that PyTorch has given up
        return made
    if wants:
        made.requires_grad_()
    return made if leaf else made.clone()


def moved(tensor: Any, rng: np.random.Generator, finest: int) -> Any:
    """A copy of which the floats are moved by a few units in the last place, that of the `finest` before them."""
    array = plain(tensor).copy()
    if array.dtype.kind == "f":
        size = min(finest, array.dtype.itemsize)
        unit = (100 if size > 2 else 1) * np.finfo(f"f{size}").eps  # less than what counts as close
        factor, shift = unit * rng.uniform(-1, 1, (2, *array.shape))
        with np.errstate(all="ignore"):
            away = np.asarray(array * (1 + factor) + shift).astype(array.dtype)
            array = np.where(np.abs(array) < unit, 0, away) if rng.random() < 0.5 else away
    return like(array, tensor)


def widened(tensor: Any) -> np.ndarray:
    """The numbers of a tensor, floats as doubles."""
    array = plain(tensor)
    return array.astype(np.float64) if array.dtype.kind == "f" else array.copy()


COARSENESS = {2: 5e-3, 4: 1e-4, 8: 1e-7}
"""How far two results may be apart, by the size of their numbers."""


def close(ours: np.ndarray, theirs: np.ndarray, rough: float, finest: int = 8) -> bool:
    """Whether two arrays agree to the precision of their numbers, or of the `finest` that went into them."""
    if ours.shape != theirs.shape:
        return False
    if ours.dtype.kind != "f":
        return bool(np.array_equal(ours, theirs))
    exact = COARSENESS[min(ours.dtype.itemsize, finest)] * rough
    with np.errstate(all="ignore"):
        scale = np.abs(theirs[np.isfinite(theirs)]).max(initial=1.0)
        return bool(np.allclose(ours, theirs, rtol=exact, atol=exact * scale, equal_nan=True))


def same(ours: Any, theirs: Any) -> bool:
    """Whether what is no tensor is the same: numbers, sizes, lists of them, dtypes."""
    if isinstance(ours, (tuple, list)) and isinstance(theirs, (tuple, list)):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(ours, float) and isinstance(theirs, float):
        return close(np.array(ours), np.array(theirs), 1, 2)
    if isinstance(ours, mg.Tensor) and theirs is None:  # no gradient
        return not plain(ours).any()
    if isinstance(ours, mg.Tensor) and isinstance(theirs, (mg.Tensor, torch.Tensor)):
        return close(plain(ours), plain(theirs), 1, 2)
    return type(ours) is type(theirs) and bool(ours == theirs)


def agree(answer: Any, expected: Any) -> bool:
    """Whether what a line makes once more is what it made."""
    if isinstance(expected, (mg.Tensor, torch.Tensor)):
        return isinstance(answer, mg.Tensor) and close(plain(answer), plain(expected), 1)
    return same(answer, expected)
