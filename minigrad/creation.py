"""Tensors from nothing: from Python data, from arrays, and constants.

All take `dtype` (floats become the default dtype, float32), `device` (the CPU) and `requires_grad`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np

import minigrad.device as devices
from minigrad.dtypes import Array, DType, as_dtype, get_default_dtype, in_dtype, result_type
from minigrad.engine.inference import made_here
from minigrad.engine.node import Variable, array_of
from minigrad.engine.numbers import plain_number
from minigrad.errors import ShapeError
from minigrad.kernels import layout
from minigrad.kernels.uninitialized import uninitialized
from minigrad.ops.dims import sizes, sizes_of_memory
from minigrad.tensor import Tensor
from minigrad.tensor.data import array_of_data
from minigrad.tensor.storage import made_in_steps
from minigrad.types import DTypeLike, Ints, Number

F = TypeVar("F", bound=Callable[..., Any])


def made(array: Array, device: Any, requires_grad: bool) -> Tensor:
    """A tensor on the memory of `array`."""
    devices.check(device)
    tensor: Tensor = made_here(Variable.wrap(array))
    return tensor.requires_grad_(requires_grad)


def tensor(
    data: Any, *, dtype: DTypeLike = None, device: Any = None, requires_grad: bool = False, pin_memory: bool = False
) -> Tensor:
    """A new tensor with a copy of `data`: numbers, nested lists of them, an array, or a tensor.

    Python floats become the default dtype, ints int64, bools bool; arrays keep their dtype. A leaf.
    TypeError or ValueError for what is no array of numbers.

    >>> mg.tensor([[1, 2], [3, 4]])
    tensor([[1, 2],
            [3, 4]])
    >>> mg.tensor([1.0, 2.0], requires_grad=True)
    tensor([1., 2.], requires_grad=True)
    """
    return made(array_of_data(data, dtype, "tensor", copy=True), device, requires_grad)


def scalar_tensor(value: Number, *, dtype: DTypeLike = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A number as a tensor without dimensions, of the default dtype.

    >>> mg.scalar_tensor(3)
    tensor(3.)
    """
    given: Any = value
    if not isinstance(given, (bool, int, float)) and array_of(given).ndim:
        raise TypeError(f"scalar_tensor(): argument 's' (position 1) must be Number, not {type(given).__name__}")
    return tensor(value, dtype=dtype or get_default_dtype(), device=device, requires_grad=requires_grad)


def sized(function: F) -> F:
    """Let callers give the sizes by their keyword, too."""

    @functools.wraps(function)
    def called(*size: Any, **options: Any) -> Any:
        if "size" in options and not size:
            size = (options.pop("size"),)
        return function(*size, **options)

    return cast(F, called)


def filled(make: Any, size: tuple[Any, ...], dtype: Any, device: Any, requires_grad: bool, name: str) -> Tensor:
    """What `make(shape, dtype)` gives for a shape of separate numbers or of one sequence."""
    if not size:
        raise TypeError(f"{name}: the size is missing; that of a tensor without dimensions is ()")
    shape = sizes_of_memory(size, name)
    devices.check(device)  # an error before anything is drawn
    return made(make(shape, get_default_dtype() if dtype is None else as_dtype(dtype)), device, requires_grad)


