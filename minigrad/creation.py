"""Tensors from nothing: from Python data, from arrays, constants, ranges and random numbers.

All take `dtype` (floats become the default dtype, float32), `device` (the CPU) and `requires_grad`.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

import minigrad.device as devices
from minigrad.autograd.node import Variable
from minigrad.dtypes import SUPPORTED, Array, DType, as_dtype, get_default_dtype, int64, is_floating, result_type
from minigrad.errors import ShapeError
from minigrad.ops.dims import sizes
from minigrad.random import Generator, stream
from minigrad.tensor import Tensor


def _made(array: Array, device: Any, requires_grad: bool) -> Tensor:
    devices.check(device)
    made: Tensor = Variable.wrap(array)
    return made.requires_grad_(requires_grad)


def tensor(
    data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, pin_memory: bool = False
) -> Tensor:
    """A new tensor with a copy of `data`: numbers, nested lists of them, an array, or a tensor.

    Python floats become the default dtype, ints int64, bools bool; arrays keep their dtype. A leaf.
    """
    return _made(_array_of(data, dtype, "tensor", copy=True), device, requires_grad)


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """A tensor of `data`, sharing its memory if it is an array or a tensor and the dtype does not change."""
    if isinstance(data, Tensor):
        converted: Tensor = data.to(data.dtype if dtype is None else dtype)
        return converted
    return _made(_array_of(data, dtype, "as_tensor", copy=False), device, False)


def from_numpy(array: Array) -> Tensor:
    """A tensor on the memory of a NumPy array: a change in one is a change in the other."""
    if not isinstance(array, np.ndarray):
        raise TypeError(
            f"from_numpy: expected a NumPy array, got {type(array).__name__}; use tensor(data) to copy other data"
        )
    as_dtype(array.dtype)
    return _made(array, None, False)


def _array_of(data: Any, dtype: Any, name: str, copy: bool) -> Array:
    target = None if dtype is None else as_dtype(dtype)
    if isinstance(data, Variable):
        data = data.array
    if isinstance(data, (np.ndarray, np.generic)):
        kept = np.array(data, dtype=target) if copy else np.asarray(data, dtype=target)
        as_dtype(kept.dtype)
        return kept
    try:
        array = np.array(data)
    except ValueError as error:
        raise ValueError(f"{name}: the rows of nested lists must have equal lengths ({error})") from None
    if array.dtype == object or array.dtype.kind not in "biuf":
        raise TypeError(f"{name}: cannot make a tensor of {type(data).__name__} holding {array.dtype} values")
    if target is None and hasattr(_first(data), "dtype"):
        target = array.dtype  # arrays and their scalars inside lists keep their dtype
    if target is None:
        target = array.dtype if array.dtype.kind != "f" and array.dtype in SUPPORTED else get_default_dtype()
    return array.astype(target, copy=False)


def _first(data: Any) -> Any:
    """The first element that is not a list or tuple."""
    while isinstance(data, (list, tuple)) and data:
        data = data[0]
    return data


def _filled(make: Any, size: tuple[Any, ...], dtype: Any, device: Any, requires_grad: bool, name: str) -> Tensor:
    shape = sizes(size, name)
    if any(n < 0 for n in shape):
        raise ShapeError(f"{name}: a size cannot be negative, got {shape}")
    return _made(make(shape, get_default_dtype() if dtype is None else as_dtype(dtype)), device, requires_grad)


def zeros(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros of shape `size`, given as numbers or one sequence."""
    return _filled(np.zeros, size, dtype, device, requires_grad, "zeros")


