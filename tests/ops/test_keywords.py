"""Arguments by keyword, under PyTorch's names and NumPy's, as PyTorch takes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg

CALLS: dict[str, Callable[[Any], Any]] = {
    "cat": lambda t: t.cat([t.ones(1, 2), t.zeros(1, 2)], axis=1),
    "concatenate": lambda t: t.concatenate(tensors=[t.ones(1, 2), t.zeros(1, 2)], axis=1),
    "stack": lambda t: t.stack([t.ones(2), t.zeros(2)], axis=1),
    "squeeze": lambda t: t.ones(1, 2, 1).squeeze(axis=0),
    "unsqueeze": lambda t: t.ones(2).unsqueeze(axis=1),
    "chunk": lambda t: t.arange(4).reshape(2, 2).chunk(2, axis=1)[1],
    "unbind": lambda t: t.arange(4).reshape(2, 2).unbind(axis=1)[1],
    "sort": lambda t: t.tensor([[2, 1], [0, 3]]).sort(axis=0)[1],
    "argsort": lambda t: t.tensor([[2, 1], [0, 3]]).argsort(axis=0),
    "topk": lambda t: t.tensor([[2, 1], [0, 3]]).topk(1, axis=0)[0],
    "sum": lambda t: t.ones(2, 3).sum(axis=1, keepdims=True),
    "swapaxes": lambda t: t.ones(2, 3).swapaxes(axis0=0, axis1=1),
    "zeros": lambda t: t.zeros(size=(2, 3)),
    "ones": lambda t: t.ones(size=[2]),
    "full": lambda t: t.full(size=(2,), fill_value=3),
    "zeros_like": lambda t: t.zeros_like(input=t.ones(2)),
    "gather": lambda t: t.ones(2, 2).gather(dim=1, index=t.tensor([[0], [1]]), sparse_grad=False),
    "where": lambda t: t.where(condition=t.tensor([True]), input=t.ones(1), other=t.zeros(1)),
    "clamp": lambda t: t.clamp(input=t.arange(3.0), min=1, max=1.5),
    "roll": lambda t: t.roll(t.arange(4), shifts=1, dims=0),
    "permute": lambda t: t.permute(t.ones(2, 3), dims=(1, 0)),
    "reshape": lambda t: t.reshape(t.ones(2, 3), shape=(6,)),
    "addcmul": lambda t: t.addcmul(t.ones(1), t.ones(1), t.ones(1), value=2),
    "cdist": lambda t: t.cdist(x1=t.ones(2, 3), x2=t.zeros(1, 3), p=1.0),
    "logspace": lambda t: t.logspace(start=0, end=1, steps=2, base=2),
    "arange": lambda t: t.arange(start=1, end=4),
}


@pytest.mark.torch
@pytest.mark.parametrize("name", CALLS)
def test_by_keyword(name: str) -> None:
    torch = pytest.importorskip("torch")
    found, expected = CALLS[name](mg), CALLS[name](torch)
    assert f"torch.{found.dtype.name}" == str(expected.dtype)
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-6)


def test_random_numbers_of_a_size() -> None:
    assert mg.rand(size=(2, 3)).shape == (2, 3)
    assert mg.randn(size=[4]).shape == (4,)


def test_two_names_for_one_argument() -> None:
    with pytest.raises(TypeError, match="cat: 'axis' is another name of 'dim'"):
        mg.cat([mg.ones(1)], dim=0, axis=0)


def test_an_unknown_keyword_is_told_by_the_name_that_was_called() -> None:
    with pytest.raises(TypeError, match=r"^multiply_\(\) got an unexpected keyword argument 'foo'$"):
        mg.ones(2).multiply_(foo=1)  # type: ignore[call-arg]