@sized
def zeros(*size: Ints, dtype: DTypeLike = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros of shape `size`, given as numbers or one sequence.

    ShapeError for a negative size.

    >>> mg.zeros(2, 1)
    tensor([[0.],
            [0.]])
    """
    return filled(np.zeros, size, dtype, device, requires_grad, "zeros")


@sized
def ones(*size: Ints, dtype: DTypeLike = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones of shape `size`, given as numbers or one sequence; ShapeError for a negative size.

    >>> mg.ones(3)
    tensor([1., 1., 1.])
    """
    return filled(np.ones, size, dtype, device, requires_grad, "ones")


@sized
def empty(*size: Ints, dtype: DTypeLike = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Memory of shape `size` with whatever it holds.

    >>> mg.empty(2, 3).shape
    minigrad.Size([2, 3])
    """
    return filled(_empty, size, dtype, device, requires_grad, "empty")


def _empty(shape: tuple[int, ...], dtype: DType) -> Array:
    return uninitialized(np.empty(shape, dtype))


def empty_permuted(
    size: Ints, physical_layout: Ints, *, dtype: DTypeLike = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """As `empty`, with the dimensions in memory in the order `physical_layout`, the outermost first.

    RuntimeError unless that names each dimension once.

    >>> mg.empty_permuted((2, 3, 5), (1, 0, 2)).stride()
    (5, 10, 1)
    """
    shape, order = sizes((size,), "empty_permuted"), sizes((physical_layout,), "empty_permuted")
    if sorted(order) != list(range(len(shape))):
        raise ShapeError(
            f"empty_permuted: Number of dimensions in size does not match the length of the physical_layout, or one is "
            f"a duplicate: {order} for {len(shape)} dimensions"
        )
    made: Tensor = empty([shape[axis] for axis in order], dtype=dtype, device=device, requires_grad=requires_grad)
    return made.permute(tuple(np.argsort(order).tolist()))


def empty_strided(
    size: Ints, stride: Ints, *, dtype: DTypeLike = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """As `empty`, with `stride[i]` elements of memory from one place along dimension i to the next.

    >>> mg.empty_strided((2, 3), (1, 2)).stride()
    (1, 2)
    """
    memory = functools.partial(empty, dtype=dtype, device=device)
    return made_in_steps("empty_strided", size, stride, memory, requires_grad)


def full(
    size: Ints, fill_value: Tensor | Number, *, dtype: DTypeLike = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """`fill_value` in shape `size`; the dtype is that of the value unless given.

    >>> mg.full((2,), 3)
    tensor([3, 3])
    """
    value = number_in(fill_value)
    number = in_dtype(value, result_type(value) if dtype is None else as_dtype(dtype), "full")
    return filled(lambda shape, _: np.full(shape, number), (size,), number.dtype, device, requires_grad, "full")


def zeros_like(input: Tensor, *, dtype: DTypeLike = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros in the shape and dtype of `input`.

    >>> mg.zeros_like(mg.tensor([1, 2]))
    tensor([0, 0])
    """
    return made(_like(input, dtype, 0), device, requires_grad)


def ones_like(input: Tensor, *, dtype: DTypeLike = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones in the shape and dtype of `input`.

    >>> mg.ones_like(mg.tensor([1, 2]))
    tensor([1, 1])
    """
    return made(_like(input, dtype, 1), device, requires_grad)


def empty_like(input: Tensor, *, dtype: DTypeLike = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Uninitialized memory in the shape and dtype of `input`.

    >>> mg.empty_like(mg.tensor([1, 2])).shape
    minigrad.Size([2])
    """
    return made(uninitialized(layout.empty_like(array_of(input), _dtype(dtype))), device, requires_grad)


def full_like(
    input: Tensor, fill_value: Number, *, dtype: DTypeLike = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """`fill_value` in the shape and dtype of `input`.

    >>> mg.full_like(mg.tensor([1, 2]), 7)
    tensor([7, 7])
    """
    kind = input.dtype if dtype is None else dtype
    return full(tuple(input.shape), fill_value, dtype=kind, device=device, requires_grad=requires_grad)


def eye(
    n: int, m: int | None = None, *, dtype: DTypeLike = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """The n by n (or n by m) matrix with ones on its diagonal.

    >>> mg.eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    for name, size in (("n", n), ("m", m)):
        if isinstance(size, int) and size < 0:
            raise ShapeError(f"eye: {name} must be greater or equal to 0, got {size}")
    return filled(
        lambda shape, kind: np.eye(*shape, dtype=kind), (n, n if m is None else m), dtype, device, requires_grad, "eye"
    )


def number_in(x: Any) -> Any:
    """The number in a tensor of one element, or the number itself, as Python has it."""
    return x.item() if isinstance(x, Tensor) else plain_number(x)


def _like(input: Tensor, dtype: DTypeLike, value: int) -> Array:
    """An array of this value, of the shape, the order of memory and, unless another is given, the dtype of `input`."""
    array = layout.empty_like(array_of(input), _dtype(dtype))
    array.fill(value)
    return array


def _dtype(dtype: Any) -> DType | None:
    return None if dtype is None else as_dtype(dtype)
