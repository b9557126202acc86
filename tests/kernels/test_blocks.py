"""Products in small blocks: numbers are those of the whole, however the matrices lie and whatever is left over."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from minigrad.dtypes import Array
from minigrad.kernels import blocks

SHAPES = [(100, 9, 32), (64, 16, 64), (37, 150, 35), (32, 200, 70), (17, 130, 300), (1200, 12, 20), (1, 500, 40)]
BY_COLUMNS = list(product([False, True], repeat=2))


def _matrix(rng: np.random.Generator, *shape: int, by_columns: bool = False, dtype: type = np.float32) -> Array:
    x: Array = rng.standard_normal(shape).astype(dtype)
    return np.ascontiguousarray(x.swapaxes(-1, -2)).swapaxes(-1, -2) if by_columns else x


@pytest.fixture(params=[2_000, 20_000, 200_000])
def _unpacked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "UNPACKED", request.param)
    monkeypatch.setattr(blocks, "LONG", 1000)


@pytest.mark.usefixtures("_unpacked")
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("order", BY_COLUMNS)
@pytest.mark.parametrize("many", [(), (3,), (2, 1)])
def test_blocks_are_the_product(
    rng: np.random.Generator, shape: tuple[int, int, int], order: tuple[bool, bool], many: tuple[int, ...]
) -> None:
    rows, inner, columns = shape
    a = _matrix(rng, *many, rows, inner, by_columns=order[0])
    b = _matrix(rng, *many, inner, columns, by_columns=order[1])
    expected = np.einsum("...ik,...kj->...ij", a.astype(float), b.astype(float))
    around = np.full((*many, rows, columns + 3), np.nan, np.float32)
    blocks.multiply(a, b, around[..., 2:-1])
    np.testing.assert_allclose(around[..., 2:-1], expected, rtol=1e-4, atol=1e-4)
    assert np.isnan(around[..., [0, 1, -1]]).all()
    np.testing.assert_allclose(blocks.product_of(a, b), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.usefixtures("_unpacked")
@pytest.mark.parametrize("shape", [(1000, 3, 4), (1003, 4, 3), (300, 20, 30), (130, 1, 5), (0, 2, 3), (1, 2, 3)])
@pytest.mark.parametrize("many", [(), (3,)])
def test_products_across_many_rows(
    rng: np.random.Generator, shape: tuple[int, int, int], many: tuple[int, ...]
) -> None:
    rows, m, n = shape
    a, b = _matrix(rng, *many, rows, m), _matrix(rng, *many, rows, n)
    expected = np.einsum("...ki,...kj->...ij", a.astype(float), b.astype(float))
    np.testing.assert_allclose(blocks.across(a, b), expected, rtol=1e-4, atol=1e-3)


@pytest.mark.usefixtures("_unpacked")
def test_half_precision_and_whole_numbers_are_multiplied_whole(rng: np.random.Generator) -> None:
    for dtype in (np.float16, np.int64):
        a, b = (3 * _matrix(rng, 100, 100) for _ in range(2))
        a, b = a.astype(dtype), b.astype(dtype)
        np.testing.assert_array_equal(blocks.product_of(a, b), a @ b)
        np.testing.assert_array_equal(blocks.across(a, b), a.T @ b)


@pytest.mark.parametrize("order", BY_COLUMNS)
def test_blocks_are_so_small_that_nothing_is_packed(order: tuple[bool, bool]) -> None:
    found = []
    for rows, inner, columns in product([8, 16, 100, 128, 5000], [8, 72, 300, 784, 1100], [6, 16, 130, 512]):
        block = blocks._block(rows, inner, columns, *order, 10**6)
        if block is not None:
            height, width = block
            assert 1 <= height <= rows
            assert 1 <= width <= columns
            found.append(height * width * inner)
    assert len(found) >= 4 or order == (False, False)
    assert max(found, default=0) <= 10**6
