"""`out=`: results written into a tensor that is there, by one rule for all functions."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import minigrad as mg

SQUARE = [[4.0, 1.0], [2.0, 3.0]]
VECTOR = [1.0, 2.0]

GROUPS: dict[str, tuple[Any, ...]] = {
    """
    abs acos acosh asin asinh atan atanh ceil cos cosh deg2rad digamma erf erfc erfinv exp exp2 expm1 floor frac inverse
    isneginf isposinf lgamma log log10 log1p log2 logical_not logit neg reciprocal round rsqrt sigmoid sign signbit sin
    sinc sinh sqrt square tan tanh tril triu trunc diag nonzero norm
    """: (SQUARE,),
    """
    add sub mul div pow atan2 copysign eq ne lt le gt ge fmax fmin fmod remainder floor_divide hypot logaddexp
    logical_and maximum minimum xlogy matmul mm inner isin
    """: (SQUARE, SQUARE),
    "mv": (SQUARE, VECTOR),
    "dot outer kron": (VECTOR, VECTOR),
    """
    sum mean prod cumsum cumprod amax amin all any argmax argmin logsumexp std var softmax max min median mode sort
    cummax cummin topk
    """: (SQUARE, 1),
    "kthvalue": (SQUARE, 1, 1),
    "clamp": (SQUARE, 2.0, 3.0),
    "addmm addcmul": (SQUARE, SQUARE, SQUARE),
    "lerp": (SQUARE, SQUARE, 0.5),
}
CALLS = {name: given for names, given in GROUPS.items() for name in names.split()}


def arguments(package: Any, given: tuple[Any, ...]) -> list[Any]:
    return [package.tensor(each) if isinstance(each, list) else each for each in given]


@pytest.mark.parametrize("name", CALLS)
def test_the_result_is_in_out(name: str) -> None:
    function = getattr(mg, name)
    given = arguments(mg, CALLS[name])
    expected = function(*given)
    if isinstance(expected, tuple):
        outs = tuple(mg.empty(each.shape, dtype=each.dtype) for each in expected)
        answer = function(*given, out=outs)
        assert type(answer) is type(expected)
        assert all(a is b for a, b in zip(answer, outs, strict=True))
        for ours, theirs in zip(outs, expected, strict=True):
            np.testing.assert_array_equal(ours.numpy(), theirs.numpy())
    else:
        out = mg.empty(0, dtype=expected.dtype)
        assert function(*given, out=out) is out
        assert out.shape == expected.shape
        np.testing.assert_array_equal(out.numpy(), expected.numpy())


@pytest.mark.torch
@pytest.mark.parametrize("name", CALLS)
def test_as_in_pytorch(name: str) -> None:
    torch = pytest.importorskip("torch")
    found = []
    for package in (mg, torch):
        function, values = getattr(package, name), arguments(package, CALLS[name])
        results = function(*values)
        several = isinstance(results, tuple)
        outs = [package.empty(0, dtype=each.dtype) for each in (results if several else [results])]
        function(*values, out=tuple(outs) if several else outs[0])
        found.append([each.numpy() for each in outs])
    for ours, theirs in zip(*found, strict=True):
        assert ours.dtype == theirs.dtype
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_joins_constructors_and_linear_algebra() -> None:
    x = mg.tensor(SQUARE)
    assert mg.cat([x, x], out=mg.empty(0)).shape == (4, 2)
    assert mg.stack([x, x], out=mg.empty(0)).shape == (2, 2, 2)
    assert mg.zeros(2, out=mg.ones(2)).tolist() == [0.0, 0.0]
    assert mg.arange(3, out=mg.empty(3)).tolist() == [0.0, 1.0, 2.0]
    out = mg.empty(2, 2)
    assert mg.linalg.inv(x, out=out) is out
    np.testing.assert_allclose((x @ out).numpy(), np.eye(2), atol=1e-6)
    assert mg.special.expit(x, out=out) is out


def test_the_memory_is_that_of_out() -> None:
    x = mg.tensor(SQUARE)
    whole = mg.zeros(3, 2)
    mg.add(x, 1, out=whole[1:])
    assert whole.tolist() == [[0.0, 0.0], [5.0, 2.0], [3.0, 4.0]]
    mg.add(x, x, out=x)
    assert x.tolist() == [[8.0, 2.0], [4.0, 6.0]]
    assert mg.exp(x, out=None).shape == x.shape


def test_a_value_that_is_needed_is_watched() -> None:
    x = mg.ones(2, requires_grad=True)
    kept = mg.full((2,), 3.0)
    y = x * kept
    mg.add(mg.ones(2), 1, out=kept)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


def test_another_shape_is_made_with_a_warning() -> None:
    out = mg.zeros(3)
    with pytest.warns(UserWarning, match="An output with one or more elements was resized since it had shape"):
        mg.exp(mg.ones(2), out=out)
    assert out.shape == (2,)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert mg.exp(mg.ones(2), out=mg.empty(0)).shape == (2,)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda x: mg.exp(x, out=mg.empty(2, dtype=mg.int64)), RuntimeError, "result type Float can't be cast"),
        (lambda x: mg.exp(x, out=3), TypeError, r"exp\(\): argument 'out' .* must be Tensor, not int"),
        (lambda x: mg.max(x, 0, out=x), TypeError, "'out' must be tuple of 2 Tensors"),
        (lambda x: mg.exp(x.requires_grad_(), out=x), RuntimeError, "out=... arguments don't support automatic diff"),
        (lambda x: mg.sum(x.requires_grad_(), out=mg.empty(())), RuntimeError, "don't support automatic diff"),
        (lambda x: mg.cat([x.requires_grad_()], out=mg.empty(0)), RuntimeError, "don't support automatic diff"),
    ],
)
def test_refused(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call(mg.ones(2))


def test_without_recording_parameters_may_be_written() -> None:
    p = mg.ones(2, requires_grad=True)
    with mg.no_grad():
        mg.mul(p, 2, out=p)
    assert p.tolist() == [2.0, 2.0]
