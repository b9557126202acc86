"""At kinks, ties and borders a derivative is a convention: ours are PyTorch's, and stated here one by one."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd import grad

inf, nan = math.inf, math.nan


class Kink(NamedTuple):
    """A function, its arguments, and the gradients of the sum of what it returns."""

    name: str
    call: Callable[..., Any]
    inputs: list[Any]
    gradients: list[Any]


KINKS = [
    Kink("relu at 0", lambda x: x.relu(), [[-1.0, 0.0, 1.0]], [[0, 0, 1]]),
    Kink("abs at 0", lambda x: x.abs(), [[-1.0, 0.0, 1.0]], [[-1, 0, 1]]),
    Kink("sign has slope 0", lambda x: x.sign(), [[-1.0, 0.0, 1.0]], [[0, 0, 0]]),
    Kink("floor has slope 0", lambda x: x.floor() + x.ceil() + x.round(), [[-1.5, 0.0, 1.0]], [[0, 0, 0]]),
    Kink("clamp at its bounds", lambda x: x.clamp(-1.0, 1.0), [[-2.0, -1.0, 0.0, 1.0, 2.0]], [[0, 1, 1, 1, 0]]),
    Kink("clamp, min above max", lambda x: x.clamp(1.0, -1.0), [[-2.0, 0.0, 2.0]], [[0, 0, 0]]),
    Kink("maximum at a tie", lambda a, b: a.maximum(b), [[1.0, 2.0, 3.0], [2.0, 2.0, 2.0]], [[0, 0.5, 1], [1, 0.5, 0]]),
    Kink("minimum at a tie", lambda a, b: a.minimum(b), [[1.0, 2.0, 3.0], [2.0, 2.0, 2.0]], [[1, 0.5, 0], [0, 0.5, 1]]),
    Kink("amax shares", lambda x: x.amax(1), [[[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]]], [[[0, 0.5, 0.5], [1 / 3] * 3]]),
    Kink("amin shares", lambda x: x.amin(0), [[[1.0, 3.0], [1.0, 4.0]]], [[[0.5, 1], [0.5, 0]]]),
    Kink("max of all shares", lambda x: x.max(), [[3.0, 1.0, 3.0]], [[0.5, 0, 0.5]]),
    Kink("max along a dim takes the place it names", lambda x: x.max(0).values, [[1.0, 3.0, 2.0]], [[0, 1, 0]]),
    Kink("prod with one zero", lambda x: x.prod(), [[2.0, 0.0, 3.0]], [[0, 6, 0]]),
    Kink("prod with two zeros", lambda x: x.prod(), [[0.0, 0.0, 3.0]], [[0, 0, 0]]),
    Kink("sqrt at 0", lambda x: x.sqrt(), [[0.0, 4.0]], [[inf, 0.25]]),
    Kink("sqrt of a negative", lambda x: x.sqrt(), [[-1.0]], [[nan]]),
    Kink("log at 0", lambda x: x.log(), [[0.0, 2.0]], [[inf, 0.5]]),
    Kink("reciprocal at 0", lambda x: x.reciprocal(), [[0.0]], [[-inf]]),
    Kink("x ** 0 at 0", lambda x: x**0, [[0.0, 2.0]], [[0, 0]]),
    Kink("x ** 1 at 0", lambda x: x**1, [[0.0, -2.0]], [[1, 1]]),
    Kink("x ** 2 at 0 and below", lambda x: x**2, [[0.0, -2.0]], [[0, -4]]),
    Kink("x ** 0.5 at 0", lambda x: x**0.5, [[0.0]], [[inf]]),
    Kink("x ** -1 at 0", lambda x: x**-1, [[0.0]], [[-inf]]),
    Kink("0 ** b", lambda a, b: a**b, [[0.0, 0.0], [0.0, 2.0]], [[0, 0], [0, 0]]),
    Kink("a ** b with integer b below 0", lambda a, b: a**b, [[-2.0], [2.0]], [[-4], [nan]]),
    Kink("std of equal numbers", lambda x: x.std(), [[2.0, 2.0, 2.0]], [[0, 0, 0]]),
    Kink(
        "std along rows, one of equal numbers",
        lambda x: x.std(1),
        [[[2.0, 2.0], [1.0, 3.0]]],
        [[[0, 0], [-math.sqrt(0.5), math.sqrt(0.5)]]],
    ),
    Kink("softmax of equal and infinite", lambda x: x.softmax(0)[:1], [[1.0, 1.0, -inf]], [[0.25, -0.25, 0]]),
    Kink("logsumexp with -inf", lambda x: x.logsumexp(0), [[0.0, -inf, 0.0]], [[0.5, 0, 0.5]]),
    Kink("where does not mix in the other branch", lambda x: mg_where(x > 0, x, x * 0), [[1.0, -1.0]], [[1, 0]]),
    Kink("log_softmax far apart", lambda x: x.log_softmax(0)[0], [[1000.0, 0.0]], [[0, 0]]),
    Kink("sigmoid far out", lambda x: x.sigmoid(), [[-1000.0, 1000.0]], [[0, 0]]),
    Kink("tanh far out", lambda x: x.tanh(), [[-1000.0, 1000.0]], [[0, 0]]),
    Kink("exp far out", lambda x: x.exp(), [[-1000.0, 1000.0]], [[0, inf]]),
    Kink(
        "fmax at a tie and beside a NaN",
        lambda a, b: a.fmax(b),
        [[1.0, nan, 1.0], [1.0, 1.0, nan]],
        [[1, 0, 1], [0, 1, 0]],
    ),
    Kink("norm at 0", lambda x: x.norm(), [[0.0, 0.0]], [[0, 0]]),
    Kink("norm of rows, one of zeros", lambda x: x.norm(dim=1), [[[0.0, 0.0], [3.0, 4.0]]], [[[0, 0], [0.6, 0.8]]]),
    Kink("norm of order 1 at 0", lambda x: x.norm(1), [[0.0, -2.0]], [[0, -1]]),
    Kink("norm of order inf shares", lambda x: x.norm(inf), [[1.0, -3.0, 3.0]], [[0, -0.5, 0.5]]),
    Kink("median of all shares", lambda x: x.median(), [[1.0, 2.0, 2.0, 5.0]], [[0, 0.5, 0.5, 0]]),
    Kink("cummax gives it to the last of equals", lambda x: x.cummax(0).values, [[1.0, 1.0, 0.0]], [[1, 2, 0]]),
    Kink("cumprod with zeros", lambda x: x.cumprod(0), [[1.0, 0.0, 2.0, 0.0]], [[1, 3, 0, 0]]),
    Kink("sinc at 0", lambda x: x.sinc(), [[0.0]], [[0]]),
    Kink("atan2 at the origin", lambda a, b: a.atan2(b), [[0.0], [0.0]], [[0], [0]]),
    Kink("xlogy at 0, 0", lambda a, b: a.xlogy(b), [[0.0, 0.0], [0.0, 2.0]], [[0, math.log(2)], [nan, 0]]),
    Kink("copysign at 0", lambda a, b: a.copysign(b), [[0.0, -2.0], [-1.0, 1.0]], [[0, -1], [0, 0]]),
    Kink("nan_to_num", lambda x: x.nan_to_num(), [[nan, inf, 1.0]], [[0, 0, 1]]),
    Kink("logit beyond eps", lambda x: x.logit(0.25), [[0.1, 0.5]], [[0, 4]]),
    Kink("a NaN that is clamped", lambda x: x.clamp(min=0.0), [[nan, 1.0]], [[0, 1]]),
]


def mg_where(condition: Any, a: Any, b: Any) -> Any:
    """where as a method, which both packages have."""
    return a.where(condition, b)


def gradients(package: Any, kink: Kink) -> list[Any]:
    leaves = [package.tensor(values, dtype=package.float64, requires_grad=True) for values in kink.inputs]
    found = package.autograd.grad(kink.call(*leaves).sum(), leaves)
    return [np.array(g.tolist()) for g in found]


@pytest.mark.parametrize("kink", KINKS, ids=lambda kink: kink.name)
def test_convention(kink: Kink) -> None:
    for found, expected in zip(gradients(mg, kink), kink.gradients, strict=True):
        np.testing.assert_allclose(found, np.array(expected, float), rtol=1e-12, atol=1e-12)


@pytest.mark.torch
@pytest.mark.parametrize("kink", KINKS, ids=lambda kink: kink.name)
def test_pytorch_has_the_same_convention(kink: Kink) -> None:
    torch = pytest.importorskip("torch")
    for theirs, expected in zip(gradients(torch, kink), kink.gradients, strict=True):
        np.testing.assert_allclose(theirs, np.array(expected, float), rtol=1e-12, atol=1e-12)


def test_an_infinite_gradient_does_not_leak_through_a_mask() -> None:
    """infinity times 0 is NaN: choices pass gradients on or not, they do not multiply."""
    for choose in (lambda x: x.clamp(min=0.5), lambda x: x.relu(), lambda x: mg.where(x > 0.5, x, 1.0)):
        x = mg.tensor([-1.0, 1.0], requires_grad=True)
        (g,) = grad(choose(x), x, mg.tensor([inf, 1.0]))
        assert g.tolist() == [0.0, 1.0]
