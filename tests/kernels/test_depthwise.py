"""A kernel for each channel: the three gradients of the form, cut into runs and shared among threads, against sums."""

from itertools import product

import numpy as np
import pytest

from minigrad.kernels import depthwise, threads

CASES = [  # x, kernel, stride, padding, dilation
    ((3, 5, 9), (3,), (1,), ((1, 1),), (1,)),
    ((2, 5, 9), (2,), (3,), ((2, 0),), (2,)),
    ((3, 4, 6, 7), (3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1)),
    ((3, 4, 6, 7), (2, 3), (2, 3), ((0, 1), (4, 0)), (1, 2)),
    ((2, 3, 4, 5, 6), (2, 1, 3), (1, 2, 2), ((1, 0), (0, 0), (2, 1)), (2, 1, 3)),
    ((2, 3, 5, 5), (1, 1), (3, 2), ((0, 0), (0, 0)), (1, 1)),
    ((2, 3, 4, 4), (3, 3), (1, 1), ((5, 5), (6, 5)), (1, 1)),
]


@pytest.fixture(params=[1, 3])
def in_parts(request, monkeypatch):
    """So many threads, and runs of a few numbers."""
    monkeypatch.setattr(threads, "LARGE", 1)
    monkeypatch.setattr(depthwise, "RUN", 7)
    before = threads.get_num_threads()
    threads.set_num_threads(request.param)
    yield
    threads.set_num_threads(before)


@pytest.mark.usefixtures("in_parts")
@pytest.mark.parametrize("dtype", ["f", "d"])
@pytest.mark.parametrize(("shape", "kernel", "stride", "padding", "dilation"), CASES)
def test_three_gradients(shape, kernel, stride, padding, dilation, dtype):
    geometry = (stride, padding, dilation)
    rng = np.random.default_rng(0)

    def whole(*shape):  # numbers whose sums are exact in any order
        return rng.integers(-9, 10, shape).astype(dtype)

    x, w = whole(*shape), whole(shape[1], 1, *kernel)
    padded = np.pad(x, ((0, 0), (0, 0), *padding))
    axes = zip(padded.shape[2:], kernel, stride, dilation, strict=True)
    out = [(length - d * (k - 1) - 1) // s + 1 for length, k, s, d in axes]
    u = whole(*shape[:2], *out)
    of_u, of_w, of_padded = np.zeros_like(u), np.zeros_like(w), np.zeros_like(padded)
    for tap in product(*map(range, kernel)):
        at = (..., *(slice(d * k, d * k + s * n, s) for d, k, s, n in zip(dilation, tap, stride, out, strict=True)))
        number = w[(slice(None), 0, *tap)].reshape(-1, *(1 for _ in kernel))
        of_u += padded[at] * number
        of_padded[at] += u * number
        of_w[(slice(None), 0, *tap)] = (padded[at] * u).sum((0, *range(2, x.ndim)))
    inner = tuple(slice(before, before + length) for (before, _), length in zip(padding, shape[2:], strict=True))

    results = [
        (depthwise.convolve(x, w, *geometry), of_u),
        (depthwise.convolve_weight(x, u, kernel, *geometry), of_w),
        (depthwise.convolve_transposed(u, w, shape[2:], *geometry), of_padded[(..., *inner)]),
    ]
    for found, wanted in results:
        assert found.dtype == dtype
        np.testing.assert_array_equal(found, wanted)


def test_what_is_not_finite_stays_in_its_windows():
    x, w = np.ones((1, 2, 6, 6), "f"), np.ones((2, 1, 3, 3), "f")
    x[0, 1, 2, 2] = np.inf
    w[0, 0, 1, 1] = np.nan
    geometry = ((2, 2), ((1, 1), (1, 1)), (1, 1))
    u = depthwise.convolve(x, w, *geometry)
    assert np.isnan(u[0, 0]).all()
    assert np.isinf(u[0, 1]).sum() == 1
    back = depthwise.convolve_transposed(np.ones_like(u), w, (6, 6), *geometry)
    assert np.isnan(back[0, 0]).sum() == 9  # a place of each window, its middle
