"""Storages: the same answers as PyTorch's, memory that views share, and what is refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg

LINES = """
m.UntypedStorage([1, 2, 3]).tolist()
m.UntypedStorage(10).nbytes()
m.UntypedStorage().size()
m.UntypedStorage([1, 2, 3]).clone().fill_(7).tolist()
m.UntypedStorage([1, 2, 3]).resize_(2).tolist()
m.UntypedStorage([1, 2]).copy_(m.UntypedStorage([5, 6])).tolist()
m.ones(3)[1:].untyped_storage().nbytes()
m.ones(3).untyped_storage().filename
m.ones(3).untyped_storage().resizable()
m.ones(3).share_memory_().untyped_storage().is_shared()
m.ones(3).untyped_storage().device.type
m.zeros(0).untyped_storage().data_ptr()
m.TypedStorage([1, 2, 300], dtype=m.int16).byte().tolist()
m.TypedStorage([1.5, 2.5]).int().tolist()
m.TypedStorage([1, 0], dtype=m.int64).bool().tolist()
m.TypedStorage([1, 2], dtype=m.float16).element_size()
m.TypedStorage([1, 2], dtype=m.float16).untyped().nbytes()
m.TypedStorage([1, 2, 3]).type().partition('.')[2]
m.TypedStorage(wrap_storage=m.arange(3).untyped_storage(), dtype=m.int64).tolist()
m.tensor(m.arange(3).storage(), dtype=m.int64).tolist()
m.tensor(m.arange(3).untyped_storage(), dtype=m.int64).tolist()
m.zeros(1).set_(m.ones(3).untyped_storage()).tolist()
m.zeros(1).set_(m.UntypedStorage([0, 0, 128, 63, 1, 1])).tolist()
""".strip().splitlines()


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore:TypedStorage is deprecated")
@pytest.mark.parametrize("line", LINES)
def test_the_same_as_pytorchs(line: str) -> None:
    import torch

    if "resizable" in line:  # the memory of NumPy's arrays keeps its size
        assert eval(line, {"m": mg}) is False
    else:
        assert eval(line, {"m": mg}) == eval(line, {"m": torch})


def test_the_memory_is_that_of_the_tensor() -> None:
    x = mg.zeros(2, 2)
    x[1].storage()[0] = 5
    x.untyped_storage()[12:] = mg.tensor([2.0]).untyped_storage()
    assert x.tolist() == [[5, 0], [0, 2]]
    kept = copy.deepcopy(x.storage())
    x.untyped_storage().fill_(0)
    assert (x.tolist(), kept.tolist()) == ([[0, 0], [0, 0]], [5, 0, 0, 2])
    numbers = mg.UntypedStorage([1, 2, 3, 4])
    numbers.byteswap(mg.int16)
    assert numbers.tolist() == [2, 1, 4, 3]


def test_a_write_is_noticed_by_the_backward_pass() -> None:
    x = mg.ones(2, requires_grad=True)
    y = x.exp()
    z = (y * y).sum()
    y.detach().storage()[0] = 3.0
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        z.backward()


WRONG: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: mg.UntypedStorage(1, 2), RuntimeError, "UntypedStorage: Too many positional arguments"),
    (lambda: mg.TypedStorage(mg.ones(1)), TypeError, "TypedStorage: Argument type not recognized"),
    (lambda: mg.TypedStorage(["a"]), TypeError, "takes a sequence of numbers"),
    (lambda: mg.TypedStorage(-1), RuntimeError, "must not be negative, got -1"),
    (lambda: mg.TypedStorage(1, device="cuda"), RuntimeError, "computes on the CPU only"),
    (lambda: mg.TypedStorage(wrap_storage=mg.ones(1).storage()), TypeError, "wrap_storage must be an UntypedStorage"),
    (lambda: mg.TypedStorage([1]).fill_(mg.TypedStorage([1])), RuntimeError, "cannot set item"),
    (lambda: mg.UntypedStorage(2).copy_(mg.UntypedStorage(3)), RuntimeError, "size does not match, self was 2"),
    (lambda: mg.ones(2).untyped_storage().resize_(0), RuntimeError, "memory of a tensor, which keeps its size"),
    (lambda: mg.tensor(mg.ones(2).storage(), dtype=mg.int64), RuntimeError, "tensor: Expected a Storage of type int64"),
    (lambda: mg.zeros(1).set_(mg.arange(2).storage()), RuntimeError, "set_: Expected a Storage of type float32"),
]


@pytest.mark.parametrize(("call", "kind", "words"), WRONG)
def test_what_is_refused(call: Callable[[], Any], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        call()


def test_numbers_of_every_dtype_are_named_as_they_were() -> None:
    for name, dtype in (("Float", np.float32), ("Double", np.float64), ("Byte", np.uint8), ("Bool", np.bool_)):
        assert mg.zeros(1, dtype=dtype).storage().type() == f"minigrad.{name}Storage"
