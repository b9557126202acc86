"""Tensors of random numbers, from the package's generator or from a `generator` of one's own.

The numbers are not those that PyTorch draws from the same seed; their distributions are.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from minigrad.creation import filled, made, sized
from minigrad.device import check as check_device
from minigrad.dtypes import (
    Array,
    DType,
    as_dtype,
    float_in_dtype,
    get_default_dtype,
    in_dtype,
    int64,
    is_floating,
)
from minigrad.engine.node import array_of
from minigrad.errors import KernelError, ShapeError
from minigrad.ops.dims import sizes
from minigrad.random.generator import Generator, stream
from minigrad.tensor import Tensor
from minigrad.types import DTypeLike, Ints


@sized
def rand(
    *size: Ints,
    generator: Generator | None = None,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Uniform random numbers in [0, 1) of shape `size`.

    >>> x = mg.rand(100)
    >>> bool((x >= 0).all()), bool((x < 1).all())
    (True, True)
    """
    return filled(_uniform(generator), size, _floating(dtype, "rand"), device, requires_grad, "rand")


@sized
def randn(
    *size: Ints,
    generator: Generator | None = None,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Standard normal random numbers of shape `size`.

    >>> mg.randn(2, 3).shape
    minigrad.Size([2, 3])
    """
    return filled(_normal(generator), size, _floating(dtype, "randn"), device, requires_grad, "randn")


def _uniform(generator: Generator | None) -> Any:
    def draw(shape: tuple[int, ...], kind: DType) -> Array:
        if kind.itemsize < 4:  # half precision: rounding could reach 1, so the numbers are drawn on its own grid
            return (stream(generator).integers(0, 2048, shape) / 2048).astype(kind)
        return np.asarray(stream(generator).random(shape, kind.type))

    return draw


def _normal(generator: Generator | None) -> Any:
    def draw(shape: tuple[int, ...], kind: DType) -> Array:
        precise = kind if kind.itemsize >= 4 else np.dtype(np.float32)
        return np.asarray(stream(generator).standard_normal(shape, precise.type)).astype(kind, copy=False)

    return draw


def _floating(dtype: Any, name: str) -> Any:
    if dtype is not None and not is_floating(as_dtype(dtype)):
        raise KernelError(f"{name}: random numbers of this kind are floating point, not {as_dtype(dtype)}")
    return dtype


def randint(
    low: Any = 0,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: DTypeLike = int64,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Random integers from `low` up to but without `high`: randint(low, high, size), or randint(high, size).

    int64 unless a dtype is given. ShapeError unless low < high.

    >>> set(mg.randint(2, 4, (100,)).tolist())
    {2, 3}
    """
    if size is None:
        low, high, size = 0, low, high
    elif high is None:
        low, high = 0, low
    if size is None or high <= low:
        raise ShapeError(f"randint: needs low < high and a size, got low={low}, high={high}, size={size}")
    for each in (operator.index(low), operator.index(high) - 1):
        (in_dtype if abs(each) >= 2**53 else float_in_dtype)(each, as_dtype(dtype), "randint")
    draw = stream(generator).integers
    return filled(
        lambda shape, kind: draw(low, high, shape).astype(kind), (size,), dtype, device, requires_grad, "randint"
    )


def randperm(n: int, *, generator: Generator | None = None, dtype: DTypeLike = int64, device: Any = None) -> Tensor:
    """The numbers 0 to n - 1 in random order.

    >>> mg.randperm(5).sort().values
    tensor([0, 1, 2, 3, 4])
    """
    if operator.index(n) < 0:
        raise ShapeError(f"randperm: n must be non-negative, got {n}")
    kind = as_dtype(dtype)
    check_device(device)
    return made(stream(generator).permutation(operator.index(n)).astype(kind), device, False)


def rand_like(input: Tensor, *, dtype: DTypeLike = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Uniform random numbers in the shape and dtype of `input`.

    >>> mg.rand_like(mg.zeros(2, 3)).shape
    minigrad.Size([2, 3])
    """
    return rand(input.shape, dtype=input.dtype if dtype is None else dtype, device=device, requires_grad=requires_grad)


def randn_like(input: Tensor, *, dtype: DTypeLike = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Standard normal random numbers in the shape and dtype of `input`.

    >>> mg.randn_like(mg.zeros(2, 3)).shape
    minigrad.Size([2, 3])
    """
    return randn(input.shape, dtype=input.dtype if dtype is None else dtype, device=device, requires_grad=requires_grad)


def randint_like(
    input: Tensor, low: int = 0, high: int | None = None, *, dtype: DTypeLike = None, device: Any = None
) -> Tensor:
    """Random integers in the shape and dtype of `input`, from `low` up to but without `high`; one number is `high`.

    >>> set(mg.randint_like(mg.zeros(100), 2, 4).tolist())
    {2.0, 3.0}
    """
    if high is None:
        low, high = 0, low
    return randint(low, high, tuple(input.shape), dtype=input.dtype if dtype is None else dtype, device=device)


def normal(
    mean: Tensor | float,
    std: Tensor | float = 1.0,
    size: Ints | None = None,
    *,
    generator: Generator | None = None,
    dtype: DTypeLike = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Normal random numbers with the given mean and standard deviation, numbers (with a `size`) or tensors.

    The shapes of tensors broadcast. RuntimeError for a negative standard deviation.

    >>> mg.normal(0.0, 1.0, (2, 3)).shape
    minigrad.Size([2, 3])
    >>> mg.normal(mg.tensor([1.0, 2.0]), 0.0)
    tensor([1., 2.])
    """
    centre, spread = array_of(mean), array_of(std)
    if (spread < 0).any():
        raise RuntimeError(f"normal expects std >= 0.0, but found std {spread.min()}")
    shape = np.broadcast_shapes(centre.shape, spread.shape) if size is None else sizes((size,), "normal")
    given = [each.dtype for each in (mean, std) if isinstance(each, Tensor)]
    kind = as_dtype(dtype or (given[0] if given else get_default_dtype()))
    np.broadcast_shapes(shape, centre.shape, spread.shape)  # an error before anything is drawn
    check_device(device)
    drawn = stream(generator).standard_normal(shape) * spread + centre
    return made(np.asarray(drawn).astype(kind), device, requires_grad)
