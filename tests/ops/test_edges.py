"""Derivatives where they are easily lost: at infinity and NaN, at 0, of nothing, and of as much as memory holds."""

from __future__ import annotations

import math
import warnings
from typing import Any, NamedTuple

import numpy as np
import pytest

import minigrad as mg

INF, NAN = math.inf, math.nan


class Edge(NamedTuple):
    name: str
    call: Any
    """(library, *tensors) -> tensor"""
    inputs: list[Any]
    gradients: list[Any]
    """Of the sum of the result in each input."""


def logits(m, x, t):
    return m.nn.functional.binary_cross_entropy_with_logits(x, m.tensor(t, dtype=m.float64))


EDGES = [
    Edge("a zero rule is zero, not 0 times infinity", lambda m, x: m.acos(x.round()), [[0.9, 1.2]], [[0, 0]]),
    Edge("norm of order 1 of infinity", lambda m, x: m.linalg.vector_norm(x, 1) * 1, [[INF, -1.0]], [[1, -1]]),
    Edge("norm of order 1 of large and tiny", lambda m, x: m.norm(x, 1) * 1, [[1e200, -1e-200]], [[1, -1]]),
    Edge("the power 0", lambda m, x: x**0, [[INF, 0.0, NAN]], [[0, 0, 0]]),
    Edge("the power 0 as a tensor", lambda m, x: x ** m.zeros(3, dtype=m.float64), [[INF, 0.0, NAN]], [[0, 0, 0]]),
    Edge(
        "the power 0 whatever comes in",
        lambda m, x: (x ** m.zeros(3, dtype=m.float64)) ** 2 * INF,
        [[1.0, 0.0, -2.0]],
        [[0, 0, 0]],
    ),
    Edge("0 to a power", lambda m, t: 0.0**t, [[-1.0, 0.0, 2.0]], [[-INF, 0, 0]]),
    Edge("logits at infinity", lambda m, x: logits(m, x, [0.0]), [[INF]], [[1]]),
    Edge("elu of NaN", lambda m, x: m.nn.functional.elu(x), [[NAN, 0.0] * 16], [[NAN, 1] * 16]),
    Edge("celu of NaN", lambda m, x: m.nn.functional.celu(x, 2.0), [[NAN, 0.0] * 16], [[NAN, 1] * 16]),
    Edge("max with NaN", lambda m, x: m.max(x), [[1.0, NAN, 3.0, NAN]], [[0, 0.5, 0, 0.5]]),
    Edge("median with NaN", lambda m, x: m.median(x), [[1.0, NAN, 3.0]], [[0, 1, 0]]),
    Edge("xlogy(0, NaN)", lambda m, a: m.xlogy(a, m.tensor([NAN], dtype=m.float64)), [[0.0]], [[NAN]]),
    Edge("an empty vector in cat", lambda m, a, b: m.cat([a, b], 1), [[], [[1.0]]], [[], [[1]]]),
    Edge(
        "index_fill of a place named twice",
        lambda m, v: m.zeros(3, dtype=m.float64).index_fill(0, m.tensor([1, 1]), v),
        [2.0],
        [1],
    ),
    Edge("index_fill without dimensions", lambda m, x, v: (x * 1).index_fill(0, m.tensor([0]), v), [3.0, 2.0], [0, 1]),
    Edge("gather without dimensions", lambda m, x: m.gather(x, 0, m.tensor([0])), [2.0], [1]),
    Edge("gather by one number", lambda m, x: m.gather(x, 0, m.tensor(1)), [[2.0, 3.0]], [[0, 1]]),
    Edge("index_add to one number", lambda m, x, s: x.index_add(0, m.tensor([0]), s), [2.0, 3.0], [1, 1]),
    Edge("index_copy to one number", lambda m, x, s: x.index_copy(0, m.tensor([0]), s), [2.0, 3.0], [0, 1]),
    Edge("rows without elements", lambda m, x: x[m.tensor([0, 0])], [np.zeros((2, 0))], [np.zeros((2, 0))]),
    Edge(
        "tensordot where one size is 1",
        lambda m, a, b: m.tensordot(a, b, 1),
        [[[2.0]], [[1.0], [3.0]]],
        [[[4]], [[2], [2]]],
    ),
    Edge("the power 0 of a matrix", lambda m, a: m.linalg.matrix_power(a, 0), [[[2.0, 1], [0, 1]]], [np.zeros((2, 2))]),
    Edge("qr of no columns", lambda m, a: m.linalg.qr(a).Q, [np.zeros((5, 0))], [np.zeros((5, 0))]),
    Edge("qr of no rows", lambda m, a: m.linalg.qr(a).R, [np.zeros((0, 5))], [np.zeros((0, 5))]),
    Edge(
        "attention over no features",
        lambda m, v: m.nn.functional.scaled_dot_product_attention(
            m.zeros(1, 0, dtype=m.float64), m.zeros(2, 0, dtype=m.float64), v
        ),
        [[[1.0], [3.0]]],
        [[[0.5], [0.5]]],
    ),
    Edge(
        "batch_norm of nothing",
        lambda m, x: m.nn.functional.batch_norm(x, None, None, training=True),
        [np.zeros(0)],
        [np.zeros(0)],
    ),
    Edge(
        "local_response_norm of nothing",
        lambda m, x: m.nn.functional.local_response_norm(x, 2),
        [np.zeros((2, 0, 3))],
        [np.zeros((2, 0, 3))],
    ),
    Edge("normalize of empty rows", lambda m, x: m.nn.functional.normalize(x), [np.zeros((2, 0))], [np.zeros((2, 0))]),
    Edge("variance with infinity", lambda m, x: m.var(x), [[INF, INF, 1.0]], [[NAN, NAN, -INF]]),
    Edge("variance, correction None", lambda m, x: m.var(x, correction=None), [[1.0, 3.0]], [[-2, 2]]),
    Edge(
        "deviation, correction None", lambda m, x: m.std(x, 0, correction=None), [[0.0, 2.0]], [[-(0.5**0.5), 0.5**0.5]]
    ),
]
EACH = pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.name)


