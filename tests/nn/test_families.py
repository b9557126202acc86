"""Layers that programs derive from, or ask the class of, stand where PyTorch has them."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

import minigrad as mg
from minigrad import nn, optim
from minigrad.nn import functional as F
from minigrad.nn.modules import batchnorm, conv

APART = {"CrossMapLRN2d", "Container", "BCEWithLogitsLoss", "LazyModuleMixin", "_WeightedLoss"}
"""Classes that PyTorch relates in another way: they have no common use, or derive for its own reasons."""


@pytest.mark.torch
def test_what_is_one_of_which() -> None:
    torch = pytest.importorskip("torch")

    def related(n: Any, bases: dict[str, type]) -> set[tuple[str, str]]:
        layers = {name: getattr(n, name, None) for name in dir(torch.nn) if not name.startswith(("Lazy", "ZeroPad"))}
        classes = {name: each for name, each in layers.items() if inspect.isclass(each) and name not in APART}
        return {
            (name, base)
            for name, each in classes.items()
            for base, kind in (classes | bases).items()
            if issubclass(each, kind) and hasattr(nn, name) and (hasattr(nn, base) or base in bases)
        }

    ours = {"_BatchNorm": batchnorm._BatchNorm, "_NormBase": batchnorm._NormBase, "_ConvNd": conv._ConvNd}
    modules = torch.nn.modules
    theirs = {"_BatchNorm": modules.batchnorm._BatchNorm, "_NormBase": modules.batchnorm._NormBase}
    assert related(nn, ours) == related(torch.nn, theirs | {"_ConvNd": modules.conv._ConvNd})


def test_no_schedule_of_the_package_has_the_older_name() -> None:
    base = optim.lr_scheduler._LRScheduler
    assert issubclass(base, optim.lr_scheduler.LRScheduler)
    assert not issubclass(optim.lr_scheduler.StepLR, base)


def test_a_convolution_of_ones_own() -> None:
    class Binary(conv._ConvNd):
        def __init__(self, channels: int, size: int) -> None:
            super().__init__(channels, 2, (size,), (1,), (1,), (1,), False, (0,), 1, True, "zeros")

        def forward(self, input: mg.Tensor) -> mg.Tensor:
            return F.conv1d(input, self.weight.sign(), self.bias, self.stride, self.padding, self.dilation, self.groups)

    layer, x = Binary(3, 3), mg.randn(4, 3, 7)
    assert repr(layer) == "Binary(3, 2, kernel_size=(3,), stride=(1,), padding=(1,))"
    assert layer(x).shape == (4, 2, 7)
    assert layer.transposed is False
    assert nn.ConvTranspose1d(1, 1, 1).transposed is True


@pytest.mark.parametrize("mode", ["zeros", "reflect", "circular"])
def test_a_convolution_with_other_parameters(mode: str) -> None:
    layer = nn.Conv2d(3, 4, (3, 5), padding=(1, 2), padding_mode=mode)
    x, weight = mg.randn(2, 3, 6, 7), mg.randn(4, 3, 3, 5)
    assert layer._reversed_padding_repeated_twice == [2, 2, 1, 1]
    padded = F.pad(x, [2, 2, 1, 1], "constant" if mode == "zeros" else mode)
    np.testing.assert_allclose(layer._conv_forward(x, weight, None), F.conv2d(padded, weight), rtol=1e-4, atol=1e-4)
