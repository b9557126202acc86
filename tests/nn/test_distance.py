"""Cosines, distances and unit vectors."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn
from minigrad.autograd import gradcheck, gradgradcheck
from minigrad.nn import functional as F

CALLS: list[tuple[str, dict[str, Any], list[tuple[int, ...]]]] = [
    ("cosine_similarity", {}, [(2, 3), (2, 3)]),
    ("cosine_similarity", {"dim": -1}, [(2, 1, 3), (4, 3)]),
    ("cosine_similarity", {"dim": 0, "eps": 5.0}, [(3, 2), (3, 2)]),
    ("pairwise_distance", {}, [(2, 3), (2, 3)]),
    ("pairwise_distance", {"p": 1.0, "keepdim": True}, [(2, 3), (3,)]),
    ("pairwise_distance", {"p": 3.0, "eps": 0.1}, [(3,), (3,)]),
    ("pairwise_distance", {"p": math.inf}, [(2, 3), (2, 3)]),
    ("normalize", {}, [(2, 3)]),
    ("normalize", {"p": 1.0, "dim": 0}, [(2, 3)]),
    ("normalize", {"p": 3.0, "dim": -1}, [(2, 2, 3)]),
    ("normalize", {"eps": 100.0}, [(2, 3)]),
]

every_call = pytest.mark.parametrize(("name", "options", "shapes"), CALLS, ids=str)


@every_call
def test_derivatives_agree_with_differences(name: str, options: Any, shapes: Any, rng: np.random.Generator) -> None:
    inputs = [mg.tensor(rng.standard_normal(shape), requires_grad=True) for shape in shapes]
    assert gradcheck(lambda *xs: getattr(F, name)(*xs, **options), inputs)
    assert gradgradcheck(lambda *xs: getattr(F, name)(*xs, **options), inputs)


@pytest.mark.torch
@every_call
def test_agrees_with_torch(
    name: str, options: Any, shapes: Any, rng: np.random.Generator, agrees_with_torch: Callable[..., None]
) -> None:
    torch = pytest.importorskip("torch")
    ours, theirs = getattr(F, name), getattr(torch.nn.functional, name)
    inputs = [rng.standard_normal(shape) for shape in shapes]
    if options.get("eps") == 5.0:  # PyTorch keeps the derivative of a length that it has replaced by eps
        found, expected = ours(*map(mg.tensor, inputs), **options), theirs(*map(torch.tensor, inputs), **options)
        np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-12)
        return
    agrees_with_torch(lambda *xs: ours(*xs, **options), lambda *xs: theirs(*xs, **options), *inputs)


def test_values_are_those_of_loops() -> None:
    x, y = [1.0, -2.0, 2.0], [3.0, 0.0, 4.0]
    a, b = mg.tensor(x, dtype=mg.float64), mg.tensor(y, dtype=mg.float64)
    assert F.cosine_similarity(a, b, dim=0).item() == pytest.approx(11 / (3 * 5))
    assert F.pairwise_distance(a, b, eps=0.0).item() == pytest.approx(math.sqrt(4 + 4 + 4))
    np.testing.assert_allclose(F.normalize(a, dim=0).numpy(), [1 / 3, -2 / 3, 2 / 3])
    assert nn.CosineSimilarity(dim=0)(a, b).item() == pytest.approx(11 / 15)
    assert nn.PairwiseDistance(p=1.0, eps=0.0, keepdim=True)(a, b).tolist() == [pytest.approx(6.0)]


def test_a_vector_of_zeros_has_a_gradient_of_numbers() -> None:
    zero = mg.zeros(1, 3, dtype=mg.float64).requires_grad_()
    F.pairwise_distance(zero, mg.zeros(1, 3, dtype=mg.float64), eps=0.0).sum().backward()
    assert zero.grad.tolist() == [[0.0, 0.0, 0.0]]
    assert F.normalize(zero).tolist() == [[0.0, 0.0, 0.0]]


@pytest.mark.torch
def test_has_the_text_of_torch() -> None:
    torch = pytest.importorskip("torch")
    for name, args in (("CosineSimilarity", ()), ("PairwiseDistance", (1.0,))):
        assert repr(getattr(nn, name)(*args)) == repr(getattr(torch.nn, name)(*args))


@pytest.mark.torch
@pytest.mark.parametrize("p", [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, math.inf])
@pytest.mark.parametrize("rows", [3, 30])
def test_points_that_coincide(p: float, rows: int, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    points = rng.standard_normal((rows, 4))
    points[1] = points[0]
    found = []
    for package in (mg, torch):
        x = package.tensor(points, requires_grad=True)
        package.cdist(x, x.detach(), p, compute_mode="donot_use_mm_for_euclid_dist").sum().backward()
        package.pdist(x, p).sum().backward()
        found.append(x.grad.numpy())
    assert np.isfinite(found[0]).all()
    np.testing.assert_allclose(*found, rtol=1e-9, atol=1e-9)


def test_a_matrix_product_and_differences_make_the_same_distances(rng: np.random.Generator) -> None:
    x, y = (mg.tensor(rng.standard_normal((30, 5)), requires_grad=True) for _ in range(2))
    one, other = (mg.cdist(x, y, compute_mode=f"{how}use_mm_for_euclid_dist") for how in ("", "donot_"))
    np.testing.assert_allclose(one.detach().numpy(), other.detach().numpy(), rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: mg.cdist(mg.ones(2), mg.ones(2, 2)), RuntimeError, "rows of equal length"),
        (lambda: mg.cdist(mg.ones(2, 3), mg.ones(2, 2)), RuntimeError, "rows of equal length"),
        (
            lambda: mg.cdist(mg.ones(2, 3), mg.ones(2, 3).double()),
            RuntimeError,
            "one dtype, got .*float32 and .*float64",
        ),
        (lambda: mg.cdist(mg.ones(2, 3), mg.ones(2, 3), p=-1), RuntimeError, "p must not be negative"),
        (lambda: mg.cdist(mg.ones(2, 3), mg.ones(2, 3), compute_mode="fast"), ValueError, "compute_mode is one of"),
        (lambda: mg.pdist(mg.ones(3)), RuntimeError, "takes a matrix"),
        (lambda: mg.pdist(mg.ones(3, 2), p=-1), RuntimeError, "p must not be negative"),
        (lambda: mg.pdist(mg.ones(3, 2).long()), RuntimeError, "needs a floating point tensor"),
    ],
)
def test_distances_that_are_none(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()