def gradients(library: Any, edge: Edge) -> list[Any]:
    tensors = [library.tensor(np.asarray(x, float), requires_grad=True) for x in edge.inputs]
    return [
        np.asarray(g.tolist()).reshape(g.shape)
        for g in library.autograd.grad(edge.call(library, *tensors).sum(), tensors)
    ]


@EACH
def test_gradient(edge):
    for found, expected in zip(gradients(mg, edge), edge.gradients, strict=True):
        np.testing.assert_allclose(found, np.asarray(expected, float))


@pytest.mark.torch
@EACH
def test_gradient_is_pytorchs(edge):
    import torch

    for found, expected in zip(gradients(mg, edge), gradients(torch, edge), strict=True):
        np.testing.assert_allclose(found, expected)


def test_logits_at_infinity_cost_infinity():
    assert logits(mg, mg.tensor([INF], dtype=mg.float64), [0.0]).item() == INF


@pytest.mark.parametrize("name", ["elu", "selu", "celu"])
def test_the_second_derivative_at_the_bend_is_that_of_the_line(name):
    x = mg.tensor([0.0, 1.0], requires_grad=True)
    (slope,) = mg.autograd.grad(getattr(mg.nn.functional, name)(x).sum(), x, create_graph=True)
    (bend,) = mg.autograd.grad(slope.sum(), x)
    assert bend.tolist() == [0.0, 0.0]


def test_the_mixed_derivative_of_a_power_at_exponent_0():
    """d/db (b a ** (b - 1)) at b = 0 is 1 / a."""
    a = mg.tensor(2.0, requires_grad=True)
    b = mg.tensor(0.0, requires_grad=True)
    (slope,) = mg.autograd.grad(a**b, a, create_graph=True)
    (mixed,) = mg.autograd.grad(slope, b)
    assert mixed.item() == 0.5


def test_spread_does_not_overflow_on_the_way():
    """Deviations of 1 and -1 times a scale s have the standard deviation s * sqrt(2)."""
    assert mg.tensor([3e19, -3e19]).std().item() == pytest.approx(3e19 * 2**0.5, rel=1e-6)
    assert mg.tensor([200.0, -200.0], dtype=mg.float16).std().item() == pytest.approx(200 * 2**0.5, rel=1e-3)
    assert mg.tensor([30000.0] * 3, dtype=mg.float16).mean().item() == pytest.approx(30000, rel=1e-3)
    assert mg.tensor([300.0] * 4, dtype=mg.float16).norm().item() == pytest.approx(600, rel=1e-3)


@pytest.mark.parametrize("name", ["scatter", "scatter_add", "scatter_reduce"])
def test_what_is_scattered_nowhere_still_gets_a_gradient(name):
    src = mg.ones(2, requires_grad=True)
    more = ("sum",) if name == "scatter_reduce" else ()
    y = getattr(mg.zeros(3), name)(0, mg.zeros(0, dtype=mg.int64), src, *more)
    y.sum().backward()
    assert src.grad.tolist() == [0.0, 0.0]


def test_the_logarithm_of_a_determinant_of_0_has_an_infinite_slope():
    x = mg.tensor([[[1.0, 2.0], [2.0, 4.0]], [[1.0, 2.0], [2.0, 5.0]]], dtype=mg.float64, requires_grad=True)
    y = mg.linalg.slogdet(x)[1]
    (g,) = mg.autograd.grad(y.sum(), x)
    assert y.tolist() == pytest.approx([-INF, 0.0])
    assert np.isinf(g[0].numpy()).all()
    np.testing.assert_allclose(g[1].numpy(), [[5, -2], [-2, 1]])  # the transpose of the inverse