def ones(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones of shape `size`, given as numbers or one sequence."""
    return _filled(np.ones, size, dtype, device, requires_grad, "ones")


def empty(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Memory of shape `size` with whatever it holds."""
    return _filled(np.empty, size, dtype, device, requires_grad, "empty")


def full(size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """`fill_value` in shape `size`; the dtype is that of the value unless given."""
    if dtype is None:
        dtype = result_type(fill_value.array if isinstance(fill_value, Variable) else fill_value)
    value = fill_value.item() if isinstance(fill_value, Tensor) else fill_value
    return _filled(lambda shape, kind: np.full(shape, value, kind), (size,), dtype, device, requires_grad, "full")


def zeros_like(x: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros in the shape and dtype of `x`."""
    return _made(np.zeros_like(_raw(x), dtype=_dtype(dtype)), device, requires_grad)


def ones_like(x: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones in the shape and dtype of `x`."""
    return _made(np.ones_like(_raw(x), dtype=_dtype(dtype)), device, requires_grad)


def empty_like(x: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Uninitialized memory in the shape and dtype of `x`."""
    return _made(np.empty_like(_raw(x), dtype=_dtype(dtype)), device, requires_grad)


def full_like(x: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """`fill_value` in the shape and dtype of `x`."""
    return _made(np.full_like(_raw(x), fill_value, dtype=_dtype(dtype)), device, requires_grad)


def arange(
    start: Any = 0,
    end: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers from `start` (0 if only one number is given) up to but without `end`, `step` apart."""
    if end is None:
        start, end = 0, start
    start, end, step = (each.item() if isinstance(each, Tensor) else each for each in (start, end, step))
    if step == 0 or (end - start) / step < 0:
        raise ShapeError(f"arange: the step {step} does not lead from {start} to {end}")
    if dtype is None:
        whole = all(isinstance(each, (int, np.integer)) for each in (start, end, step))
        dtype = int64 if whole else get_default_dtype()
    return _made(np.arange(start, end, step).astype(as_dtype(dtype)), device, requires_grad)


def linspace(
    start: float, end: float, steps: int, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """`steps` numbers at equal distances from `start` to `end`, both included."""
    if steps < 0:
        raise ShapeError(f"linspace: the number of steps must be non-negative, got {steps}")
    kind = get_default_dtype() if dtype is None else as_dtype(dtype)
    return _made(np.linspace(start, end, steps).astype(kind), device, requires_grad)


def eye(n: int, m: int | None = None, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """The n by n (or n by m) matrix with ones on its diagonal."""
    return _filled(
        lambda shape, kind: np.eye(*shape, dtype=kind), (n, n if m is None else m), dtype, device, requires_grad, "eye"
    )


def rand(
    *size: Any, generator: Generator | None = None, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Uniform random numbers in [0, 1) of shape `size`."""
    return _filled(_uniform(generator), size, _floating(dtype, "rand"), device, requires_grad, "rand")


def randn(
    *size: Any, generator: Generator | None = None, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Standard normal random numbers of shape `size`."""
    return _filled(_normal(generator), size, _floating(dtype, "randn"), device, requires_grad, "randn")


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
        raise RuntimeError(f"{name}: random numbers of this kind are floating point, not {as_dtype(dtype)}")
    return dtype


def randint(
    low: Any = 0,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: Any = int64,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Random integers from `low` up to but without `high`: randint(low, high, size), or randint(high, size)."""
    if size is None:
        low, high, size = 0, low, high
    if size is None or high <= low:
        raise ShapeError(f"randint: needs low < high and a size, got low={low}, high={high}, size={size}")
    draw = stream(generator).integers
    return _filled(
        lambda shape, kind: draw(low, high, shape).astype(kind), (size,), dtype, device, requires_grad, "randint"
    )


def randperm(n: int, *, generator: Generator | None = None, dtype: Any = int64, device: Any = None) -> Tensor:
    """The numbers 0 to n - 1 in random order."""
    return _made(stream(generator).permutation(operator.index(n)).astype(as_dtype(dtype)), device, False)


def rand_like(x: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Uniform random numbers in the shape and dtype of `x`."""
    return rand(x.shape, dtype=x.dtype if dtype is None else dtype, device=device, requires_grad=requires_grad)


def randn_like(x: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Standard normal random numbers in the shape and dtype of `x`."""
    return randn(x.shape, dtype=x.dtype if dtype is None else dtype, device=device, requires_grad=requires_grad)


def randint_like(x: Any, low: int, high: Any = None, *, dtype: Any = None, device: Any = None) -> Tensor:
    """Random integers in the shape and dtype of `x`."""
    if high is None:
        low, high = 0, low
    return randint(low, high, tuple(x.shape), dtype=x.dtype if dtype is None else dtype, device=device)


def normal(mean: Any, std: Any = 1.0, size: Any = None, *, generator: Generator | None = None) -> Tensor:
    """Normal random numbers with the given mean and standard deviation, numbers (with a `size`) or tensors."""
    shape = np.broadcast_shapes(np.shape(_raw(mean)), np.shape(_raw(std))) if size is None else sizes((size,), "normal")
    drawn: Tensor = randn(shape, generator=generator) * std + mean
    return drawn


def bernoulli(x: Any, *, generator: Generator | None = None) -> Tensor:
    """1 with probability x, element by element, else 0; in the dtype of `x`."""
    array = _raw(x)
    if not ((array >= 0) & (array <= 1)).all():
        raise RuntimeError("bernoulli: expected probabilities between 0 and 1")
    return _made((stream(generator).random(array.shape) < array).astype(array.dtype), None, False)


def _dtype(dtype: Any) -> DType | None:
    return None if dtype is None else as_dtype(dtype)


def _raw(x: Any) -> Array:
    return x.array if isinstance(x, Variable) else np.asarray(x)


def multinomial(x: Any, num_samples: int, replacement: bool = False, *, generator: Generator | None = None) -> Tensor:
    """Indices drawn by weight: `num_samples` for each row of `x` (M,) or (N, M), whose numbers need not sum to 1."""
    weights = np.atleast_2d(_raw(x)).astype(np.float64)
    if not np.isfinite(weights).all() or (weights < 0).any() or (weights.sum(1) <= 0).any():
        raise RuntimeError("multinomial: the weights must be finite and not negative, with a positive sum in each row")
    if not replacement and num_samples > (weights > 0).sum(1).min():
        raise RuntimeError(f"multinomial: cannot draw {num_samples} without replacement from fewer positive weights")
    draw = stream(generator).choice
    rows = [draw(row.size, num_samples, replacement, row / row.sum()) for row in weights]
    found = np.stack(rows).astype(np.int64)
    return _made(found if _raw(x).ndim == 2 else found[0], None, False)


def is_tensor(obj: Any) -> bool:
    """Whether `obj` is a Tensor."""
    return isinstance(obj, Tensor)
