"""What is given in the place of a tensor is named, and NumPy's own words do not reach the user."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import minigrad.nn.functional as F
from minigrad import nn

x = mg.tensor([[3.0, 1.0], [2.0, 4.0]])

NO_TENSORS: dict[str, Any] = {
    "sum": lambda: mg.sum(None),
    "mean": lambda: mg.mean("a"),
    "relu": lambda: F.relu("a"),
    "softmax": lambda: F.softmax([1.0, 2.0], 0),
    "matmul": lambda: mg.matmul(x, None),
    "mm": lambda: mg.mm(x, [[1.0]]),
    "lerp": lambda: mg.lerp(x, x, None),
    "isclose": lambda: mg.isclose(None, x),
    "clamp": lambda: mg.clamp(None, 1),
    "inv": lambda: mg.linalg.inv(None),
    "conv2d": lambda: F.conv2d(None, x),
    "cross_entropy": lambda: F.cross_entropy(x, None),
    "embedding": lambda: F.embedding(None, x),
    "dropout": lambda: F.dropout({}),
    "zeros_like": lambda: mg.zeros_like(None),
    "Linear": lambda: nn.Linear(3, 2)(None),
    "Conv2d": lambda: nn.Conv2d(1, 1, 1)("a"),
    "ReLU": lambda: nn.Sequential(nn.ReLU())(None),
    "LSTM": lambda: nn.LSTM(2, 3)(None),
    "CrossEntropyLoss": lambda: nn.CrossEntropyLoss()(x, None),
}


@pytest.mark.parametrize("name", NO_TENSORS)
def test_what_is_no_tensor_is_named(name: str) -> None:
    with pytest.raises(TypeError, match=rf"^{name}\(\): argument '\w+' \(position \d\) must be Tensor, not \w+"):
        NO_TENSORS[name]()


def test_lists_of_tensors() -> None:
    with pytest.raises(TypeError, match=r"cat\(\): expected Tensor as element 1 in argument 'tensors' .* got int"):
        mg.cat([x, 1])
    with pytest.raises(TypeError, match=r"stack\(\): argument 'tensors' .* must be tuple of Tensors, not int"):
        mg.stack(3)


class Mine(nn.Module):
    """A module whose mistake is its own."""

    def forward(self, value: Any) -> Any:
        return value.no_such_name


def test_mistakes_of_users_stay_as_they_are() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        Mine()(None)
    with pytest.raises(AttributeError, match="no_such_name"):
        nn.Sequential(Mine())(x)
    with pytest.raises(TypeError, match="unexpected keyword"):
        mg.sum(x, foo=1)


FROM_NUMPY: dict[str, tuple[Any, type[Exception], str]] = {
    "broadcast": (
        lambda: x + mg.ones(3),
        RuntimeError,
        r"The size of tensor a \(2\) must match the size of tensor b \(3\)",
    ),
    "isclose": (lambda: mg.isclose(x, mg.ones(3)), RuntimeError, "The size of tensor a"),
    "bits": (lambda: mg.bitwise_and(x, x), TypeError, "\"bitwise_and_cpu\" not implemented for 'Float'"),
    "index": (lambda: x[5], IndexError, "index 5 is out of bounds for dimension 0 with size 2"),
    "BatchNorm": (lambda: nn.BatchNorm1d(2)(mg.ones(3, 2).long()), TypeError, "batch_norm: not implemented for 'Long'"),
    "init": (
        lambda: nn.init.constant_(mg.ones(2), "a"),
        TypeError,
        "expected a number or a tensor, not str",
    ),
    "GroupNorm": (lambda: nn.GroupNorm(0, 3), ValueError, r"divisible by num_groups \(0\)"),
    "generator": (
        lambda: mg.randn(2, generator=5),
        TypeError,
        "generator must be a .*Generator or None, not int",
    ),
    "seed": (lambda: mg.manual_seed(2**70), RuntimeError, "Overflow when unpacking long"),
    "randperm": (lambda: mg.randperm(-1), RuntimeError, "n must be non-negative"),
    "multinomial": (lambda: mg.multinomial(mg.ones(3), 0), RuntimeError, "cannot sample n_sample <= 0 samples"),
    "sizes": (lambda: mg.zeros(2, -1), RuntimeError, "negative dimension"),
    "no argnums": (lambda: mg.func.grad(mg.sum, argnums=())(x), RuntimeError, "must be non-empty"),
    "argnums": (
        lambda: mg.func.grad(mg.dot, argnums=(0, -2))(x[0], x[1]),
        RuntimeError,
        "must be unique",
    ),
}


@pytest.mark.parametrize("name", FROM_NUMPY)
def test_errors_speak_of_the_call(name: str) -> None:
    call, kind, message = FROM_NUMPY[name]
    with pytest.raises(kind, match=message) as caught:
        call()
    for word in ("ufunc", "operands could not", "np.", "numpy"):
        assert word not in str(caught.value)


def test_functions_can_be_pickled() -> None:
    for function in (mg.sum, mg.linalg.inv, F.cross_entropy, F.relu, mg.zeros):
        assert pickle.loads(pickle.dumps(function)) is function


def test_arrays_are_operands() -> None:
    np.testing.assert_array_equal(mg.softmax(np.zeros((1, 2)), 1), [[0.5, 0.5]])