def test_fill_of_one_number_has_a_second_derivative():
    x, v = mg.tensor(3.0, requires_grad=True), mg.tensor(2.0, requires_grad=True)
    y = (x * 1).fill_(v)
    first = mg.autograd.grad(y**3, (x, v), create_graph=True)
    (second,) = mg.autograd.grad(first[1], v)
    assert [each.item() for each in first] == [0.0, 12.0]
    assert second.item() == 12.0


@pytest.mark.parametrize("shape", [(3, 4), (3, 1), (1, 4), (3,)])
def test_a_variance_may_be_shared_along_one_dimension(shape):
    rng = np.random.default_rng(1)
    mean, target, variance = rng.normal(size=(3, 4)), rng.normal(size=(3, 4)), rng.uniform(1, 2, shape)
    wide = variance[:, None] if shape == (3,) else variance
    expected = (np.log(wide) + (mean - target) ** 2 / wide) / 2
    found = mg.nn.functional.gaussian_nll_loss(*map(mg.tensor, (mean, target, variance)), reduction="none")
    np.testing.assert_allclose(found.numpy(), expected)


GEOMETRIES = [
    (stride, padding, output_padding, dilation, groups)
    for stride in (1, 2)
    for padding in (0, 1, 2)
    for dilation in (1, 2, 3, 4)
    for output_padding in range(max(stride, dilation))
    for groups in (1, 2)
]


@pytest.mark.parametrize(("stride", "padding", "output_padding", "dilation", "groups"), GEOMETRIES)
def test_a_transposed_convolution_with_any_output_padding(stride, padding, output_padding, dilation, groups):
    """y[j] = sum over s i + d k - p = j of w[k] x[i]: the value, and as it is bilinear its gradients, by loops."""
    rng = np.random.default_rng(2)
    c, o, n, kernel = 2, 2 // groups, 3, 2
    x, w = rng.normal(size=(1, c, n)), rng.normal(size=(c, o, kernel))
    size = (n - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1
    if size < 1:
        pytest.skip("no output")
    y, g = np.zeros((1, o * groups, size)), rng.normal(size=(1, o * groups, size))
    gx, gw = np.zeros_like(x), np.zeros_like(w)
    for a, b, i, k in np.ndindex(c, o, n, kernel):
        j, out = stride * i + dilation * k - padding, b + o * (a // (c // groups))
        if 0 <= j < size:
            y[0, out, j] += x[0, a, i] * w[a, b, k]
            gx[0, a, i] += g[0, out, j] * w[a, b, k]
            gw[a, b, k] += g[0, out, j] * x[0, a, i]
    tx, tw = mg.tensor(x, requires_grad=True), mg.tensor(w, requires_grad=True)
    found = mg.nn.functional.conv_transpose1d(
        tx, tw, None, stride, padding, output_padding, groups=groups, dilation=dilation
    )
    found.backward(mg.tensor(g))
    np.testing.assert_allclose(found.detach().numpy(), y, atol=1e-12)
    np.testing.assert_allclose(tx.grad.numpy(), gx, atol=1e-12)
    np.testing.assert_allclose(tw.grad.numpy(), gw, atol=1e-12)


def test_functions_of_probabilities_far_out() -> None:
    x = mg.tensor([-1e6, -40.0, 40.0], dtype=mg.float64, requires_grad=True)
    (slope,) = mg.autograd.grad(mg.special.log_ndtr(x).sum(), x)
    np.testing.assert_allclose(slope.numpy(), [1e6, 40.02496893, 0.0], rtol=1e-8, atol=1e-300)
    assert mg.special.erfcx(mg.tensor([-30.0, 1e6])).tolist() == [math.inf, pytest.approx(5.641896e-7)]
    assert mg.special.ndtri(mg.tensor([-1.0, 0.0, 1.0])).isnan().tolist() == [True, False, False]
    assert mg.special.ndtri(mg.tensor([0.0, 1.0])).tolist() == [-math.inf, math.inf]
    assert mg.i0(mg.tensor([math.inf, -math.inf, math.nan])).isnan().all()
    assert mg.i0(mg.tensor([0.0, 800.0, 3e38])).tolist() == [1.0, math.inf, math.inf]
    assert mg.special.i1(mg.tensor([-3e38, 800.0], dtype=mg.float64)).tolist() == [-math.inf, math.inf]
    assert mg.special.i0e(mg.tensor([math.inf])).tolist() == [0.0]


def test_numpy_does_not_warn_at_lines_of_its_own() -> None:
    """Of what is not finite nobody is told; the filter of the package reaches only its own lines."""
    x = mg.tensor([1e30, math.inf, 0.0])
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        mg.sinc(x), mg.einsum("i,j->ij", x, x), mg.linalg.cross(x, x), mg.isclose(x, x, rtol=1e9), mg.allclose(x, x)
        mg.special.ndtri(x.sigmoid()), mg.round(x[:1], decimals=20)
    assert not [str(each) for each in seen if "numpy" in each.filename]
