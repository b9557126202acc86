"""Flags are True or False: whatever else Python would take for true is refused where PyTorch refuses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn

F = nn.functional
CALLS: dict[str, Callable[[mg.Tensor, Any], Any]] = {
    "requires_grad": lambda x, flag: x.requires_grad_(flag),
    "largest": lambda x, flag: x.topk(1, largest=flag),
    "descending": lambda x, flag: mg.sort(x, descending=flag),
    "accumulate": lambda x, flag: x.put_(mg.tensor([0]), mg.ones(1), accumulate=flag),
    "keepdim": lambda x, flag: x.median(0, keepdim=flag),
    "upper": lambda x, flag: mg.linalg.cholesky(mg.eye(2), upper=flag),
    "training": lambda x, flag: F.dropout(x, 0.5, flag),
    "ceil_mode": lambda x, flag: F.max_pool1d(x[None], 2, ceil_mode=flag),
    "equal_nan": lambda x, flag: mg.allclose(x, x, equal_nan=flag),
}


@pytest.mark.parametrize("flag", CALLS)
@pytest.mark.parametrize("value", ["False", None, 1.5, []])
def test_what_is_no_flag_is_refused_and_changes_nothing(flag: str, value: Any) -> None:
    x = mg.tensor([3.0, 1.0])
    with pytest.raises(TypeError, match=f"argument '{flag}' must be bool, not {type(value).__name__}"):
        CALLS[flag](x, value)
    assert x.tolist() == [3, 1]
    assert not x.requires_grad
    CALLS[flag](x, np.bool_(False))


def test_switches_of_passes_and_modes() -> None:
    x = mg.ones(2, requires_grad=True)
    for call in (
        lambda flag: x.sum().backward(retain_graph=flag),
        lambda flag: mg.autograd.grad(x.sum(), x, None, flag),
    ):
        with pytest.raises(TypeError, match="argument 'retain_graph' must be bool, not str"):
            call("False")
        call(1)
    with pytest.raises(TypeError, match="set_grad_enabled: argument 'mode' must be bool, not str"):
        mg.set_grad_enabled("False")
    assert mg.is_grad_enabled()
    with pytest.raises(TypeError, match="argument 'requires_grad' must be bool"):
        nn.Parameter(mg.ones(2), requires_grad="False")
    assert nn.ReLU(inplace=1)(mg.ones(1)).item() == 1  # what PyTorch asks as Python does
