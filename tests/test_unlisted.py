"""Functions with an underscore before their names: numbers of int8, and random ones, by loops and moments."""

from __future__ import annotations

import numpy as np
import pytest

import minigrad as mg


def test_products_of_int8_are_exact_in_int32() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.integers(-128, 128, (5, 70)), rng.integers(-128, 128, (70, 4))
    out = mg.empty(5, 4, dtype=mg.int32)
    product = mg._int_mm(mg.tensor(a, dtype=mg.int8), mg.tensor(b, dtype=mg.int8), out=out)
    assert product is out
    np.testing.assert_array_equal(out.numpy(), a @ b)
    with pytest.raises(RuntimeError, match="_int_mm: Expected self dtype to be int8 or uint8"):
        mg._int_mm(mg.ones(2, 2), mg.ones(2, 2))
    with pytest.raises(RuntimeError, match="mm: "):
        mg._int_mm(mg.ones(2, 3, dtype=mg.int8), mg.ones(2, 2, dtype=mg.int8))


def test_gamma_numbers_come_from_the_generator_and_have_their_gradient() -> None:
    generator = mg.Generator().manual_seed(3)
    shapes = mg.full((20000,), 4.0, requires_grad=True)
    drawn = mg._standard_gamma(shapes, generator)
    np.testing.assert_allclose([drawn.mean().item(), drawn.var().item()], [4, 4], rtol=0.05)
    drawn.mean().backward()
    np.testing.assert_allclose(shapes.grad.sum().item(), 1, rtol=0.05)  # the mean is the shape parameter
    again = mg._standard_gamma(shapes, mg.Generator().manual_seed(3))
    np.testing.assert_array_equal(drawn.detach().numpy(), again.detach().numpy())


def test_shares_of_gamma_numbers() -> None:
    drawn = mg._sample_dirichlet(mg.tensor([1.0, 2.0, 5.0]).expand(20000, 3), mg.Generator().manual_seed(3))
    np.testing.assert_allclose(drawn.sum(-1).numpy(), 1, rtol=1e-5)
    np.testing.assert_allclose(drawn.mean(0).numpy(), [0.125, 0.25, 0.625], rtol=0.05)
