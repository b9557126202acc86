"""Where decompositions break down: which matrix of a batch has none, at which column, and the error that says so."""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from minigrad.dtypes import Array, int32

__all__: list[str] = []


class LinAlgError(RuntimeError):
    """A matrix that cannot be inverted or factored: singular, not positive definite, or not finite."""


class Breakdown(NamedTuple):
    """A way to break down: NumPy's function, whether the first k columns are enough for it to fail, and the words."""

    run: Callable[[Array], Any]
    within: Callable[[Array, int], bool]
    words: str


def _dependent(matrix: Array, k: int) -> bool:
    return bool(np.linalg.matrix_rank(matrix[:, :k]) < k)


def _indefinite(matrix: Array, k: int) -> bool:
    return not _works(_factor, matrix[:k, :k])


def _factor(matrix: Array) -> Array:
    """NumPy's factor; LinAlgError where this has a NaN on its diagonal, too."""
    factor = np.linalg.cholesky(matrix)
    if np.isnan(factor.diagonal()).any():
        raise np.linalg.LinAlgError
    return factor


SINGULAR = Breakdown(
    np.linalg.inv,
    _dependent,
    "The diagonal element {} is zero, the inversion could not be completed because the input matrix is singular",
)
UNSOLVABLE = SINGULAR._replace(words="The solver failed because the input matrix is singular")
INDEFINITE = Breakdown(
    _factor,
    _indefinite,
    "The factorization could not be completed because the input is not positive-definite "
    "(the leading minor of order {} is not positive-definite)",
)


def broken(array: Array, breakdown: Breakdown) -> Array:
    """For each matrix 0 if nothing breaks down, or else the first column at which it does."""
    n = array.shape[-1]
    info = np.zeros(array.shape[:-2], int32)
    for index in np.ndindex(info.shape):
        matrix = array[index]
        if not _works(breakdown.run, matrix):
            within = functools.partial(breakdown.within, matrix)
            info[index] = 1 + bisect_left(range(1, n), True, key=within)
    return info


def _works(run: Callable[[Array], Any], matrix: Array) -> bool:
    try:
        run(matrix)
    except np.linalg.LinAlgError:
        return False
    return True


def answered(name: str, why: str | Breakdown) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
    """The function on arrays with NumPy's LinAlgError in other words."""

    def decorate(run: Callable[..., Array]) -> Callable[..., Array]:
        @functools.wraps(run)
        def checked(*arrays: Array, **static: Any) -> Array:
            try:
                return run(*arrays, **static)
            except np.linalg.LinAlgError as error:
                words = f"{why}: {error}" if isinstance(why, str) else _place(arrays[0], why)
                raise LinAlgError(f"linalg.{name}: {words} (a matrix of shape {arrays[0].shape})") from None

        return checked

    return decorate


def _place(array: Array, breakdown: Breakdown) -> str:
    """What breaks down, and where."""
    info = broken(array, breakdown)
    if not info.any():
        return "the matrix has numbers that are not finite"
    first = next(index for index in np.ndindex(info.shape) if info[index])
    batch = f"(Batch element {np.ravel_multi_index(first, info.shape)}): " if first else ""
    return batch + breakdown.words.format(info[first])
