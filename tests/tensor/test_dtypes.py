"""Dtypes are objects as PyTorch's are, and NumPy takes them for its own."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import minigrad as mg

NAMES = ["float16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64", "bool"]
OTHER_NAMES = ["half", "float", "double", "short", "int", "long"]


@pytest.mark.torch
@pytest.mark.parametrize("name", NAMES + OTHER_NAMES)
def test_as_in_pytorch(name: str) -> None:
    torch = pytest.importorskip("torch")
    ours, theirs = getattr(mg, name), getattr(torch, name)
    assert repr(ours).replace("minigrad.", "torch.") == repr(theirs)
    assert str(ours) == repr(ours)
    for attribute in ("is_floating_point", "is_complex", "is_signed", "itemsize"):
        assert getattr(ours, attribute) == getattr(theirs, attribute)
    assert isinstance(ours, mg.dtype)
    assert isinstance(theirs, torch.dtype)


@pytest.mark.parametrize("name", NAMES)
def test_numpy_takes_it_for_its_own(name: str) -> None:
    dtype, own = getattr(mg, name), np.dtype(name)
    made = [np.zeros(2, dtype), np.ones(2).astype(dtype), np.array([1], dtype=dtype), np.full(2, 1, dtype=dtype)]
    assert {each.dtype for each in made} == {own}
    assert np.dtype(dtype) == own
    assert np.issubdtype(dtype, own.type)
    assert made[0].dtype == dtype
    assert dtype == made[0].dtype
    assert dtype == own.type
    assert {own: 1}[dtype] == 1
    assert np.result_type(dtype, np.bool_) == own


def test_there_is_one_of_each() -> None:
    for name in NAMES:
        dtype = getattr(mg, name)
        assert mg.zeros(2, dtype=dtype).dtype is dtype
        assert mg.from_numpy(np.zeros(2, name)).dtype is dtype
        assert pickle.loads(pickle.dumps(dtype)) is dtype
        assert copy.deepcopy(dtype) is dtype
    assert mg.float is mg.float32
    assert mg.from_numpy(np.zeros(2, np.longlong)).dtype is mg.int64
    assert mg.get_default_dtype() is mg.promote_types(mg.float16, mg.float32) is mg.result_type(mg.zeros(2), 1)
    assert mg.float32 != mg.float64
    assert mg.float32 != "float32"
    assert mg.float32.to_real() is mg.float32
    assert mg.LongTensor.dtype is mg.int64


def test_what_is_left_out_is_refused_by_name() -> None:
    reason = "the floating point types are float16, float32 and float64"
    with pytest.raises(TypeError, match=reason):
        mg.zeros(2).bfloat16()
    with pytest.raises(TypeError, match=reason):
        mg.zeros(2, dtype="bfloat16")
    with pytest.raises(TypeError, match="there are no complex numbers here"):
        mg.zeros(2, dtype="complex")
