"""Elements of images in another order: against loops, and against what they undo."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.nn import functional as F


@pytest.mark.parametrize(
    ("kernel", "dilation", "padding", "stride"),
    [((2, 2), (1, 1), (0, 0), (1, 1)), ((2, 3), (1, 2), (1, 0), (2, 1)), ((1, 2), (2, 1), (0, 2), (3, 2))],
)
def test_unfold_is_the_windows_and_fold_its_adjoint(
    kernel: Any, dilation: Any, padding: Any, stride: Any, rng: np.random.Generator
) -> None:
    x = rng.standard_normal((2, 3, 5, 6))
    padded = np.pad(x, ((0, 0), (0, 0), *((p, p) for p in padding)))
    reach = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    columns = []
    for i in range(0, padded.shape[2] - reach[0] + 1, stride[0]):
        for j in range(0, padded.shape[3] - reach[1] + 1, stride[1]):
            window = padded[:, :, i : i + reach[0] : dilation[0], j : j + reach[1] : dilation[1]]
            columns.append(window.reshape(2, -1))
    expected = np.stack(columns, axis=-1)
    unfolded = F.unfold(mg.tensor(x), kernel, dilation, padding, stride)
    np.testing.assert_array_equal(unfolded.numpy(), expected)
    np.testing.assert_array_equal(F.unfold(mg.tensor(x[1]), kernel, dilation, padding, stride).numpy(), expected[1])
    g = rng.standard_normal(expected.shape)
    folded = F.fold(mg.tensor(g), (5, 6), kernel, dilation, padding, stride).numpy()
    assert (folded * x).sum() == pytest.approx((g * expected).sum(), rel=1e-12)
    np.testing.assert_array_equal(F.fold(mg.tensor(g[1]), (5, 6), kernel, dilation, padding, stride).numpy(), folded[1])


def test_a_convolution_is_a_product_with_the_windows(rng: np.random.Generator) -> None:
    x, w = mg.tensor(rng.standard_normal((2, 3, 5, 6))), mg.tensor(rng.standard_normal((4, 3, 2, 3)))
    product = w.reshape(4, -1) @ F.unfold(x, (2, 3))
    np.testing.assert_allclose(product.reshape(2, 4, 4, 4).numpy(), F.conv2d(x, w).numpy(), rtol=1e-10)


@pytest.mark.parametrize("batch", [(), (2,), (1, 2)])
def test_pixels_and_channels(batch: tuple[int, ...], rng: np.random.Generator) -> None:
    x = rng.standard_normal((*batch, 2 * 9, 2, 4))
    y = F.pixel_shuffle(mg.tensor(x), 3).numpy()
    assert y.shape == (*batch, 2, 6, 12)
    for c, i, j in np.ndindex(2, 6, 12):
        np.testing.assert_array_equal(y[..., c, i, j], x[..., 9 * c + 3 * (i % 3) + j % 3, i // 3, j // 3])
    np.testing.assert_array_equal(F.pixel_unshuffle(mg.tensor(y), 3).numpy(), x)


def test_channels_are_dealt_out() -> None:
    x = mg.arange(6.0).reshape(1, 6, 1)
    assert F.channel_shuffle(x, 2).flatten().tolist() == [0, 3, 1, 4, 2, 5]
    assert F.channel_shuffle(F.channel_shuffle(x, 2), 3).equal(x)
