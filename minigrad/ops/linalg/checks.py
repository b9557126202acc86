"""What the functions of linear algebra ask of their arguments, and the error where a matrix has no answer."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.dtypes import Array, is_floating
from minigrad.errors import ShapeError


class LinAlgError(RuntimeError):
    """A matrix that cannot be inverted or factored: singular, not positive definite, or not finite."""


def answered(name: str, why: str) -> Callable[[Callable[..., Array]], Callable[..., Array]]:
    """The function on arrays with NumPy's LinAlgError in minigrad's words."""

    def decorate(run: Callable[..., Array]) -> Callable[..., Array]:
        @functools.wraps(run)
        def checked(*arrays: Array, **static: Any) -> Array:
            try:
                return run(*arrays, **static)
            except np.linalg.LinAlgError as error:
                raise LinAlgError(f"linalg.{name}: {why} (a matrix of shape {arrays[0].shape}): {error}") from None

        return checked

    return decorate


def matrices(x: Any, name: str) -> Any:
    """`x` itself, if it is a floating point matrix or a batch of them."""
    if not hasattr(x, "ndim"):
        raise TypeError(f"linalg.{name}: needs a tensor, not {type(x).__name__}")
    if x.ndim < 2:
        raise ShapeError(f"linalg.{name}: the input tensor must have at least 2 dimensions, not {x.ndim}")
    if not is_floating(x.dtype):
        raise RuntimeError(f"linalg.{name}: expected a floating point tensor, got {x.dtype}; call .float() first")
    return x


def square(x: Any, name: str) -> Any:
    """`x` itself, if it is a floating point square matrix or a batch of them."""
    rows, columns = matrices(x, name).shape[-2:]
    if rows != columns:
        raise ShapeError(f"linalg.{name}: needs square matrices, these are {rows} by {columns}")
    return x
