"""Which dtype comes out: the whole matrix of tensors with axes, without, and Python scalars, against PyTorch."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import minigrad as mg

DTYPES = ["bool", "uint8", "int8", "int32", "int64", "float16", "float32", "float64"]
OPERANDS = [*((name, rank) for name in DTYPES for rank in (1, 0)), ("True", None), ("3", None), ("2.5", None)]
PAIRS = [pair for pair in itertools.product(OPERANDS, OPERANDS) if any(rank is not None for _, rank in pair)]

OPERATIONS = {
    "add": operator.add,
    "mul": operator.mul,
    "div": operator.truediv,
    "floordiv": operator.floordiv,
    "mod": operator.mod,
    "eq": operator.eq,
    "lt": operator.lt,
}
AMONG_TENSORS = {"maximum": "maximum", "where": "where", "cat": "cat", "stack": "stack"}


def operand(package: Any, name: str, rank: int | None) -> Any:
    if rank is None:
        return {"True": True, "3": 3, "2.5": 2.5}[name]
    return package.ones((2,) * rank, dtype=getattr(package, name))


def name_of(dtype: Any) -> str:
    return str(dtype).rpartition(".")[2]


@pytest.mark.torch
@pytest.mark.parametrize("operation", OPERATIONS)
def test_operators(operation: str) -> None:
    torch = pytest.importorskip("torch")
    wrong = []
    for (a, rank_a), (b, rank_b) in PAIRS:
        theirs = _result(
            lambda p, a=a, b=b, i=rank_a, j=rank_b: OPERATIONS[operation](operand(p, a, i), operand(p, b, j)), torch
        )
        mine = _result(
            lambda p, a=a, b=b, i=rank_a, j=rank_b: OPERATIONS[operation](operand(p, a, i), operand(p, b, j)), mg
        )
        if theirs is not None and mine != theirs:
            wrong.append(f"{a}[{rank_a}] {operation} {b}[{rank_b}]: {mine}, PyTorch {theirs}")
    assert not wrong, "\n".join(wrong)


def _result(call: Any, package: Any) -> Any:
    try:
        y = call(package)
    except RuntimeError:
        if package is mg:
            raise
        return None  # PyTorch has no such operation on these dtypes
    return name_of(y.dtype), y.tolist()


@pytest.mark.torch
@pytest.mark.parametrize("name", ["maximum", "where", "cat", "stack"])
def test_functions_of_several_tensors(name: str) -> None:
    torch = pytest.importorskip("torch")

    def call(package: Any, a: Any, b: Any) -> Any:
        if name == "where":
            return package.where(package.tensor([True, False]), a, b)
        return getattr(package, name)(a, b) if name == "maximum" else getattr(package, name)([a, b])

    wrong = []
    ranks = [(1, 1)] if name == "cat" else [(1, 1), (0, 0)] if name == "stack" else [(1, 1), (1, 0), (0, 1), (0, 0)]
    for a, b in itertools.product(DTYPES, DTYPES):
        for i, j in ranks:
            theirs = _result(lambda p, a=a, b=b, i=i, j=j: call(p, operand(p, a, i), operand(p, b, j)), torch)
            mine = _result(lambda p, a=a, b=b, i=i, j=j: call(p, operand(p, a, i), operand(p, b, j)), mg)
            if mine != theirs:
                wrong.append(f"{name} {a}[{i}] {b}[{j}]: {mine}, PyTorch {theirs}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.torch
@pytest.mark.parametrize(
    "name",
    [
        "exp",
        "sqrt",
        "log",
        "sin",
        "tanh",
        "sigmoid",
        "rsqrt",
        "reciprocal",
        "erf",
        "neg",
        "abs",
        "sign",
        "square",
        "floor",
        "ceil",
        "round",
        "sum",
        "prod",
        "amax",
        "logsumexp",
        "cumsum",
    ],
)
def test_functions_of_one_tensor(name: str) -> None:
    torch = pytest.importorskip("torch")
    if not hasattr(mg, name):
        pytest.skip(f"there is no {name} yet")
    wrong = []
    for dtype in DTYPES:
        for rank in (1, 0):
            arguments = (0,) if name in {"logsumexp", "cumsum"} else ()
            theirs = _result(lambda p, d=dtype, r=rank, a=arguments: getattr(p, name)(operand(p, d, r), *a), torch)
            if theirs is None:
                continue
            mine = _result(lambda p, d=dtype, r=rank, a=arguments: getattr(p, name)(operand(p, d, r), *a), mg)
            if mine[0] != theirs[0] or not np.allclose(mine[1], theirs[1], rtol=1e-3):
                wrong.append(f"{name} {dtype}[{rank}]: {mine}, PyTorch {theirs}")
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def float64_default() -> Iterator[None]:
    mg.set_default_dtype(mg.float64)
    yield
    mg.set_default_dtype(mg.float32)


def test_the_default_dtype_is_what_python_floats_and_integers_in_float_functions_become(float64_default: None) -> None:
    assert mg.tensor(1.5).dtype == mg.float64
    assert mg.tensor([1, 2]).exp().dtype == mg.float64
    assert (mg.tensor([1, 2]) * 2.5).dtype == mg.float64
    assert (mg.tensor([1, 2]) / 2).dtype == mg.float64
    assert (mg.ones(2, dtype=mg.float32) * 2.5).dtype == mg.float32
    assert mg.where(mg.tensor([True]), 1.0, 0.0).dtype == mg.float64


def test_only_floating_dtypes_can_be_the_default() -> None:
    with pytest.raises(TypeError, match="floating"):
        mg.set_default_dtype(mg.int64)
    assert mg.get_default_dtype() == mg.float32


def test_numpy_scalars_count_as_python_scalars_of_their_kind() -> None:
    assert (mg.ones(2) * np.float64(2)).dtype == mg.float32
    assert (np.float64(2) * mg.ones(2)).dtype == mg.float32
    assert (mg.tensor([1]) + np.int8(1)).dtype == mg.int64
    assert (np.float32(1.5) + mg.tensor([1])).dtype == mg.float32


def test_gradients_through_promotion() -> None:
    """Each argument gets a gradient of its own dtype, whatever they became together."""
    a = mg.ones(2, dtype=mg.float32, requires_grad=True)
    b = mg.tensor(2.0, dtype=mg.float64, requires_grad=True)
    y = a * b + mg.tensor([1, 2]) * a
    assert y.dtype == mg.float32
    y.sum().backward()
    assert (a.grad.dtype, b.grad.dtype) == (mg.float32, mg.float64)
    assert a.grad.tolist() == [3.0, 4.0]
    assert b.grad.item() == 2.0
