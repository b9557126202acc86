"""Where results differ from PyTorch's on purpose, as docs/departures.md says: each row that is about numbers."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg

NAN, INF = math.nan, math.inf


def gradient(y, x):
    return mg.autograd.grad(y.sum(), x)[0].tolist()


def test_nan_among_the_elements():
    x = mg.tensor([NAN, 2.0], requires_grad=True)
    assert np.isnan(mg.sign(x)[0].item())
    assert np.isnan(gradient(mg.abs(x), x)[0])
    assert gradient(mg.relu(x), x) == [0.0, 1.0]
    assert gradient(mg.amax(x), x) == [1.0, 0.0]
    assert gradient(mg.prod(x), x)[0] == 2.0


def test_second_derivatives_are_those_of_the_mathematics():
    x = mg.zeros(2, requires_grad=True)
    (slope,) = mg.autograd.grad(mg.norm(x), x, create_graph=True)
    assert gradient(slope, x) == [0.0, 0.0]
    y = mg.tensor([1.0], requires_grad=True)
    (slope,) = mg.autograd.grad(mg.relu(y).sum(), y, create_graph=True)
    assert not slope.requires_grad


def test_uint8_and_numbers_beyond_it():
    x = mg.tensor([2], dtype=mg.uint8)
    for call in (lambda: x + 300, lambda: x * -1):
        with pytest.raises(OverflowError, match="out of bounds for uint8"):
            call()
    assert (x > -1).tolist() == [True]


@pytest.mark.torch
@pytest.mark.parametrize("number", [-32, 300, -1, 7])
def test_bits_of_a_number_beyond_the_dtype(number):
    torch = pytest.importorskip("torch")
    a, b = (lib.tensor([0, 77, 255], dtype=lib.uint8) for lib in (mg, torch))
    for ours, theirs in ((a & number, b & number), (a | number, b | number), (number ^ a, number ^ b)):
        assert (ours.tolist(), str(ours.dtype)[9:]) == (theirs.tolist(), str(theirs.dtype)[6:])


def test_integers_to_negative_powers():
    with pytest.raises(ValueError, match="negative integer powers"):
        mg.tensor([2]) ** mg.tensor([-1])


@pytest.mark.parametrize("mode", ["nearest", "bilinear", "bicubic"])
def test_infinity_stays_with_the_pixels_that_use_it(mode):
    image = mg.zeros(1, 1, 9, 9)
    image[0, 0, 0, 0] = INF
    wide = mg.nn.functional.interpolate(image, scale_factor=2, mode=mode)
    assert bool(wide[0, 0, 6:, 6:].eq(0).all())
    assert not bool(wide.isfinite().all())


@pytest.mark.parametrize(("stride", "dilation", "kernel"), [(2, 1, 3), (2, 3, 2), (3, 2, 2)])
def test_nan_stays_within_the_reach_of_a_transposed_convolution(stride, dilation, kernel):
    """Position j of the output sees input i where j = stride i + dilation k."""
    x = mg.ones(1, 1, 6)
    x[0, 0, 2] = NAN
    y = mg.nn.functional.conv_transpose1d(x, mg.ones(1, 1, kernel), stride=stride, dilation=dilation)
    touched = {stride * 2 + dilation * k for k in range(kernel)}
    assert {int(j) for j in np.flatnonzero(np.isnan(y[0, 0].numpy()))} == touched


def test_a_scatter_from_a_larger_source_has_a_gradient():
    src = mg.ones(4, requires_grad=True)
    y = mg.zeros(3).scatter(0, mg.tensor([2, 0]), src)
    assert gradient(y, src) == [1.0, 1.0, 0.0, 0.0]


def test_a_list_is_no_value_of_an_element_and_an_array_is():
    x = mg.zeros(2, 2)
    with pytest.raises(TypeError, match="expected a number or a tensor, not list"):
        x[0] = [1.0, 2.0]
    x[0] = np.array([1.0, 2.0])
    assert x.tolist() == [[1.0, 2.0], [0.0, 0.0]]


REFUSED = "refused"

OUTCOMES: list[tuple[str, Any, Any]] = [
    # a line, what it gives here, and what in PyTorch (a list, REFUSED, or None for anything else than here)
    ("m.gcd(m.tensor([4]), 2)", [2], REFUSED),
    ("m.tensor([0.01]).half() * 100000", [INF], None),
    ("m.std_mean(m.tensor([INF, 1.0]))[1]", INF, None),
    ("m.tensor([-INF, 1, 1, 1, 1, 1, 1, 1]) ** -0.5", [0.0] + [1.0] * 7, None),
    ("m.polygamma(2, m.tensor([INF]))", [0.0], None),
    ("m.addcmul(m.tensor([1]), m.tensor([1]), m.tensor([1]), value=2.5)", REFUSED, [3]),
    ("m.abs(m.tensor([True]))", [True], REFUSED),
    ("m.frac(m.tensor([2]))", [0], REFUSED),
    ("m.nn.functional.softmax(m.zeros(0).long(), 0)", REFUSED, []),
    ("m.median(m.tensor([True]))", True, REFUSED),
    ("m.kthvalue(m.tensor([1, 1, 1]), 2)[1]", 1, None),
    ("m.normal(m.ones(1, requires_grad=True), 0.0).requires_grad", False, True),
    ("m.add(m.tensor([1]), 1, out=m.zeros(1)).dtype.itemsize", 4, 4),
    ("m.argmax(m.tensor([1, 2]), out=m.zeros(())).item()", 1.0, REFUSED),
    ("m.ones(2, 3).T.view(6)", [1.0] * 6, REFUSED),
    ("m.tensor([1, 2])[::-1]", [2, 1], REFUSED),
    ("m.ones(2, 3)[..., ...].shape[0]", REFUSED, 2),
    ("m.floor_divide(m.ones(1, requires_grad=True), 1.0).requires_grad", False, True),
    ("SYMMETRIC(m)", [[0.0, 0.0], [0.0, 0.0]], None),
    ("VIEWED(m)", False, True),
    ("m.ones(1).addbmm_(m.ones(1, 1, 2), m.ones(1, 2, 2))", REFUSED, [[3.0, 3.0]]),
    ("(m.ones(1, requires_grad=True) * 1).logical_not_().requires_grad", False, True),
    ("m.nn.functional.huber_loss(m.ones(1), m.ones(1).double()).dtype.itemsize", 8, 4),
    ("m.trapezoid(m.tensor([INF, 1.0]))", INF, None),
    ("BLIND(m)", [[0.0, 0.0]], None),
    ("m.tensor([1], dtype=m.uint8) == 257", [False], [True]),
    ("m.vander(m.ones(2, requires_grad=True), 1).requires_grad", True, False),
    ("HINGE(m)", [0], [254]),
    ("m.nn.functional.threshold(m.tensor([0]), -0.5, 7)", [0], [7]),
    ("BETWEEN(m)", 1.0, 0.0),
    ("CHECKPOINTED(m)", [2.0], REFUSED),
    ("UNPACKED(m)", [1.0, 1.0], [2.0, 2.0]),
    ("TWICE(m)", [2.0], REFUSED),
    ("m.isclose(m.ones(1), m.ones(1).double())", [True], REFUSED),
    ("m.nn.functional.pad(m.ones(1, 1, 2, 2), (-1, -1, 0, 0), 'reflect').shape[3]", REFUSED, 0),
]


def symmetric(m: Any) -> Any:
    """What the upper half of a lower triangular factor gets."""
    u = m.tensor([[2.0, 0.0], [1.0, 2.0]], requires_grad=True)
    (g,) = m.autograd.grad(m.cholesky_solve(m.ones(2, 1), u).sum(), u)
    return g * m.tensor([[0.0, 1.0], [0.0, 0.0]])


def blind(m: Any) -> Any:
    """Attention with weights, of a query that may look nowhere."""
    layer = m.nn.MultiheadAttention(2, 1, bias=False)
    x = m.ones(1, 2)
    return layer(x, x, x, attn_mask=m.tensor([[True]]))[0]


def hinge(m: Any) -> Any:
    x, y = m.tensor([3], dtype=m.uint8), m.tensor([-1])
    return m.nn.functional.hinge_embedding_loss(x, y, reduction="none").int()


def between(m: Any) -> Any:
    """What the two bounds of an element below them get together."""
    t = m.tensor(1.0, requires_grad=True)
    return m.autograd.grad(m.clamp(m.tensor(0.0), t, t), t)[0]


def checkpointed(m: Any) -> Any:
    x = m.tensor([1.0], requires_grad=True)
    return m.autograd.grad(m.utils.checkpoint.checkpoint(lambda x: x * 2, x, use_reentrant=True).sum(), x)[0]


def twice(m: Any) -> Any:
    """A second pass through an operation that saves a tensor in PyTorch, and none here."""
    x = m.tensor([1.0], requires_grad=True)
    y = x[[0]]
    y.sum().backward()
    y.sum().backward()
    return x.grad


def unpacked(m: Any) -> Any:
    p, vector = m.zeros(2, requires_grad=True), m.ones(2)
    m.nn.utils.vector_to_parameters(vector, [p])
    vector.add_(1)
    return p.detach()


def viewed(m: Any) -> Any:
    x = m.ones(2)
    y = x[:]
    x.requires_grad_()
    return y.requires_grad


HELPERS = (symmetric, viewed, blind, hinge, between, checkpointed, twice, unpacked)


def outcome(m: Any, line: str) -> Any:
    try:
        found = eval(line, {"m": m, "INF": INF, **{each.__name__.upper(): each for each in HELPERS}})
    except Exception:
        return REFUSED
    return found.tolist() if hasattr(found, "tolist") else found


@pytest.mark.torch
@pytest.mark.parametrize(("line", "ours", "theirs"), OUTCOMES)
def test_outcomes(line: str, ours: Any, theirs: Any) -> None:
    import torch

    assert outcome(mg, line) == ours
    there = outcome(torch, line)
    assert there != ours if theirs is None else there == theirs


def test_each_row_of_the_page_has_a_test() -> None:
    tests = Path(__file__).parents[1]
    page = (tests.parent / "docs" / "departures.md").read_text()
    known = {name for file in tests.rglob("test_*.py") for name in re.findall(r"def (test_\w+)", file.read_text())}
    rows = [line for line in page.splitlines() if line.startswith("| **")]
    assert len(rows) > 30
    for row in rows:
        names = re.findall(r"`(test_\w+)`", row.rpartition("| `")[1] + row.rpartition("| `")[2])
        assert names, row
        assert set(names) <= known, set(names) - known
