"""Passes along rows: where a short cut is taken, and where it must not be."""

from __future__ import annotations

import numpy as np
import pytest

from minigrad.kernels import rows

MODERATE = [[0.0, 1.0, -2.0], [3.0, 3.0, 3.0]]
CASES = {
    "moderate": MODERATE,
    "a row too large": [*MODERATE, [60.0, 61.0, 89.0]],
    "all that float32 has": [[88.0, -88.0, 0.0], [-200.0, 200.0, 300.0]],
    "a row too small": [*MODERATE, [-95.0, -96.0, -99.0]],
    "far below 0 and near it": [*MODERATE, [-110.0, -1.0, 0.0]],
    "left out": [[-np.inf, 0.0, 1.0], [2.0, -np.inf, -np.inf]],
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
@pytest.mark.parametrize("case", list(CASES))
def test_softmax_of_any_size_of_numbers(case: str, dtype: type) -> None:
    x = np.array(CASES[case], dtype)
    wide = x.astype(np.longdouble)
    powers = np.exp(wide - wide.max(axis=1, keepdims=True))
    expected = powers / powers.sum(axis=1, keepdims=True)
    y = rows.softmax(x, 1)
    assert y.dtype == dtype
    np.testing.assert_allclose(y, expected.astype(dtype), rtol=4 * np.finfo(dtype).eps, atol=1e-40)


def test_softmax_of_nothing_but_infinity_is_nan() -> None:
    with np.errstate(invalid="ignore"):
        assert np.isnan(rows.softmax(np.array([[-np.inf, -np.inf], [0.0, 1.0]]), 1)).tolist() == [
            [True] * 2,
            [False] * 2,
        ]
        assert np.isnan(rows.softmax(np.array([[np.inf, 0.0]]), 1)).any()


def test_softmax_of_many_float16_adds_up_to_1() -> None:
    y = rows.softmax(np.zeros((2, 70_000), np.float16), 1)  # 70,000 is beyond the largest float16
    np.testing.assert_allclose(y.sum(axis=1, dtype=np.float64), 1, rtol=2e-3)
