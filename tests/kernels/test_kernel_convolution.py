"""The three gradients of convolution's trilinear form, against each other, against loops, against PyTorch."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minigrad.kernels import convolution
from minigrad.kernels.convolution import convolve, convolve_transposed, convolve_weight
from minigrad.kernels.windows import output_size


def trilinear_by_loops(x, w, stride, padding, dilation, groups, out):
    """Loops over the definition of T: the indices into x, w and u of every term of the sum."""
    per_group = w.shape[0] // groups
    for n, o, c in product(range(x.shape[0]), range(w.shape[0]), range(w.shape[1])):
        channel = o // per_group * w.shape[1] + c
        for i in product(*map(range, out)):
            for k in product(*map(range, w.shape[2:])):
                j = tuple(stride[a] * i[a] + dilation[a] * k[a] - padding[a][0] for a in range(len(stride)))
                if all(0 <= j[a] < x.shape[2 + a] for a in range(len(stride))):
                    yield (n, channel, *j), (o, c, *k), (n, o, *i)


def channels_last(x):
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)


def is_channels_last(x):
    return np.moveaxis(x, 1, -1).flags.c_contiguous


@st.composite
def problems(draw, largest=3, symmetric=False):
    """Shapes and parameters of a convolution of one to three axes, with at least one window."""
    integers = lambda low, high: draw(st.integers(low, high))  # noqa: E731
    axes = integers(1, 3)
    stride, dilation, kernel, padding, size = [], [], [], [], []
    for _ in range(axes):
        stride.append(integers(1, 3))
        dilation.append(integers(1, 3))
        kernel.append(integers(1, largest))
        before = integers(0, 3)
        padding.append((before, before if symmetric else integers(0, 3)))
        size.append(max(1, dilation[-1] * (kernel[-1] - 1) + 1 - sum(padding[-1])) + integers(0, 3))
    groups = integers(1, 3)
    x = (integers(0, 2), groups * integers(1, 3), *size)
    w = (groups * draw(st.sampled_from([1, 2, 16])), x[1] // groups, *kernel)
    return x, w, (tuple(stride), tuple(padding), tuple(dilation), groups)


def arrays(x_shape, w_shape, parameters, seed=0, dtype=np.float64):
    stride, padding, dilation, _ = parameters
    out = tuple(map(output_size, x_shape[2:], w_shape[2:], stride, padding, dilation))
    rng = np.random.default_rng(seed)
    shapes = x_shape, w_shape, (x_shape[0], w_shape[0], *out)
    return [rng.standard_normal(shape).astype(dtype) for shape in shapes]


@settings(deadline=None, max_examples=60)
@given(problems())
def test_three_gradients_of_one_form(problem):
    x_shape, w_shape, parameters = problem
    x, w, u = arrays(*problem)
    t = np.vdot(convolve(x, w, *parameters), u)
    np.testing.assert_allclose(np.vdot(x, convolve_transposed(u, w, x_shape[2:], *parameters)), t, atol=1e-9)
    np.testing.assert_allclose(np.vdot(w, convolve_weight(x, u, w_shape[2:], *parameters)), t, atol=1e-9)


@pytest.mark.parametrize("block", [1, 2**21])
@pytest.mark.parametrize("layout", [np.asarray, channels_last])
@pytest.mark.parametrize(
    ("x", "w", "stride", "padding", "dilation", "groups"),
    [
        ((2, 3, 7), (4, 3, 3), (1,), ((1, 1),), (1,), 1),
        ((2, 4, 7), (6, 2, 2), (3,), ((2, 0),), (2,), 2),
        ((3, 2, 5, 6), (3, 2, 3, 2), (2, 1), ((1, 2), (0, 1)), (1, 2), 1),
        ((1, 1, 6, 6), (16, 1, 4, 4), (2, 2), ((1, 1), (1, 1)), (1, 1), 1),
        ((2, 13, 4, 3), (2, 13, 1, 1), (1, 1), ((0, 0), (0, 0)), (1, 1), 1),
        ((1, 4, 3, 4, 3), (4, 1, 2, 2, 3), (1, 2, 2), ((0, 1), (1, 0), (2, 2)), (2, 1, 3), 4),
    ],
)
def test_against_loops(monkeypatch, block, layout, x, w, stride, padding, dilation, groups):
    monkeypatch.setattr(convolution, "BLOCK", block)
    monkeypatch.setattr(convolution, "SUMS", block)
    parameters = (stride, padding, dilation, groups)
    x, w, u = arrays(x, w, parameters)
    expected_x, expected_w, expected_u = np.zeros_like(x), np.zeros_like(w), np.zeros_like(u)
    for in_x, in_w, in_u in trilinear_by_loops(x, w, *parameters, u.shape[2:]):
        expected_u[in_u] += x[in_x] * w[in_w]
        expected_x[in_x] += w[in_w] * u[in_u]
        expected_w[in_w] += x[in_x] * u[in_u]

    x, u = layout(x), layout(u)
    np.testing.assert_allclose(convolve(x, w, *parameters), expected_u, atol=1e-12)
    np.testing.assert_allclose(convolve_weight(x, u, w.shape[2:], *parameters), expected_w, atol=1e-12)
    for transposed in (convolve_transposed, convolution._scatter):
        np.testing.assert_allclose(transposed(u, w, x.shape[2:], *parameters), expected_x, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("channels", [(1, 16), (8, 2)])
def test_dtype_and_memory_order(dtype, channels):
    c, o = channels
    parameters = ((2, 2), ((1, 1), (1, 1)), (1, 1), 1)
    x, w, u = arrays((2, c, 6, 6), (o, c, 4, 4), parameters, dtype=dtype)
    results = [
        convolve(x, w, *parameters),
        convolve_transposed(u, w, (6, 6), *parameters),
        convolve_weight(x, u, (4, 4), *parameters),
    ]
    assert [r.dtype for r in results] == [dtype] * 3
    assert is_channels_last(results[0])
    assert is_channels_last(results[1])
    assert results[2].flags.c_contiguous


def test_inputs_of_any_strides():
    parameters = ((1, 2), ((1, 0), (0, 1)), (1, 1), 1)
    x, w, u = arrays((2, 3, 5, 6), (4, 3, 2, 3), parameters)
    strided = [np.repeat(a, 2, axis=2)[:, :, ::-2][:, :, ::-1] for a in (x, w, u)]
    for a, b in zip((x, w, u), strided, strict=True):
        np.testing.assert_array_equal(a, b)
    sx, sw, su = strided
    np.testing.assert_allclose(convolve(sx, sw, *parameters), convolve(x, w, *parameters))
    for f, size in ((convolve_weight, (2, 3)), (convolve_transposed, (5, 6))):
        a, b = ((x, u), (sx, su)) if f is convolve_weight else ((u, w), (su, sw))
        np.testing.assert_allclose(f(*b, size, *parameters), f(*a, size, *parameters))


def test_pointwise_convolution_reads_its_input_in_place():
    x = channels_last(np.ones((2, 16, 4, 4)))
    ((_, rows),) = convolution._window_rows(x, (1, 1), (1, 1), ((0, 0), (0, 0)), (1, 1), 1)(slice(0, 2))
    assert np.shares_memory(rows, x)


def test_positions_that_no_window_reaches_get_zero():
    """The output padding of a transposed convolution: positions at the end that no tap of u falls on."""
    parameters = ((3,), ((0, 0),), (1,), 1)
    u, w = np.ones((1, 2, 2)), np.ones((2, 4, 2))
    for transposed in (convolve_transposed, convolution._scatter):
        x = transposed(u, w, (7,), *parameters)
        np.testing.assert_array_equal(x, np.broadcast_to([2.0, 2, 0, 2, 2, 0, 0], (1, 4, 7)))


@pytest.mark.torch
@settings(deadline=None, max_examples=60)
@given(problems(largest=4, symmetric=True))
def test_against_pytorch(problem):
    torch = pytest.importorskip("torch")
    _, w_shape, (stride, padding, dilation, groups) = problem
    x, w, u = arrays(*problem)
    axes = len(stride)
    function = getattr(torch.nn.functional, f"conv{axes}d")
    x_, w_ = (torch.tensor(a, requires_grad=True) for a in (x, w))
    y = function(x_, w_, None, stride, tuple(p for p, _ in padding), dilation, groups)
    np.testing.assert_allclose(convolve(x, w, *problem[2]), y.detach().numpy(), atol=1e-10)
    if x.shape[0]:
        y.backward(torch.tensor(u))
        back = convolve_transposed(u, w, x.shape[2:], *problem[2])
        np.testing.assert_allclose(back, x_.grad.numpy(), atol=1e-10)
        weight = convolve_weight(x, u, w_shape[2:], *problem[2])
        np.testing.assert_allclose(weight, w_.grad.numpy(), atol=1e-10)
