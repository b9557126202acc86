"""Pooling against loops over the windows, and against PyTorch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minigrad.kernels.pooling import average_pool, average_pool_adjoint, max_pool, max_pool_back, max_pool_indices
from minigrad.kernels.windows import output_size


@st.composite
def problems(draw):
    """A shape of one to three spatial axes, kernel, stride, padding (at most half the kernel), dilation."""
    integers = lambda low, high: draw(st.integers(low, high))  # noqa: E731
    axes = integers(1, 3)
    kernel = tuple(integers(1, 4) for _ in range(axes))
    stride = tuple(integers(1, 4) for _ in range(axes))
    dilation = tuple(integers(1, 2) for _ in range(axes))
    padding = tuple((p, p) for p in (integers(0, k // 2) for k in kernel))
    size = tuple(d * (k - 1) + 1 + integers(0, 4) for k, d in zip(kernel, dilation, strict=True))
    return (integers(0, 2), integers(1, 2), *size), kernel, stride, padding, dilation


def some_numbers(shape, seed=0):
    """Few distinct values, so that maxima tie."""
    return np.random.default_rng(seed).integers(-2, 3, shape).astype(np.float64)


def places(x, kernel, stride, padding, dilation, ceil_mode=False):
    _, winner = max_pool(x, kernel, stride, padding, dilation, ceil_mode)
    return max_pool_indices(winner, x.shape[2:], kernel, stride, padding, dilation)


def max_by_loops(x, kernel, stride, padding, dilation, out):
    axes = range(len(kernel))
    result = np.empty((*x.shape[:2], *out), np.int64)
    for n, c in np.ndindex(x.shape[:2]):
        for i in np.ndindex(*out):
            best = None
            for k in np.ndindex(*kernel):
                j = tuple(stride[a] * i[a] + dilation[a] * k[a] - padding[a][0] for a in axes)
                if all(0 <= j[a] < x.shape[2 + a] for a in axes):
                    value = x[(n, c, *j)]
                    if best is None or value > best or np.isnan(value):
                        best = value
                        result[(n, c, *i)] = np.ravel_multi_index(j, x.shape[2:])
    return result


def average_by_loops(x, kernel, stride, padding, out, count_include_pad, divisor):
    """Each window is cut off at the padded end. Its divisor counts the rest, with or without padding."""
    result = np.empty((*x.shape[:2], *out))
    for i in np.ndindex(*out):
        edges = [
            (s * i_ - p, min(s * i_ - p + k, size + p))
            for i_, size, k, s, (p, _) in zip(i, x.shape[2:], kernel, stride, padding, strict=True)
        ]
        inside = [(max(a, 0), min(b, size)) for (a, b), size in zip(edges, x.shape[2:], strict=True)]
        window = x[(..., *(slice(a, b) for a, b in inside))]
        counted = edges if count_include_pad else inside
        count = divisor or np.prod([b - a for a, b in counted])
        result[(..., *i)] = window.sum(axis=tuple(range(2, x.ndim))) / count
    return result


def channels_last(x):
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(x, 1, -1)), -1, 1)


def sizes(problem, ceil_mode, dilated=True):
    shape, kernel, stride, padding, dilation = problem
    dilation = dilation if dilated else [1] * len(kernel)
    return tuple(
        output_size(*axis, ceil_mode) for axis in zip(shape[2:], kernel, stride, padding, dilation, strict=True)
    )


@pytest.mark.parametrize("layout", [np.asarray, channels_last])
@settings(deadline=None, max_examples=40)
@given(problem=problems(), ceil_mode=st.booleans(), special=st.sampled_from([0.0, np.nan, -np.inf]))
def test_max_pool_against_loops(layout, problem, ceil_mode, special):
    x = some_numbers(problem[0])
    x[np.random.default_rng(1).random(x.shape) < 0.4] = special
    expected = max_by_loops(x, *problem[1:], sizes(problem, ceil_mode))
    indices = places(layout(x), *problem[1:], ceil_mode)
    assert indices.dtype == np.int64
    np.testing.assert_array_equal(indices, expected)
    largest, winner = max_pool(layout(x), *problem[1:], ceil_mode)
    g = np.random.default_rng(2).integers(-9, 9, expected.shape).astype(np.float64)
    back = np.zeros(x.shape)
    for n, c in np.ndindex(x.shape[:2]):
        np.testing.assert_array_equal(largest[n, c], x[n, c].ravel()[expected[n, c]])
        np.add.at(back[n, c].reshape(-1), expected[n, c], g[n, c])
    np.testing.assert_array_equal(max_pool_back(layout(g), winner, x.shape[2:], *problem[1:]), back)


@pytest.mark.parametrize("dtype", [np.int64, np.float32])
def test_padding_never_wins(dtype):
    least = -np.inf if dtype is np.float32 else np.iinfo(dtype).min
    x = np.full((1, 1, 2, 2), least, dtype)
    indices = places(x, (2, 2), (2, 2), ((1, 1), (1, 1)), (1, 1))
    np.testing.assert_array_equal(indices, [[[[0, 1], [2, 3]]]])


def test_more_taps_than_a_byte_can_count():
    x = np.arange(2.0 * 17 * 17).reshape(1, 2, 17, 17)
    indices = places(x, (17, 17), (17, 17), ((0, 0), (0, 0)), (1, 1))
    np.testing.assert_array_equal(indices.ravel(), [288, 288])


@settings(deadline=None, max_examples=60)
@given(problems(), st.booleans(), st.booleans(), st.sampled_from([None, 3]))
def test_average_pool_and_its_adjoint(problem, ceil_mode, count_include_pad, divisor):
    shape, *window, _ = problem
    out = sizes(problem, ceil_mode, dilated=False)
    x = channels_last(np.random.default_rng(0).standard_normal(shape))
    y = average_pool(x, *window, ceil_mode, count_include_pad, divisor)
    np.testing.assert_allclose(y, average_by_loops(x, *window, out, count_include_pad, divisor), atol=1e-14)
    g = np.random.default_rng(1).standard_normal(y.shape)
    back = average_pool_adjoint(g, shape[2:], *window, count_include_pad, divisor)
    np.testing.assert_allclose(np.vdot(x, back), np.vdot(y, g), atol=1e-12)


def test_average_pool_leaves_its_input_alone_and_keeps_dtype_and_memory_order():
    x = channels_last(np.random.default_rng(0).standard_normal((2, 3, 4, 4)).astype(np.float32))
    before = x.copy()
    y = average_pool(x, (1, 1), (1, 1), ((0, 0), (0, 0)))
    back = average_pool_adjoint(y, (4, 4), (1, 1), (1, 1), ((0, 0), (0, 0)))
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(back, before)
    for a in (y, back):
        assert a.dtype == np.float32
        assert np.moveaxis(a, 1, -1).flags.c_contiguous


@pytest.mark.torch
@settings(deadline=None, max_examples=60)
@given(problems(), st.booleans(), st.booleans(), st.sampled_from([0.0, np.nan, -np.inf]))
def test_against_pytorch(problem, ceil_mode, count_include_pad, special):
    torch = pytest.importorskip("torch")
    shape, kernel, stride, padding, dilation = problem
    if not shape[0]:
        return
    axes = len(kernel)
    one_side = tuple(p for p, _ in padding)
    x = some_numbers(shape)
    x[np.random.default_rng(1).random(x.shape) < 0.4] = special
    max_pool = getattr(torch.nn.functional, f"max_pool{axes}d")
    _, expected = max_pool(torch.tensor(x), kernel, stride, one_side, dilation, ceil_mode, True)
    np.testing.assert_array_equal(places(x, *problem[1:], ceil_mode), expected.numpy())

    x = torch.tensor(some_numbers(shape), requires_grad=True)
    avg_pool = getattr(torch.nn.functional, f"avg_pool{axes}d")
    expected = avg_pool(x, kernel, stride, one_side, ceil_mode, count_include_pad)
    y = average_pool(x.detach().numpy(), kernel, stride, padding, ceil_mode, count_include_pad)
    np.testing.assert_allclose(y, expected.detach().numpy(), atol=1e-12)
    expected.backward(torch.ones_like(expected))
    back = average_pool_adjoint(np.ones_like(y), shape[2:], kernel, stride, padding, count_include_pad)
    np.testing.assert_allclose(back, x.grad.numpy(), atol=1e-12)


def test_output_size_in_ceil_mode():
    assert output_size(5, 2, 2, (0, 0)) == 2
    assert output_size(5, 2, 2, (0, 0), ceil_mode=True) == 3
    # A fourth window would start in the padding at the end, and hold nothing.
    assert output_size(5, 2, 2, (1, 1), ceil_mode=True) == 3
    assert output_size(7, 3, 1, (2, 1), 2) == 6
