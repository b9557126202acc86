"""Questions about a tensor as functions: whether it is one, what its numbers are like, how many there are."""

from __future__ import annotations

from typing import Any

from minigrad.tensor import Tensor


def is_tensor(obj: Any) -> bool:
    """Whether `obj` is a Tensor.

    >>> mg.is_tensor(mg.ones(2)), mg.is_tensor([1.0, 1.0])
    (True, False)
    """
    return isinstance(obj, Tensor)


def typename(obj: Any) -> str:
    """The name of the type of a tensor, such as `FloatTensor`, or of the class of anything else.

    >>> mg.typename(mg.ones(2)), mg.typename([])
    ('minigrad.FloatTensor', 'list')
    """
    if isinstance(obj, Tensor):
        return str(obj.type())
    kind = type(obj)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def numel(input: Tensor) -> int:
    """The number of elements.

    >>> mg.numel(mg.ones(2, 3))
    6
    """
    return input.numel()


def is_floating_point(input: Tensor) -> bool:
    """Whether the dtype is float16, float32 or float64.

    >>> mg.is_floating_point(mg.tensor([1.0])), mg.is_floating_point(mg.tensor([1]))
    (True, False)
    """
    return input.is_floating_point()


def is_inference(input: Tensor) -> bool:
    """Whether a tensor was made in inference mode, so that it can be in no graph.

    >>> mg.is_inference(mg.ones(2))
    False
    """
    return input.is_inference()


def is_complex(input: Tensor) -> bool:
    """False: there are no complex dtypes.

    >>> mg.is_complex(mg.ones(2))
    False
    """
    return input.is_complex()


def is_conj(input: Tensor) -> bool:
    """False: no tensor waits to be conjugated.

    >>> mg.is_conj(mg.ones(2))
    False
    """
    return input.is_conj()


def is_neg(input: Tensor) -> bool:
    """False: no tensor waits to be negated.

    >>> mg.is_neg(mg.ones(2))
    False
    """
    return input.is_neg()


def is_signed(input: Tensor) -> bool:
    """Whether the dtype has negative numbers.

    >>> mg.is_signed(mg.tensor([1], dtype=mg.uint8))
    False
    """
    return input.is_signed()


def is_nonzero(input: Tensor) -> bool:
    """Whether the only element is not zero; RuntimeError where there are more, or none.

    >>> mg.is_nonzero(mg.tensor([2.0]))
    True
    """
    return input.is_nonzero()


def is_same_size(input: Tensor, other: Tensor) -> bool:
    """Whether two tensors have the same shape.

    >>> mg.is_same_size(mg.ones(2, 3), mg.zeros(2, 3))
    True
    """
    return input.is_same_size(other)
