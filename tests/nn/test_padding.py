"""F.pad in all its modes, against NumPy's padding and PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad.autograd import gradcheck, gradgradcheck
from minigrad.nn import functional as F

CASES: list[tuple[tuple[int, ...], dict[str, Any]]] = [
    ((1, 2), {}),
    ((0, 1, 2, 0), {"value": 1.5}),
    ((-1, 2, 1, -1), {"value": 0.5}),
    ((2, 1), {"mode": "reflect"}),
    ((2, 1, 1, 1), {"mode": "reflect"}),
    ((2, 5, 1, 3), {"mode": "replicate"}),
    ((3, 2, 1, 3), {"mode": "circular"}),
]

every_case = pytest.mark.parametrize(("widths", "options"), CASES)


@every_case
def test_derivatives_agree_with_differences(widths: Any, options: Any, rng: np.random.Generator) -> None:
    x = mg.tensor(rng.standard_normal((1, 2, 3, 3)), requires_grad=True)
    assert gradcheck(lambda x: F.pad(x, widths, **options), [x])
    assert gradgradcheck(lambda x: F.pad(x, widths, **options), [x])


@pytest.mark.torch
@every_case
def test_agrees_with_torch(
    widths: Any, options: Any, rng: np.random.Generator, agrees_with_torch: Callable[..., None]
) -> None:
    torch = pytest.importorskip("torch")
    x = rng.standard_normal((1, 3, 3) if len(widths) == 2 else (1, 2, 3, 3))
    agrees_with_torch(lambda x: F.pad(x, widths, **options), lambda x: torch.nn.functional.pad(x, widths, **options), x)


@pytest.mark.parametrize(
    ("mode", "numpys"), [("constant", "constant"), ("reflect", "reflect"), ("replicate", "edge"), ("circular", "wrap")]
)
def test_agrees_with_numpy(mode: str, numpys: Any, rng: np.random.Generator) -> None:
    x = rng.standard_normal((2, 4, 5))
    padded = F.pad(mg.tensor(x), (1, 3, 2, 0), mode)
    np.testing.assert_array_equal(padded.numpy(), np.pad(x, ((0, 0), (2, 0), (1, 3)), mode=numpys))


@pytest.mark.parametrize(
    ("widths", "mode", "error"),
    [
        ((1,), "constant", RuntimeError),
        ((1, 1, 1, 1, 1, 1), "constant", RuntimeError),
        ((-2, -2), "constant", RuntimeError),
        ((3, 0), "reflect", RuntimeError),
        ((4, 0), "circular", RuntimeError),
        ((-2, -1), "replicate", RuntimeError),
        ((1, 1), "mirror", NotImplementedError),
    ],
)
def test_errors(widths: Any, mode: str, error: type[Exception]) -> None:
    with pytest.raises(error, match="pad: "):
        F.pad(mg.ones(2, 3), widths, mode)
    with pytest.raises(ValueError, match="value is for mode 'constant'"):
        F.pad(mg.ones(2, 3), (1, 1), "reflect", 2.0)
