"""Every operation of the table of samples runs compiled: values, first and second derivatives are eager's."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "ops"))

from samples import Row, Sample, outputs, table, told

import minigrad as mg
from minigrad.engine.refusing_node import RefusingNode
from minigrad.program.compiled import compile
from minigrad.program.trace import CannotCompileError

REFUSED = dict.fromkeys(("unique", "unique_consecutive", "nonzero", "argwhere", "bincount"), "shape depends on values")
REFUSED |= dict.fromkeys(
    ("median", "nanmedian", "masked_scatter", "scatter", "scatter_reduce", "index_reduce"), "int()"
) | {"histc": "not the same"}
"""The operations that no program can stand for, and a word of the error that says so."""


def everything(sample: Sample) -> Any:
    """A function of the inputs that gives the outputs, the gradients of a weighed sum, and theirs."""

    def function(*inputs: Any) -> list[Any]:
        ys = outputs(sample.run(*inputs))
        found = [*ys]
        leaves = [x for x in inputs if x.requires_grad]
        smooth = [y for y in ys if y.requires_grad and not isinstance(y.node, RefusingNode)]
        if smooth and leaves:
            weighed = sum(((y * y).sum() for y in smooth), mg.tensor(0.0, dtype=mg.float64))
            first = mg.autograd.grad(weighed, leaves, create_graph=True, materialize_grads=True)
            found += first
            if sample.row.twice and any(g.requires_grad for g in first):
                again = sum(((g * g).sum() for g in first if g.requires_grad), mg.tensor(0.0, dtype=mg.float64))
                found += mg.autograd.grad(again, leaves, allow_unused=True, materialize_grads=True)
        return [each.detach() for each in found]

    return function


@pytest.mark.parametrize("row", table(), ids=str)
def test_compiled_is_eager(row: Row) -> None:
    for sample in row.samples():
        with told(sample):
            function = everything(sample)
            compiled = compile(function)
            if row.name in REFUSED:
                try:
                    compiled(*sample.tensors())
                except CannotCompileError as error:
                    assert REFUSED[row.name] in str(error)  # noqa: PT017  some cases need no reading of values
                    continue
            for draw in range(4):
                inputs = dataclasses.replace(sample, position=sample.position + 1000 * draw).tensors()
                found, expected = compiled(*inputs), function(*inputs)
                assert len(found) == len(expected)
                for y, wanted in zip(found, expected, strict=True):
                    assert y.dtype == wanted.dtype
                    np.testing.assert_allclose(y.array, wanted.array, rtol=1e-9, atol=1e-9, equal_nan=True)
