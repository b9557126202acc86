"""All parameters as one vector, and back: for optimizers and studies that think of a model as a point."""

from __future__ import annotations

from collections.abc import Iterable

from minigrad.errors import ShapeError
from minigrad.ops import cat
from minigrad.tensor import Tensor

__all__ = ["parameters_to_vector", "vector_to_parameters"]


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """The elements of all `parameters` in a row; gradients flow through.

    >>> nn.utils.parameters_to_vector([mg.tensor([[1.0, 2.0]]), mg.tensor([3.0])])
    tensor([1., 2., 3.])
    """
    return cat([each.reshape(-1) for each in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Give the `parameters` the elements of `vec`, in the order of `parameters_to_vector`, copied into their memory.

    TypeError if vec is no tensor, ShapeError if it has another number of elements.

    >>> w = mg.zeros(2)
    >>> nn.utils.vector_to_parameters(mg.tensor([1.0, 2.0]), [w])
    >>> w
    tensor([1., 2.])
    """
    if not isinstance(vec, Tensor):
        raise TypeError(f"vector_to_parameters: expected a Tensor, got {type(vec).__name__}")
    given = list(parameters)
    sizes = [each.numel() for each in given]
    if tuple(vec.shape) != (sum(sizes),):
        raise ShapeError(
            f"vector_to_parameters: expected a vector of {sum(sizes)} elements, as many as all parameters have, "
            f"got shape {tuple(vec.shape)}"
        )
    start = 0
    for each, size in zip(given, sizes, strict=True):
        each.array[...] = vec.array[start : start + size].reshape(each.array.shape)
        start += size
