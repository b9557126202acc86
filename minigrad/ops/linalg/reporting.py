"""Decompositions that say which matrices have none, where the others raise: programs then try those again, changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from minigrad.dtypes import Array
from minigrad.engine.node import Variable, array_of
from minigrad.ops.choice import where
from minigrad.ops.linalg.breakdown import INDEFINITE, SINGULAR, UNSOLVABLE, broken
from minigrad.ops.linalg.factorization import cholesky
from minigrad.ops.linalg.solve import inv, solve, square
from minigrad.types import Tensor

__all__: list[str] = []


class Inverse(NamedTuple):
    """The inverse of each matrix; and 0 where there is one, or else the first column that depends on those before."""

    inverse: Tensor
    info: Tensor


class Cholesky(NamedTuple):
    """The factor of each matrix; and 0 where there is one, or else the size of the first minor that has none."""

    L: Tensor
    info: Tensor


class Solution(NamedTuple):
    """The solution of each system; and 0 where there is one, or else the first column that depends on those before."""

    result: Tensor
    info: Tensor


def inv_ex(A: Tensor, *, check_errors: bool = False) -> Inverse:
    """`inv`, with NaN for the matrices that have no inverse, unless `check_errors`.

    >>> mg.linalg.inv_ex(mg.tensor([[[2.0]], [[0.0]]])).info
    tensor([0, 1], dtype=minigrad.int32)
    """
    info = broken(array_of(square(A, "inv_ex")), SINGULAR)
    return Inverse(inv(A) if check_errors else _where_there_is(info, inv, A), Variable.wrap(info))


def solve_ex(A: Tensor, B: Tensor, *, left: bool = True, check_errors: bool = False) -> Solution:
    """`solve`, with NaN for the systems that are singular, unless `check_errors`.

    >>> mg.linalg.solve_ex(mg.zeros(1, 1), mg.ones(1, 1)).info.item()
    1
    """
    info = broken(array_of(square(A, "solve_ex")), UNSOLVABLE)
    if check_errors or not info.any():
        return Solution(solve(A, B, left=left), Variable.wrap(info))
    return Solution(_where_there_is(info, lambda safe: solve(safe, B, left=left), A), Variable.wrap(info))


def cholesky_ex(A: Tensor, *, upper: bool = False, check_errors: bool = False) -> Cholesky:
    """`cholesky`, with NaN for the matrices that are not positive definite, unless `check_errors`.

    >>> mg.linalg.cholesky_ex(mg.tensor([[4.0, 0.0], [0.0, -1.0]])).info.item()
    2
    """
    info = broken(array_of(square(A, "cholesky_ex")), INDEFINITE)
    if check_errors:
        return Cholesky(cholesky(A, upper), Variable.wrap(info))
    return Cholesky(_where_there_is(info, lambda safe: cholesky(safe, upper), A), Variable.wrap(info))


def _where_there_is(info: Array, function: Callable[[Any], Any], A: Any) -> Any:
    """`function` of the matrices for which `info` is 0, NaN in the places of the others."""
    units: Any = np.eye(A.shape[-1], dtype=array_of(A).dtype)
    if not info.any():
        return function(A)
    good: Any = info == 0
    found = function(where(good[..., None, None], A, units))
    axes = (None,) * (2 if found.ndim >= A.ndim else 1)  # matrices, or vectors
    return where(good[(..., *axes)], found, np.nan)
