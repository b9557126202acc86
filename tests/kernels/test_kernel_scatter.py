"""Slices added at their places, against a loop."""

from __future__ import annotations

import numpy as np
import pytest

from minigrad.kernels.scatter import OFTEN, add_slices


@pytest.mark.parametrize("kind", ["all different", "few", "often", "mixed", "one place", "none"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_against_a_loop(kind: str, shape: tuple[int, ...], dtype: type, rng: np.random.Generator) -> None:
    places = {
        "all different": rng.permutation(20),
        "few": rng.integers(0, 20, 30),
        "often": np.repeat([3, 7], 3 * OFTEN),
        "mixed": np.concatenate([np.full(OFTEN + 1, 5), np.full(OFTEN, 6), rng.permutation(20)]),
        "one place": np.full(4, 19),
        "none": np.zeros(0, int),
    }[kind]
    slices = rng.integers(-9, 9, (len(places), *shape)).astype(dtype)  # whole numbers: sums are exact in any order
    expected = np.zeros((20, *shape), dtype)
    for place, each in zip(places, slices, strict=True):
        expected[place] += each
    found = add_slices(slices, places, 20)
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, expected)
