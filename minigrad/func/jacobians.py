"""Whole tables of derivatives: a pass along the graph for each row, or for each column.

A table has the shape of an output followed by that of an argument. Where the output or the argument is a tree, so is
the result: the outputs' tree, with the arguments' in the place of each output.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad.engine.node import Variable
from minigrad.func.gradients import of_arguments
from minigrad.func.trace import Trace, units_like, zeros_like
from minigrad.func.tree import tree_like
from minigrad.ops import stack


def jacrev(
    func: Callable[..., Any], argnums: Any = 0, *, has_aux: bool = False, chunk_size: int | None = None
) -> Callable[..., Any]:
    """The function that computes the Jacobian of `func` in `argnums`, one backward pass for each element of the output.

    `chunk_size`, how many passes to run at a time, is accepted; they run one after the other.

    >>> mg.func.jacrev(lambda x: x * x)(mg.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """

    def tables(trace: Trace) -> list[list[Any]]:
        found = []
        for end in trace.ends:
            rows = [trace.pull([end], [unit]) for unit in units_like(end)]
            found.append([_joined([row[i] for row in rows], 0, end, leaf) for i, leaf in enumerate(trace.leaves)])
        return found

    return _jacobian("jacrev", func, argnums, has_aux, tables)


def jacfwd(
    func: Callable[..., Any],
    argnums: Any = 0,
    has_aux: bool = False,
    *,
    chunk_size: int | None = None,
    randomness: str = "error",
) -> Callable[..., Any]:
    """The same Jacobian by forward mode, one pass for each element of the arguments `argnums`.

    >>> mg.func.jacfwd(lambda x: x * x)(mg.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """

    def tables(trace: Trace) -> list[list[Any]]:
        found: list[list[Any]] = [[] for _ in trace.ends]
        zeros = [zeros_like(each) for each in trace.leaves]
        for i, leaf in enumerate(trace.leaves):
            columns = [trace.push([*zeros[:i], unit, *zeros[i + 1 :]]) for unit in units_like(leaf)]
            for k, end in enumerate(trace.ends):
                found[k].append(_joined([column[k] for column in columns], -1, end, leaf))
        return found

    return _jacobian("jacfwd", func, argnums, has_aux, tables)


def hessian(func: Callable[..., Any], argnums: Any = 0) -> Callable[..., Any]:
    """The function that computes the matrix of second derivatives in `argnums`: forward over reverse.

    >>> mg.func.hessian(lambda x: (x**3).sum())(mg.tensor([1.0, 2.0]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    return jacfwd(jacrev(func, argnums), argnums)


def _jacobian(
    name: str, func: Callable[..., Any], argnums: Any, has_aux: bool, tables: Callable[[Trace], list[list[Any]]]
) -> Callable[..., Any]:
    """The function that puts what `tables` finds, by output and by leaf, into the trees of both."""

    @functools.wraps(func)
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        partial, chosen, single = of_arguments(name, func, argnums, args, kwargs)
        trace = Trace(name, partial, chosen, has_aux)
        by_input = [tree_like(trace.inputs, row) for row in tables(trace)]
        table = tree_like(trace.outputs, [each[0] if single else each for each in by_input])
        return (table, trace.aux) if has_aux else table

    return jacobian


def _joined(parts: list[Any], dim: int, end: Variable, leaf: Variable) -> Any:
    """Rows or columns as one table."""
    shape = (*end.array.shape, *leaf.array.shape)
    return stack(parts, dim).reshape(shape) if parts else Variable.wrap(np.zeros_like(end.array, shape=shape))
