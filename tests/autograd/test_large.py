"""What is done in another way from some size on: the gradients are those of small arrays."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg

LARGE = 1 << 16
"""Of so many elements and more sums are products, and work is shared."""

SHAPES = {
    "a number to a vector": ((), (LARGE,)),
    "one to a vector": ((1,), (LARGE,)),
    "a row": ((4,), (LARGE // 4, 4)),
    "a column": ((4, 1), (4, LARGE // 4)),
    "a bias of images": ((4, 1, 1), (2, 4, 256, LARGE // 2048)),
    "a bias with its batch": ((1, 4, 1, 1), (2, 4, 256, LARGE // 2048)),
    "a batch": ((2, 4, 1), (2, 4, LARGE // 8)),
}


@pytest.mark.parametrize("case", list(SHAPES))
def test_what_broadcasts_against_a_large_array_gets_the_sum_of_its_shares(case: str) -> None:
    small, large = SHAPES[case]
    w = mg.ones(small, requires_grad=True)
    x = np.arange(LARGE).reshape(large) % 7.0
    (w * mg.tensor(x, dtype=mg.float32)).sum().backward()
    share = x.sum(axis=tuple(range(len(large) - len(small))))
    expected = share.sum(axis=tuple(i for i, n in enumerate(small) if n == 1), keepdims=True).reshape(small)
    np.testing.assert_allclose(w.grad, expected, rtol=1e-6)


@pytest.mark.parametrize("dim", [None, 0, (0,), (0, 2), (0, 2, 3), (1, 2, 3), 1])
@pytest.mark.parametrize("keepdim", [False, True])
def test_the_sum_of_a_large_array(dim: int | tuple[int, ...] | None, keepdim: bool) -> None:
    x = np.arange(LARGE).reshape(2, 4, 256, LARGE // 2048) % 7.0
    y = mg.sum(mg.tensor(x, dtype=mg.float32), dim, keepdim)
    np.testing.assert_allclose(y, x.sum(dim, keepdims=keepdim), rtol=1e-6)
    assert mg.sum(mg.ones(LARGE), 0).item() == LARGE
