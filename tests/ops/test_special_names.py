"""`minigrad.special` has the names of `torch.special`, and they mean the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import special

SECOND = {"softmax": 0, "log_softmax": 0, "logsumexp": 0, "xlogy": 2.5, "xlog1py": 2.5, "multigammaln": 1}


def called(package: Any, name: str) -> Any:
    """The function of that name of the package's `special`, on a vector between 0 and 1."""
    function, x = getattr(package.special, name), package.tensor([0.2, 0.7], dtype=package.float64)
    if name == "polygamma":
        return function(2, x)
    return function(x, SECOND[name]) if name in SECOND else function(x)


@pytest.mark.torch
@pytest.mark.parametrize("name", special.__all__)
def test_the_same_as_in_torch_special(name: str) -> None:
    torch = pytest.importorskip("torch")
    np.testing.assert_allclose(called(mg, name).numpy(), called(torch, name).numpy(), rtol=1e-12)
