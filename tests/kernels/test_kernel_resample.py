"""The matrices of interpolation against their definitions and against PyTorch."""

import numpy as np
import pytest

from minigrad.kernels.resample import adaptive_average_matrix, apply_along_axes, interpolation_matrix

LENGTHS = [1, 2, 3, 4, 5, 7, 8, 12, 14, 26]
MODES = ["nearest", "nearest-exact", "linear", "cubic"]


@pytest.mark.parametrize("n_out", LENGTHS)
@pytest.mark.parametrize("n_in", LENGTHS)
def test_linear_is_numpys_interpolation_between_clamped_samples(n_in, n_out):
    samples = np.random.default_rng(0).standard_normal(n_in)
    position = (np.arange(n_out) + 0.5) * n_in / n_out - 0.5
    matrix = interpolation_matrix("linear", n_in, n_out, dtype=np.float64)
    np.testing.assert_allclose(matrix @ samples, np.interp(position, np.arange(n_in), samples), atol=1e-12)
    corners = interpolation_matrix("linear", n_in, n_out, align_corners=True, dtype=np.float64)
    position = np.linspace(0, n_in - 1, n_out)
    np.testing.assert_allclose(corners @ samples, np.interp(position, np.arange(n_in), samples), atol=1e-12)


@pytest.mark.parametrize("n_in", [3, 5, 8])
@pytest.mark.parametrize("factor", [2, 3])
def test_nearest_repeats_and_skips(n_in, factor):
    repeat = np.repeat(np.eye(n_in), factor, axis=0)
    for mode in ("nearest", "nearest-exact"):
        np.testing.assert_array_equal(interpolation_matrix(mode, n_in, n_in * factor), repeat)
    skip = np.eye(n_in * factor)
    np.testing.assert_array_equal(interpolation_matrix("nearest", n_in * factor, n_in), skip[::factor])
    centre = skip[factor // 2 :: factor]
    np.testing.assert_array_equal(interpolation_matrix("nearest-exact", n_in * factor, n_in), centre)


def test_cubic_has_keys_weights_half_way_between_samples():
    """At distances of 1/2 and 3/2 Keys' kernel is (4 - a) / 8 and a / 8: here 19 / 32 and -3 / 32."""
    matrix = interpolation_matrix("cubic", 8, 4, dtype=np.float64)
    np.testing.assert_allclose(matrix[1, 1:5], np.array([-3, 19, 19, -3]) / 32, atol=1e-15)
    # The first row reads position 1/2: the sample before the axis is the first sample again.
    np.testing.assert_allclose(matrix[0, :3], np.array([16, 19, -3]) / 32, atol=1e-15)


@pytest.mark.parametrize("align_corners", [False, True])
@pytest.mark.parametrize("mode", MODES)
def test_rows_sum_to_one(mode, align_corners):
    for n_in in LENGTHS:
        for n_out in LENGTHS:
            matrix = interpolation_matrix(mode, n_in, n_out, align_corners)
            assert matrix.shape == (n_out, n_in)
            assert matrix.dtype == np.float32
            np.testing.assert_allclose(matrix.sum(1), 1, rtol=1e-6)


def test_a_given_scale_moves_the_samples():
    """An axis of 5 at 1.5 times the resolution is cut to 7 samples, each 1 / 1.5 apart."""
    matrix = interpolation_matrix("linear", 5, 7, scale=1.5, dtype=np.float64)
    position = (np.arange(7) + 0.5) / 1.5 - 0.5
    np.testing.assert_allclose(matrix @ np.arange(5.0), position.clip(0, 4), atol=1e-12)


def test_adaptive_average_by_the_definition():
    for n_in in LENGTHS:
        for n_out in LENGTHS:
            samples = np.random.default_rng(0).standard_normal(n_in)
            edges = np.arange(n_out + 1) * n_in / n_out
            starts, stops = np.floor(edges[:-1]).astype(int), np.ceil(edges[1:] - 1e-9).astype(int)
            expected = [samples[a:b].mean() for a, b in zip(starts, stops, strict=True)]
            matrix = adaptive_average_matrix(n_in, n_out, np.float64)
            np.testing.assert_allclose(matrix @ samples, expected, atol=1e-12)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 2, 3, 1), (3, 2, 0, 1)])
def test_apply_along_axes_in_any_memory_order(order):
    rng = np.random.default_rng(0)
    x = rng.standard_normal([(2, 3, 4, 5)[a] for a in order]).transpose(np.argsort(order))
    a, b = rng.standard_normal((7, 4)), rng.standard_normal((6, 5))
    y = apply_along_axes(x, [a, b], [2, -1])
    np.testing.assert_allclose(y, np.einsum("nchw,ih,jw->ncij", x, a, b), atol=1e-12)
    assert y.transpose(order).flags.c_contiguous
    g = rng.standard_normal(y.shape)
    np.testing.assert_allclose(np.vdot(apply_along_axes(g, [a.T, b.T], [2, 3]), x), np.vdot(g, y))


@pytest.mark.torch
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("mode", MODES)
def test_interpolation_against_pytorch(mode, dtype):
    torch = pytest.importorskip("torch")
    name = {"linear": "bilinear", "cubic": "bicubic"}.get(mode, mode)
    interpolate = torch.nn.functional.interpolate
    close = {"atol": 1e-5 if dtype == "float32" else 1e-12, "rtol": 0}
    for n_in in LENGTHS:
        image = torch.eye(n_in, dtype=getattr(torch, dtype))[None, :, :, None]
        for n_out in LENGTHS:
            for align_corners in (None,) if "nearest" in mode else (False, True):
                expected = interpolate(image, (n_out, 1), mode=name, align_corners=align_corners)
                matrix = interpolation_matrix(mode, n_in, n_out, bool(align_corners), dtype=dtype)
                np.testing.assert_allclose(matrix, expected[0, :, :, 0].T.numpy(), **close)
        for scale in (0.3, 0.7, 1.3, 2.0, 2.7):
            n_out = int(n_in * scale)
            if n_out:
                expected = interpolate(image, scale_factor=(scale, 1.0), mode=name)
                matrix = interpolation_matrix(mode, n_in, n_out, False, scale, dtype)
                np.testing.assert_allclose(matrix, expected[0, :, :, 0].T.numpy(), **close)


@pytest.mark.torch
def test_adaptive_average_against_pytorch():
    torch = pytest.importorskip("torch")
    x = np.random.default_rng(0).standard_normal((2, 3, 7, 10))
    for size in [(1, 1), (3, 4), (7, 5), (9, 12)]:
        matrices = [adaptive_average_matrix(n, m, np.float64) for n, m in zip(x.shape[2:], size, strict=True)]
        expected = torch.nn.functional.adaptive_avg_pool2d(torch.tensor(x), size).numpy()
        np.testing.assert_allclose(apply_along_axes(x, matrices, [2, 3]), expected, atol=1e-12)
