"""A function of single samples as a function of batches."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from minigrad.engine.node import Variable
from minigrad.errors import ShapeError
from minigrad.func.gathering import gathered
from minigrad.func.trace import check_callable
from minigrad.func.tree import leaves_of, spread, tree_like
from minigrad.ops import equal
from minigrad.random.generator import drawing
from minigrad.types import Tensor

Function = TypeVar("Function", bound=Callable[..., Any])


def vmap(
    func: Function,
    in_dims: Any = 0,
    out_dims: Any = 0,
    randomness: str = "error",
    *,
    chunk_size: int | None = None,
) -> Function:
    """`func` over slices along `in_dims` (None: the same for all), the results stacked along `out_dims`.

    Both are numbers, or trees of them that match the arguments and the results. It runs as a loop: what is gained is
    not speed but that it composes with the other transforms; `chunk_size` changes nothing. Where the function returns
    views of its slices, or has changed them in place, the results are a view. Of what is no batch (`out_dims` None) the
    first is returned. `randomness` says of the random numbers of the calls that they are "different" or the "same"; by
    default drawing any is a RuntimeError.

    >>> mg.func.vmap(mg.dot)(mg.ones(3, 2), mg.ones(3, 2))
    tensor([2., 2., 2.])
    """

    @functools.wraps(func)
    def mapped(*args: Any, **kwargs: Any) -> Any:
        check_callable("vmap", func)
        if chunk_size is not None and chunk_size <= 0:
            raise ValueError(f"vmap: chunk_size should be None or greater than 0. (got {chunk_size})")
        if not isinstance(in_dims, (int, tuple)):
            raise ValueError(
                "vmap: expected `in_dims` to be int or a (potentially nested) tuple matching the structure of inputs, "
                f"got: {type(in_dims).__name__}"
            )
        if not args:
            raise ValueError("vmap: got no inputs. Maybe you forgot to add inputs, or keywords do not count")
        dims = spread(in_dims, args, "vmap: in_dims")
        given = leaves_of(args)
        size = _batch_size(given, dims)
        results = []
        with drawing(randomness) as again:
            for i in range(size):
                again()
                slices = [each if dim is None else each.select(dim, i) for each, dim in zip(given, dims)]
                results.append(func(*tree_like(args, slices), **kwargs))
        return _together(results, out_dims)

    return cast(Function, mapped)


def chunk_vmap(
    func: Function, in_dims: Any = 0, out_dims: Any = 0, randomness: str = "error", chunks: int = 2
) -> Function:
    """As `vmap`, the batch in so many parts one after the other: the former functorch's, for those who know it.

    A loop has one sample at a time in memory anyway, so that `chunks` changes nothing.

    >>> mg.func.chunk_vmap(mg.dot, chunks=3)(mg.ones(3, 2), mg.ones(3, 2))
    tensor([2., 2., 2.])
    """
    return vmap(func, in_dims, out_dims, randomness)


def _batch_size(given: Sequence[Any], dims: Sequence[Any]) -> int:
    sizes = set()
    for each, dim in zip(given, dims):
        if dim is not None:
            if not isinstance(each, Variable):
                raise ValueError(
                    f"vmap: Got in_dim={dim} for an input but the input is of type {type(each).__name__}; give None "
                    "for what is no tensor"
                )
            if not isinstance(dim, int) or isinstance(dim, bool):
                raise ValueError(f"vmap: expected each of `in_dims` to be an int or None, got: {type(dim).__name__}")
            if not -each.array.ndim <= dim < each.array.ndim:
                raise ShapeError(
                    f"vmap: Got in_dim={dim} for some input, but that input is a Tensor of dimensionality "
                    f"{each.array.ndim}, of shape {each.array.shape}"
                )
            sizes.add(each.array.shape[dim])
    if not sizes:
        raise ValueError("vmap: at least one Tensor must be mapped over, with an in_dim that is not None")
    if len(sizes) > 1:
        raise ValueError(
            f"vmap: Expected all tensors to have the same size in the mapped dimension, got sizes {sorted(sizes)}"
        )
    if 0 in sizes:
        raise ValueError("vmap: the mapped dimension is empty, so the shape of the result is unknown")
    return int(sizes.pop())


def _together(results: list[Any], out_dims: Any) -> Any:
    first = results[0]
    if isinstance(first, Variable) and isinstance(out_dims, tuple) and len(out_dims) == 1:
        out_dims = out_dims[0]
    ends = spread(out_dims, first, "vmap: out_dims")
    columns = zip(*(leaves_of(each) for each in results))
    return tree_like(first, [_column(list(column), end) for column, end in zip(columns, ends)])


def _column(results: list[Any], end: int | None) -> Any:
    """What the calls returned at one place of the tree, as one value."""
    first: Any = results[0]
    if end is None:
        if isinstance(first, Variable) and not all(equal(cast(Tensor, first), each) for each in results):
            raise ValueError(
                "vmap: can not return a BatchedTensor when out_dim is None: it has a value for each sample"
            )
        return first
    if not isinstance(end, int) or isinstance(end, bool):
        raise ValueError(f"vmap: `out_dims` must be an int, None or a python collection of ints, got {end!r} in it")
    if not isinstance(first, Variable):
        raise ValueError(f"vmap: the function must return tensors, or trees of them, got type {type(first)}")
    return gathered(results, end)
