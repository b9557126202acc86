"""Images copied into channels-last memory: the same numbers, whichever way they are copied."""

import numpy as np
import pytest

from minigrad.kernels.layout import contiguous, copy_images, in_order_of
from minigrad.kernels.pieces import in_pieces

SHAPES = [(2, 1, 5), (2, 3, 5, 4), (3, 20, 4, 6), (2, 16, 32, 32), (1, 40, 4, 16, 16), (0, 16, 32, 32), (2, 16, 0, 3)]


@pytest.mark.parametrize("dtype", ["f", "d", "i2", "F"])
@pytest.mark.parametrize("shape", SHAPES)
def test_all_ways_give_the_numbers_in_channels_last_order(shape, dtype):
    x = np.random.default_rng(0).integers(-99, 99, shape).astype(dtype)
    axes = len(shape) - 2
    last = np.moveaxis(x, 1, -1)
    images = (x, np.moveaxis(last.copy(), -1, 1), x[..., ::-1], x[:, ::2], x[..., 1:], np.broadcast_to(x[:, :1], shape))
    for each in images:
        result = contiguous(each)
        assert result.flags.c_contiguous
        assert result.dtype == x.dtype
        np.testing.assert_array_equal(result, np.moveaxis(each, 1, -1))
        target = np.zeros((*each.shape[:1], *each.shape[2:], 2 * each.shape[1]), dtype)[..., ::2]
        copy_images(np.moveaxis(target, -1, 1), each, axes)
        np.testing.assert_array_equal(target, np.moveaxis(each, 1, -1))


def test_images_of_several_groups():
    x = np.random.default_rng(0).standard_normal((2, 3, 16, 32, 32))
    target = np.moveaxis(np.zeros((2, 3, 32, 32, 16)), -1, 2)
    copy_images(target, x, 2)
    np.testing.assert_array_equal(target, x)


def test_what_is_channels_last_is_not_copied():
    x = np.moveaxis(np.zeros((2, 5, 6, 3)), -1, 1)
    assert np.shares_memory(contiguous(x), x)


@pytest.mark.parametrize("shape", [(4, 16, 32, 32), (4, 5, 30, 31), (3, 700, 9), (90, 70)])
def test_arrays_of_two_orders_are_brought_into_one(shape):
    x = np.random.default_rng(0).standard_normal(shape)
    last = np.moveaxis(np.moveaxis(x, 1, -1).copy(), -1, 1)
    for other, each in ((last, x), (x, last)):
        result = in_order_of(other, each)
        assert result.strides == other.strides
        np.testing.assert_array_equal(result, each)
    for each in (x, last, x[::-1], np.broadcast_to(x[:1], shape)):  # in order, or of numbers that repeat
        assert in_order_of(each if each.strides[0] else x, each) is each


@pytest.mark.parametrize("count", [2, 40])  # in one piece, in several
def test_passes_over_arrays_of_two_orders_have_the_order_of_the_last(count):
    x = np.random.default_rng(0).standard_normal((count, 16, 32, 32))
    last = np.moveaxis(np.moveaxis(x, 1, -1).copy(), -1, 1)
    result = in_pieces(lambda a, b, out: np.subtract(a, b, out=out), 3 * x, last)
    assert result.strides == last.strides
    np.testing.assert_allclose(result, 2 * x, rtol=1e-15)
